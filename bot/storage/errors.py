"""What can go wrong with the database."""


class StorageError(OSError):
    """The storage failed (disk full, locked, damaged, closed): a transient error. The call changed
    nothing, unless it failed in the very commit: then only a look at the job can tell."""


class UnusableDatabaseError(StorageError):
    """The database can't be opened: not ours, damaged, of a newer version, or out of reach."""


class AlreadyRunningError(UnusableDatabaseError):
    """Another process works on this data folder. Two bots on one folder would run jobs twice."""
