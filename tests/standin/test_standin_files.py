"""Downloads: links, limits, and bodies that come out damaged."""

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Unpack

import aiohttp
import pytest

from standin import FaultOptions, FileOptions, StandIn
from standin.images import jpeg_size, picture_size

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
SIZE = 256 * 400


async def _link(standin: StandIn, ask: Ask, path: Path, **options: Unpack[FileOptions]) -> str:
    message = await standin.user().send_document(path, **options)
    status, answer = await ask("getFile", file_id=message.raw.content["document"]["file_id"])
    assert status == 200, answer
    return f"{standin.url}/file/bot{standin.token}/{answer['result']['file_path']}"


async def test_a_file_is_streamed_with_its_length(
    standin: StandIn, ask: Ask, http: aiohttp.ClientSession, clip: Path
) -> None:
    async with http.get(await _link(standin, ask, clip)) as response:
        assert response.content_length == SIZE
        assert await response.read() == _bytes(clip)
    record = await standin.wait_for_call("download", timeout=1)
    assert (record.status, record.dropped) == (200, False)


async def test_a_link_that_is_unknown_or_expired_is_not_found(
    standin: StandIn, ask: Ask, http: aiohttp.ClientSession, clip: Path
) -> None:
    url = await _link(standin, ask, clip)
    standin.expire_links()
    for dead in (url, url + "x"):
        async with http.get(dead) as response:
            assert response.status == 404
    assert [call.status for call in standin.calls if call.method == "download"] == [404, 404]


