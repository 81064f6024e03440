"""How updates come: by long polling or by webhook; and what is told of the bot before."""
