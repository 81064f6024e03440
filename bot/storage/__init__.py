"""The database: its file and lock, its transactions, its schema. What stands in it is the business
of the rooms above."""
