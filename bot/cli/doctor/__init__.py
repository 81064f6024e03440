"""What keeps the bot from working on this machine, found by trying it. Checks change nothing."""
