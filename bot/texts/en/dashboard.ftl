# The operator's pages (WEB_LISTEN).
dash-title = Video converter
dash-skip = To the content
dash-nav = Pages
dash-language-en = English
dash-language-ru = Русский
dash-leave = Log out
dash-page-now = Now
dash-page-history = History
dash-page-charts = Charts
dash-page-people = People
dash-page-say = Broadcast
dash-page-setup = Setup
dash-page-login = Log in
dash-page-app = Log in
dash-page-trouble = That didn't work
dash-done = Done
dash-away = The database doesn't answer right now. Try again in a moment.
dash-broken = Something broke on our side. The log says what.
dash-old-page = That page was of another login, so nothing was done. Open it again.
dash-not-here = There is no such page here.
dash-offline = The connection is gone, what you see may be old. Trying again…

# Logging in.
dash-login-how = On the machine where the bot runs, this prints a link that opens these pages once, within five minutes:
dash-login-telegram = Log in with Telegram
dash-login-go-on = Logged in already: open the dashboard
dash-login-app = Telegram says who you are…
dash-login-refused = That didn't log you in: the link is older than five minutes or was used, or you aren't an admin (ADMINS).
dash-login-refused-app = Telegram's word doesn't let you in. Open this from /admin once more.
dash-login-too-many = That was wrong too, and so were many tries before. A right one is let in at once: print a new link, or open this from /admin once more.

# Now.
dash-resume = Accept new files
dash-pause = Accept no new files
dash-drain = Drain: nothing new, end all
dash-count-running = Running
dash-count-waiting = Waiting
dash-count-ready = Ready to start
dash-count-behind = Behind their own
dash-count-delayed = Trying later
dash-count-oldest = Longest wait
dash-running = Running
dash-waiting = Waiting
dash-processes = Processes
dash-none-running = Nothing runs.
dash-none-waiting = Nothing waits.
dash-more = { $count ->
        [one] and { $count } more job
       *[other] and { $count } more jobs
    }
dash-person = Person
dash-speed = Speed
dash-left = Left
dash-path = Path
dash-format = Format
dash-size = Size
dash-for = For
dash-attempt = Attempt
dash-worker = Worker
dash-nobody = nobody
dash-starts = Starts in
dash-waits = Waits
dash-cancel = Cancel
dash-cancel-that = Cancel № { $trace }
dash-retry = Retry
dash-progress-of = Progress of № { $trace }
dash-told-retrying = tries again soon
dash-told-no-space = waits for room on the disk
dash-told-paused = put back
dash-part-both = everything
dash-part-frontend = front end
dash-part-worker = worker
dash-leads = leads
dash-draining = draining
dash-worker-rest = Begin nothing more
dash-worker-rest-of = Let { $worker } begin nothing more
dash-worker-work = Work again
dash-worker-work-of = Let { $worker } work again
dash-worker-gone = That worker is gone
dash-slots = Slots
dash-up = Up
dash-heard = Heard from
dash-version = Version
dash-load = Load / cores
dash-memory = Memory
dash-free = Free disk
dash-late = Loop lag
dash-ms = { $ms } ms
dash-sessions = Sessions ({ $kind })
dash-slowed = Slowed down (429)
dash-repeated = Requests repeated
dash-last-update = Last update
dash-cards = Graphics cards
dash-card = Card
dash-busy = Busy
dash-celsius = Temperature
dash-conversions = Conversions
dash-encodes = Encoder sessions

