"""Looking at a file that is not to be converted yet: download, probe, keep, tell."""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.jobs import extras
from bot.jobs.errors import TransferError
from bot.jobs.house.house import NEEDS, Needs
from bot.jobs.house.room import Room
from bot.jobs.messenger import Messenger
from bot.jobs.model import Extra, Source
from bot.jobs.store.durable import surely
from bot.jobs.work.larder import Larder
from converter.convert import Conversion
from converter.converter import Converter
from converter.engines.process import uninterrupted
from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.media import MediaInfo
from converter.request import Request
from converter.seen import Seen

log = structlog.get_logger(__name__)

_AT_ONCE: Final = 2
_LONGEST_END: Final = 10.0
# Somebody waits for a picture with a menu in hand, and can do without it.
_LONGEST_PICTURE: Final = 60.0
# A film without a picture is looked at as the sound that it is, one without sound as a picture.
_WISHES: Final = (Request(), Request(target="m4a"))


@dataclass(frozen=True, slots=True)
class Sight:
    """What was seen; None and the code of an error where nothing could be."""

    seen: Seen | None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Moments:
    """What is to be seen on one picture: moments of a file that was looked at, `info`, in seconds,
    and what is written on each."""

    info: MediaInfo
    at: tuple[float, ...]
    labels: tuple[str, ...]


Owner = tuple[str, str]
OnSight = Callable[[str, Sight], Awaitable[None]]
OnTried = Callable[[str, Extra, str], Awaitable[None]]
OnPicture = Callable[[Path], Awaitable[None]]


