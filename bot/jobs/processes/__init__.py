"""Who is there: the processes that work on the same jobs, and how each of them is."""
