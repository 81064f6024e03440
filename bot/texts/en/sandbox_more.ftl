# The page of `telegram_bot.py sandbox`: chats and people, and what is done with a message.
sandbox-person-2 = Second guest
sandbox-group = Group with the bot
sandbox-places = Chats and people
sandbox-to-private = Alone with the bot
sandbox-to-group = In a group
sandbox-to-person = As “{ $name }”, in another tab
sandbox-you-are = You are “{ $name }”
sandbox-welcome-group = Two guests and the bot are here. It converts videos that are sent, and answers commands, replies and @{ $bot }.
sandbox-write-group = Message, or @{ $bot }…
sandbox-forwarded = from { $name }
sandbox-deeds = What to do with this message
sandbox-do-reply = Reply
sandbox-do-edit = Edit
sandbox-do-forward = Forward to this chat
sandbox-do-delete = Delete
sandbox-do-hood = Under the hood
sandbox-refused-fixed = That can't be done with this message.
