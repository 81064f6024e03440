"""Files and status messages between Telegram and here. Never imports the dialog."""