async def test_a_file_over_20_mib_has_no_link(
    standin: StandIn, ask: Ask, clip: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.mkv"
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    assert await _link(standin, ask, large)
    with large.open("wb") as file:
        file.truncate(20 * 1024 * 1024 + 1)
    user = standin.user()
    for message in (
        await user.send_document(large, size_known=False),
        await user.send_document(large, file_size=1000),
        await user.send_document(clip, file_size=30_000_000),
    ):
        _, answer = await ask("getFile", file_id=message.raw.content["document"]["file_id"])
        assert answer["description"] == "Bad Request: file is too big"


async def test_an_unknown_file_has_no_link(ask: Ask) -> None:
    _, answer = await ask("getFile", file_id="BAAD")
    assert answer["description"] == (
        "Bad Request: wrong file_id or the file is temporarily unavailable"
    )


async def test_what_a_person_says_of_a_file_may_be_a_lie(standin: StandIn, clip: Path) -> None:
    user = standin.user()
    message = await user.send_document(
        clip, file_name="../<b>🎬.txt", mime_type="text/plain", file_size=5
    )
    assert (
        message.raw.content["document"].items()
        >= {
            "file_name": "../<b>🎬.txt",
            "mime_type": "text/plain",
            "file_size": 5,
        }.items()
    )
    silent = await user.send_video(clip, size_known=False, file_name="", width=7, height=9)
    video = silent.raw.content["video"]
    assert "file_size" not in video
    assert "file_name" not in video
    assert (video["width"], video["height"]) == (7, 9)


async def test_the_same_file_keeps_its_unique_id(standin: StandIn, clip: Path, jpeg: Path) -> None:
    user = standin.user()
    first, second, other = [
        (await user.send_document(path)).raw.content["document"] for path in (clip, clip, jpeg)
    ]
    assert first["file_unique_id"] == second["file_unique_id"] != other["file_unique_id"]
    assert first["file_id"] != second["file_id"]
    forwarded = await user.forward(user.messages[0])
    assert forwarded.raw.content["document"] == first
    assert forwarded.raw.extra["forward_origin"]["type"] == "user"


@pytest.mark.parametrize(
    ("fault", "got", "length"),
    [
        ({"no_length": True}, SIZE, None),
        ({"no_length": True, "cut_after": 10_000}, 10_000, None),
        ({"extra_bytes": 5000}, SIZE + 5000, SIZE + 5000),
        ({"bytes_per_second": 1_000_000.0}, SIZE, SIZE),
        ({"delay": 0.01}, SIZE, SIZE),
    ],
)
async def test_a_body_that_ends_without_an_error(
    fault: FaultOptions,
    got: int,
    length: int | None,
    standin: StandIn,
    ask: Ask,
    http: aiohttp.ClientSession,
    clip: Path,
) -> None:
    url = await _link(standin, ask, clip)
    standin.faults.add("download", **fault)
    async with http.get(url) as response:
        assert response.content_length == length
        assert "Transfer-Encoding" not in response.headers
        assert len(await response.read()) == got
    async with http.get(url) as response:
        assert await response.read() == _bytes(clip)


@pytest.mark.parametrize("fault", [{"cut_after": 10_000}, {"reset_after": 10_000}])
async def test_a_body_that_ends_too_early(
    fault: FaultOptions, standin: StandIn, ask: Ask, http: aiohttp.ClientSession, clip: Path
) -> None:
    url = await _link(standin, ask, clip)
    standin.faults.add("download", **fault)
    async with http.get(url) as response:
        assert response.content_length == SIZE
        with pytest.raises(aiohttp.ClientError):
            await response.read()


async def test_a_body_that_stalls_goes_on_when_released(
    standin: StandIn, ask: Ask, http: aiohttp.ClientSession, clip: Path
) -> None:
    url = await _link(standin, ask, clip)
    fault = standin.faults.add("download", stall_after=10_000)
    async with http.get(url) as response:
        assert len(await response.content.readexactly(10_000)) == 10_000
        rest = asyncio.create_task(response.content.read())
        done, _ = await asyncio.wait({rest}, timeout=0.05)
        assert not done
        fault.release()
        assert len(await asyncio.wait_for(rest, 5)) == SIZE - 10_000


async def test_a_download_can_be_refused_or_dropped(
    standin: StandIn, ask: Ask, http: aiohttp.ClientSession, clip: Path
) -> None:
    url = await _link(standin, ask, clip)
    standin.faults.add("download", status=404)
    async with http.get(url) as response:
        assert response.status == 404
    standin.faults.add("download", status=502, body="<html>Bad Gateway</html>")
    async with http.get(url) as response:
        assert (response.status, response.content_type) == (502, "text/html")
    # aiohttp asks once more by itself when a used connection breaks under a GET
    standin.faults.add("download", times=2, drop_request=True)
    with pytest.raises(aiohttp.ClientError):
        await http.get(url)


def test_picture_sizes_are_read_from_headers(tmp_path: Path, jpeg: Path) -> None:
    assert jpeg_size(jpeg) == picture_size(jpeg) == (320, 180)
    png = tmp_path / "a.png"
    png.write_bytes(
        b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + b"\0\0\0\x05" + b"\0\0\0\x07" + b"\x08"
    )
    assert picture_size(png) == (5, 7)
    assert jpeg_size(png) is None
    for broken in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe0\xff\xff", b"\xff\xd8\xff\xff\xff\xff" * 9):
        png.write_bytes(broken)
        assert picture_size(png) is None


def _bytes(path: Path) -> bytes:
    return path.read_bytes()


async def test_what_was_said_of_a_file_comes_with_its_id(
    standin: StandIn, ask: Ask, clip: Path, jpeg: Path
) -> None:
    ann, bob = standin.user(), standin.user()
    for user in (ann, bob):
        await user.send_text("hi")
    files = {"video": clip, "thumbnail": jpeg}
    said = {"width": 640, "height": 360, "duration": 5, "caption": "Ann's"}
    await ask("sendVideo", files=files, chat_id=ann.id, **said)
    first = ann.bot_messages[0].video
    await ask("sendVideo", chat_id=bob.id, video=first.file_id, width=1, caption="Bob's")
    [second] = bob.bot_messages
    assert second.video == first, "nothing that is said later changes it"
    assert (second.video.width, second.video.duration) == (640, 5)
    assert second.video.thumbnail is not None
    assert second.caption == "Bob's"
    # In the place of a text too.
    await ask("sendMessage", chat_id=bob.id, text="soon")
    status, _ = await ask(
        "editMessageMedia",
        chat_id=bob.id,
        message_id=bob.bot_messages[1].id,
        media={"type": "video", "media": first.file_id},
    )
    assert status == 200
    assert bob.bot_messages[1].video == first


async def test_a_file_of_a_persons_is_sent_on_as_it_came(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    user = standin.user()
    film = (await user.send_video(clip, width=640, height=360, duration=5)).media
    assert film is not None
    await ask("sendVideo", chat_id=user.id, video=film.file_id)
    assert user.bot_messages[0].video == film


async def test_an_id_that_telegram_lost_means_nothing(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    user = standin.user()
    film = (await user.send_video(clip)).media
    assert film is not None
    await ask("sendMessage", chat_id=user.id, text="soon")
    standin.lose_file(film.file_id)
    wrong = "Bad Request: wrong file identifier/HTTP URL specified"
    edit = {"message_id": 2, "media": {"type": "video", "media": film.file_id}}
    for method, params, told in (
        ("sendVideo", {"chat_id": user.id, "video": film.file_id}, wrong),
        ("editMessageMedia", {"chat_id": user.id} | edit, wrong),
        (
            "getFile",
            {"file_id": film.file_id},
            "Bad Request: wrong file_id or the file is temporarily unavailable",
        ),
    ):
        status, answer = await ask(method, **params)
        assert (status, answer["description"]) == (400, told)


async def test_a_video_has_the_cover_that_came_with_it(
    standin: StandIn, ask: Ask, begun: Callable[[str], Path], make_jpeg: Callable[[int, int], Path]
) -> None:
    user = standin.user()
    await user.send_text("/start")
    files = {"video": begun("video"), "c": make_jpeg(1280, 720)}
    status, answer = await ask("sendVideo", files=files, chat_id=user.id, cover="attach://c")
    assert status == 200, answer
    [cover] = answer["result"]["video"]["cover"]
    assert (cover["width"], cover["height"]) == (1280, 720)
    seen = user.bot_messages[-1].video.cover
    assert seen is not None
    assert picture_size(seen.path) == (1280, 720)
    # What was sent once may be named again.
    status, answer = await ask(
        "sendVideo", files={"video": begun("video")}, chat_id=user.id, cover=cover["file_id"]
    )
    assert answer["result"]["video"]["cover"][0]["file_unique_id"] == cover["file_unique_id"]


@pytest.mark.parametrize(("width", "height"), [(100, 10_000), (9_000, 2_000)])
async def test_a_cover_has_a_photo_s_limits(
    standin: StandIn,
    ask: Ask,
    begun: Callable[[str], Path],
    make_jpeg: Callable[[int, int], Path],
    width: int,
    height: int,
) -> None:
    user = standin.user()
    await user.send_text("/start")
    files = {"video": begun("video"), "c": make_jpeg(width, height)}
    status, answer = await ask("sendVideo", files=files, chat_id=user.id, cover="attach://c")
    assert status == 400
    assert "PHOTO_INVALID_DIMENSIONS" in answer["description"]
    files["c"] = begun("document")
    status, answer = await ask("sendVideo", files=files, chat_id=user.id, cover="attach://c")
    assert "IMAGE_PROCESS_FAILED" in answer["description"]
