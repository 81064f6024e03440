"""What is to be done about a file, and how exactly. Pure."""
