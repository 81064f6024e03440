"""What jobs are and where they stand: the only truth, in one database. `store` is the door; the
others work within its transactions."""
