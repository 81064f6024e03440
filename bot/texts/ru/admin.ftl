# Только для администраторов.
admin-board = 🛠 __Бот__
    ждут { $waiting } · идут { $running }

    __Сегодня__ (UTC)
    готово { $done } · не вышло { $failed } · отказано { $refused } · остановлено { $cancelled }
    людей: { $users }
    свободно на диске: { $free }

    { $door }

    /ban, /unban, /allow с номером или ответом; /quota, /stop, /error, /broadcast, /invite
admin-gb = { $gb } ГБ
admin-open = Новые файлы принимаются.
admin-paused = Новые файлы не принимаются. Начатое продолжается.
admin-draining = Ничего нового не принимается. Скажу, когда всё начатое закончится.
admin-drained = Ничего нового не принимается, и ничего не идёт.
admin-drained-now = ✅ Всё закончено: ничего не идёт, бота можно останавливать. После запуска он снова принимает файлы.
admin-pause = ⏸ Не принимать новые файлы
admin-resume = ▶️ Принимать новые файлы
admin-drain = ⏹ Дождаться конца
admin-jobs = 📋 Задания
admin-users = 👥 Люди
admin-errors = ⚠️ Ошибки
admin-refresh = 🔄
admin-dashboard = 🖥 Пульт
admin-more = … и ещё { $count }
admin-jobs-title = { $count ->
        [0] 📋 Ничего не ждёт и не идёт.
        [one] 📋 __{ $count } задание__
        [few] 📋 __{ $count } задания__
       *[other] 📋 __{ $count } заданий__
    }
admin-job = № { $trace } · { $user } · { $phase } · { $size } · { $age }
admin-stop = ✖️ № { $trace }
admin-users-title = 👥 __Самые активные сегодня__ (UTC)
admin-users-none = 👥 Сегодня никто ничего не просил.
admin-users-line = { $number }. { $user }: { $jobs ->
        [one] { $jobs } задание
        [few] { $jobs } задания
       *[other] { $jobs } заданий
    } · { $size } · { $minutes } мин
admin-user-title = 👤 __{ $user }__
admin-user-admin = Администратор: без квот, и закрыть доступ нельзя.
admin-user-none = О них ничего не сказано.
admin-user-allowed = Доступ открыт администратором.
admin-user-banned = Доступ закрыт.
admin-user-today = Сегодня: { $jobs ->
        [one] { $jobs } задание
        [few] { $jobs } задания
       *[other] { $jobs } заданий
    } · { $size } · { $minutes } мин
admin-user-ban = 🚫 Закрыть доступ
admin-user-unban = Снять запрет
admin-quotas = 📏 Квоты
admin-quotas-title = 📏 __Квоты { $user }__
admin-quotas-admin = Администратор: ни одна из них не считается.
admin-quota-line = { $name } = { $amount } ({ $whose })
admin-quota-none = без предела
admin-quota-own = своя
admin-quota-usual = обычная
admin-quotas-how = /quota { $user } jobs_per_day=50 bytes_per_day=2GB
    0 — без предела, jobs_per_day=usual возвращает обычную, одно слово «usual» — все.
admin-quotas-usual = ↩️ Как у всех
admin-quota-whom = Чьи квоты? Напишите /quota, номер и какими им быть: /quota 123456 jobs_per_day=50
admin-quota-bad-word = Не могу прочитать «{ $word }»: квота пишется как jobs_per_day=50.
admin-quota-bad-name = Квоты «{ $word }» нет; есть: { $names }.
admin-quota-bad-value = { $name }: подойдёт { $takes } или «usual», а не «{ $word }».
admin-quota-takes-number = целое число от 0
admin-quota-takes-size = размер вроде 2GB, 0
admin-stop-which = Какое задание? Напишите его номер после команды: /stop 3fccbd80
admin-stop-unknown = Такое задание не ждёт и не идёт: { $trace }
admin-stopped = ✖️ № { $trace }: остановлено.
admin-errors-title = ⚠️ __Последние неудачи__ (UTC)
admin-errors-none = ⚠️ Неудач не было.
admin-errors-line = { $at } · { $code } · № { $trace } · { $user } · { $phase }
admin-error = 🔎 __№ { $trace }__ ({ $job })
    { $outcome } · { $code } · на шаге: { $phase } · человек { $user } · { $at }
admin-error-outside = 🔎 __№ { $trace }__: сбой вне заданий
admin-error-no-lines = В журнале об этом больше ничего нет.
admin-error-which = Какая неудача? Напишите её номер после команды: /error 3fccbd80
admin-error-unknown = Об этом ничего не известно
admin-whom = Кого? Напишите номер после команды или ответьте на сообщение человека. Администраторам закрыть доступ нельзя.
admin-ban = { $user }: доступ закрыт, остановлено: { $stopped }.
admin-unban = О { $user } больше ничего не сказано.
admin-allow = { $user }: доступ открыт.
admin-invite = По этой ссылке войдёт один человек: { $link }
admin-no-invites = Здесь не приглашают: ACCESS не «invite».

# Рассылки.
broadcast-how = 📣 Ответьте на своё сообщение командой /broadcast, и все получат его как есть; или напишите слова после команды.
broadcast-nobody = 📣 Никто бы не получил: за последние 30 дней никто ничего не просил.
broadcast-ask = { $count ->
        [one] 📣 Это получит { $count } человек: все за последние 30 дней. Пока не нажмёте, ничего не уйдёт.
        [few] 📣 Это получат { $count } человека: все за последние 30 дней. Пока не нажмёте, ничего не уйдёт.
       *[other] 📣 Это получат { $count } человек: все за последние 30 дней. Пока не нажмёте, ничего не уйдёт.
    }
broadcast-send = 📣 Отправить: { $count }
broadcast-no = Не отправлять
broadcast-stop = ✖️ Остановить
broadcast-asked = 📣 Ещё не отправлено.
broadcast-sending = 📣 Отправляю: { $sent } из { $all }
broadcast-done = 📣 Отправлено: { $sent } из { $all }
broadcast-stopped = 📣 Остановлено: получили { $sent } из { $all }
broadcast-lost = 📣 Сообщения больше нет, остальные его не получат: получили { $sent } из { $all }
broadcast-blocked = заблокировали бота: { $count }
broadcast-failed = недоступны: { $count }
broadcast-unsure = может быть, получили, может быть, нет: { $count }
broadcast-over = Здесь уже всё закончилось

# Что об этом слышат люди.
status-stopped = ✖️ __{ $name }__: остановлено владельцем бота
button-trace = 📋 Скопировать №
trace = № { $trace }
broken = 😔 У меня что-то сломалось. Пожалуйста, пришлите ещё раз. Если повторится, скажите владельцу бота: № { $trace }
tap-closed = Владелец бота сейчас не принимает ничего нового. Попробуйте попозже
over-quota-minutes = ⏳ За день вам сконвертировали столько видео, сколько можно: { $limit } мин. Пришлите ещё раз завтра.
error-over_minutes = Видео длится { $actual } мин, а из { $limit } мин, которые можно сконвертировать за день, вы использовали { $used }. Пришлите кусок покороче или пришлите завтра.
