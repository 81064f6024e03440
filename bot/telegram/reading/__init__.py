"""What an update says: who, where, which file, which button."""
