"""States of a conversation: they route what is typed. Nothing else is a state: menus are drafts."""

from aiogram.fsm.state import State, StatesGroup


class VideoStates(StatesGroup):
    """`waiting_for_video`: the next file is to become the target in the state's data.
    `typing`: the next text is a value for a draft; the data says for which, and what. `setting`:
    it is a template for /settings; the data says which. `adding`: the next videos follow the one
    of a draft; the data says which."""

    waiting_for_video = State()

    typing = State()

    adding = State()

    setting = State()
