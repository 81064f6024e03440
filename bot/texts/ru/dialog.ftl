# Карточка файла: что это, чего хочется, во что обойдётся.
card-name = 🎬 __{ $name }__
card-looking = смотрю…
card-wish = → { $what }
card-cost = { $cost }
card-trouble = ⚠️ { $cause }
card-about = около { $what }
card-as-file = файлом
card-end = конец
card-fps = { $fps } к/с
card-bits = { $bits } бит
card-tracks = звуковых дорожек: { $count }
card-subtitles = { $count ->
        [one] { $count } дорожка субтитров
        [few] { $count } дорожки субтитров
       *[other] { $count } дорожек субтитров
    }
plan-nothing = менять нечего
plan-remux = без перекодирования
plan-audio = перекодируется только звук
plan-encode = с перекодированием

# Форматы, как на кнопках.
target-mp4 = 🎬 MP4
target-hevc = 🎬 MP4 (HEVC)
target-av1 = 🎬 MP4 (AV1)
target-webm = 🎬 WebM
target-mkv = 🎬 MKV
target-mov = 🎬 MOV
target-animation = 🔁 Анимация
target-gif = 🔁 GIF
target-note = ⭕️ Кружок
target-sticker = 🧩 Стикер
target-emoji = 🧩 Эмодзи
target-mp3 = 🎵 MP3
target-m4a = 🎵 M4A
target-opus = 🎤 Голосовое
target-flac = 🎵 FLAC
target-frame = 🖼 Картинка

# Меню.
menu-convert = ▶️ Конвертировать
menu-smaller = 🗜 Меньше…
menu-format = 🎛 Формат…
menu-trim = ✂️ Обрезать…
menu-sound = 🔊 Звук…
menu-more = ⚙️ Ещё…
menu-close = ✖️ Закрыть
menu-back = ⬅️ Назад
menu-type = ✏️ Написать…
menu-type-size = ✏️ Другой размер…
menu-as-file = файлом
menu-name = ✏️ имя…
page-format = Нажатие сразу запускает.
page-smaller = Нажатие сразу запускает.
page-trim = Какую часть?
page-sound = Что должно быть слышно?
page-opt-target = Что сделать:
page-more = Всё, что можно задать для этого формата:
smaller-quality = 🗜 Маленькое
smaller-height = { $value }
smaller-max_bytes = ≤ { $value }
trim-first = первые { $seconds } с
trim-last = последние { $seconds } с
trim-type = ✏️ От – до…
trim-whole = целиком
sound-track = { $number }. { $name }
sound-loudness = громкость { NUMBER($lufs) } LUFS
type-trim = ✏️ Пришлите часть сообщением: 0:10–0:42, или «первые 30 с», или «последние 30 с».
type-name = ✏️ Пришлите новое имя сообщением.
type-max_bytes = ✏️ Пришлите размер сообщением, например 12 МБ.
type-option = ✏️ { $option }: пришлите сообщением. Подойдёт { $takes }.
type-length = Длина файла { $length }.
not-understood = 🤔 Не могу это прочитать.
draft-gone = Это меню устарело. Пришлите файл ещё раз.
draft-started = Уже запущено
draft-closed = Закрыто
button-change = ⚙️ Изменить…
button-other = ⚙️ Другие настройки
button-as-file = 📄 Файлом
button-smaller = 🗜 Меньше
button-delete = 🗑 Удалить
tap-deleted = Удалено
tap-not-deleted = Удалить уже нельзя: Telegram не даёт
tap-already = Уже в пути
tap-as-file = Придёт файлом

# Значения словами.
value-usual = как обычно
value-true = да
value-false = нет
value-auto = как обычно
value-drop = без них
value-keep = оставить
value-burn = впечатать
value-original = лучшее
value-balanced = среднее
value-small = маленькое
value-height = { $value }p
value-max_side = { $value } пкс
value-max_fps = { $value } к/с
value-rotate = { $value }°
value-speed = { $value }×
value-loudness = { $value } LUFS

# /settings, /history, /forget, /privacy.
settings = ⚙️ __Настройки__
    Что я делаю с видео, которое вы присылаете.
settings-format = Формат: { $now }
settings-quality = Качество: { $now }
settings-language = Язык: { $now }
settings-ask = сначала спрашивать
settings-quiet = без звука, когда готово
language-auto = как в Telegram
language-en = English
language-ru = Русский
settings-saved = Сохранено
history-empty = Пока ничего. Пришлите мне видео 🎬
history = 🗂 __Ваши последние файлы__
history-line = { $number }. { $name } → { $target }: { $phase }
phase-done = готово
phase-failed = не вышло
phase-refused = отказано
phase-cancelled = остановлено
history-again = 🔁 { $number }. { $name }
forget-ask = 🗑 Удалить всё, что я о вас знаю? Это список файлов, открытые меню и настройки. То, что конвертируется, остановится.
forget-yes = Да, удалить всё
forgotten = 🗑 Удалено: записей в списке: { $jobs }, меню: { $drafts }, { $settings ->
        [0] настроек не было
       *[other] ваши настройки
    }.
privacy = 🔒 __Что я храню__
    • ваше видео: только до конца его конвертации; пока открыто меню, не больше { $minutes } минут
    • его имя, размер, что с ним стало и как Telegram называет результат: 30 дней, для /history и чтобы то же самое снова пришло сразу
    • ваши настройки, до команды /forget

    Конвертация идёт без сети, в запертом ящике. Места, даты и названия устройств из результата удаляются. /forget удаляет всё сразу.

# Commands behind a file, links, what Telegram shows of the bot.
convert-how = ☝️ Ответьте на видео командой /convert и форматом, например /convert mp3, или напишите её под видео, которое присылаете.
convert-what = 🤔 Не знаю, что такое «{ $word }». Форматы: mp4, mp3, gif, голосовое, кружок, стикер…; ещё 720p, 12MB, немое.
start-for = 👋 Пришлите видео, и я сделаю из него { $target }.
about-short = Пришлите видео в любом виде, и оно вернётся таким, что откроется везде, или в формате, который вы выберете.
about-long = Пришлите мне видео в любом виде, можно файлом, и я верну такое, которое открывается везде: на телефонах, компьютерах и прямо в чате. Или GIF, кружок, стикер, MP3, голосовое… поменьше, обрезанное, с впечатанными субтитрами.

    Ваши файлы удаляются сразу после конвертации.

# Кого обслуживаем и сколько.
stranger = 🔒 Этот бот работает только для знакомых своего владельца.
closed-for-now = ⏸ Владелец бота сейчас не принимает новые файлы. Пришлите ещё раз попозже.
over-quota-hour = ⏳ За час вы попросили столько конвертаций, сколько можно: { $limit }. Пришлите ещё раз попозже.
over-quota-day = ⏳ За день вы попросили столько конвертаций, сколько можно: { $limit }. Пришлите ещё раз завтра.
over-quota-bytes = ⏳ За день можно прислать файлов на { $limit }. Пришлите ещё раз завтра.
tap-over-quota = Вы попросили столько, сколько можно. Попробуйте попозже
too-many-open = 🗂 У вас открыто меню для { $limit } { $limit ->
    [one] файла
   *[other] файлов
}. Сначала сконвертируйте или закройте часть из них — или пусть я конвертирую сразу: /settings.
