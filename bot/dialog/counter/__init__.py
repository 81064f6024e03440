"""Where files are taken in and drafts become jobs: the part that acts."""
