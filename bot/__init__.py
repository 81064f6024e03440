"""The Telegram side: everything that knows a chat, a job or an operator."""
