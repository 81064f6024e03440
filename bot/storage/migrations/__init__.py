"""Schema changes (Alembic), run when the queue opens. Each is written by hand and never edited
once released; a test compares their outcome with `bot.jobs.tables`."""
