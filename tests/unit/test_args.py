"""The very arguments that ffmpeg gets."""

import re
import subprocess
from dataclasses import replace
from fractions import Fraction

import pytest

from converter.errors import Failed
from converter.input.guards import CONTAINERS, PROTOCOLS
from converter.media import MediaInfo
from converter.planning.plan import Action, Device, Plan
from tests.support.argv import INPUT, after, argv_of, output_url
from tests.support.engines import IMAGE
from tests.support.facts import AUDIO, GPU, INFO, VIDEO, picture, plans

HEAD = [
    *("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+warning"),
    *("-progress", "pipe:1", "-nostats", "-stats_period", "0.5"),
]
GUARDS = [
    *("-protocol_whitelist", PROTOCOLS, "-format_whitelist", CONTAINERS),
    *("-max_pixels", "40000000"),
]
WORDS = ["-dn", "-map_metadata", "-1", "-map_chapters", "-1"]
TAIL = [
    *("-sn", "-max_muxing_queue_size", "4096", "-t", "10800.000"),
    *("-movflags", "+faststart", "-f", "mp4", output_url("partial")),
]
MAPS = ["-map", "0:0", "-map", "0:1"]
CHAIN = (
    "scale=1280:720:flags=lanczos:in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv,"
    "format=yuv420p,setsar=1,"
    "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"
)
SOUND = [
    *(
        "-filter:a:0",
        "aresample=async=1:min_hard_comp=0.05:first_pts=0",
        "-c:a:0",
        "aac",
        "-ac:a:0",
        "2",
    ),
    *("-ar:a:0", "48000", "-b:a:0", "160000"),
]


def plan_of(info: MediaInfo, action: Action, device: Device = Device.CPU) -> Plan:
    found = plans(info, capabilities=GPU, moov_first=False)
    return next(p for p in found if p.action is action and p.device is device)


def test_a_remux() -> None:
    assert argv_of(plan_of(INFO, Action.REMUX)) == [
        *(*HEAD, *GUARDS, "-i", INPUT, *MAPS, *WORDS),
        *("-c:v:0", "copy", "-c:a:0", "copy", *TAIL),
    ]


def test_a_remux_of_a_clock_that_starts_early() -> None:
    assert argv_of(plan_of(replace(INFO, lead=1.5), Action.REMUX)) == [
        *(*HEAD, *GUARDS, "-itsoffset", "-1.500000", "-i", INPUT, *MAPS, *WORDS),
        *("-c:v:0", "copy", "-c:a:0", "copy", *TAIL),
    ]


def test_new_sound_alone() -> None:
    surround = replace(INFO, audios=(replace(AUDIO, channels=6),))
    assert argv_of(plan_of(surround, Action.AUDIO)) == [
        *(*HEAD, *GUARDS, "-i", INPUT, *MAPS, *WORDS, "-c:v:0", "copy", *SOUND, *TAIL),
    ]


def test_a_full_encode() -> None:
    plan = plan_of(INFO, Action.ENCODE)
    most = picture(plan).rate.most
    assert argv_of(plan) == [
        *(*HEAD, "-threads", "1", *GUARDS, "-i", INPUT, *MAPS, *WORDS),
        *("-vf", CHAIN, "-fps_mode", "vfr", "-c:v", "libx264", "-preset", "fast"),
        *("-psy-rd", "0.5:0", "-threads", "1", "-profile:v", "high", "-level:v", "3.1"),
        *("-crf", "21.3", "-maxrate", str(most), "-bufsize", str(2 * (most or 0))),
        *("-g", "300", "-pix_fmt", "yuv420p"),
        *(*SOUND, *TAIL),
    ]


def test_an_encode_on_the_gpu_within_a_rate() -> None:
    plan = plan_of(INFO, Action.ENCODE, Device.NVENC)
    rate = replace(picture(plan).rate, most=1_000_000)
    plan = replace(plan, picture=replace(picture(plan), rate=rate), sounds=())
    assert argv_of(plan) == [
        *(*HEAD, "-threads", "1", *GUARDS, "-i", INPUT, "-map", "0:0", *WORDS),
        *("-vf", CHAIN, "-fps_mode", "vfr", "-c:v", "h264_nvenc", "-preset", "p5"),
        *("-tune", "hq", "-rc", "vbr", "-spatial-aq", "1", "-temporal-aq", "1"),
        *("-rc-lookahead", "20", "-cq", "24", "-b:v", "0", "-maxrate", "1000000"),
        *("-bufsize", "2000000", "-profile:v", "high", "-pix_fmt", "yuv420p", "-an", *TAIL),
    ]


def test_a_late_picture_stands_as_long_as_it_should() -> None:
    late = replace(INFO, videos=(replace(VIDEO, start=0.5, fps=Fraction(25)),))
    assert after(argv_of(plan_of(late, Action.ENCODE)), "-bsf:v") == (
        "setts=pts=PTS:dts=DTS:duration='max(DURATION,0.040000/TB)'"
    )


def test_reading_on_over_errors() -> None:
    plan = next(p for p in plans(INFO) if p.tolerant)
    argv = argv_of(plan)
    assert after(argv, "-err_detect") == "ignore_err"
    assert argv.index("-err_detect") < argv.index("-i")
    assert (after(argv, "-fps_mode"), after(argv, "-r")) == ("cfr", "30")


def test_nothing_to_do_has_no_command() -> None:
    with pytest.raises(Failed):
        argv_of(plans(INFO)[0])


def test_no_container_that_opens_others_is_allowed() -> None:
    allowed = set(CONTAINERS.split(","))
    hungry = {"hls", "applehttp", "dash", "concat", "sdp", "rtsp", "image2", "lavfi", "tedcaptions"}
    assert allowed.isdisjoint(hungry)
    assert set(PROTOCOLS.split(",")) == {"file", "pipe"}


@pytest.mark.docker
def test_the_image_knows_every_option_of_the_gpus_encoder() -> None:
    argv = ["docker", "run", "--rm", "--network", "none", IMAGE]
    argv += ["ffmpeg", "-hide_banner", "-h", "encoder=h264_nvenc"]
    listed = subprocess.run(argv, check=True, capture_output=True, text=True).stdout
    known = set(re.findall(r"^ +(-[\w-]+)", listed, re.MULTILINE))
    plan = argv_of(plan_of(INFO, Action.ENCODE, Device.NVENC))
    ours = plan[plan.index("h264_nvenc") + 1 : plan.index("-profile:v") : 2]
    # These are every encoder's.
    assert set(ours) - {"-b:v", "-maxrate", "-bufsize"} <= known
    assert "p5" in listed
    assert re.search(r"\bhigh\b", listed)
