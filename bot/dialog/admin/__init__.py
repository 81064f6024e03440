"""The operator's part of the conversation: what admins see, and what they may do."""
