"""Who does the jobs: workers, their attempts, and what they need at hand."""
