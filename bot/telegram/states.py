"""Where a conversation stands."""

from aiogram.fsm.state import State, StatesGroup


class VideoStates(StatesGroup):
    """A video may come in any state; this one says that we asked for it."""

    waiting_for_video = State()
