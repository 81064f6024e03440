# Commands, as Telegram lists them.
command-start = What this bot does
command-help = What it accepts, limits, what happens to your files
command-convert = In answer to a video: what to make of it
command-status = What is being converted now
command-cancel = Stop your conversions
command-settings = What is done with your videos
command-history = Your last files, each to be had again
command-privacy = What is kept, and for how long
command-forget = Delete everything about you

start =
    👋 Hi! Send me a video in any form, as a file too, and I will send back one that plays everywhere: on phones, computers and in the chat itself.

    🎬 __I'm waiting for your video.__
help =
    __What to send__
    Any video: as a file, a video, an animation or a round message. MOV, MKV, AVI, WebM, WMV, MPEG, 3GP, HEVC, HDR: what counts is what is inside, not the name.

    __What you get__
    MP4 (H.264 and AAC) that plays everywhere and starts at once. If your video is fine already, it isn't re-encoded and loses nothing.

    __Limits__
    • up to { $input } in, up to { $output } out
    • up to { $duration } long
    • one conversion at a time, { $queued ->
        [0] no queue
       *[other] up to { $queued } more in the queue
    }

    __Your files__
    They are deleted as soon as the job ends. Location and other private data are removed from the result.

    /status: what is going on · /cancel: stop
button-help = ❓ Help
button-status = 📋 Status
button-cancel = ✖️ Cancel
button-cancel-all = ✖️ Cancel all
button-retry = 🔁 Try again
button-send-again = 📤 Send again

send-video = 🎬 Send me a video, as a file or in any other form. Details: /help
photo-instead = 🖼 That is a picture. Send me a video, as a file or in any other form.
already-here = ☝️ I'm already working on this very file: look at the message above.
queue-full = ⏳ You already have a conversion running, and { $limit ->
        [0] I take one file at a time.
       *[other] { $limit } more in the queue.
    } Send this file again when one is done.
too-big-here = 📦 This file is { $actual }, and this bot takes { $limit } at most.

    Send a shorter or smaller piece.
too-big-to-fetch =
    📦 This file is { $actual } MB, and Telegram lets bots download { $limit } MB at most.

    Send a shorter or smaller piece. (For the operator: a self-hosted Bot API server lifts this limit, see TELEGRAM_API_URL.)
nothing-running = Nothing is being converted. Send me a video 🎬
cancelled-count = { $count ->
        [one] ✖️ Stopped: { $count } conversion.
       *[other] ✖️ Stopped: { $count } conversions.
    }
choose-cancel = Which one to stop?
status-line = { $number }. __{ $name }__: { $phase }
phase-queued = waiting
phase-downloading = downloading
phase-converting = converting
phase-sending = sending
tap-cancelled = Stopped
tap-not-yours = This isn't your video
tap-too-late = This one is over already
tap-on-its-way = Too late: the result is on its way to you
tap-retry = Trying again
tap-full = Your queue is full
tap-unknown = This button is out of date

# A job's one status message.
status-accepted = 📥 __{ $name }__ accepted
status-waiting = { $own ->
        [yes] ⏳ You already have a conversion running
       *[no] ⏳ All places are taken
    }

    __{ $name }__ is waiting, place in the queue: { $place }{ $wait }
status-wait = { " · " }starts in about { $time }
status-downloading = ⬇️ __{ $name }__
    Downloading… { $percent }%
status-converting = ⚙️ __{ $name }__
    Converting… { $percent }{ $speed }{ $left }{ $how }{ $shrunk }
status-speed = { " · " }{ $speed }×
status-left = { " · " }{ $time } left
status-shrunk = { "" }
    🗜 The result would not fit { $limit } MB, so I'm making it smaller
status-sending = ⬆️ __{ $name }__
    Sending… { $percent }% of { $size }
status-retrying = 🔁 __{ $name }__
    It didn't work out, trying again in { $seconds } s
status-paused = ⏸ __{ $name }__
    The bot is restarting; this goes on by itself
status-cancelled = ✖️ __{ $name }__: stopped
status-failed = ❌ __{ $name }__
    { $cause }

# A result's caption.
result = ✅ __{ $name }__
    { $what }{ $notes }{ $about }
