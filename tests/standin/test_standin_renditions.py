"""A video's smaller renditions and photos that move: what people's clients send along."""

import subprocess
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiogram.types import Update

from standin import Quality, StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real MP4 of 96x64."""
    path = tmp_path_factory.mktemp("films") / "small.mp4"
    source = ["-f", "lavfi", "-i", "testsrc2=size=96x64:rate=10:duration=1"]
    subprocess.run(["ffmpeg", "-v", "error", *source, "-pix_fmt", "yuv420p", path], check=True)
    return path


async def test_a_film_too_large_to_fetch_has_smaller_ones(
    standin: StandIn, ask: Ask, http: aiohttp.ClientSession, clip: Path, small: Path
) -> None:
    film = await standin.user().send_video(
        clip,
        file_size=30_000_000,
        qualities=[small, Quality(clip, width=1280, height=720, codec="h265")],
    )
    update = standin.pending_updates[-1]
    seen, said = update["message"]["video"]["qualities"]
    assert (seen["width"], seen["height"], seen["codec"]) == (96, 64, "h264")
    assert seen["file_size"] == _size(small)
    assert (said["width"], said["height"], said["codec"]) == (1280, 720, "h265")
    assert len({film.video.file_id, seen["file_id"], said["file_id"]}) == 3
    parsed = Update.model_validate(update).message
    assert parsed is not None
    assert parsed.video is not None
    assert parsed.video.qualities is not None
    assert parsed.video.qualities[0].file_id == seen["file_id"]
    status, answer = await ask("getFile", file_id=film.video.file_id)
    assert (status, answer["description"]) == (400, "Bad Request: file is too big")
    status, answer = await ask("getFile", file_id=seen["file_id"])
    assert status == 200, answer
    url = f"{standin.url}/file/bot{standin.token}/{answer['result']['file_path']}"
    async with http.get(url) as response:
        assert len(await response.read()) == _size(small)


async def test_a_photo_that_moves_is_both(
    standin: StandIn, ask: Ask, clip: Path, jpeg: Path
) -> None:
    user = standin.user()
    sent = await user.send_live_photo(clip, jpeg, caption="look", width=640, height=480)
    update = standin.pending_updates[-1]
    message = update["message"]
    assert message["live_photo"]["photo"] == message["photo"]
    assert (message["photo"][0]["width"], message["live_photo"]["width"]) == (320, 640)
    assert message["caption"] == "look"
    assert sent.kind == "live_photo"
    assert sent.file_path == clip
    parsed = Update.model_validate(update).message
    assert parsed is not None
    assert parsed.live_photo is not None
    for file_id in (parsed.live_photo.file_id, message["photo"][0]["file_id"]):
        assert (await ask("getFile", file_id=file_id))[0] == 200


def _size(path: Path) -> int:
    return path.stat().st_size
