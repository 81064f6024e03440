"""Files: from Telegram, or from a Bot API server of the operator's own on this disk."""
