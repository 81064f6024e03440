# Several pictures of one film.
menu-shots = 🖼 Скриншоты × { $count }
status-shots = 🖼 __{ $name }__
    Снимаю кадры… { $number } из { $count }
shots-done = 🖼 { $count ->
        [one] { $count } кадр
        [few] { $count } кадра
       *[many] { $count } кадров
    } из __{ $name }__
error-too_short = Нескольких кадров здесь не снять: видео слишком короткое, или неизвестно, сколько оно длится.

# A part chosen by its pictures.
trim-moments = 🎞 По кадрам…
page-moments = Нажмите кадр, с которого начать.
page-moments-end = С { $start } … нажмите кадр, на котором закончить.
moments-to-end = до конца
sheet = 🎞 __{ $name }__
