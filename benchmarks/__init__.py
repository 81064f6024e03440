"""Measurements, as ratios against a named peer that runs at the same time. `make bench`."""
