# Страницы оператора (WEB_LISTEN).
dash-title = Видеоконвертер
dash-skip = К содержанию
dash-nav = Страницы
dash-language-en = English
dash-language-ru = Русский
dash-leave = Выйти
dash-page-now = Сейчас
dash-page-history = История
dash-page-charts = Графики
dash-page-people = Люди
dash-page-say = Рассылка
dash-page-setup = Устройство
dash-page-login = Вход
dash-page-app = Вход
dash-page-trouble = Не получилось
dash-done = Готово
dash-away = База данных сейчас не отвечает. Попробуйте через минуту.
dash-broken = Что-то сломалось у нас. В журнале написано, что.
dash-old-page = Страница была от другого входа, поэтому ничего не сделано. Откройте её снова.
dash-not-here = Такой страницы здесь нет.
dash-offline = Связь потеряна, на экране может быть старое. Пробую снова…

# Вход.
dash-login-how = На машине, где работает бот, эта команда напечатает ссылку, которая открывает эти страницы один раз, в течение пяти минут:
dash-login-telegram = Войти через Telegram
dash-login-go-on = Вход уже выполнен: открыть пульт
dash-login-app = Telegram говорит, кто вы…
dash-login-refused = Войти не удалось: ссылке больше пяти минут, она уже использована или вы не администратор (ADMINS).
dash-login-refused-app = Слова Telegram не дают войти. Откройте это из /admin ещё раз.
dash-login-too-many = И это неверно, как и много попыток до этого. Верную пропустят сразу: напечатайте новую ссылку или откройте это из /admin ещё раз.

# Сейчас.
dash-resume = Принимать новые файлы
dash-pause = Не принимать новые файлы
dash-drain = Дождаться конца: ничего нового
dash-count-running = Идут
dash-count-waiting = Ждут
dash-count-ready = Готовы начаться
dash-count-behind = За своими же
dash-count-delayed = Позже ещё раз
dash-count-oldest = Дольше всех ждёт
dash-running = Идут
dash-waiting = Ждут
dash-processes = Процессы
dash-none-running = Ничего не идёт.
dash-none-waiting = Ничего не ждёт.
dash-more = { $count ->
        [one] и ещё { $count } задание
        [few] и ещё { $count } задания
       *[other] и ещё { $count } заданий
    }
dash-person = Человек
dash-speed = Скорость
dash-left = Осталось
dash-path = Путь
dash-format = Формат
dash-size = Размер
dash-for = Длится
dash-attempt = Попытка
dash-worker = Исполнитель
dash-nobody = никто
dash-starts = Начнётся через
dash-waits = Ждёт
dash-cancel = Остановить
dash-cancel-that = Остановить № { $trace }
dash-retry = Повторить
dash-progress-of = Ход № { $trace }
dash-told-retrying = скоро попробует снова
dash-told-no-space = ждёт места на диске
dash-told-paused = отложено
dash-part-both = всё
dash-part-frontend = приём
dash-part-worker = исполнитель
dash-leads = ведёт
dash-draining = заканчивает
dash-worker-rest = Не начинать нового
dash-worker-rest-of = { $worker }: не начинать нового
dash-worker-work = Снова за работу
dash-worker-work-of = { $worker }: снова за работу
dash-worker-gone = Этого процесса уже нет
dash-slots = Места
dash-up = Работает
dash-heard = Слышно было
dash-version = Версия
dash-load = Нагрузка / ядра
dash-memory = Память
dash-free = Свободно на диске
dash-late = Задержка цикла
dash-ms = { $ms } мс
dash-sessions = Сеансы ({ $kind })
dash-slowed = Просили реже (429)
dash-repeated = Повторено запросов
dash-last-update = Последнее обновление
dash-cards = Видеокарты
dash-card = Карта
dash-busy = Занята
dash-celsius = Температура
dash-conversions = Преобразования
dash-encodes = Сеансы кодировщика

