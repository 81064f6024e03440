# Files that were sent together.
batch = 📦 { $count ->
        [one] { $count } file
       *[other] { $count } files
    } → { $target } · ready: { $done }
batch-line = { $number }. __{ $name }__ · { $state }
batch-queued = ⏳ waiting
batch-downloading = ⬇️ { $percent }%
batch-converting = ⚙️ { $percent }%
batch-sending = ⬆️ { $percent }%
batch-retrying = 🔁 trying again soon
batch-paused = ⏸ the bot is restarting
batch-cancelled = ✖️ stopped
batch-done = ✅
batch-failed = ❌ { $cause }
card-album = 📦 { $count ->
        [one] __{ $count } file__
       *[other] __{ $count } files__
    }
card-album-line = { $number }. { $name }
page-room = ⏳ Your queue has room for { $room } of these { $count } files now.
menu-parts = { $target } × { $count }
menu-first = ▶️ Convert the first { $room }
page-copy = 📦 The video itself has { $size }: more than I can fetch. Telegram keeps this smaller copy of it, which I can convert.
