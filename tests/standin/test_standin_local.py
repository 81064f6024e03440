"""A server of the bot's own: where its files lie, and what may be named by a path."""

import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from standin import FileLimits, Local, StandIn
from tests.standin.conftest import jpeg_header


@pytest.fixture
def outgoing(tmp_path: Path) -> Path:
    folder = tmp_path / "outgoing"
    folder.mkdir(mode=0o755)
    return folder


@pytest.fixture
async def server(tmp_path: Path, outgoing: Path) -> AsyncIterator[StandIn]:
    async with StandIn(local=Local(tmp_path / "server", outgoing=outgoing)) as standin:
        yield standin


async def _ask(standin: StandIn, method: str, **params: object) -> dict[str, Any]:
    url = f"{standin.url}/bot{standin.token}/{method}"
    async with aiohttp.ClientSession() as http, http.post(url, json=params) as response:
        answer = await response.json()
        assert isinstance(answer, dict)
        return answer


async def _path(standin: StandIn, kind: str, path: Path) -> Path:
    message = await standin.user().send_file(kind, path)
    media = message.media
    assert media is not None
    answer = await _ask(standin, "getFile", file_id=media.file_id)
    return Path(answer["result"]["file_path"])


@pytest.mark.parametrize(
    ("kind", "folder"),
    [("video", "videos"), ("document", "documents"), ("photo", "photos"), ("voice", "voice")],
)
async def test_files_come_to_lie_on_its_disk(
    server: StandIn, tmp_path: Path, kind: str, folder: str, clip: Path, jpeg: Path
) -> None:
    path = await _path(server, kind, jpeg if kind == "photo" else clip)
    assert path.parent == tmp_path / "server" / server.token / folder
    assert path.name.startswith("file_")
    assert _bytes(path) == _bytes(jpeg if kind == "photo" else clip)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [stat.S_IMODE(place.stat().st_mode) for place in path.parents[:2]] == [0o750, 0o750]


async def test_it_has_no_limit_downwards_and_one_of_2000_mb_upwards(
    server: StandIn, tmp_path: Path, outgoing: Path
) -> None:
    large = tmp_path / "large.mkv"
    with large.open("wb") as file:
        file.truncate(3_000_000_000)
    assert (await _path(server, "document", large)).stat().st_size == 3_000_000_000
    os.link(large, outgoing / "large.mkv")
    (outgoing / "large.mkv").chmod(0o644)
    answer = await _send(server, "sendDocument", document=(outgoing / "large.mkv").as_uri())
    assert answer["description"] == "Bad Request: file is too big"


async def test_it_serves_no_file_by_itself(server: StandIn, clip: Path, tmp_path: Path) -> None:
    path = await _path(server, "video", clip)
    relative = path.relative_to(tmp_path / "server" / server.token)
    async with aiohttp.ClientSession() as http:
        for asked in (str(path), str(relative)):
            async with http.get(f"{server.url}/file/bot{server.token}/{asked}") as response:
                assert response.status == 404
    assert server.bytes_served == 0


async def test_a_web_server_before_it_may(clip: Path, tmp_path: Path) -> None:
    async with StandIn(local=Local(tmp_path / "server", serves=True)) as standin:
        path = await _path(standin, "video", clip)
        relative = path.relative_to(tmp_path / "server" / standin.token)
        async with (
            aiohttp.ClientSession() as http,
            http.get(f"{standin.url}/file/bot{standin.token}/{relative}") as response,
        ):
            assert await response.read() == _bytes(clip)
        assert standin.bytes_served == len(_bytes(clip))


async def test_what_was_deleted_is_brought_again(server: StandIn, clip: Path) -> None:
    message = await server.user().send_video(clip)
    file_id = message.video.file_id
    first = (await _ask(server, "getFile", file_id=file_id))["result"]["file_path"]
    await _ask(server, "getFile", file_id=file_id)
    assert list(server.disk.made.values()) == [1]
    _remove(first)
    await server.restart()
    assert (await _ask(server, "getFile", file_id=file_id))["result"]["file_path"] == first
    assert _bytes(first) == _bytes(clip)
    assert list(server.disk.made.values()) == [2]


