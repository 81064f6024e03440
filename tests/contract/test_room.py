"""Room on a disk, on a real one of 8 MiB, which bubblewrap makes without any rights."""

import asyncio
import subprocess
import sys
from pathlib import Path

from bot.jobs.house.house import Needs
from bot.jobs.house.room import DiskRoom

ROOT = Path(__file__).parents[2]
MIB = 1024 * 1024

BEGIN = f"""
import asyncio, sys
from contextlib import AsyncExitStack
from pathlib import Path
from bot.jobs.house.room import DiskRoom
from converter.errors import Code, Unavailable

MIB = {MIB}
ATTEMPT = "0123456789abcdef-1"
work = Path(sys.argv[1]) / "work"

def put(name, size):
    path = work / name / "in" / "input"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(size))

async def tried(work):
    try:
        await work
    except Unavailable as error:
        assert error.code is Code.DISK_FULL, error
        return False
    return True

async def main(room):
"""

END = """
asyncio.run(main(DiskRoom(work, MIB)))
"""


async def inside(folder: Path, body: str) -> None:
    """Run the lines of a coroutine that has `room`, on a disk of 8 MiB of which one stays free."""
    script = BEGIN + "\n".join(f"    {line}" for line in body.strip().splitlines()) + END
    disk = ["--dev-bind", "/", "/", "--size", str(8 * MIB), "--tmpfs", str(folder)]
    done = await asyncio.to_thread(
        subprocess.run,
        ["bwrap", *disk, sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


async def test_no_more_is_promised_than_there_is(tmp_path: Path) -> None:
    await inside(
        tmp_path,
        """
assert await room.free() == 7 * MIB
async with room.claim(ATTEMPT, 4 * MIB):
    assert not await tried(room.grow("b-1", 4 * MIB))
    async with room.claim("b-1", 3 * MIB):
        assert not await tried(room.grow("c-1", 1))
        assert await room.free() == 4 * MIB, "what is promised to attempts is theirs to fill"
    assert await tried(room.grow("c-1", 3 * MIB))
    room.settle("c-1")
assert await tried(room.grow("d-1", 7 * MIB))
""",
    )


async def test_what_was_filled_is_promised_no_longer(tmp_path: Path) -> None:
    await inside(
        tmp_path,
        """
async with AsyncExitStack() as stack:
    await stack.enter_async_context(room.claim(ATTEMPT, 4 * MIB))
    put(ATTEMPT, 2 * MIB)
    # Two are filled, two more promised, one stays free: three are left.
    assert await room.free() == 7 * MIB
    assert not await tried(room.grow("b-1", 3 * MIB + 4096))
    assert await tried(room.grow("b-1", 3 * MIB))
    assert not await tried(room.grow(ATTEMPT, 4 * MIB + 4096)), "no more of its own either"
    assert await room.free() == 4 * MIB, "what is no attempt's is not for attempts"
    room.settle("b-1")
    assert await tried(room.grow(ATTEMPT, 6 * MIB))
    room.settle(ATTEMPT)
    assert await tried(room.grow("b-1", 5 * MIB))
    room.settle("b-1")
    assert await room.free() == 7 * MIB, "what it has is still its own"
assert await room.free() == 5 * MIB
""",
    )


async def test_what_lies_there_of_others_counts_as_taken(tmp_path: Path) -> None:
    await inside(
        tmp_path,
        """
put("somebody-1", 4 * MIB)
assert await room.free() == 3 * MIB
assert not await tried(room.grow(ATTEMPT, 3 * MIB + 4096))
(work / "somebody-1" / "in" / "input").unlink()
assert await tried(room.grow(ATTEMPT, 7 * MIB))
""",
    )


async def test_many_at_once_get_no_more_together(tmp_path: Path) -> None:
    await inside(
        tmp_path,
        """
asked = [tried(room.grow(f"job-{n}", MIB)) for n in range(20)]
assert sorted(await asyncio.gather(*asked)) == [False] * 13 + [True] * 7
""",
    )


async def test_where_nobody_can_tell_nobody_is_kept_out(tmp_path: Path) -> None:
    room = DiskRoom(tmp_path / "gone" / "work", 0)
    assert await room.free() is None
    await room.grow("a-1", 1 << 60)


def test_what_is_planned_is_known_better() -> None:
    needs = Needs(factor=3.0, joined=5.0, least=100, unknown=5000)
    assert needs.once_planned(1000, None) == needs.of(1000) == 3100
    assert needs.once_planned(1000, 50) == 1200
    assert needs.to_look(1000) == 1100
