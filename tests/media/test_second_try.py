"""An output that is right but far below the size it aimed at gets a second try, and outlives it."""

import asyncio
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from converter.commands.progress import Progress
from converter.converter import Converter
from converter.engines.host_runner import HostRunner
from converter.errors import ConversionError
from converter.limits import Limits
from converter.observer import Observer
from converter.planning.plan import Plan
from converter.request import Request
from tests.support.engines import RESOURCES, Engine, host_tools, unique

# So little happens in it that no rate makes it as large as it might be.
_CALM = ("color=gray:s=64x64:r=10:d=1",)
_ROOM = 50_000
_AIM = Request(max_bytes=_ROOM)


def _broken_later(folder: Path, then: str) -> HostRunner:
    """An engine whose ffmpeg is the real one, until a second try begins: then it does this."""
    tools = host_tools("plain")
    script = folder / "ffmpeg"
    script.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *partial) echo x >> {folder}/calls;; *) exec {tools.ffmpeg} "$@";; esac\n'
        f'[ $(wc -l < {folder}/calls) = 1 ] && exec {tools.ffmpeg} "$@"\n'
        f"{then}\n"
    )
    script.chmod(0o755)
    return HostRunner(replace(tools, ffmpeg=script), RESOURCES)


@pytest.fixture
def calm(tmp_path: Path) -> Path:
    """A film of one grey picture."""
    made = tmp_path / "calm.avi"
    source = ["-f", "lavfi", "-i", *_CALM, "-c:v", "rawvideo", "-pix_fmt", "yuv420p"]
    subprocess.run(["ffmpeg", "-v", "error", *source, str(made)], check=True)
    return made


def _pictures(film: Path) -> int:
    probe = ["ffprobe", "-v", "error", "-count_frames", "-show_entries"]
    shown = [*probe, "stream=nb_read_frames", "-of", "csv=p=0", str(film)]
    done = subprocess.run(shown, check=True, capture_output=True, text=True)
    return int(done.stdout)


@pytest.mark.parametrize(
    ("then", "seconds"),
    [
        ("exec sleep 600", 12.0),
        ("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 228", 60.0),
        ("kill -SEGV $$", 60.0),
        ("echo 'Conversion failed!' >&2; exit 1", 60.0),
        ("for last; do :; done; echo no film > ${last#file:}; exit 0", 60.0),
    ],
    ids=["time_limit", "full_disk", "crash", "failure", "junk"],
)
async def test_what_is_proved_stays(tmp_path: Path, calm: Path, then: str, seconds: float) -> None:
    tried: list[Plan] = []
    setbacks: list[ConversionError] = []
    heard: list[Progress] = []
    watch = Observer(tried.append, heard.append, setbacks.append)
    base = tmp_path / "work"
    base.mkdir()
    broken = _broken_later(tmp_path, then)
    converter = Converter(broken, base, Engine("plain").capabilities())
    async with converter.open(unique("job")) as conversion:
        await asyncio.to_thread(shutil.copyfile, calm, conversion.workspace.input_path)
        result = await conversion.run(_AIM, Limits(timeout=seconds), watch)
        assert [plan.corrective for plan in tried] == [False, True]
        assert result.plan is tried[0]
        assert 0 < result.path.stat().st_size == result.after.size < _ROOM * 0.9
        assert await asyncio.to_thread(_pictures, result.path) == 10
    # Out of time nothing is left to be said of.
    assert len(setbacks) == (0 if "sleep" in then else 1)
    assert list(base.iterdir()) == []
