"""The read model of `overview`, from the tables: for whoever shows how it goes."""
