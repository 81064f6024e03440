"""What the image's ffmpeg knows of NVIDIA, by its own help: the words that a plan uses."""

import functools
import re
import subprocess
from dataclasses import replace

import pytest

from converter.commands import args
from converter.commands.args import Found
from converter.engines.capabilities import Gpu
from converter.formats import TARGETS
from converter.limits import Limits
from converter.nvidia import gpu
from converter.planning.ladder import ladder
from converter.planning.plan import Action
from converter.request import Request
from tests.support.argv import Places
from tests.support.engines import IMAGE
from tests.support.facts import CPU, INFO

pytestmark = pytest.mark.docker

ENCODERS = [name for name, _ in gpu.ENCODERS]
FULL = Gpu(
    *(0, "a card that can do everything", "999"),
    encoders=frozenset((name, bits) for name, depths in gpu.ENCODERS for bits in depths),
    decoders=frozenset((sample.codec, sample.bits) for sample in gpu.SAMPLES),
    filters=frozenset(gpu.FILTERS),
)
# ffmpeg's own and those that every encoder has.
COMMON = frozenset(
    {
        *(
            "-c:a",
            "-filter:a",
            "-ac",
            "-ar",
            "-b:a",
            "-an",
            "-sn",
            "-bsf:v",
            "-max_muxing_queue_size",
            "-t",
        ),
        *("-movflags", "-f", "-pix_fmt", "-maxrate", "-bufsize", "-b:v", "-g", "-bf", "-tag:v"),
        *("-color_primaries", "-color_trc", "-colorspace", "-color_range", "-fps_mode", "-map"),
    }
)


@functools.cache
def told(topic: str) -> str:
    """What the image's ffmpeg says of a topic."""
    argv = ["docker", "run", "--rm", "--network", "none", IMAGE]
    argv += ["ffmpeg", "-hide_banner", "-h", topic]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout


def options(topic: str) -> set[str]:
    """The names of its options, with their dash."""
    return set(re.findall(r"^ +(-[\w-]+)", told(topic), re.MULTILINE))


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_every_option_of_a_plan_on_a_card_is_known(target: str) -> None:
    able = replace(CPU, gpu=FULL, filters=CPU.filters | FULL.filters)
    # Far too large for a copy: the picture must be encoded.
    limits = Limits(max_output_bytes=INFO.size - 1)
    checked: list[str] = []
    for plan in ladder(INFO, Request(target), limits, able, moov_first=True):
        if plan.action is Action.NOTHING:
            continue
        argv = args.step_argv(plan.steps[-1], plan, limits, Places(), "output", Found())
        encoder = next((word for word in argv if word in ENCODERS), None)
        if encoder is None:
            continue
        after = argv[argv.index(encoder) + 1 :]
        used = {word.partition(":")[0] for word in after if re.match(r"-[a-z]", word)}
        assert used - {word.partition(":")[0] for word in COMMON} <= options(
            f"encoder={encoder}"
        ), plan
        checked.append(encoder)
    assert checked or target != "mp4"


@pytest.mark.parametrize("encoder", ENCODERS)
def test_the_recipe_is_known_to_every_encoder(encoder: str) -> None:
    recipe = {"-preset", "-tune", "-rc", "-cq", "-spatial-aq", "-temporal-aq", "-rc-lookahead"}
    assert recipe | {"-b_ref_mode", "-multipass", "-level"} <= options(f"encoder={encoder}")
    values = set(re.findall(r"^ +(\w+) ", told(f"encoder={encoder}"), re.MULTILINE))
    assert {"p5", "hq", "vbr"} <= values
    formats = re.findall(r"Supported pixel formats: (.*)", told(f"encoder={encoder}"))[0].split()
    assert {"nv12", "p010le", "yuv420p", "cuda"} <= set(formats)


def test_the_filters_are_there() -> None:
    for name in set(gpu.FILTERS) - {"transpose_cuda"}:
        assert f"Filter {name}" in told(f"filter={name}")
    assert {"format", "passthrough"} <= set(
        re.findall(r"^ +(\w+) +<", told("filter=scale_cuda"), re.MULTILINE)
    )
