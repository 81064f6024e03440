# Several videos that become one.
menu-join = ➕ Join…
join-album = ➕ Join into one
join-line = ➕ Joined: { $count ->
    [one] { $count } video
   *[other] { $count } videos
}
page-join = ➕ __Join__
    Send me the videos that are to follow this one, { $most } in all at most. Tap one to move it or to take it off.
join-part = { $number }. { $part }
join-tap = { $number }. { $name }
join-up = ⬆️ Move up
join-off = ✖️ Take off
join-done = ✅ Done
join-too-many = ➕ { $most } videos at most become one. This one is not among them.
join-too-large = 📦 Together they would be { $actual }, and all that is joined may have { $limit }. This one is not among them.
join-no-video = ➕ Only videos can be joined. This file is not among them.
join-trouble = Part { $part } ({ $name }): { $cause } Take it off, or send another one: nothing is lost.
note-joined = ➕ Several videos joined: { $length } in all
