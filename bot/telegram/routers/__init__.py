"""Who hears what of a chat: one router for each kind of thing that people do."""