result-nothing = Plays everywhere as it is: nothing had to be changed
result-as_it_was = It was like this already: nothing had to be changed
result-remux = Remuxed in { $time }, nothing re-encoded · { $size }
result-audio = Only the sound re-encoded, in { $time } · { $before } → { $after }
result-encode = Re-encoded on { $device } in { $time } · { $before } → { $after }
result-sound-copied = Sound taken as it is, in { $time } · { $size }
result-sound-encoded = Sound encoded in { $time } · { $size }
result-picture = Picture taken in { $time } · { $size }
# What a person should know of a format, by its target.
about-hevc = 💡 HEVC: smaller, but some devices can't play it
about-av1 = 💡 AV1: the smallest, but older devices can't play it
about-gif = 💡 Sent as a file: otherwise Telegram turns a GIF into a video
about-sticker = 🧩 Forward this file to @Stickers to add it to a set
about-emoji = 🧩 Forward this file to @Stickers to add it to a set of emoji
about-frame = 💡 Sent as a file: Telegram takes quality from photos
device-cpu = CPU
device-nvdec = CPU, decoded on the GPU
device-nvenc = GPU
device-gpu = GPU
note-shrunk = 🗜 Made smaller, so that it fits
note-slowed = 🎞 Fewer frames per second, so that it fits
note-cut = ✂️ Cut to the length that this format allows
note-subtitles_lost = 💬 Some subtitles couldn't be kept: this format has no place for them, or they can't be read
note-goes_on = ✂️ The recording goes on in other tracks; only the first ones are in here
note-sound_lost = 🔇 The sound could not be read
note-partial = ✂️ The file is damaged: only the first { $seconds } of { $whole } could be read
ready = 👆 Ready

# Why a job failed. The keys are the errors' codes.
error-empty = The file is empty (0 bytes).
error-not_media = There is no video in this file, or it is broken beyond reading.
error-text = This is a text, not a video.
error-archive = This is an archive. Unpack it and send me the video itself.
error-pdf = This is a PDF, not a video.
error-program = This is a program, not a video. I don't run programs.
error-picture = This is a picture, not a video.
error-playlist = This is a list that points to other files. Send me the video itself.
error-no_video = There is only sound in this file, no picture.
error-no_sound = There is no sound in this file.
error-no_track = There is no such track in this file.
error-no_track-audio = There is no sound track { $wanted } in this file; there are: { $there }.
error-no_track-audio-none = There is no sound track { $wanted } in this file, and no other that could be heard.
error-no_track-subtitles = There are no subtitles { $wanted } in this file; there are: { $there }.
error-no_track-subtitles-none = There are no subtitles in this file that could be burned in.
language-unknown = unknown language
error-bad_request = This can't be done with this file.
error-bad_request-unknown = There is no option { $option }.
error-bad_request-value = { $option } takes { $takes }.
error-bad_request-target = { $option } means nothing for { $target }.
error-bad_request-order = { $option } has to come after { $other }.
error-bad_request-needs = { $option } means nothing without { $other }.
error-bad_request-beside = { $option } means nothing beside { $other }.
error-bad_request-outside = { $option } lies outside of the file, which is { $length } long.
error-truncated = The file is cut off: its end, or its index, is missing. Try to download or export it again.
error-encrypted = The video is encrypted (DRM). I can't open it.
error-unsupported = I can't decode this kind of video.
error-dolby_vision = This is Dolby Vision profile 5, which can't be shown on ordinary screens without false colours. Export it as HDR10 or SDR.
error-too_large = The file is { $actual } MB, the limit is { $limit } MB.
error-too_long = The video is { $actual } min long, the limit is { $limit } min.
error-too_many_pixels = The picture is { $actual } MP, the limit is { $limit } MP.
error-too_many_streams = There are { $actual } tracks in the file, the limit is { $limit }.
error-damaged = The file is damaged: no playable video could be made of it.
error-output_too_large = The result doesn't fit { $limit } MB in watchable quality; the least is about { $least } MB. Send a shorter piece.
error-timed_out = It takes longer than { $limit } s, the limit for one video. Send a shorter piece.
error-out_of_memory = This video needs more memory than one conversion may use.
error-disk_full = The disk of the bot is full. Its operator has to make room.
error-gpu_failed = The graphics card failed.
error-engine = The converter doesn't answer at the moment.
error-failed = The conversion failed.
error-internal = Something broke on my side. The operator will find it in the log.
error-crashed = The conversion broke down several times in a row, so I gave up.
error-too_big_to_fetch = Telegram doesn't let bots download files of more than { $limit } MB.
error-file_gone = Telegram doesn't have this file any more. Send it again.
error-download_stalled = Telegram stopped sending the file in the middle.
error-download_incomplete = The file came incomplete from Telegram.
error-download_failed = The file could not be downloaded from Telegram.
error-telegram_unavailable = Telegram didn't take the result.
error-upload_too_large = The result is larger than Telegram lets bots send.
error-upload_rejected = Telegram refused the result.
error-unsure_if_sent = The connection broke while I was sending; maybe the result arrived, maybe not.

# Units.
time-seconds = { $seconds } s
time-minutes = { $minutes } min { $seconds } s
size-mb = { $mb } MB
