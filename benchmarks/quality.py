"""`python -m benchmarks.quality choose|check|presets [options]`.

`choose` finds the CRFs whose VMAF is H.264's, `check` judges those that the converter has on other
clips, `presets` says what presets cost and give. Takes long: the machine decides whether minutes
or an hour. Prints Markdown tables. With `--notes FILE`, `choose` and `check` don't encode again
what they did before; delete the file when the image or the clips are others.
"""

import argparse
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import footage, presets, samples
from benchmarks.check import check
from benchmarks.curves import choose
from benchmarks.encoders import GRIDS
from benchmarks.measured import CODECS, Measured

_TASKS = ("choose", "check", "presets")


def main() -> None:
    """Measure what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task", choices=_TASKS)
    parser.add_argument("--codec", choices=CODECS, action="append")
    parser.add_argument("--seconds", type=int, default=5, help="length of each clip")
    parser.add_argument("--notes", type=Path, help="what was measured, to go on with")
    wanted = parser.parse_args()
    codecs: Sequence[str] = wanted.codec or tuple(CODECS)
    others = [codec for codec in codecs if codec != "h264"]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        if wanted.task == "presets":
            _presets(codecs, folder, wanted.seconds)
            return
        choosing = wanted.task == "choose"
        recipes = samples.CHOOSING if choosing else samples.HELD
        clips = [recipe.record(folder, wanted.seconds) for recipe in recipes]
        measured = Measured(clips, folder, wanted.notes or folder / "notes.jsonl")
        (choose if choosing else check)(others, measured)


def _presets(codecs: Sequence[str], folder: Path, seconds: int) -> None:
    clips = [make(folder, seconds) for make in footage.SIX]
    for codec in codecs:
        print(f"\n## {codec}\n\nMedians; ratios are to x264 fast, CRF 22, of the same clip.\n")
        presets.measure(GRIDS[codec], clips[: GRIDS[codec].clips], folder)


if __name__ == "__main__":
    main()
