"""What came of it: is it right, what went wrong, and what is worth trying next. Pure."""
