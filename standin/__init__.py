"""A Telegram Bot API server on this machine, for tests, the demo and the sandbox.

It shares no code with the bot that it tests. `StandIn` is the way in:

    async with StandIn() as standin:
        user = standin.user(lang="en")
        await user.send_document(path)
        result = await user.wait_for_result()
"""

from standin.answers import CallbackAnswer, InlineAnswer, InlineResult
from standin.calls import CallRecord
from standin.content import FileOptions, MessageOptions, Quality
from standin.faults import Fault, FaultOptions, Faults
from standin.files import FileLimits
from standin.groups import Channel, Group, Masked
from standin.hooks import Hook
from standin.local import Local
from standin.pace import Pace
from standin.people import Person, User
from standin.standin import TEST_TOKEN, StandIn
from standin.state import Topic
from standin.views import Button, Media, SeenMessage, Thumbnail

__all__ = [
    "TEST_TOKEN",
    "Button",
    "CallRecord",
    "CallbackAnswer",
    "Channel",
    "Fault",
    "FaultOptions",
    "Faults",
    "FileLimits",
    "FileOptions",
    "Group",
    "Hook",
    "InlineAnswer",
    "InlineResult",
    "Local",
    "Masked",
    "Media",
    "MessageOptions",
    "Pace",
    "Person",
    "Quality",
    "SeenMessage",
    "StandIn",
    "Thumbnail",
    "Topic",
    "User",
]
