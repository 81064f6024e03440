"""What the bot writes about itself, for people or as JSON, without secrets."""