# История и одно задание.
dash-text = Файл или №
dash-user-id = Номер человека
dash-outcome = Итог
dash-target = Формат
dash-action = Путь
dash-device = Устройство
dash-code = Код ошибки
dash-since = С
dash-until = По
dash-any = любой
dash-search = Искать
dash-clear = Сбросить
dash-found-jobs = Найденные задания
dash-none-found = Ничего не найдено.
dash-paging = Страницы списка
dash-first = Новейшие
dash-older = Старее
dash-file = Файл
dash-finished = Закончено (UTC)
dash-after = Результат
dash-wait = Ждало
dash-took = Заняло
dash-job-gone = О таком задании больше ничего не известно.
dash-trace = №
dash-id = Номер
dash-created = Попросили (UTC)
dash-place = Место
dash-failures = Неудачных попыток
dash-ended-in = Закончилось во время
dash-detail = Подробности
dash-timeline = Ход событий
dash-when = Когда (UTC)
dash-what = Что
dash-event-accepted = принято
dash-event-downloading = скачивается
dash-event-converting = преобразуется
dash-event-sending = отправляется
dash-event-again = отложено для новой попытки
dash-event-lost = процесс пропал
dash-event-done = готово
dash-event-refused = отказано
dash-event-failed = не вышло
dash-event-cancelled = остановлено
dash-nothing-known = Ничего не известно.
dash-conversion = Преобразование
dash-before = До
dash-result = После
dash-plan = План
dash-commands = Команды
dash-log = Журнал
dash-log-as-of = Таким он был, когда открыли эту страницу; загрузите её снова, чтобы увидеть больше.
dash-no-log = В здешнем журнале об этом ничего нет.

# Графики.
dash-period = Срок
dash-days = { $days ->
        [one] { $days } день
        [few] { $days } дня
       *[other] { $days } дней
    }
dash-day = День
dash-as-table = Таблицей
dash-chart-jobs = Заданий в день
dash-chart-video = Сделано видео в день
dash-chart-wait = Ожидание в очереди
dash-chart-bytes = Пришло и ушло
dash-chart-codes = Неудачи по кодам
dash-chart-took = Время преобразования по пути
dash-chart-speed = Скорость по пути и устройству
dash-unit-jobs = задания
dash-unit-minutes = минуты
dash-unit-seconds = секунды
dash-unit-megabytes = МБ
dash-unit-times = раз быстрее воспроизведения
dash-series-video = видео
dash-series-median = медиана
dash-series-p95 = 95-й процентиль
dash-series-came = пришло
dash-series-went = ушло
dash-series-saved = сэкономлено
dash-series-others = прочие
dash-series-speed = скорость

# Люди.
dash-open = Открыть
dash-no-id = Номер состоит из цифр.
dash-most-active = Самые активные сегодня (UTC)
dash-nobody-today = Сегодня никто ничего не просил.
dash-jobs = Задания
dash-video = Видео
dash-ban = Запретить
dash-unban = Снять запрет
dash-their-jobs = Задания этого человека
dash-today = Сегодня (UTC)
dash-quotas = Квоты
dash-quota-help = Пусто — как обычно (показано серым), 0 — без предела; байты и как 2GB.
dash-quota-jobs_per_hour = Заданий в час
dash-quota-jobs_per_day = Заданий в день
dash-quota-bytes_per_day = Байтов в день
dash-quota-minutes_per_day = Минут видео в день
dash-save = Сохранить

# Рассылки.
dash-say-help = Эти слова получит каждый, кто что-нибудь просил за последние 30 дней. Перед отправкой вас спросят ещё раз.
dash-say-words = Слова
dash-say-ask = Дальше
dash-say-sure = { $count ->
        [0] Этого никто не получит: за последние 30 дней никто ничего не просил.
        [one] Это получит { $count } человек
        [few] Это получат { $count } человека
       *[other] Это получат { $count } человек
    }
dash-say-send = { $count ->
        [one] Отправить { $count } человеку
       *[other] Отправить { $count } людям
    }
dash-say-no = Не отправлять
dash-say-stop = Остановить
dash-say-going = Рассылка
dash-say-message = (сообщение администратора)
dash-stage-asked = ещё не отправлена
dash-stage-sending = отправляется
dash-stage-done = отправлена
dash-stage-stopped = остановлена
dash-stage-lost = сообщение пропало
dash-said = Готово
dash-said-over = Эта уже закончена

# Устройство.
dash-doctor = Проверка
dash-examining = Осматриваюсь, это займёт несколько секунд…
dash-level = Состояние
dash-level-ok = в порядке
dash-level-warning = внимание
dash-level-fault = неисправно
dash-check = Проверка
dash-found = Найдено
dash-fix = Что делать
dash-settings = Настройки
dash-settings-help = Как они действуют. Меняются в окружении или .env, читаются при запуске.
dash-setting = Настройка
dash-value = Значение
dash-origin = Откуда
dash-secret = задано, не показывается
dash-origin-environment = окружение
dash-origin-dotenv = .env
dash-origin-default = по умолчанию
dash-origin-given = командная строка

# Величины.
dash-size-b = { $amount } Б
dash-size-kb = { $amount } кБ
dash-size-mb = { $amount } МБ
dash-size-gb = { $amount } ГБ
dash-size-tb = { $amount } ТБ
dash-span-short = { $seconds } с
dash-span-hours = { $hours } ч { $minutes } мин
dash-span-days = { $days } д { $hours } ч
