# Several pictures of one film.
menu-shots = 🖼 Screenshots × { $count }
status-shots = 🖼 __{ $name }__
    Taking pictures… { $number } of { $count }
shots-done = 🖼 { $count ->
        [one] { $count } picture
       *[other] { $count } pictures
    } of __{ $name }__
error-too_short = There are no several moments to take pictures of: the film is too short, or doesn't say how long it is.
