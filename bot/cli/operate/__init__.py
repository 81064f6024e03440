"""The operator's commands about what a bot works on: its database, its jobs, its processes."""
