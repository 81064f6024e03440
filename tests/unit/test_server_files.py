"""Files of a server of one's own: plain ones in the bot's own folder alone, gone after use."""

import asyncio
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.telegram.files.server_files import NotHereError, ServerFiles
from standin import TEST_TOKEN
from tests.support.running import until

MUCH = 10**9


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The bot's folder at the server."""
    folder = tmp_path / "server" / TEST_TOKEN
    (folder / "videos").mkdir(parents=True)
    (folder / "videos" / "file_0.mp4").write_bytes(b"film")
    return folder


@pytest.fixture
def film(root: Path) -> Path:
    return root / "videos" / "file_0.mp4"


@pytest.fixture
def another_disk() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


async def test_on_one_disk_it_is_another_name_of_the_same_file(film: Path, tmp_path: Path) -> None:
    files, to = ServerFiles(TEST_TOKEN, MUCH), tmp_path / "work" / "input"
    make_room(to)
    assert await files.bring(str(film), to) == 4
    assert same(film, to)
    assert not is_link(to)
    await files.release(tmp_path / "work")
    assert not there(film)
    assert content(to) == b"film"


async def test_from_another_disk_it_is_lent(film: Path, another_disk: Path) -> None:
    files, to = ServerFiles(TEST_TOKEN, MUCH), another_disk / "input"
    assert await files.bring(str(film), to) == 4
    assert (is_link(to), content(to)) == (True, b"film")
    await files.release(another_disk)
    assert not there(film)


async def test_as_long_as_somebody_uses_it_it_stays(film: Path, another_disk: Path) -> None:
    files = ServerFiles(TEST_TOKEN, MUCH)
    places = [another_disk / name / "input" for name in ("a", "b")]
    for place in places:
        make_room(place)
        await files.bring(str(film), place)
    await files.release(places[0].parent)
    assert there(film)
    await files.release(places[1].parent)
    assert not there(film)


async def test_what_may_be_asked_for_again_stays_for_a_while(
    film: Path, another_disk: Path
) -> None:
    files, to = ServerFiles(TEST_TOKEN, MUCH, seconds=0.05), another_disk / "input"
    await files.bring(str(film), to)
    await files.release(another_disk, again=True)
    assert there(film)
    # Used again, it is nobody's to take away.
    await files.bring(str(film), to)
    await asyncio.sleep(0.1)
    assert there(film)
    await files.release(another_disk, again=True)
    await until(lambda: not there(film), "its end")
    await files.close()


@pytest.mark.parametrize("much", [MUCH, 3])
async def test_no_longer_than_the_bot_and_no_more_than_there_is_room_for(
    film: Path, another_disk: Path, much: int
) -> None:
    files = ServerFiles(TEST_TOKEN, much)
    await files.bring(str(film), another_disk / "input")
    await files.release(another_disk, again=True)
    assert there(film) == (much == MUCH)
    await files.close()
    assert not there(film)


BAD = {
    "relative": "videos/file_0.mp4",
    "dots": f"/{{root}}/../{TEST_TOKEN}/videos/file_0.mp4",
    "dots inside": "{root}/videos/../../secret",
    "another bot's": "{root}/../987654:another/videos/file_0.mp4",
    "no token": "/etc/passwd",
    "the token twice": f"{{root}}/{TEST_TOKEN}/file_0.mp4",
    "the folder itself": "{root}",
    "unfinished": "{root}/temp/part",
    "a NUL": "{root}/videos/file_0.mp4\0",
    "a link": "{root}/videos/link.mp4",
    "a link to a folder": "{root}/linked/secret.mp4",
    "a folder": "{root}/videos",
    "a pipe": "{root}/videos/pipe.mp4",
}


@pytest.mark.parametrize("told", BAD.values(), ids=BAD.keys())
async def test_what_is_not_its_own_plain_file_is_not_used(
    root: Path, tmp_path: Path, told: str
) -> None:
    spoil(root, tmp_path)
    to = tmp_path / "input"
    with pytest.raises(NotHereError) as caught:
        await ServerFiles(TEST_TOKEN, MUCH).bring(told.format(root=root), to)
    assert not there(to)
    assert not is_link(to)
    assert not caught.value.gone
    assert TEST_TOKEN not in str(caught.value)
    assert there(tmp_path / "secret.mp4")


