# Команды, как их показывает Telegram.
command-start = Что умеет этот бот
command-help = Что принимает, ограничения, что будет с файлами
command-convert = В ответ на видео: что из него сделать
command-status = Что сейчас конвертируется
command-cancel = Остановить ваши конвертации
command-settings = Что делать с вашими видео
command-history = Ваши последние файлы, каждый можно получить снова
command-privacy = Что хранится и сколько
command-forget = Удалить всё о вас

start =
    👋 Привет! Пришлите видео в любом виде, можно файлом, и я верну такое, которое играет везде: на телефоне, на компьютере и прямо в чате.

    🎬 __Жду ваше видео.__
help =
    __Что присылать__
    Любое видео: файлом, как видео, анимацию или кружок. MOV, MKV, AVI, WebM, WMV, MPEG, 3GP, HEVC, HDR: важно, что внутри, а не имя.

    __Что получится__
    MP4 (H.264 и AAC): играет везде и начинается сразу. Если видео и так в порядке, оно не пережимается и ничего не теряет.

    __Ограничения__
    • до { $input } на входе, до { $output } на выходе
    • длительность до { $duration }
    • одна конвертация за раз, { $queued ->
        [0] без очереди
       *[other] ещё до { $queued } в очереди
    }

    __Ваши файлы__
    Удаляются сразу по окончании работы. Геометка и другие личные данные из результата убираются.

    /status: что происходит · /cancel: остановить
button-help = ❓ Помощь
button-status = 📋 Статус
button-cancel = ✖️ Отменить
button-cancel-all = ✖️ Отменить все
button-retry = 🔁 Ещё раз
button-send-again = 📤 Отправить снова

send-video = 🎬 Пришлите видео: файлом или в любом другом виде. Подробности: /help
photo-instead = 🖼 Это картинка. Пришлите видео: файлом или в любом другом виде.
already-here = ☝️ Над этим файлом я уже работаю: смотрите сообщение выше.
queue-full = ⏳ У вас уже идет конвертация видео, { $limit ->
        [0] а я беру по одному файлу.
       *[other] и в очереди ещё { $limit }.
    } Пришлите этот файл снова, когда одна закончится.
too-big-here = 📦 В файле { $actual }, а этот бот принимает не больше { $limit }.

    Пришлите файл покороче или поменьше.
too-big-to-fetch =
    📦 В этом файле { $actual } МБ, а Telegram даёт ботам скачивать не больше { $limit } МБ.

    Пришлите кусок покороче или поменьше. (Оператору: свой сервер Bot API снимает это ограничение, см. TELEGRAM_API_URL.)
nothing-running = Сейчас ничего не конвертируется. Пришлите видео 🎬
cancelled-count = { $count ->
        [one] ✖️ Остановлена { $count } конвертация.
        [few] ✖️ Остановлены { $count } конвертации.
       *[other] ✖️ Остановлено { $count } конвертаций.
    }
choose-cancel = Какую остановить?
status-line = { $number }. __{ $name }__: { $phase }
phase-queued = ждёт
phase-downloading = скачивается
phase-converting = конвертируется
phase-sending = отправляется
tap-cancelled = Остановлено
tap-not-yours = Это не ваше видео
tap-too-late = Здесь уже всё закончилось
tap-on-its-way = Поздно: результат уже отправлен вам
tap-retry = Пробую ещё раз
tap-full = Ваша очередь заполнена
tap-unknown = Эта кнопка устарела

# Единственное сообщение о ходе работы.
status-accepted = 📥 __{ $name }__: принято
status-waiting = { $own ->
        [yes] ⏳ У вас уже идет конвертация видео
       *[no] ⏳ Все места заняты
    }

    __{ $name }__ ждёт, место в очереди: { $place }{ $wait }
status-wait = { " · " }начну примерно через { $time }
status-downloading = ⬇️ __{ $name }__
    Скачиваю… { $percent }%
status-converting = ⚙️ __{ $name }__
    Конвертирую… { $percent }{ $speed }{ $left }{ $how }{ $shrunk }
status-speed = { " · " }{ $speed }×
status-left = { " · " }осталось { $time }
status-shrunk = { "" }
    🗜 Результат не поместится в { $limit } МБ, делаю поменьше
status-sending = ⬆️ __{ $name }__
    Отправляю… { $percent }% из { $size }
status-retrying = 🔁 __{ $name }__
    Не получилось, попробую снова через { $seconds } с
status-paused = ⏸ __{ $name }__
    Бот перезапускается; продолжу сам
status-cancelled = ✖️ __{ $name }__: остановлено
status-failed = ❌ __{ $name }__
    { $cause }

# Подпись под результатом.
result = ✅ __{ $name }__
    { $what }{ $notes }{ $about }