async def test_a_file_is_sent_by_its_path_with_its_pictures(
    server: StandIn, clip: Path, outgoing: Path
) -> None:
    film, small = outgoing / "мой film.mp4", outgoing / "thumbnail.jpg"
    film.write_bytes(_bytes(clip))
    small.write_bytes(jpeg_header(320, 180))
    user = server.user()
    await user.send_text("hello")
    before = server.bytes_received
    answer = await _ask(
        server,
        "sendVideo",
        chat_id=user.id,
        video=film.as_uri(),
        thumbnail=small.as_uri(),
        cover=small.as_uri(),
    )
    assert answer["ok"], answer
    [seen] = user.results
    assert seen.video.file_name == "мой film.mp4"
    assert _bytes(seen.file_path) == _bytes(clip)
    assert seen.video.thumbnail is not None
    assert seen.video.cover is not None
    assert server.bytes_received - before < 2000
    # They are the bot's to remove.
    assert film.is_file()
    assert small.is_file()
    film.unlink()
    assert _bytes(seen.file_path) == _bytes(clip)


async def test_items_of_an_album_are_sent_so_too(
    server: StandIn, clip: Path, outgoing: Path
) -> None:
    paths = [outgoing / name for name in ("a.mkv", "b.mkv")]
    for path in paths:
        path.write_bytes(_bytes(clip))
    user = server.user()
    await user.send_text("hello")
    items = [{"type": "document", "media": path.as_uri()} for path in paths]
    answer = await _ask(server, "sendMediaGroup", chat_id=user.id, media=json.dumps(items))
    assert answer["ok"], answer
    assert [m.kind for m in user.bot_messages] == ["document", "document"]


@pytest.mark.parametrize("fault", ["missing", "closed", "elsewhere", "link", "folder closed"])
async def test_what_it_cannot_read_is_refused(
    server: StandIn, clip: Path, outgoing: Path, tmp_path: Path, fault: str
) -> None:
    place = outgoing / "in"
    place.mkdir(mode=0o755)
    film = place / "film.mp4"
    if fault == "link":
        film.symlink_to(clip)
    elif fault != "missing":
        film.write_bytes(_bytes(clip))
        film.chmod(0o600 if fault == "closed" else 0o644)
    if fault == "folder closed":
        place.chmod(0o700)
    uri = (tmp_path / "clip.mp4" if fault == "elsewhere" else film).as_uri()
    answer = await _send(server, "sendVideo", video=uri)
    assert answer["description"].startswith("Bad Request: realpath failed for ")


async def test_the_cloud_takes_no_path(standin: StandIn, clip: Path) -> None:
    answer = await _send(standin, "sendVideo", video=clip.as_uri())
    assert answer["description"] == "Bad Request: wrong file identifier/HTTP URL specified"


async def test_after_log_out_the_cloud_answers_nothing_more(standin: StandIn) -> None:
    assert (await _ask(standin, "getMe"))["ok"]
    assert (await _ask(standin, "logOut"))["result"] is True
    for method in ("getMe", "getUpdates"):
        answer = await _ask(standin, method)
        assert (answer["error_code"], answer["description"]) == (400, "Logged out")


async def test_pictures_of_people_and_of_the_bot(standin: StandIn, jpeg: Path) -> None:
    user = standin.user()
    assert (await _ask(standin, "getUserProfilePhotos", user_id=user.id))["result"] == {
        "total_count": 0,
        "photos": [],
    }
    standin.set_photo(jpeg)
    answer = await _ask(standin, "getUserProfilePhotos", user_id=standin.state.bot.id)
    [[size]] = answer["result"]["photos"]
    assert (size["width"], size["height"]) == (320, 180)
    assert (await _ask(standin, "getUserProfilePhotos", user_id=5))["error_code"] == 400


async def test_limits_can_be_the_tests_own(tmp_path: Path, outgoing: Path) -> None:
    local = Local(tmp_path / "server", outgoing=outgoing)
    async with StandIn(local=local, limits=FileLimits(upload=10)) as standin:
        (outgoing / "large").write_bytes(bytes(11))
        answer = await _send(standin, "sendDocument", document=(outgoing / "large").as_uri())
        assert answer["description"] == "Bad Request: file is too big"


async def _send(standin: StandIn, method: str, **params: object) -> dict[str, Any]:
    user = standin.user()
    await user.send_text("hello")
    return await _ask(standin, method, chat_id=user.id, **params)


def _bytes(path: Path | str) -> bytes:
    return Path(path).read_bytes()


def _remove(path: str) -> None:
    Path(path).unlink()