async def test_a_folder_that_leads_elsewhere_is_not_the_bots(root: Path, tmp_path: Path) -> None:
    told = root / "videos" / "file_0.mp4"
    swap_for_link(root)
    with pytest.raises(NotHereError, match="link to another"):
        await ServerFiles(TEST_TOKEN, MUCH).bring(str(told), tmp_path / "input")


async def test_one_that_is_gone_is_asked_for_again(film: Path, tmp_path: Path) -> None:
    missing = film.with_name("file_1.mp4")
    with pytest.raises(NotHereError) as caught:
        await ServerFiles(TEST_TOKEN, MUCH).bring(str(missing), tmp_path / "input")
    assert caught.value.gone


async def test_a_server_on_another_disk_is_told_from_a_lost_file(tmp_path: Path) -> None:
    told = f"/nowhere/{TEST_TOKEN}/videos/file_0.mp4"
    with pytest.raises(NotHereError, match="not on this disk") as caught:
        await ServerFiles(TEST_TOKEN, MUCH).bring(told, tmp_path / "input")
    assert not caught.value.gone


async def test_others_may_read_it_where_only_its_folder_keeps_them_out(
    film: Path, another_disk: Path
) -> None:
    shut(film, 0o640)
    await ServerFiles(TEST_TOKEN, MUCH).bring(str(film), another_disk / "input")
    assert mode(film) == 0o644


async def test_without_the_right_to_read_nothing_is_brought(film: Path, another_disk: Path) -> None:
    shut(film.parents[1], 0o700)
    open_way(another_disk)
    with as_nobody(), pytest.raises(NotHereError, match="can't be read here: Permission denied"):
        await ServerFiles(TEST_TOKEN, MUCH).bring(str(film), another_disk / "input")
    assert list_of(another_disk) == []


async def test_without_the_right_to_delete_it_is_said_once(another_disk: Path) -> None:
    film = another_disk / TEST_TOKEN / "videos" / "file_0.mp4"
    make_room(film)
    write(film)
    work = another_disk / "work"
    open_way(another_disk, work)
    files = ServerFiles(TEST_TOKEN, MUCH)
    with capture_logs() as logs, as_nobody():
        for _ in range(2):
            await files.bring(str(film), work / "input")
            await files.release(work)
    assert there(film)
    assert [line["cause"] for line in logs] == [
        "its copies can't be deleted here after use: Permission denied"
    ]


@contextlib.contextmanager
def as_nobody() -> Iterator[None]:
    """Somebody who isn't the server; whoever isn't root can't read what is shut anyway."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    os.setegid(65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


def spoil(root: Path, tmp_path: Path) -> None:
    """Links, folders and pipes where files might be; and secrets."""
    (tmp_path / "secret.mp4").write_text("of the host")
    (tmp_path / "server" / "secret").write_text("of the server")
    other = tmp_path / "server" / "987654:another" / "videos"
    other.mkdir(parents=True)
    (other / "file_0.mp4").write_text("another's")
    (root / "videos" / "link.mp4").symlink_to(tmp_path / "secret.mp4")
    (root / "linked").symlink_to(tmp_path)
    os.mkfifo(root / "videos" / "pipe.mp4")
    (root / "temp").mkdir()
    (root / "temp" / "part").write_text("half")


def swap_for_link(root: Path) -> None:
    real = root.with_name("elsewhere")
    root.rename(real)
    root.symlink_to(real)


def open_way(folder: Path, *more: Path) -> None:
    for path in more:
        path.mkdir()
        path.chmod(0o777)
    folder.chmod(0o755 if more else 0o777)


def make_room(path: Path) -> None:
    path.parent.mkdir(parents=True)


def write(path: Path) -> None:
    path.write_bytes(b"film")
    path.chmod(0o644)


def shut(path: Path, to: int) -> None:
    path.chmod(to)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def same(one: Path, other: Path) -> bool:
    return one.samefile(other)


def is_link(path: Path) -> bool:
    return path.is_symlink()


def there(path: Path) -> bool:
    return path.exists()


def content(path: Path) -> bytes:
    return path.read_bytes()


def list_of(folder: Path) -> list[Path]:
    return list(folder.iterdir())