class Looker:
    """Looks at files: two at once, one of each person's, so that whoever sends a hundred keeps
    nobody waiting. `on_sight` hears of each by the id it was asked for with."""

    def __init__(
        self,
        converter: Converter,
        messengers: Mapping[str, Messenger],
        larder: Larder,
        limits: Limits,
        room: Room,
        needs: Needs = NEEDS,
    ) -> None:
        self._converter = converter
        self._messengers = messengers
        self._larder = larder
        self._limits = replace(limits, threads=1)
        self._room = room
        self._needs = needs
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._looking: dict[str, asyncio.Task[None]] = {}
        # As long as somebody holds or waits for it.
        self._turns: WeakValueDictionary[Owner, asyncio.Lock] = WeakValueDictionary()
        self._trying: dict[str, set[asyncio.Task[None]]] = {}

    def look(self, name: str, owner: Owner, source: Source, on_sight: OnSight) -> None:
        """Look at a file of an owner's (platform and user), some time soon. Asking again while it
        is looked at changes nothing."""
        if name in self._looking:
            return
        task = asyncio.create_task(self._tell(name, owner, source, on_sight), name=f"look-{name}")
        self._looking[name] = task
        task.add_done_callback(lambda _: self._looking.pop(name, None))

    def try_extra(self, name: str, platform: str, extra: Extra, on_tried: OnTried) -> None:
        """Try, some time soon, whether a file beside the one of that name could be used; `on_tried`
        hears of the code of an error, "" where it could."""
        trying = self._try(name, platform, extra, on_tried)
        task = asyncio.create_task(trying, name=f"try-{name}")
        self._trying.setdefault(name, set()).add(task)
        task.add_done_callback(lambda done: self._tried(name, done))

    def picture(
        self, name: str, owner: Owner, source: Source, moments: Moments, show: OnPicture
    ) -> None:
        """Make a picture of a file's moments, some time soon, in the same turns; `show` has it as
        long as it runs. One that can't be made is none. Asking again meanwhile changes nothing."""
        key = _picture_of(name)
        if key in self._looking:
            return
        task = asyncio.create_task(self._picture(name, owner, source, moments, show), name=key)
        self._looking[key] = task
        task.add_done_callback(lambda _: self._looking.pop(key, None))

    def leave_picture(self, name: str) -> None:
        """Nobody wants it any more; one that is being shown is shown to the end."""
        task = self._looking.get(_picture_of(name))
        if task is not None:
            task.cancel()

    async def forget(self, name: str) -> None:
        """Look no more; when this returns nothing of it runs."""
        looking = self._looking.get(name)
        await _ended({*self._trying.get(name, ()), *([looking] if looking else ())})

    async def close(self) -> None:
        """End all of it."""
        await _ended({*self._looking.values(), *chain.from_iterable(self._trying.values())})

    def _tried(self, name: str, task: asyncio.Task[None]) -> None:
        self._trying[name].discard(task)
        if not self._trying[name]:
            del self._trying[name]

    async def _try(self, name: str, platform: str, extra: Extra, on_tried: OnTried) -> None:
        code = ""
        try:
            async with self._at_once:
                await self._try_once(name, platform, extra)
        except (ConversionError, TransferError) as error:
            log.info("extra file of no use", draft=name, code=error.code, detail=error.detail)
            # What may pass by then is no reason to leave it out.
            code = "" if error.retryable else error.code
        except OSError as error:
            log.warning("extra file not tried", draft=name, cause=repr(error))
        try:
            await on_tried(name, extra, code)
        except Exception:
            log.exception("what was tried was not told", draft=name)

    async def _try_once(self, name: str, platform: str, extra: Extra) -> None:
        async with self._open(f"try-{name}", platform, extra.source.size) as conversion:
            downloader = self._messengers[platform].downloader
            path = conversion.workspace.beside_dir / extra.role.value
            await extras.bring(extra, downloader, path)
            await conversion.try_extras(extras.beside([extra], path.parent), self._limits)

    async def _tell(self, name: str, owner: Owner, source: Source, on_sight: OnSight) -> None:
        turn = self._turns.setdefault(owner, asyncio.Lock())
        try:
            async with turn, self._at_once:
                sight = Sight(await self._look(name, owner[0], source))
        except (ConversionError, TransferError) as error:
            log.info("nothing to be seen", draft=name, code=error.code, detail=error.detail)
            sight = Sight(None, error.code)
        except OSError as error:
            log.warning("not looked at", draft=name, cause=repr(error))
            sight = Sight(None, Code.FAILED)
        try:
            # Else the menu would say "looking" for ever.
            await surely(lambda: on_sight(name, sight))
        except Exception:
            log.exception("what was seen was not told", draft=name)

    async def _picture(
        self, name: str, owner: Owner, source: Source, moments: Moments, show: OnPicture
    ) -> None:
        turn = self._turns.setdefault(owner, asyncio.Lock())
        limits = replace(self._limits, timeout=min(_LONGEST_PICTURE, self._limits.timeout))
        try:
            size, place = source.size, f"sheet-{name}"
            async with turn, self._at_once, self._open(place, owner[0], size) as conversion:
                await self._bring(conversion, owner[0], source)
                path = await conversion.sheet(moments.info, moments.at, moments.labels, limits)
                await uninterrupted(show(path))
        except (ConversionError, TransferError) as error:
            log.info("no picture of the moments", draft=name, code=error.code, detail=error.detail)
        except Exception:
            log.exception("picture of the moments not shown", draft=name)

    async def _look(self, name: str, platform: str, source: Source) -> Seen:
        async with self._open(f"look-{name}", platform, source.size) as conversion:
            await self._bring(conversion, platform, source)
            for wish in _WISHES[:-1]:
                try:
                    return (await conversion.survey(wish, self._limits)).seen
                except ConversionError as error:
                    if error.code is not Code.NO_VIDEO:
                        raise
            return (await conversion.survey(_WISHES[-1], self._limits)).seen

    @contextlib.asynccontextmanager
    async def _open(self, place: str, platform: str, size: int) -> AsyncIterator[Conversion]:
        """A place to look at a file of so many bytes, which will be converted soon after. Raises
        Unavailable (DISK_FULL) where there is none on the disk."""
        # Another process may look at the same.
        place = f"{place}-{secrets.token_hex(3)}"
        need, downloader = self._needs.to_look(size), self._messengers[platform].downloader
        async with (
            self._room.claim(place, need),
            self._converter.open(place) as conversion,
            downloader.lending(conversion.workspace.root, again=True),
        ):
            yield conversion

    async def _bring(self, conversion: Conversion, platform: str, source: Source) -> None:
        """Put the file where the conversion reads it, and keep it."""
        path = conversion.workspace.input_path
        if await self._larder.fetch(source.unique_id, path) is None:
            downloader = self._messengers[platform].downloader
            await downloader.download(source, path, on_bytes=lambda _done, _of: None)
            await self._larder.keep(source.unique_id, path)


async def _ended(tasks: set[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=_LONGEST_END)


def _picture_of(name: str) -> str:
    return f"picture of {name}"
