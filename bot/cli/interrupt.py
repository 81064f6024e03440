"""Signals for the commands that end with what they started."""

import signal


def end_like_interrupt() -> None:
    """From now on SIGTERM ends this program as Ctrl-C does: what it has started ends with it."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: signal.raise_signal(signal.SIGINT))
