"""Converts every file of a folder and judges each output with other eyes than the converter's.

Nothing here imports `converter.checks.verify`, `probe`, `plan` or `boxes`: a mistake there must not
hide here too. See docs/conformance.md.
"""
