# Страница `telegram_bot.py sandbox`: чаты и люди, что можно сделать с сообщением.
sandbox-person-2 = Второй гость
sandbox-group = Группа с ботом
sandbox-places = Чаты и люди
sandbox-to-private = Наедине с ботом
sandbox-to-group = В группе
sandbox-to-person = «{ $name }» в другой вкладке
sandbox-you-are = Вы — «{ $name }»
sandbox-welcome-group = Здесь двое гостей и бот. Он конвертирует присланные видео, отвечает на команды, на ответы ему и на @{ $bot }.
sandbox-write-group = Сообщение или @{ $bot }…
sandbox-forwarded = от: { $name }
sandbox-deeds = Что сделать с сообщением
sandbox-do-reply = Ответить
sandbox-do-edit = Изменить
sandbox-do-forward = Переслать в этот чат
sandbox-do-delete = Удалить
sandbox-do-hood = Под капотом
sandbox-refused-fixed = С этим сообщением так нельзя.