result-nothing = И так играет везде: менять ничего не пришлось
result-as_it_was = И так в этом формате: менять ничего не пришлось
result-remux = Переупаковано за { $time }, без пережатия · { $size }
result-audio = Пережат только звук, за { $time } · { $before } → { $after }
result-encode = Пережато на { $device } за { $time } · { $before } → { $after }
result-sound-copied = Звук взят как есть, за { $time } · { $size }
result-sound-encoded = Звук пережат за { $time } · { $size }
result-picture = Кадр снят за { $time } · { $size }
# Что стоит знать о формате, по его имени.
about-hevc = 💡 HEVC: меньше места, но играет не на всех устройствах
about-av1 = 💡 AV1: меньше всего места, но старые устройства его не играют
about-gif = 💡 Отправлено файлом: иначе Telegram превращает GIF в видео
about-sticker = 🧩 Перешлите этот файл в @Stickers, чтобы добавить его в набор
about-emoji = 🧩 Перешлите этот файл в @Stickers, чтобы добавить его в набор эмодзи
about-frame = 💡 Отправлено файлом: фото Telegram сжимает
device-cpu = CPU
device-nvdec = CPU, декодирование на GPU
device-nvenc = GPU
device-gpu = GPU
note-shrunk = 🗜 Уменьшено, чтобы поместилось
note-slowed = 🎞 Меньше кадров в секунду, чтобы поместилось
note-cut = ✂️ Обрезано до длины, которую допускает этот формат
note-subtitles_lost = 💬 Часть субтитров не сохранилась: для них нет места в этом формате или их не прочесть
note-goes_on = ✂️ Запись продолжается в других дорожках; сюда вошли только первые
note-sound_lost = 🔇 Звук прочитать не удалось
note-partial = ✂️ Файл повреждён: удалось прочитать только первые { $seconds } из { $whole }
ready = 👆 Готово

# Почему не получилось. Ключи — коды ошибок.
error-empty = Файл пустой (0 байт).
error-not_media = В этом файле нет видео, или он испорчен до неузнаваемости.
error-text = Это текст, а не видео.
error-archive = Это архив. Распакуйте его и пришлите само видео.
error-pdf = Это PDF, а не видео.
error-program = Это программа, а не видео. Программы я не запускаю.
error-picture = Это картинка, а не видео.
error-playlist = Это список, который ссылается на другие файлы. Пришлите само видео.
error-no_video = В файле только звук, изображения нет.
error-no_sound = В этом файле нет звука.
error-no_track = В файле нет такой дорожки.
error-no_track-audio = В файле нет звуковой дорожки { $wanted }; есть: { $there }.
error-no_track-audio-none = В файле нет ни звуковой дорожки { $wanted }, ни другой, которую можно услышать.
error-no_track-subtitles = В файле нет субтитров { $wanted }; есть: { $there }.
error-no_track-subtitles-none = В файле нет субтитров, которые можно впечатать.
language-unknown = язык неизвестен
error-bad_request = С этим файлом так нельзя.
error-bad_request-unknown = Параметра { $option } нет.
error-bad_request-value = { $option }: нужно указать { $takes }.
error-bad_request-target = { $option }: для { $target } это ничего не значит.
error-bad_request-order = { $option }: нужно время позже, чем { $other }.
error-bad_request-needs = { $option }: без { $other } это ничего не значит.
error-bad_request-beside = { $option }: вместе с { $other } это ничего не значит.
error-bad_request-outside = { $option }: это за пределами файла, в нём всего { $length }.
error-truncated = Файл обрезан: нет конца или оглавления. Скачайте или экспортируйте его заново.
error-encrypted = Видео зашифровано (DRM). Открыть его я не могу.
error-unsupported = Такое видео я декодировать не умею.
error-dolby_vision = Это Dolby Vision, профиль 5: на обычных экранах цвета будут неверными. Экспортируйте в HDR10 или SDR.
error-too_large = В файле { $actual } МБ, предел — { $limit } МБ.
error-too_long = Видео длится { $actual } мин, предел — { $limit } мин.
error-too_many_pixels = В кадре { $actual } Мп, предел — { $limit } Мп.
error-too_many_streams = В файле { $actual } дорожек, предел — { $limit }.
error-damaged = Файл повреждён: сделать из него видео, которое играет, не удалось.
error-output_too_large = В { $limit } МБ результат в приличном качестве не поместится; нужно хотя бы { $least } МБ. Пришлите кусок покороче.
error-timed_out = Это дольше { $limit } с, предела для одного видео. Пришлите кусок покороче.
error-out_of_memory = Этому видео нужно больше памяти, чем отведено на одну конвертацию.
error-disk_full = У бота кончилось место на диске. Его оператору нужно освободить место.
error-gpu_failed = Видеокарта не справилась.
error-engine = Конвертер сейчас не отвечает.
error-failed = Конвертация не удалась.
error-internal = У меня что-то сломалось. Оператор найдёт причину в журнале.
error-crashed = Конвертация несколько раз подряд обрывалась, я сдаюсь.
error-too_big_to_fetch = Telegram не даёт ботам скачивать файлы больше { $limit } МБ.
error-file_gone = В Telegram этого файла больше нет. Пришлите его снова.
error-download_stalled = Telegram перестал передавать файл на полпути.
error-download_incomplete = Файл пришёл из Telegram не целиком.
error-download_failed = Скачать файл из Telegram не удалось.
error-telegram_unavailable = Telegram не принял результат.
error-upload_too_large = Результат больше, чем Telegram разрешает отправлять ботам.
error-upload_rejected = Telegram отказался принять результат.
error-unsure_if_sent = Связь оборвалась при отправке; может быть, результат дошёл, а может, и нет.

# Единицы.
time-seconds = { $seconds } с
time-minutes = { $minutes } мин { $seconds } с
size-mb = { $mb } МБ