# History and one job.
dash-text = File or №
dash-user-id = Person's id
dash-outcome = Outcome
dash-target = Format
dash-action = Path
dash-device = Device
dash-code = Error code
dash-since = From
dash-until = To
dash-any = any
dash-search = Search
dash-clear = Clear
dash-found-jobs = Jobs found
dash-none-found = Nothing found.
dash-paging = Pages of the list
dash-first = Newest
dash-older = Older
dash-file = File
dash-finished = Ended (UTC)
dash-after = Result
dash-wait = Waited
dash-took = Took
dash-job-gone = No such job is known any more.
dash-trace = №
dash-id = Id
dash-created = Asked for (UTC)
dash-place = Place
dash-failures = Failed tries
dash-ended-in = Ended while
dash-detail = Detail
dash-timeline = Timeline
dash-when = When (UTC)
dash-what = What
dash-event-accepted = accepted
dash-event-downloading = downloading
dash-event-converting = converting
dash-event-sending = sending
dash-event-again = put back, to be tried again
dash-event-lost = its process was lost
dash-event-done = done
dash-event-refused = refused
dash-event-failed = failed
dash-event-cancelled = stopped
dash-nothing-known = Nothing is known.
dash-conversion = Conversion
dash-before = Before
dash-result = After
dash-plan = Plan
dash-commands = Commands
dash-log = Log
dash-log-as-of = As it was when this page was opened; load it again to see more.
dash-no-log = The log has nothing on it here.

# Charts.
dash-period = Period
dash-days = { $days ->
        [one] { $days } day
       *[other] { $days } days
    }
dash-day = Day
dash-as-table = As a table
dash-chart-jobs = Jobs a day
dash-chart-video = Video made a day
dash-chart-wait = Wait in the queue
dash-chart-bytes = Bytes in and out
dash-chart-codes = Failures by code
dash-chart-took = Time of a conversion by path
dash-chart-speed = Speed by path and device
dash-unit-jobs = jobs
dash-unit-minutes = minutes
dash-unit-seconds = seconds
dash-unit-megabytes = MB
dash-unit-times = times real time
dash-series-video = video
dash-series-median = median
dash-series-p95 = 95th percentile
dash-series-came = came
dash-series-went = went
dash-series-saved = saved
dash-series-others = others
dash-series-speed = speed

# People.
dash-open = Open
dash-no-id = An id is a number.
dash-most-active = Most active today (UTC)
dash-nobody-today = Nobody has asked for anything today.
dash-jobs = Jobs
dash-video = Video
dash-ban = Ban
dash-unban = Unban
dash-their-jobs = Their jobs
dash-today = Today (UTC)
dash-quotas = Quotas
dash-quota-help = Empty is as usual (shown in grey), 0 is no bound; bytes also as 2GB.
dash-quota-jobs_per_hour = Jobs an hour
dash-quota-jobs_per_day = Jobs a day
dash-quota-bytes_per_day = Bytes a day
dash-quota-minutes_per_day = Minutes of video a day
dash-save = Save

# Broadcasts.
dash-say-help = Everybody who asked for something in the last 30 days gets these words. You are asked once more before they go out.
dash-say-words = Words
dash-say-ask = Go on
dash-say-sure = { $count ->
        [0] Nobody would get this: nobody has asked for anything in the last 30 days.
        [one] { $count } person would get this
       *[other] { $count } people would get this
    }
dash-say-send = { $count ->
        [one] Send to { $count } person
       *[other] Send to { $count } people
    }
dash-say-no = Don't send
dash-say-stop = Stop
dash-say-going = A broadcast
dash-say-message = (a message of an admin's)
dash-stage-asked = not sent yet
dash-stage-sending = sending
dash-stage-done = sent
dash-stage-stopped = stopped
dash-stage-lost = its message is gone
dash-said = Done
dash-said-over = This one is over already

# Setup.
dash-doctor = Doctor
dash-examining = Looking around; that takes some seconds…
dash-level = State
dash-level-ok = fine
dash-level-warning = warning
dash-level-fault = fault
dash-check = Check
dash-found = Found
dash-fix = What to do
dash-settings = Settings
dash-settings-help = As they are in force. They are changed in the environment or .env, and read at start.
dash-setting = Setting
dash-value = Value
dash-origin = From
dash-secret = set, not shown
dash-origin-environment = environment
dash-origin-dotenv = .env
dash-origin-default = default
dash-origin-given = command line

# Amounts.
dash-size-b = { $amount } B
dash-size-kb = { $amount } kB
dash-size-mb = { $amount } MB
dash-size-gb = { $amount } GB
dash-size-tb = { $amount } TB
dash-span-short = { $seconds } s
dash-span-hours = { $hours } h { $minutes } min
dash-span-days = { $days } d { $hours } h
