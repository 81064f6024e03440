# For admins alone.
admin-board = 🛠 __The bot__
    waiting { $waiting } · running { $running }

    __Today__ (UTC)
    done { $done } · failed { $failed } · refused { $refused } · stopped { $cancelled }
    people: { $users }
    free disk: { $free }

    { $door }

    /ban, /unban, /allow with an id or as an answer; /quota, /stop, /error, /broadcast, /invite
admin-gb = { $gb } GB
admin-open = New files are accepted.
admin-paused = New files are not accepted. What is under way goes on.
admin-draining = Nothing new is accepted. I tell you when everything under way has ended.
admin-drained = Nothing new is accepted, and nothing is running.
admin-drained-now = ✅ Drained: nothing is running; you can stop the bot now. After a start it accepts files again.
admin-pause = ⏸ Accept no new files
admin-resume = ▶️ Accept new files
admin-drain = ⏹ Drain
admin-jobs = 📋 Jobs
admin-users = 👥 Users
admin-errors = ⚠️ Errors
admin-refresh = 🔄
admin-dashboard = 🖥 Dashboard
admin-more = … and { $count } more
admin-jobs-title = { $count ->
        [0] 📋 Nothing waits and nothing runs.
        [one] 📋 __{ $count } job__
       *[other] 📋 __{ $count } jobs__
    }
admin-job = № { $trace } · { $user } · { $phase } · { $size } · { $age }
admin-stop = ✖️ № { $trace }
admin-users-title = 👥 __Most active today__ (UTC)
admin-users-none = 👥 Nobody has asked for anything today.
admin-users-line = { $number }. { $user }: { $jobs ->
        [one] { $jobs } job
       *[other] { $jobs } jobs
    } · { $size } · { $minutes } min
admin-user-title = 👤 __{ $user }__
admin-user-admin = An admin: no quotas, and can't be shut out.
admin-user-none = Nothing is said of them.
admin-user-allowed = Allowed by an admin.
admin-user-banned = Banned.
admin-user-today = Today: { $jobs ->
        [one] { $jobs } job
       *[other] { $jobs } jobs
    } · { $size } · { $minutes } min
admin-user-ban = 🚫 Ban
admin-user-unban = Unban
admin-quotas = 📏 Quotas
admin-quotas-title = 📏 __Quotas of { $user }__
admin-quotas-admin = An admin: none of these counts.
admin-quota-line = { $name } = { $amount } ({ $whose })
admin-quota-none = no bound
admin-quota-own = own
admin-quota-usual = usual
admin-quotas-how = /quota { $user } jobs_per_day=50 bytes_per_day=2GB
    0 is no bound, jobs_per_day=usual takes one back, “usual” alone all of them.
admin-quotas-usual = ↩️ As usual
admin-quota-whom = Whose quotas? Write /quota, the id and what they are to be: /quota 123456 jobs_per_day=50
admin-quota-bad-word = I can't read “{ $word }”: a quota is written like jobs_per_day=50.
admin-quota-bad-name = There is no quota “{ $word }”; there are: { $names }.
admin-quota-bad-value = { $name } takes { $takes } or “usual”, not “{ $word }”.
admin-quota-takes-number = a whole number from 0
admin-quota-takes-size = a size like 2GB, or 0,
admin-stop-which = Which job? Write its number behind the command: /stop 3fccbd80
admin-stop-unknown = No such job waits or runs: { $trace }
admin-stopped = ✖️ № { $trace } is stopped.
admin-errors-title = ⚠️ __The last failures__ (UTC)
admin-errors-none = ⚠️ Nothing has failed.
admin-errors-line = { $at } · { $code } · № { $trace } · { $user } · { $phase }
admin-error = 🔎 __№ { $trace }__ ({ $job })
    { $outcome } · { $code } · in: { $phase } · user { $user } · { $at }
admin-error-outside = 🔎 __№ { $trace }__: a failure outside of any job
admin-error-no-lines = The log has nothing on it any more.
admin-error-which = Which failure? Write its number behind the command: /error 3fccbd80
admin-error-unknown = Nothing is known of it
admin-whom = Whom? Write the id behind the command, or answer one of their messages. Admins can't be shut out.
admin-ban = { $user } is banned; stopped: { $stopped }.
admin-unban = Nothing is said of { $user } any more.
admin-allow = { $user } is served.
admin-invite = This link lets one person in: { $link }
admin-no-invites = Nobody is invited here: ACCESS is not “invite”.

# Broadcasts.
broadcast-how = 📣 Answer a message of yours with /broadcast, and everybody gets it as it is; or write the words behind the command.
broadcast-nobody = 📣 Nobody would get it: nobody has asked for anything in the last 30 days.
broadcast-ask = { $count ->
        [one] 📣 { $count } person would get this: everybody of the last 30 days. Nothing is sent before you tap.
       *[other] 📣 { $count } people would get this: everybody of the last 30 days. Nothing is sent before you tap.
    }
broadcast-send = 📣 Send to { $count }
broadcast-no = ✖️ Don't send
broadcast-stop = ✖️ Stop
broadcast-asked = 📣 Not sent yet.
broadcast-sending = 📣 Sending: { $sent } of { $all }
broadcast-done = 📣 Sent: { $sent } of { $all }
broadcast-stopped = 📣 Stopped: { $sent } of { $all } got it
broadcast-lost = 📣 The message is gone, so nobody else gets it: { $sent } of { $all } got it
broadcast-blocked = blocked the bot: { $count }
broadcast-failed = can't be reached: { $count }
broadcast-unsure = perhaps got it, perhaps not: { $count }
broadcast-over = This one is over already

# What people hear of it.
status-stopped = ✖️ __{ $name }__: stopped by the operator
button-trace = 📋 Copy №
trace = № { $trace }
broken = 😔 Something broke on my side. Please send it again. If it happens again, tell the operator: № { $trace }
tap-closed = The operator accepts nothing new right now. Try again later
over-quota-minutes = ⏳ You have had { $limit } min of video converted within a day; that is as much as one may. Send it again tomorrow.
error-over_minutes = The video is { $actual } min long, and of the { $limit } min that one may have converted in a day you have used { $used }. Send a shorter piece, or send it tomorrow.
