"""Requests to the Bot API: how they go out, and what comes back."""
