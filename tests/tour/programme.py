"""Which conversations there are, in their order."""

from collections.abc import Awaitable, Callable
from typing import Final

from tests.tour import alone, house, together
from tests.tour.theatre import Theatre

Conversation = Callable[[Theatre], Awaitable[None]]

TOUR: Final[tuple[tuple[str, Conversation], ...]] = (
    ("A first video", alone.first_video),
    ("По-русски", alone.russian),
    ("Another format, two taps", alone.another_format),
    ("Asked first", alone.ask_first),
    ("A format in a few words", alone.by_command),
    ("Under a result", alone.under_a_result),
    ("Альбом", together.album),
    ("A long film as round notes", together.parts),
    ("Ready already, and sent on", together.again_and_share),
    ("Свои субтитры", together.own_subtitles),
    ("Своя подпись", alone.own_caption),
    ("В группе", together.group),
    ("Who may come in", house.who_may_come_in),
    ("An operator's day", house.operators_day),
    ("What is kept", alone.forgotten),
)
