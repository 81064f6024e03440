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
