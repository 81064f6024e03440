"""People: those who write to the bot under their own name, tap its buttons and block it."""

import time

from standin.answers import CallbackAnswer, InlineAnswer
from standin.signal import PATIENCE
from standin.state import Account, CallbackQuery, Chat, InlineQuery, Json, Topic
from standin.topics import open_topic
from standin.views import Button, SeenMessage
from standin.writers import Writer


class Person(Writer):
    """Somebody in a chat: in their private one, or as a member of a group."""

    @property
    def origin(self) -> Account | Chat:
        """Whom a message that is forwarded from here comes from."""
        return self.account

    async def tap(
        self,
        message: SeenMessage,
        text: str | None = None,
        *,
        callback_data: str | None = None,
        timeout: float = PATIENCE,
    ) -> CallbackAnswer:
        """Tap a button and wait for the bot's answer to it.

        The button is found by its text (a part is enough) or its exact data; data that is on no
        button is a forged tap. AssertionError if the button is not there or no answer came.
        """
        query = self.tap_only(message, text, callback_data=callback_data)
        answer = await self._until(lambda: query.answer, timeout, "the answer to a tap")
        return CallbackAnswer(answer)

    def tap_only(
        self, message: SeenMessage, text: str | None = None, *, callback_data: str | None = None
    ) -> CallbackQuery:
        """Tap a button and wait for nothing."""
        data = callback_data or self._button(message, text or "").callback_data
        number = str(4 * 10**18 + self._state.number())
        query = CallbackQuery(number, self._chat, self._state.now(), message_id=message.id)
        self._state.queries[query.id] = query
        payload = {
            "id": query.id,
            "from": self.account.as_json(),
            "message": message.raw.as_json(),
            "chat_instance": str(message.chat_id * 7919),
            "data": data,
        }
        self._push("callback_query", payload)
        return query

    async def inline(
        self, words: str, *, offset: str = "", timeout: float = PATIENCE
    ) -> InlineAnswer:
        """Type the bot's name and these words, and wait for what it offers.

        AssertionError if the bot has no inline mode (`StandIn(inline=True)`) or doesn't answer.
        """
        if not self._state.inline_mode:
            raise AssertionError("the bot has no inline mode: StandIn(inline=True)")
        number = str(5 * 10**18 + self._state.number())
        query = InlineQuery(number, self._state.now())
        self._state.inline_queries[number] = query
        payload = {
            "id": number,
            "from": self.account.as_json(),
            "query": words,
            "offset": offset,
            "chat_type": "sender" if self._chat.type == "private" else self._chat.type,
        }
        self._push("inline_query", payload)
        answer = await self._until(lambda: query.answer, timeout, "the answer to an inline query")
        return InlineAnswer(answer, self._state.files)

    async def share(
        self, message: SeenMessage, text: str, *, timeout: float = PATIENCE
    ) -> InlineAnswer:
        """Tap a button that begins an inline query, choose a chat, and see what the bot offers.

        AssertionError as for `inline`, or if there is no such button.
        """
        found = [b.switch_inline_query for b in message.buttons if text in b.text]
        if not found or found[0] is None:
            raise AssertionError(f"no button {text!r} to share by on {message!r}")
        return await self.inline(found[0], timeout=timeout)

    def _button(self, message: SeenMessage, text: str) -> Button:
        found = [b for b in message.buttons if text in b.text and b.callback_data]
        exact = [b for b in found if b.text == text]
        if not found:
            raise AssertionError(f"no button {text!r} on {message!r}\n{self.listing()}")
        return (exact or found)[0]


class User(Person):
    """A person in their private chat with the bot."""

    def block(self) -> None:
        """Block the bot: it is told, and every further call about this chat gets 403."""
        self._member("member", "kicked")
        self._chat.blocked = True

    def unblock(self) -> None:
        """Unblock the bot."""
        self._chat.blocked = False
        self._member("kicked", "member")

    def topic(self, name: str) -> Topic:
        """Open a topic in the private chat, to be passed as `thread`."""
        self._chat.started = True
        return open_topic(self._state, self._chat, name, self.account)

    def forbid_voices(self) -> None:
        """Take neither voice nor round messages from now on; the bot isn't told."""
        self._chat.voices_forbidden = True

    def _member(self, old: str, new: str) -> None:
        bot = self._state.bot.as_json()
        payload = {
            "chat": self._chat.as_json(),
            "from": self.account.as_json(),
            "date": int(time.time()),
            "old_chat_member": _membership(bot, old),
            "new_chat_member": _membership(bot, new),
        }
        self._push("my_chat_member", payload)


def _membership(bot: Json, status: str) -> Json:
    return {"user": bot, "status": status, **({"until_date": 0} if status == "kicked" else {})}
