"""Workers that are lost, for the tests. A module of its own: a new process must find them."""

import os
import threading
from multiprocessing.connection import Connection

from tests.conformance.worker import Orders, Stage


def dies(pipe: Connection, _: Orders) -> None:
    """A worker that a conversion takes with it."""
    pipe.recv()
    pipe.send(Stage("converting", 30.0))
    os._exit(1)


def stops(pipe: Connection, _: Orders) -> None:
    """A worker whose conversion stands still and lets nothing else go on."""
    pipe.recv()
    pipe.send(Stage("converting", 1.0))
    threading.Event().wait()
