"""An input that stays where it is: every engine shows programs that one file, to read."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from converter.engines.runner import Runner, Session
from converter.engines.workspace import Workspace
from converter.errors import Unavailable
from tests.support.engines import CLOSED, EVERY, Engine, unique

SECRET = "123456:the-token-of-this-bot-stands-in-the-path"


@pytest.fixture(params=EVERY)
def engine(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


@pytest.fixture(params=CLOSED)
def closed(request: pytest.FixtureRequest) -> Engine:
    return Engine(request.param)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    folder = tmp_path / "server" / SECRET / "videos"
    folder.mkdir(parents=True, mode=0o750)
    (folder / "file_1.mp4").write_bytes(b"another's")
    path = folder / "file_0.mp4"
    path.write_bytes(b"film")
    path.chmod(0o644)
    return path


@asynccontextmanager
async def open_on(runner: Runner, base: Path) -> AsyncIterator[tuple[Session, Workspace]]:
    workspace = await Workspace.create(base, unique("place"), owner=runner.owner)
    async with runner.open(workspace) as session:
        yield session, workspace


def url_path(session: Session) -> str:
    return session.input_url.removeprefix("file:")


async def test_it_is_read_where_it_lies(engine: Engine, tmp_path: Path, film: Path) -> None:
    async with open_on(engine.runner(), tmp_path / "work") as (session, workspace):
        before = await session.run(["cat", "/dev/null"])
        workspace.input_path.symlink_to(film)
        workspace.open_input()
        done = await session.run(["cat", url_path(session)])
        again = await session.run(["cat", url_path(session)])
    assert (before.returncode, done.stdout, again.stdout) == (0, b"film", b"film")
    assert facts(film) == (1, 0o644)


async def test_it_is_not_written_to(closed: Engine, tmp_path: Path, film: Path) -> None:
    async with open_on(closed.runner(), tmp_path / "work") as (session, workspace):
        workspace.input_path.symlink_to(film)
        path = url_path(session)
        for command in (f"echo x >{path}", f"rm {path}", f"mv {path} /out/x", f"chmod 777 {path}"):
            done = await session.run(["sh", "-c", command])
            assert done.returncode != 0, command
    assert content(film) == b"film"


async def test_nothing_beside_it_and_nothing_of_its_path_is_seen(
    closed: Engine, tmp_path: Path, film: Path
) -> None:
    async with open_on(closed.runner(), tmp_path / "work") as (session, workspace):
        workspace.input_path.symlink_to(film)
        beside = await session.run(["cat", str(film.with_name("file_1.mp4")), str(film)])
        seen = await session.run(["sh", "-c", "cat /proc/[0-9]*/cmdline; ls -A / /lent"])
    assert beside.stdout == b""
    assert SECRET.encode() not in seen.stdout
    assert b"lent" in seen.stdout


async def test_no_list_of_processes_tells_its_path(
    engine: Engine, tmp_path: Path, film: Path
) -> None:
    async with open_on(engine.runner(), tmp_path / "work") as (session, workspace):
        workspace.input_path.symlink_to(film)
        lines: list[bytes] = []

        def look(_: str) -> None:
            lines.extend(_arguments())

        await session.run(["sh", "-c", f"echo up; cat {url_path(session)} >&2"], on_line=look)
    assert lines
    assert not [line for line in lines if SECRET.encode() in line]


async def test_another_one_follows(engine: Engine, tmp_path: Path, film: Path) -> None:
    other = film.with_name("file_1.mp4")
    async with open_on(engine.runner(), tmp_path / "work") as (session, workspace):
        for path, told in ((film, b"film"), (other, b"another's"), (None, b"of our own")):
            workspace.input_path.unlink(missing_ok=True)
            if path is None:
                workspace.input_path.write_bytes(told)
                workspace.open_input()
            else:
                workspace.input_path.symlink_to(path)
            done = await session.run(["cat", url_path(session)])
            assert done.stdout == told


@pytest.mark.parametrize("fault", ["a link", "a link on the way", "a folder", "nothing"])
async def test_what_is_no_plain_file_any_more_is_not_shown(
    closed: Engine, tmp_path: Path, film: Path, fault: str
) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "file_0.mp4").write_text("of the host")
    async with open_on(closed.runner(), tmp_path / "work") as (session, workspace):
        workspace.input_path.symlink_to(film)
        replace(film, fault, secret)
        try:
            done = await session.run(["sh", "-c", f"cat {url_path(session)}; ls {film.parent}"])
        except Unavailable:
            return
    assert (done.returncode != 0, done.stdout) == (True, b"")


@pytest.mark.docker
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_a_container_reads_what_the_servers_group_may(tmp_path: Path, film: Path) -> None:
    give_away(film)
    async with open_on(Engine("docker").runner(), tmp_path / "work") as (session, workspace):
        workspace.input_path.symlink_to(film)
        done = await session.run(["sh", "-c", f"id -G; cat {url_path(session)}"])
    assert done.stdout.split() == [b"65534", b"101", b"film"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_root_in_a_sandbox_gets_a_copy_of_what_another_user_shuts(
    tmp_path: Path, film: Path
) -> None:
    give_away(film)
    async with open_on(Engine("bwrap").runner(), tmp_path / "work") as (session, workspace):
        workspace.input_path.symlink_to(film)
        for _ in range(2):
            done = await session.run(["cat", url_path(session)])
            assert done.stdout == b"film"
        assert workspace.lent == workspace.root / "copied"


async def test_the_lent_input_itself_may_be_the_result(tmp_path: Path, film: Path) -> None:
    workspace = await Workspace.create(tmp_path / "work", "job")
    workspace.input_path.symlink_to(film)
    kept = workspace.keep_input("output.mp4")
    assert content(kept) == b"film"
    assert kept.samefile(film)
    await workspace.remove()
    assert content(film) == b"film"


def content(path: Path) -> bytes:
    return path.read_bytes()


def facts(path: Path) -> tuple[int, int]:
    """Its names on the disk, and its mode."""
    found = path.stat()
    return found.st_nlink, found.st_mode & 0o777


def give_away(film: Path) -> None:
    """As the server's own user and group, 101, have their files."""
    film.chmod(0o640)
    for path in (film, film.parent):
        os.chown(path, 101, 101)


def replace(film: Path, fault: str, secret: Path) -> None:
    """Put something else where the film was."""
    if fault == "a link on the way":
        film.parent.rename(film.parent.with_name("moved"))
        film.parent.symlink_to(secret)
    else:
        film.unlink()
    if fault == "a link":
        film.symlink_to(secret / "file_0.mp4")
    if fault == "a folder":
        film.mkdir()


def _arguments() -> list[bytes]:
    found: list[bytes] = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(path.read_bytes())
        except OSError:
            continue
    return found
