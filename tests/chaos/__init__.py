"""The real processes under fire: `make chaos`, and a short of it in the suite."""
