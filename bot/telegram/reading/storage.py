"""aiogram's FSM in our database: a restart in the middle of a menu loses nothing."""

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.dialog.stores.conversations import Conversations


class DatabaseStorage(BaseStorage):
    """See BaseStorage; each bot, chat, person and thread has a state of its own."""

    def __init__(self, conversations: Conversations) -> None:
        self._conversations = conversations

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        """See BaseStorage."""
        _, data = await self._conversations.get(_key(key))
        name = state.state if isinstance(state, State) else state
        await self._conversations.set(_key(key), str(key.user_id), name, data)

    async def get_state(self, key: StorageKey) -> str | None:
        """See BaseStorage."""
        return (await self._conversations.get(_key(key)))[0]

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        """See BaseStorage."""
        state, _ = await self._conversations.get(_key(key))
        await self._conversations.set(_key(key), str(key.user_id), state, data)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        """See BaseStorage."""
        return (await self._conversations.get(_key(key)))[1]

    async def close(self) -> None:
        """Nothing: the store closes its own file."""


def _key(key: StorageKey) -> str:
    parts = (
        key.bot_id,
        key.chat_id,
        key.user_id,
        key.thread_id or "",
        key.business_connection_id or "",
        key.destiny,
    )
    return ":".join(map(str, parts))
