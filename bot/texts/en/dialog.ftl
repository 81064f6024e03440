# The card of a file: what it is, what is wished, what that costs.
card-name = 🎬 __{ $name }__
card-looking = looking at it…
card-wish = → { $what }
card-cost = { $cost }
card-trouble = ⚠️ { $cause }
card-about = about { $what }
card-as-file = as a file
card-end = end
card-fps = { $fps } fps
card-bits = { $bits }-bit
card-tracks = { $count } sound tracks
card-subtitles = { $count ->
        [one] { $count } subtitle track
       *[other] { $count } subtitle tracks
    }
plan-nothing = nothing to change
plan-remux = without re-encoding
plan-audio = only the sound re-encoded
plan-encode = re-encoded

# Targets, as their buttons say them.
target-mp4 = 🎬 MP4
target-hevc = 🎬 MP4 (HEVC)
target-av1 = 🎬 MP4 (AV1)
target-webm = 🎬 WebM
target-mkv = 🎬 MKV
target-mov = 🎬 MOV
target-animation = 🔁 Animation
target-gif = 🔁 GIF
target-note = ⭕️ Round
target-sticker = 🧩 Sticker
target-emoji = 🧩 Emoji
target-mp3 = 🎵 MP3
target-m4a = 🎵 M4A
target-opus = 🎤 Voice
target-flac = 🎵 FLAC
target-frame = 🖼 Picture

# Menus.
menu-convert = ▶️ Convert
menu-smaller = 🗜 Smaller…
menu-format = 🎛 Format…
menu-trim = ✂️ Trim…
menu-sound = 🔊 Sound…
menu-more = ⚙️ More…
menu-close = ✖️ Close
menu-back = ⬅️ Back
menu-type = ✏️ Type it…
menu-type-size = ✏️ Another size…
menu-as-file = as a file
menu-name = ✏️ name…
page-format = A tap converts.
page-smaller = A tap converts.
page-trim = Which part?
page-sound = What should be heard?
page-opt-target = What to make:
page-more = Everything that can be set for this format:
smaller-quality = 🗜 Small
smaller-height = { $value }
smaller-max_bytes = ≤ { $value }
trim-first = first { $seconds } s
trim-last = last { $seconds } s
trim-type = ✏️ From – to…
trim-whole = all of it
sound-track = { $number }. { $name }
sound-loudness = loudness { NUMBER($lufs) } LUFS
type-trim = ✏️ Send the part as a message: 0:10–0:42, or “first 30 s”, or “last 30 s”.
type-name = ✏️ Send the new name as a message.
type-max_bytes = ✏️ Send the size as a message, such as 12 MB.
type-option = ✏️ { $option }: send it as a message. It takes { $takes }.
type-length = The file is { $length } long.
not-understood = 🤔 I can't read that.
draft-gone = This menu is out of date. Send the file again.
draft-started = It has been started already
draft-closed = Closed
button-change = ⚙️ Change…
button-other = ⚙️ Other settings
button-as-file = 📄 As a file
button-smaller = 🗜 Smaller
button-delete = 🗑 Delete
tap-deleted = Deleted
tap-not-deleted = It can't be deleted any more: Telegram says no
tap-already = It is on its way already
tap-as-file = It will come as a file

# Values in words.
value-usual = as usual
value-true = yes
value-false = no
value-auto = as usual
value-drop = without
value-keep = kept
value-burn = burned in
value-original = best
value-balanced = balanced
value-small = small
value-height = { $value }p
value-max_side = { $value } px
value-max_fps = { $value } fps
value-rotate = { $value }°
value-speed = { $value }×
value-loudness = { $value } LUFS

# /settings, /history, /forget, /privacy.
settings = ⚙️ __Settings__
    What I do with a video that you send.
settings-format = Format: { $now }
settings-quality = Quality: { $now }
settings-language = Language: { $now }
settings-ask = ask me first
settings-quiet = no sound when it is ready
language-auto = as in Telegram
language-en = English
language-ru = Русский
settings-saved = Saved
history-empty = Nothing yet. Send me a video 🎬
history = 🗂 __Your last files__
history-line = { $number }. { $name } → { $target }: { $phase }
phase-done = done
phase-failed = failed
phase-refused = refused
phase-cancelled = stopped
history-again = 🔁 { $number }. { $name }
forget-ask = 🗑 Shall I delete everything that I know about you? That is your list of files, open menus and settings. What is being converted is stopped.
forget-yes = Yes, delete everything
forgotten = 🗑 Deleted: { $jobs ->
        [one] { $jobs } entry
       *[other] { $jobs } entries
    } of your list, { $drafts ->
        [one] { $drafts } menu
       *[other] { $drafts } menus
    }, { $settings ->
        [0] no settings
       *[other] your settings
    }.
privacy = 🔒 __What I keep__
    • your video: only until its job ends; while a menu is open, { $minutes } minutes at most
    • its name, size, what became of it and what Telegram calls the result: 30 days, for /history and so that the same again is there at once
    • your settings, until /forget

    Conversions run without network in a locked box. Places, dates and names of devices are removed from the result. /forget deletes everything now.

# Commands behind a file, links, what Telegram shows of the bot.
convert-how = ☝️ Answer a video with /convert and a format, such as /convert mp3, or write it under a video that you send.
convert-what = 🤔 I don't know “{ $word }”. Formats: mp4, mp3, gif, voice, circle, sticker…; also 720p, 12MB, mute.
start-for = 👋 Send me a video, and I will make it { $target }.
about-short = Send a video in any form, get back one that plays everywhere, or the format you choose.
about-long = Send me a video in any form, as a file too, and I will send back one that plays everywhere: on phones, computers and in the chat itself. Or a GIF, a round message, a sticker, MP3, a voice message… smaller, cut, with subtitles burned in.

    Your files are deleted as soon as they are converted.

# Who is served, and how much.
stranger = 🔒 This bot serves only people whom its operator knows.
closed-for-now = ⏸ The operator takes no new files at the moment. Send it again later.
over-quota-hour = ⏳ You have asked for { $limit } conversions within an hour; that is as many as one may. Send it again later.
over-quota-day = ⏳ You have asked for { $limit } conversions within a day; that is as many as one may. Send it again tomorrow.
over-quota-bytes = ⏳ Files of { $limit } in a day are as many as one may send. Send it again tomorrow.
tap-over-quota = You have asked for as much as one may. Try again later
too-many-open = 🗂 You have { $limit } menus open. Please convert or close some of them first, or let me convert at once: /settings.
