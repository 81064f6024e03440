# What there is room for, of everybody's together.

crowded = 🚦 Too many files are waiting for this bot right now. Send this one again { $when }.
crowded-again = 🚦 Too many files are waiting for this bot right now. Try again { $when }.
tap-crowded = Too many files are waiting for this bot right now. Try again later
crowded-when = in about { $time }
crowded-later = later
no-space = 💽 The bot's disk is full at the moment, so I can't take this file. Send it again later.
tap-no-space = The bot's disk is full at the moment. Try again later
page-crowd = There is room for { $room } of these { $count } files now.
status-no_space = 💽 __{ $name }__
    The bot's disk is full at the moment. Your file isn't lost: I try again by myself in { $time }
batch-no_space = 💽 waiting for room on the bot's disk
time-whole = { $minutes } min
