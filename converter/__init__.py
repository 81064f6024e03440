"""Understand a video, plan the cheapest correct conversion, run it safely, verify it.

Knows no messenger: a library that anybody could use.
"""
