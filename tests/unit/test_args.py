"""The very arguments that ffmpeg gets."""

import re
import subprocess
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from converter.args import convert_argv, thumbnail_argv
from converter.errors import Failed, Refused
from converter.guards import CONTAINERS, PROTOCOLS, input_guards
from converter.limits import Limits
from converter.media import MediaInfo
from converter.plan import Action, Device, Plan, Request, ladder
from tests.support.engines import IMAGE
from tests.support.facts import AUDIO, CPU, GPU, INFO, VIDEO
from tests.unit.test_plan import INFOS

IN, OUT = "file:/in/input", "file:/out/partial"
HEAD = [
    *("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+warning"),
    *("-progress", "pipe:1", "-nostats", "-stats_period", "0.5"),
    *("-protocol_whitelist", PROTOCOLS, "-format_whitelist", CONTAINERS),
    *("-max_pixels", "40000000"),
]
EXTRAS = ["-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"]
TAIL = [
    *("-max_muxing_queue_size", "4096", "-t", "10800.000"),
    *("-movflags", "+faststart", "-f", "mp4", OUT),
]
CHAIN = (
    "scale=1280:720:flags=bicubic:in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv,"
    "format=yuv420p,setsar=1,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
)
SOUND = [
    *("-af", "aresample=async=1000:first_pts=0", "-c:a", "aac", "-ac", "2", "-ar", "48000"),
    *("-b:a", "160000"),
]


def plan_of(info: MediaInfo, action: Action, device: Device = Device.CPU) -> Plan:
    found = ladder(info, Request(), Limits(), GPU, moov_first=False)
    return next(p for p in found if p.action is action and p.device is device)


def argv_of(plan: Plan) -> list[str]:
    return convert_argv(plan, Limits(), IN, OUT)


def test_a_remux() -> None:
    assert argv_of(plan_of(INFO, Action.REMUX)) == [
        *(*HEAD, "-i", IN, "-map", "0:0", "-map", "0:1", *EXTRAS),
        *("-c:v", "copy", "-c:a", "copy", *TAIL),
    ]


def test_a_remux_of_a_clock_that_starts_early() -> None:
    assert argv_of(plan_of(replace(INFO, lead=1.5), Action.REMUX)) == [
        *(*HEAD, "-itsoffset", "-1.500000", "-i", IN, "-map", "0:0", "-map", "0:1", *EXTRAS),
        *("-c:v", "copy", "-c:a", "copy", *TAIL),
    ]


def test_new_sound_alone() -> None:
    surround = replace(INFO, audios=(replace(AUDIO, channels=6),))
    assert argv_of(plan_of(surround, Action.AUDIO)) == [
        *(*HEAD, "-i", IN, "-map", "0:0", "-map", "0:1", *EXTRAS),
        *("-c:v", "copy", *SOUND, *TAIL),
    ]


def test_a_full_encode() -> None:
    assert argv_of(plan_of(INFO, Action.ENCODE)) == [
        *(*HEAD, "-threads", "1", "-i", IN, "-map", "0:0", "-map", "0:1", *EXTRAS),
        *("-vf", CHAIN, "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "fast", "-crf", "22"),
        *("-threads", "1", "-level:v", "3.1", "-profile:v", "high", "-pix_fmt", "yuv420p"),
        *(*SOUND, *TAIL),
    ]


def test_an_encode_on_the_gpu_within_a_rate() -> None:
    plan = replace(plan_of(INFO, Action.ENCODE, Device.NVENC), max_rate=1_000_000, audio=None)
    assert argv_of(plan) == [
        *(*HEAD, "-threads", "1", "-i", IN, "-map", "0:0", *EXTRAS),
        *("-vf", CHAIN, "-fps_mode", "vfr", "-c:v", "h264_nvenc", "-preset", "p5"),
        *("-tune", "hq", "-rc", "vbr", "-cq", "24", "-b:v", "0", "-spatial-aq", "1"),
        *("-temporal-aq", "1", "-rc-lookahead", "20", "-profile:v", "high"),
        *("-pix_fmt", "yuv420p", "-maxrate", "1000000", "-bufsize", "2000000", "-an", *TAIL),
    ]


def test_a_late_picture_stands_as_long_as_it_should() -> None:
    late = replace(INFO, videos=(replace(VIDEO, start=0.5, fps=Fraction(25)),))
    argv = argv_of(plan_of(late, Action.ENCODE))
    assert argv[argv.index("-bsf:v") + 1] == (
        "setts=pts=PTS:dts=DTS:duration='max(DURATION,0.040000/TB)'"
    )


def test_nothing_to_do_has_no_command() -> None:
    plan = ladder(INFO, Request(), Limits(), CPU, moov_first=True)[0]
    with pytest.raises(Failed):
        argv_of(plan)


def test_a_thumbnail() -> None:
    argv = thumbnail_argv(
        "file:/out/output.mp4", "file:/out/thumbnail.jpg", at=1.0, max_pixels=1000
    )
    assert argv[argv.index("-ss") + 1] == "1.000"
    assert argv[-1] == "file:/out/thumbnail.jpg"
    assert argv[argv.index("-frames:v") + 1] == "1"


def test_no_container_that_opens_others_is_allowed() -> None:
    allowed = set(CONTAINERS.split(","))
    hungry = {"hls", "applehttp", "dash", "concat", "sdp", "rtsp", "image2", "lavfi", "tedcaptions"}
    assert allowed.isdisjoint(hungry)
    assert set(PROTOCOLS.split(",")) == {"file", "pipe"}


@given(INFOS)
def test_every_call_has_its_guards(info: MediaInfo) -> None:
    try:
        found = ladder(info, Request(), Limits(), GPU, moov_first=True)
    except Refused:
        return
    guards = list(input_guards(Limits().max_pixels))
    for plan in found:
        if plan.action is Action.NOTHING:
            continue
        argv = argv_of(plan)
        place = argv.index("-i")
        before, after = argv[:place], argv[place + 2 :]
        assert before[: len(HEAD)] == HEAD
        assert HEAD[-len(guards) :] == guards
        assert argv.count("-i") == 1
        assert argv[place + 1] == IN
        assert argv[-1] == OUT
        assert after[after.index("-map_metadata") + 1] == "-1"
        assert after[after.index("-map_chapters") + 1] == "-1"
        assert after[after.index("-movflags") + 1] == "+faststart"
        assert {"-sn", "-dn"} <= set(after)
        assert "-t" in after
        assert all("\0" not in argument for argument in argv)


@pytest.mark.docker
def test_the_image_knows_every_option_of_the_gpus_encoder() -> None:
    argv = ["docker", "run", "--rm", "--network", "none", IMAGE]
    argv += ["ffmpeg", "-hide_banner", "-h", "encoder=h264_nvenc"]
    listed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    known = set(re.findall(r"^ +(-[\w-]+)", listed, re.MULTILINE))
    plan = argv_of(plan_of(INFO, Action.ENCODE, Device.NVENC))
    ours = plan[plan.index("h264_nvenc") + 1 : plan.index("-profile:v") : 2]
    assert set(ours) - {"-b:v"} <= known
    assert "p5" in listed
    assert re.search(r"\bhigh\b", listed)
