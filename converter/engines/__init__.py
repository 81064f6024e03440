"""Where programs run: containers, this machine, and what the programs there can do."""
