"""A contact sheet: small pictures of some moments on one, each with its label, to choose from."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from converter.commands import sheet_args
from converter.engines.runner import Session
from converter.engines.workspace import Workspace
from converter.errors import Code, Failed, Refused
from converter.limits import Limits
from converter.media import MediaInfo
from converter.planning import choice

_NAME: Final = "sheet.jpg"


async def make(
    session: Session,
    workspace: Workspace,
    info: MediaInfo,
    at: Sequence[float],
    labels: Sequence[str],
    limits: Limits,
) -> Path:
    """A JPEG with the pictures of the input, `info`, at these seconds. What can't be read stays
    black. Raises Refused (NO_VIDEO), or Failed where nothing can be read."""
    video = choice.picture(info)
    if video is None:
        raise Refused(Code.NO_VIDEO)
    await asyncio.to_thread(workspace.open_input)
    urls: list[str | None] = []
    # One after the other: as many decoders at once as there are pictures would need their memory.
    for number, moment in enumerate(at):
        output = session.output_url(f"moment{number}-%02d.jpg")
        await session.run(
            sheet_args.one(session.input_url, output, video, moment, limits.max_pixels)
        )
        name = f"moment{number}-01.jpg"
        there = await asyncio.to_thread(_is_plain, workspace.output_dir / name)
        urls.append(session.output_url(name) if there else None)
    if not any(urls):
        raise Failed(Code.DAMAGED, "no moment can be read")
    return await _stacked(session, workspace, urls, labels, sheet_args.cell(video), limits)


async def _stacked(
    session: Session,
    workspace: Workspace,
    urls: Sequence[str | None],
    labels: Sequence[str],
    cell: tuple[int, int],
    limits: Limits,
) -> Path:
    output = session.output_url(_NAME)
    for lettered in (True, False):
        done = await session.run(
            sheet_args.all_of(urls, labels, cell, output, limits.max_pixels, lettered=lettered)
        )
        if done.returncode == 0:
            return await asyncio.to_thread(workspace.take, _NAME, _NAME)
    raise Failed(Code.FAILED, "no sheet", stderr_tail=done.stderr)


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
