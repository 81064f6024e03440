"""What can go wrong with the database."""


class StorageError(OSError):
    """The storage failed (disk full, locked, damaged, closed): a transient error. The call changed
    nothing, unless it failed in the very commit: then only a look at the job can tell."""
