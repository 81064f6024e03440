"""The operator's pages: what the bot does, what it did, and what can be done about it."""
