"""Looking at a file that is not to be converted yet: download, probe, keep, tell."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

import structlog

from bot.jobs.durable import surely
from bot.jobs.errors import TransferError
from bot.jobs.larder import Larder
from bot.jobs.messenger import Messenger
from bot.jobs.model import Source
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
    ) -> None:
        self._converter = converter
        self._messengers = messengers
        self._larder = larder
        self._limits = replace(limits, threads=1)
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._looking: dict[str, asyncio.Task[None]] = {}
        # As long as somebody holds or waits for it.
        self._turns: WeakValueDictionary[Owner, asyncio.Lock] = WeakValueDictionary()

    def look(self, name: str, owner: Owner, source: Source, on_sight: OnSight) -> None:
        """Look at a file of an owner's (platform and user), some time soon. Asking again while it
        is looked at changes nothing."""
        if name in self._looking:
            return
        task = asyncio.create_task(self._tell(name, owner, source, on_sight), name=f"look-{name}")
        self._looking[name] = task
        task.add_done_callback(lambda _: self._looking.pop(name, None))

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
        task = self._looking.get(name)
        if task is not None:
            task.cancel()
            await asyncio.wait({task}, timeout=_LONGEST_END)

    async def close(self) -> None:
        """End all of it."""
        tasks = set(self._looking.values())
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=_LONGEST_END)

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
            async with turn, self._at_once, self._converter.open(f"sheet-{name}") as conversion:
                await self._bring(conversion, owner[0], source)
                path = await conversion.sheet(moments.info, moments.at, moments.labels, limits)
                await uninterrupted(show(path))
        except (ConversionError, TransferError) as error:
            log.info("no picture of the moments", draft=name, code=error.code, detail=error.detail)
        except Exception:
            log.exception("picture of the moments not shown", draft=name)

    async def _look(self, name: str, platform: str, source: Source) -> Seen:
        async with self._converter.open(f"look-{name}") as conversion:
            await self._bring(conversion, platform, source)
            for wish in _WISHES[:-1]:
                try:
                    return (await conversion.survey(wish, self._limits)).seen
                except ConversionError as error:
                    if error.code is not Code.NO_VIDEO:
                        raise
            return (await conversion.survey(_WISHES[-1], self._limits)).seen

    async def _bring(self, conversion: Conversion, platform: str, source: Source) -> None:
        """Put the file where the conversion reads it, and keep it."""
        path = conversion.workspace.input_path
        if await self._larder.fetch(source.unique_id, path) is None:
            downloader = self._messengers[platform].downloader
            await downloader.download(source, path, on_bytes=lambda _done, _of: None)
            await self._larder.keep(source.unique_id, path)


def _picture_of(name: str) -> str:
    return f"picture of {name}"
