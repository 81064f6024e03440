"""States of a conversation: they route what is typed. Nothing else is a state: menus are drafts."""

from aiogram.fsm.state import State, StatesGroup


class VideoStates(StatesGroup):
    """`typing`: the next text is a value for a draft; the state's data says for which, and what."""

    typing = State()
