"""A person's file, streamed to disk in large blocks, counted while it comes.

aiogram's own download has a total timeout, leaves a truncated file behind, takes a connection
that closed early for success, and puts the token into its errors: none of that here.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import aiofiles
import aiohttp
import structlog
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError

from bot.jobs.errors import PassingTransferError, TransferCode, TransferError
from bot.jobs.messenger import OnBytes
from bot.jobs.meter import NOBODY, Again, Meter
from bot.jobs.model import Source
from bot.jobs.store.retry import DOWNLOADS
from bot.telegram.files.server_files import NotHereError, ServerFiles
from bot.telegram.wire import proxy
from bot.telegram.wire.session import TROUBLE, is_about, upload_seconds, wait_of
from converter.engines.process import uninterrupted
from converter.errors import Code, Refused

log = structlog.get_logger(__name__)

# 8 KiB blocks, the usual example, cost 10 to 13 times the processor time of these.
BLOCK: Final = 1024 * 1024
CLOUD_LIMIT: Final = 20 * 1024 * 1024
_NOT_FOUND: Final = 404
_OK: Final = 200
_VISIBLE_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class TelegramDownloader:
    """Downloads by `file_id`. `idle` is how many seconds nothing may come; there is no limit on
    the whole. `max_bytes` bounds what is written, whatever the file claims to be.
    `server_files` is for a server that runs with ``--local`` and names files on its disk.
    """

    bot: Bot
    http: aiohttp.ClientSession
    idle: float
    max_bytes: int
    server_files: ServerFiles | None = None
    meter: Meter = NOBODY

    async def download(self, source: Source, to: Path, *, on_bytes: OnBytes) -> int:
        """Write the file to `to`; returns its size. See `messenger.Downloader`."""
        complete = False
        try:
            size = await self._tries(source, to, on_bytes)
            complete = True
        finally:
            if not complete:
                await uninterrupted(self._left(to))
        log.info("downloaded", bytes=size)
        self.meter.fetched(size)
        return size

    @contextlib.asynccontextmanager
    async def lending(self, folder: Path, *, again: bool = False) -> AsyncIterator[None]:
        """See `messenger.Downloader`."""
        ended_well = False
        try:
            yield
            ended_well = True
        finally:
            if self.server_files is not None:
                # What failed is likely to be tried again.
                releasing = self.server_files.release(folder, again=again or not ended_well)
                await uninterrupted(releasing)

    async def _left(self, to: Path) -> None:
        if self.server_files is not None:
            await self.server_files.release(to)
        await asyncio.to_thread(to.unlink, missing_ok=True)

    async def _tries(self, source: Source, to: Path, on_bytes: OnBytes) -> int:
        # Only the waits count: a large file may take its time, silence has a limit of its own.
        waited, tries = 0.0, 0
        while True:
            try:
                return await self._once(source, to, on_bytes)
            except PassingTransferError as error:
                tries += 1
                pause = DOWNLOADS.wait(tries, waited, jitter=random.random())  # noqa: S311
                # A wait that Telegram asks for is one of the whole job: others take its place.
                if pause is None or error.not_before:
                    raise
                self.meter.again(Again.DOWNLOAD)
                log.warning("download tried again", attempt=tries, cause=str(error))
            await asyncio.sleep(pause)
            waited += pause

    async def _once(self, source: Source, to: Path, on_bytes: OnBytes) -> int:
        path, size = await self._locate(source)
        if self.server_files is None:
            return await self._streamed(path, size, to, on_bytes)
        try:
            return await self._on_disk(self.server_files, path, size, to, on_bytes)
        except NotHereError as error:
            if error.gone:
                raise PassingTransferError(TransferCode.FILE_GONE, str(error)) from error
            self.server_files.say(str(error))
            reason = str(error)
        try:
            served = self.server_files.within(path) if path.startswith("/") else path
            return await self._streamed(served, size, to, on_bytes)
        except (NotHereError, PassingTransferError) as error:
            if isinstance(error, PassingTransferError) and error.code is not TransferCode.FILE_GONE:
                raise
            detail = f"{reason}; and it serves none over HTTP"
            raise PassingTransferError(TransferCode.DOWNLOAD_FAILED, detail) from None

    async def _on_disk(
        self, server: ServerFiles, path: str, size: int, to: Path, on_bytes: OnBytes
    ) -> int:
        """The server's own file, put at `to` where it can be without copying it. Raises
        NotHereError."""
        found = await uninterrupted(server.bring(path, to))
        if found > self.max_bytes:
            raise Refused(Code.TOO_LARGE, limit=self.max_bytes, actual=found)
        if size and found != size:
            words = f"{found} bytes instead of {size}"
            raise PassingTransferError(TransferCode.DOWNLOAD_INCOMPLETE, words)
        on_bytes(found, found)
        return found

    async def _streamed(self, path: str, size: int, to: Path, on_bytes: OnBytes) -> int:
        body = self._blocks(path, size)
        done = 0
        async with aiofiles.open(to, "wb") as file:
            async for block in body:
                done += len(block)
                if done > self.max_bytes:
                    raise Refused(Code.TOO_LARGE, limit=self.max_bytes, actual=max(done, size))
                await file.write(block)
                on_bytes(done, size)
        if size and done != size:
            raise PassingTransferError(
                TransferCode.DOWNLOAD_INCOMPLETE, f"{done} bytes instead of {size}"
            )
        return done

    async def _locate(self, source: Source) -> tuple[str, int]:
        """Path on the file server and size in bytes, 0 when Telegram doesn't say."""
        try:
            # A server of one's own answers once it has the whole file from Telegram.
            most = None if self.server_files is None else round(upload_seconds(self.max_bytes))
            file = await self.bot.get_file(source.file_id, request_timeout=most)
        except TelegramBadRequest as error:
            if is_about(error, "file is too big"):
                raise TransferError(
                    TransferCode.TOO_BIG_TO_FETCH, limit=CLOUD_LIMIT, actual=source.size
                ) from error
            raise TransferError(TransferCode.FILE_GONE, str(error)) from error
        except TelegramForbiddenError as error:
            raise TransferError(TransferCode.FILE_GONE, str(error)) from error
        except TROUBLE as error:
            raise PassingTransferError(
                TransferCode.DOWNLOAD_FAILED, str(error), not_before=wait_of(error)
            ) from error
        if not file.file_path:
            raise PassingTransferError(TransferCode.DOWNLOAD_FAILED, "getFile named no path")
        return file.file_path, file.file_size or 0

    async def _blocks(self, path: str, size: int) -> AsyncIterator[bytes]:
        """The body in blocks of about BLOCK bytes. No error tells the URL: it holds the token."""
        url = self.bot.session.api.file_url(self.bot.token, path)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=self.idle, sock_read=self.idle)
        try:
            async with self.http.get(url, timeout=timeout) as response:
                _check(response, size)
                async for block in _gather(response.content):
                    yield block
        except TimeoutError as error:
            raise PassingTransferError(
                TransferCode.DOWNLOAD_STALLED, f"nothing came for {self.idle:g} s"
            ) from error
        except aiohttp.ClientPayloadError:
            raise PassingTransferError(
                TransferCode.DOWNLOAD_INCOMPLETE, "the connection closed early"
            ) from None
        except proxy.TROUBLE as error:
            raise PassingTransferError(TransferCode.DOWNLOAD_FAILED, type(error).__name__) from None


def _check(response: aiohttp.ClientResponse, size: int) -> None:
    if response.status == _NOT_FOUND:
        # A link lives an hour at least; the next try asks for a fresh one.
        raise PassingTransferError(TransferCode.FILE_GONE, "404 from the file server")
    if response.status != _OK:
        raise PassingTransferError(TransferCode.DOWNLOAD_FAILED, f"HTTP {response.status}")
    promised = response.content_length
    if size and promised is not None and promised != size:
        raise PassingTransferError(
            TransferCode.DOWNLOAD_INCOMPLETE, f"{promised} bytes offered instead of {size}"
        )


async def _gather(content: aiohttp.StreamReader) -> AsyncIterator[bytes]:
    """Whatever comes, joined to blocks worth a write; once a second at least, so that a slow line
    still makes its progress visible."""
    clock = asyncio.get_running_loop().time
    kept, since = bytearray(), clock()
    async for chunk in content.iter_any():
        kept += chunk
        if len(kept) >= BLOCK or clock() - since >= _VISIBLE_SECONDS:
            yield bytes(kept)
            kept.clear()
            since = clock()
    if kept:
        yield bytes(kept)
