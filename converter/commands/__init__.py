"""What is run: argument lists, and what programs print made sense of. Pure."""
