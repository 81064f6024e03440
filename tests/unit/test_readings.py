"""What nvidia-smi says of cards, replayed by a program of its name."""

import asyncio
from pathlib import Path

import pytest

from converter.nvidia import readings
from converter.nvidia.readings import Reading

MIB = 1 << 20
ANSWERS = [
    ("0, 87, 71, 20123, 23034\n", {0: Reading(87.0, 71.0, 20123 * MIB, 23034 * MIB)}),
    (
        "0, 0, 34, 1, 81559\n1, [N/A], 35, [Not Supported], 81559\n",
        {0: Reading(0.0, 34.0, MIB, 81559 * MIB), 1: Reading(None, 35.0, None, 81559 * MIB)},
    ),
    (
        "2, [GPU requires reset], [Unknown Error], N/A, 10\n",
        {2: Reading(None, None, None, 10 * MIB)},
    ),
    ("Unable to determine the device handle for GPU 0000:01:00.0: Unknown Error\n", {}),
    (
        "0, 1, 2\n, , , ,\nx, 1, 2, 3, 4\n0, nan, inf, -1, 1e9\n",
        {0: Reading(None, None, None, None)},
    ),
    ("", {}),
]


@pytest.mark.parametrize(("answer", "wanted"), ANSWERS)
async def test_an_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: str, wanted: dict[int, Reading]
) -> None:
    smi(tmp_path, f"cat <<'END'\n{answer}END\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert await readings.read() == wanted
    assert (tmp_path / "asked").read_text().split() == readings.argv()[1:]


async def test_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert await readings.read() == {}, "there is none"
    monkeypatch.undo()
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    smi(tmp_path, "echo 0, 1, 2, 3, 4\nexit 9\n")
    assert await readings.read() == {}, "it failed"


async def test_one_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    smi(tmp_path, "exec sleep 600\n")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    async with asyncio.timeout(60):
        assert await readings.read() == {}


def smi(folder: Path, body: str) -> None:
    """A program that answers so, and writes down what it was asked."""
    path = folder / "nvidia-smi"
    path.write_text(f'#!/bin/sh\necho "$@" > {folder}/asked\n{body}')
    path.chmod(0o755)
