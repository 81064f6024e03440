# Files that were sent together.
batch = 📦 { $count ->
        [one] { $count } файл
        [few] { $count } файла
       *[other] { $count } файлов
    } → { $target } · готово: { $done }
batch-line = { $number }. __{ $name }__ · { $state }
batch-queued = ⏳ ждёт
batch-downloading = ⬇️ { $percent }%
batch-converting = ⚙️ { $percent }%
batch-sending = ⬆️ { $percent }%
batch-retrying = 🔁 скоро попробую ещё раз
batch-paused = ⏸ бот перезапускается
batch-cancelled = ✖️ остановлено
batch-done = ✅
batch-failed = ❌ { $cause }
card-album = 📦 { $count ->
        [one] __{ $count } файл__
        [few] __{ $count } файла__
       *[other] __{ $count } файлов__
    }
card-album-line = { $number }. { $name }
page-room = ⏳ Сейчас в вашей очереди место для { $room } из { $count } файлов.
menu-parts = { $target } × { $count }
menu-first = ▶️ Конвертировать первые { $room }
page-copy = 📦 Само видео весит { $size }: столько я скачать не могу. У Telegram есть его уменьшенная копия — её могу конвертировать.
