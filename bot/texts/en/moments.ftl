# Several pictures of one film.
menu-shots = 🖼 Screenshots × { $count }
status-shots = 🖼 __{ $name }__
    Taking pictures… { $number } of { $count }
shots-done = 🖼 { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    } of __{ $name }__
error-too_short = There are no several moments to take pictures of: the film is too short, or doesn't say how long it is.

# A part chosen by its pictures.
trim-moments = 🎞 Moments…
page-moments = Tap the moment where the part begins.
page-moments-end = From { $start } … tap the moment where it ends.
moments-to-end = to the end
sheet = 🎞 __{ $name }__
