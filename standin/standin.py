"""The stand-in as tests and the demo use it."""

import itertools
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from standin.calls import CallRecord
from standin.carried import files_in, shown_in
from standin.courier import Courier
from standin.errors import ApiError
from standin.faults import Faults, description_of
from standin.files import FileLimits, FileStore
from standin.groups import Channel, Group
from standin.hooks import Hook
from standin.local import Local, LocalDisk
from standin.pace import Pace
from standin.people import Person, User
from standin.server import Server
from standin.signal import PATIENCE
from standin.state import Account, Chat, State
from standin.views import SeenMessage

TEST_TOKEN = "123456:TEST-standin-token-that-opens-nothing"  # noqa: S105 - opens nothing

_FIRST_USER = 100_001
_FIRST_GROUP = -200_001
_FIRST_CHANNEL = -1_000_000_300_001


class StandIn:
    """A Telegram Bot API server for one bot, on this machine.

    Use it as an async context manager; `url` is what the bot needs as its API server, and its
    memory outlives any number of bots that come and go. `folder` takes what the bot sends (by
    default a temporary one that goes away at the end). `inline` is BotFather's switch. With `local`
    it is a server of the bot's own, started with --local; `hooks_anywhere`: like one, it calls
    webhooks at any address.
    """

    def __init__(
        self,
        token: str = TEST_TOKEN,
        *,
        folder: Path | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        limits: FileLimits | None = None,
        pace: Pace | None = None,
        username: str = "standin_bot",
        inline: bool = False,
        local: Local | None = None,
        hooks_anywhere: bool = False,
    ) -> None:
        self.token = token
        self.url = ""
        self._temporary = folder is None
        self.folder = folder or Path(tempfile.mkdtemp(prefix="standin-"))
        uploads = self.folder / "uploads"
        uploads.mkdir(parents=True, exist_ok=True)
        bot_id = token.partition(":")[0]
        bot = Account(
            int(bot_id) if bot_id.isdecimal() else 1, "Stand-in", username=username, is_bot=True
        )
        limits = limits or (FileLimits.self_hosted() if local is not None else FileLimits())
        disk = LocalDisk(local, token, limits.upload) if local is not None else None
        self.state = State(bot, FileStore(self.folder, limits), pace, disk)
        self.state.inline_mode = inline
        self.state.hooks_anywhere = hooks_anywhere
        self._server = Server(token, self.state, uploads)
        self._address = (host, port)
        self._users: list[User] = []
        self._groups: list[Group] = []
        self._group_numbers = itertools.count()
        self._channels: list[Channel] = []

    async def start(self) -> Self:
        """Listen on the address given; sets `url`."""
        self.url = await self._server.start(*self._address)
        return self

    async def restart(self) -> None:
        """Go away and come back at the same address, with the same memory: connections break."""
        port = urlsplit(self.url).port
        await self._server.stop()
        self.url = await self._server.start(self._address[0], port or 0)

    async def stop(self) -> None:
        """Close, and remove the folder if it was a temporary one."""
        await self._server.stop()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def faults(self) -> Faults:
        """What shall go wrong."""
        return self._server.faults

    @property
    def calls(self) -> list[CallRecord]:
        """What the bot asked for, oldest first (the last 10,000)."""
        return list(self._server.calls.records)

    @property
    def unknown_parameters(self) -> list[str]:
        """`method.parameter` that the Bot API does not know; Telegram would ignore them."""
        return self._server.unknown_parameters

    @property
    def problems(self) -> list[str]:
        """What Telegram would pass over in silence, and what the stand-in can't do."""
        return self.state.problems

    @property
    def bytes_received(self) -> int:
        """How much the bodies of requests held, in all."""
        return self._server.received

    @property
    def bytes_served(self) -> int:
        """How much the files held that were asked for over HTTP."""
        return self._server.served

    @property
    def disk(self) -> LocalDisk:
        """The files of a server with --local; ValueError for another."""
        if self.state.disk is None:
            raise ValueError("this server was not started with --local")
        return self.state.disk

    def set_photo(self, path: Path, person: Person | None = None) -> None:
        """Give the bot, or a person, a picture of themselves."""
        account = self.state.bot if person is None else person.account
        account.photo = self.state.files.add(path, "photo").file_id

    @property
    def inline_mode(self) -> bool:
        """BotFather's switch: without it nobody can ask the bot inline."""
        return self.state.inline_mode

    @inline_mode.setter
    def inline_mode(self, on: bool) -> None:
        self.state.inline_mode = on

    @property
    def users(self) -> list[User]:
        return list(self._users)

    @property
    def pending_updates(self) -> list[dict[str, Any]]:
        """Updates that the bot has not confirmed."""
        return self.state.updates.pending

    def user(
        self,
        lang: str | None = "en",
        name: str = "User",
        *,
        user_id: int | None = None,
        username: str | None = None,
        hides: bool = False,
    ) -> User:
        """A new person with a private chat. Ids count up from 100001.

        One who `hides` is only a name in what is forwarded from them.
        """
        number = _FIRST_USER + len(self._users) if user_id is None else user_id
        account = Account(number, name, lang, username, hides=hides)
        chat = Chat(number, "private", name, [account])
        self.state.chats[number] = chat
        user = User(self._server, chat, account)
        self._users.append(user)
        return user

    def forget(self, room: User | Group) -> None:
        """A person and their chat, or a group, are gone, as if they had never been; so are the
        files in it that the bot sent, unless another chat has them too."""
        if isinstance(room, Group):
            self._groups.remove(room)
        else:
            self._users.remove(room)
        chat = self.state.forget(room.id)
        self._drop(files_in(chat) - set().union(*map(files_in, self.state.chats.values())))
        self.state.changed.fire()

    def tidy(self, rooms: Iterable[User | Group]) -> None:
        """Files of messages that were deleted there go, unless a message somewhere shows them."""
        had = set().union(*(files_in(self.state.chats[room.id]) for room in rooms))
        self._drop(had - set().union(*map(shown_in, self.state.chats.values())))

    def _drop(self, file_ids: Iterable[str]) -> None:
        files, disk = self.state.files, self.state.disk
        for file_id in files.drop(file_ids):
            if disk is not None:
                disk.lose(files.place(files.get(file_id)))

    def weight(self, rooms: Iterable[User | Group]) -> int:
        """What the files of messages there hold on the disk, in bytes."""
        files = set().union(*(files_in(self.state.chats[room.id]) for room in rooms))
        return self.state.files.weight(files)

    def group(
        self, members: Sequence[Person] = (), title: str = "Group", kind: str = "group"
    ) -> Group:
        """A new group (`kind` may be "supergroup") with the bot and these people in it."""
        number = _FIRST_GROUP - next(self._group_numbers)
        if kind == "supergroup":
            number -= 10**12
        accounts = [person.account for person in members]
        chat = Chat(number, kind, title, accounts, started=True)
        self.state.chats[number] = chat
        group = Group(self._server, chat)
        self._groups.append(group)
        return group

    def channel(
        self, title: str = "Channel", *, username: str | None = None, can_post: bool = True
    ) -> Channel:
        """A new channel that the bot is an admin of; it may be one that `can_post` nothing."""
        number = _FIRST_CHANNEL - len(self._channels)
        chat = Chat(number, "channel", title, [], started=True, username=username)
        chat.read_only = not can_post
        self.state.chats[number] = chat
        channel = Channel(self._server, chat)
        self._channels.append(channel)
        return channel

    def commands(self, lang: str, *, group: bool = False) -> list[dict[str, str]]:
        """The commands that a person of this language sees in their private chat with the bot, or
        in a group."""
        scopes = ("all_group_chats" if group else "all_private_chats", "default")
        keys = [f"commands/{scope}/{code}" for scope in scopes for code in (lang, "")]
        return next((found for key in keys if (found := self.state.profile.get(key))), [])

    def count(self, method: str) -> int:
        """How many calls of a method have finished; `download` counts file bodies."""
        return self._server.calls.counts[method]

    async def wait_for_call(
        self, method: str, n: int = 1, *, timeout: float = PATIENCE
    ) -> CallRecord:
        """The n-th finished call of a method, past ones included; AssertionError if none came."""
        calls = self._server.calls

        def find() -> CallRecord | None:
            return calls.of(method)[n - 1] if calls.counts[method] >= n else None

        try:
            return await self.state.changed.until(find, timeout)
        except TimeoutError:
            raise AssertionError(
                f"{method} was called {calls.counts[method]} times, not {n}, within {timeout:g} s\n"
                f"{self.listing()}"
            ) from None

    async def wait_until_polled(self, *, timeout: float = PATIENCE) -> None:
        """Until a getUpdates waits for news: the bot is up. AssertionError if none comes."""
        queue = self.state.updates
        try:
            await self.state.changed.until(lambda: queue.is_polled or None, timeout)
        except TimeoutError:
            raise AssertionError(f"nobody polled within {timeout:g} s") from None

    @property
    def courier(self) -> Courier:
        """Whoever brings updates to a webhook."""
        return self._server.courier

    @property
    def hook(self) -> Hook | None:
        """The webhook that is set."""
        return self.state.updates.hook

    def revoke_token(self) -> None:
        """From now on every request gets 401, the waiting poll included."""
        self.faults.add("*", times=None, status=401)
        self.interrupt_poll(401)

    def interrupt_poll(self, status: int = 409) -> None:
        """End the getUpdates that waits now; 409 is what a second poller would do to it."""
        self.state.updates.interrupt(ApiError(status, description_of(status)))

    def repeat_update(self, update_id: int) -> None:
        """Deliver an update once more, although it was confirmed."""
        self.state.updates.repeat(update_id)

    def inject(self, update: dict[str, Any]) -> int:
        """Deliver a raw Update object; returns its id (the next one unless it has its own)."""
        return self.state.updates.inject(update)

    def restart_update_ids(self, first_id: int) -> None:
        """Number updates from here on, lower than before if you like."""
        self.state.updates.restart_ids(first_id)

    def expire_links(self) -> None:
        """Make every download link given out so far answer 404."""
        self.state.files.expire_links()

    def lose_file(self, file_id: str) -> None:
        """Refuse the bot's id for a file from now on, as Telegram may; what was sent stays."""
        self.state.files.lose(file_id)

    def listing(self) -> str:
        """Every chat as text."""
        rooms = [*self._users, *self._groups, *self._channels]
        return "\n".join(room.listing() for room in rooms)

    def seen(self, chat_id: int, message_id: int) -> SeenMessage:
        """A message by its ids; KeyError if there never was one."""
        return SeenMessage(self.state.chats[chat_id].messages[message_id], self.state.files)
