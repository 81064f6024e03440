"""Programs that stand where NVIDIA's driver and an ffmpeg with a card would: scripts of the outer
world, called by argv as the real ones are. What asks for no card goes to the real ffmpeg."""

import shlex
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from converter.engines.host_runner import HostRunner
from tests.support.engines import RESOURCES, host_tools

WITHOUT_CARD = pytest.mark.skipif(
    shutil.which("nvidia-smi") is not None, reason="says what a machine without a card does"
)
L4 = "0, NVIDIA L4, 580.65.06"
ANOTHER = "1, NVIDIA L4, 580.65.06"
# What NVENC says on a chip without encoder.
NO_ENCODER = "[h264_nvenc @ 0x1] OpenEncodeSessionEx failed: unsupported device (2): (no details)"
SESSIONS = "[h264_nvenc @ 0x1] OpenEncodeSessionEx failed: out of memory (10): (no details)"
GONE = "[h264_nvenc @ 0x1] Cannot load libcuda.so.1"


@dataclass(frozen=True, slots=True)
class StubGpu:
    """Scripts in `folder`. `calls` has a line for each call that asked for a card: its number, a
    space and the arguments."""

    folder: Path

    @property
    def calls(self) -> list[str]:
        """What was asked of the cards so far."""
        path = self.folder / "calls"
        return path.read_text().splitlines() if path.exists() else []

    def runner(
        self, cards: Sequence[str] = (L4,), refusals: Mapping[tuple[str, str], str] | None = None
    ) -> HostRunner:
        """An engine with these cards, as nvidia-smi lists them. `refusals` says what ffmpeg
        complains of when this card (its number, or `*`) meets this word in the arguments. Made
        again, it changes the world of an engine made before."""
        tools = host_tools("plain")
        listing = "\n".join(cards)
        smi = self._script("nvidia-smi", f"cat <<'END'\n{listing}\nEND\n")
        cases = "".join(
            f"{card}' '*{word}*) echo {shlex.quote(text)} >&2; exit 1;;\n"
            for (card, word), text in (refusals or {}).items()
        )
        ffmpeg = self._script(
            "ffmpeg",
            f'case "$*" in *cuda*|*nvenc*) ;; *) exec {tools.ffmpeg} "$@";; esac\n'
            "card=${CUDA_VISIBLE_DEVICES:-0}\n"
            f'echo "$card $*" >> {self.folder}/calls\n'
            f'case "$card $*" in\n{cases}*) exit 0;;\nesac\n',
        )
        return HostRunner(replace(tools, ffmpeg=ffmpeg, nvidia_smi=smi), RESOURCES)

    def _script(self, name: str, body: str) -> Path:
        self.folder.mkdir(exist_ok=True)
        path = self.folder / name
        path.write_text(f"#!/bin/sh\n{body}")
        path.chmod(0o755)
        return path
