"""Updates on their way to whoever handles them: kept first, each person's in their order."""
