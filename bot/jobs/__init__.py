"""Jobs: what a person asked for, saved before anything slow, and the worker that does it.

Knows no messenger: what touches the chat comes in through the Protocols of `steps`.
"""
