"""A bad day of the messenger's: whatever it is asked for may go wrong, in several ways."""

import random
from collections.abc import Callable
from typing import Any, Final

from standin import StandIn

# Of a hundred calls so many are refused, told to wait, cut before they are executed, and executed
# without an answer.
REFUSED: Final = 0.02
TOLD_TO_WAIT: Final = 0.01
CUT: Final = 0.02
UNANSWERED: Final = 0.03


def bad_day(standin: StandIn, chance: random.Random) -> None:
    """Until the faults are cleared."""

    def once_in(share: float) -> Callable[[dict[str, Any]], bool]:
        return lambda _params: chance.random() < share

    standin.faults.add("*", times=None, when=once_in(REFUSED), status=502)
    standin.faults.add("*", times=None, when=once_in(TOLD_TO_WAIT), status=429, retry_after=1)
    standin.faults.add("*", times=None, when=once_in(CUT), drop_request=True)
    standin.faults.add("*", times=None, when=once_in(UNANSWERED), drop_reply=True)
    standin.faults.add("download", times=None, when=once_in(CUT), reset_after=4000)
