"""ffprobe's reports, real ones and mad ones."""

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from converter.engines.capabilities import Capabilities
from converter.errors import Code, ConversionError, Failed, Refused
from converter.input.complaints import check_shown, probe_error
from converter.input.guards import input_guards
from converter.input.probe import parse_probe, probe_argv
from converter.limits import Limits, check
from converter.media import Cover, MediaInfo
from converter.planning.choice import picture
from converter.planning.ladder import ladder
from converter.request import Request
from tests.support.anything import CAPABILITIES, REQUESTS

SIZE = 100_000
# From ffprobe 5.1, with nothing but the fields that are asked for.
VIDEO: dict[str, Any] = {
    "index": 0,
    "codec_name": "h264",
    "profile": "High",
    "codec_type": "video",
    "codec_tag_string": "avc1",
    "width": 320,
    "height": 240,
    "sample_aspect_ratio": "1:1",
    "pix_fmt": "yuv420p",
    "level": 13,
    "field_order": "progressive",
    "r_frame_rate": "25/1",
    "avg_frame_rate": "25/1",
    "start_time": "0.000000",
    "duration": "1.000000",
    "bit_rate": "18312",
    "bits_per_raw_sample": "8",
    "disposition": {"attached_pic": 0},
    "tags": {},
}
AUDIO: dict[str, Any] = {
    "index": 1,
    "codec_name": "aac",
    "profile": "LC",
    "codec_type": "audio",
    "codec_tag_string": "mp4a",
    "sample_rate": "44100",
    "channels": 1,
    "r_frame_rate": "0/0",
    "avg_frame_rate": "0/0",
    "start_time": "0.000000",
    "duration": "1.000000",
    "bit_rate": "70280",
    "disposition": {"attached_pic": 0},
}
COVER: dict[str, Any] = {
    "index": 2,
    "codec_name": "png",
    "codec_type": "video",
    "codec_tag_string": "[0][0][0][0]",
    "width": 64,
    "height": 64,
    "pix_fmt": "rgb24",
    "level": -99,
    "r_frame_rate": "90000/1",
    "avg_frame_rate": "0/0",
    "disposition": {"attached_pic": 1},
}
FORMAT: dict[str, Any] = {
    "format_name": "mov,mp4,m4a,3gp,3g2,mj2",
    "start_time": "0.000000",
    "duration": "1.000000",
    "size": "13345",
    "tags": {
        "major_brand": "isom",
        "minor_version": "512",
        "compatible_brands": "isomiso2avc1mp41",
        "encoder": "Lavf59.27.100",
    },
}


def matrix(rows: str, rotation: int) -> list[dict[str, Any]]:
    return [{"side_data_type": "Display Matrix", "displaymatrix": rows, "rotation": rotation}]


IDENTITY = "\n00000000: 65536 0 0\n00000001: 0 65536 0\n00000002: 0 0 1073741824\n"
QUARTER = "\n00000000: 0 65536 0\n00000001: -65536 0 0\n00000002: 0 0 1073741824\n"
THREE_QUARTERS = "\n00000000: 0 -65536 0\n00000001: 65536 0 0\n00000002: 0 0 1073741824\n"
HALF = "\n00000000: -65536 0 0\n00000001: 0 -65536 0\n00000002: 0 0 1073741824\n"
UPSIDE_DOWN = "\n00000000: 65536 0 0\n00000001: 0 -65536 0\n00000002: 0 0 1073741824\n"


def parsed(*streams: dict[str, Any], **form: Any) -> MediaInfo:  # noqa: ANN401 - JSON
    report = {"streams": list(streams), "chapters": [], "format": {**FORMAT, **form}}
    return parse_probe(json.dumps(report), SIZE)


def test_an_ordinary_file() -> None:
    info = parsed(VIDEO, AUDIO)
    assert (info.container, info.size, info.duration, info.start) == (
        "mp4,m4a,3gp,3g2,mj2",
        SIZE,
        1.0,
        0.0,
    )
    assert (info.streams, info.covers, info.private_tags, info.encrypted) == (
        2,
        (),
        frozenset(),
        False,
    )
    video, audio = info.videos[0], info.audios[0]
    assert (video.codec, video.profile, video.level, video.pix_fmt) == (
        *("h264", "High", 13, "yuv420p"),
    )
    assert (video.display_size, video.fps, video.bit_depth) == ((320, 240), Fraction(25), 8)
    assert (audio.codec, audio.profile, audio.channels, audio.sample_rate) == (
        "aac",
        "LC",
        1,
        44100,
    )


@pytest.mark.parametrize(
    ("rows", "counterclockwise", "rotation", "transformed", "shown"),
    [
        (IDENTITY, 0, 0, False, (320, 240)),
        (QUARTER, -90, 90, True, (240, 320)),
        (THREE_QUARTERS, 90, 270, True, (240, 320)),
        (HALF, -180, 180, True, (320, 240)),
        (UPSIDE_DOWN, 0, 0, True, (320, 240)),
        (QUARTER, -89, 90, True, (240, 320)),
        ("", 0, 0, False, (320, 240)),
        ("0" * 5000, 0, 0, False, (320, 240)),
    ],
)
def test_turns_and_mirrors(
    rows: str, counterclockwise: int, rotation: int, *, transformed: bool, shown: tuple[int, int]
) -> None:
    side_data = matrix(rows, counterclockwise)
    video = parsed({**VIDEO, "side_data_list": side_data}).videos[0]
    assert (video.rotation, video.transformed, video.display_size) == (
        *(rotation, transformed, shown),
    )


@pytest.mark.parametrize(
    ("sar", "shown"),
    [
        ("1:1", (320, 240)),
        ("4:3", (427, 240)),
        ("3:4", (320, 320)),
        ("0:1", (320, 240)),
        ("1:0", (320, 240)),
        ("N/A", (320, 240)),
        ("-4:3", (320, 240)),
        (None, (320, 240)),
        (7, (320, 240)),
    ],
)
def test_pixel_shapes(sar: object, shown: tuple[int, int]) -> None:
    assert parsed({**VIDEO, "sample_aspect_ratio": sar}).videos[0].display_size == shown


@pytest.mark.parametrize(
    ("average", "claimed", "fps", "peak"),
    [
        ("25/1", "25/1", 25, 25),
        ("30000/1001", "30000/1001", Fraction(30000, 1001), Fraction(30000, 1001)),
        ("0/0", "24/1", 24, 24),
        ("0/0", "0/0", None, None),
        ("30/1", "1000000/1", 30, 1_000_000),
        ("600/1", "60/1", 600, 600),
        ("nan/1", "-5/1", None, None),
        ("9" * 5000 + "/1", "30/1", 30, 30),
        ("9" * 400 + "/1", "30/1", 30, 30),
    ],
)
def test_frame_rates(
    average: str, claimed: str, fps: Fraction | None, peak: Fraction | None
) -> None:
    video = parsed({**VIDEO, "avg_frame_rate": average, "r_frame_rate": claimed}).videos[0]
    assert (video.fps, video.peak_fps) == (fps, peak)


@pytest.mark.parametrize(
    ("claimed", "stream", "duration"),
    [
        ("12.5", "1.0", 12.5),
        (None, "1.0", 1.0),
        ("N/A", "N/A", None),
        ("nan", "-1", None),
        ("-3", "2", 2.0),
        ("0", None, None),
        ("inf", "1.5", 1.5),
        ("1000000000.0", "1.0", None),
    ],
)
def test_durations(claimed: str | None, stream: str | None, duration: float | None) -> None:
    assert parsed({**VIDEO, "duration": stream}, duration=claimed).duration == duration


@pytest.mark.parametrize(
    ("pix_fmt", "raw", "depth"),
    [
        *[("yuv420p", "8", 8), ("yuv420p10le", None, 10), ("yuv444p12be", None, 12)],
        *[("gray10le", None, 10), ("rgb48le", None, 16), ("rgba", None, 8)],
        *[("gbrp16le", None, 16), (None, "10", 10), (None, None, 8), ("pal8", None, 8)],
    ],
)
def test_bit_depths(pix_fmt: str | None, raw: str | None, depth: int) -> None:
    video = parsed({**VIDEO, "pix_fmt": pix_fmt, "bits_per_raw_sample": raw}).videos[0]
    assert video.bit_depth == depth


def test_hdr_tags() -> None:
    video = parsed(
        {
            **VIDEO,
            "color_transfer": "smpte2084",
            "color_primaries": "bt2020",
            "color_space": "bt2020nc",
            "color_range": "tv",
        }
    ).videos[0]
    assert video.hdr
    assert (video.color_space, video.color_primaries) == ("bt2020nc", "bt2020")
    assert not parsed({**VIDEO, "color_transfer": "unknown"}).videos[0].hdr
    assert parsed({**VIDEO, "color_space": "reserved"}).videos[0].color_space == ""


def test_dolby_vision() -> None:
    side_data = [{"side_data_type": "DOVI configuration record", "dv_profile": 5}]
    info = parsed({**VIDEO, "side_data_list": side_data})
    assert info.videos[0].dolby_vision_profile == 5
    with pytest.raises(Refused) as told:
        check(info, Limits(), picture(info), info.duration)
    assert told.value.code is Code.DOLBY_VISION


def test_a_cover_is_no_video() -> None:
    info = parsed(VIDEO, AUDIO, COVER)
    assert (len(info.videos), info.covers, info.streams) == (1, (Cover(2, "png"),), 3)
    assert parsed(AUDIO, COVER).videos == ()


@pytest.mark.parametrize("tag", ["encv", "enca", "drmi"])
def test_encrypted_tags(tag: str) -> None:
    assert parsed({**VIDEO, "codec_tag_string": tag}).encrypted


def test_tags_that_say_more_than_the_format_needs() -> None:
    tags = {**FORMAT["tags"], "location": "+52.5+013.3/", "Make": "Phone"}
    assert parsed(VIDEO, tags=tags).private_tags == {"location", "make"}


@pytest.mark.parametrize(
    ("brand", "container"),
    [("isom", "mp4,m4a,3gp,3g2,mj2"), ("qt  ", "mov"), ("", "mov")],
)
def test_quicktime_is_no_mp4(brand: str, container: str) -> None:
    assert parsed(VIDEO, tags={"major_brand": brand}).container == container


def test_a_late_start() -> None:
    info = parsed({**VIDEO, "start_time": "3.5"}, {**AUDIO, "start_time": "3.0"}, start_time="1.0")
    assert (info.start, info.lead) == (3.0, 2.0)


@pytest.mark.parametrize("report", ["", "no", "[]", "null", "7", '{"a":', b"\xff\xfe", "[" * 10**5])
def test_no_report_at_all(report: str | bytes) -> None:
    with pytest.raises(Failed) as told:
        parse_probe(report, SIZE)
    assert told.value.code is Code.FAILED


def test_an_empty_report() -> None:
    info = parse_probe("{}", SIZE)
    assert (info.streams, info.duration, info.container) == (0, None, "")


_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["nan", "1e400", "0/0", "1000000/1", "-1", "N/A", "1:1", "video", "audio"])
)
_json = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)
_names = st.sampled_from([*VIDEO, *AUDIO, "side_data_list", "color_transfer", "color_range"])
_streams = st.builds(
    lambda base, changes: {**base, **changes},
    st.sampled_from([VIDEO, AUDIO, COVER]),
    st.dictionaries(_names, _json, max_size=5),
)
_reports = st.fixed_dictionaries(
    {
        "streams": st.lists(_streams | _json, max_size=4) | _json,
        "chapters": _json,
        "format": st.builds(
            lambda changes: {**FORMAT, **changes},
            st.dictionaries(st.sampled_from([*FORMAT]), _json, max_size=4),
        )
        | _json,
    }
)


@given(_reports | _json, st.integers(0, 10**12), REQUESTS, CAPABILITIES, st.booleans())
def test_any_report_ends_in_plans_or_a_typed_error(
    report: object,
    size: int,
    request: Request,
    capabilities: Capabilities,
    moov_first: bool,
) -> None:
    try:
        info = parse_probe(json.dumps(report), size)
        check(info, Limits(), picture(info), info.duration)
        plans = ladder(info, request, Limits(), capabilities, moov_first=moov_first)
    except ConversionError as error:
        assert not error.retryable  # noqa: PT017 - an error is one of the right ends
    else:
        assert plans


@given(st.text() | st.binary())
def test_any_text_is_a_report_or_a_typed_error(report: str | bytes) -> None:
    try:
        parse_probe(report, SIZE)
    except Failed as error:
        assert error.code is Code.FAILED  # noqa: PT017 - as above


def test_the_call_is_guarded() -> None:
    argv = probe_argv("file:/in/input", 1000)
    guards = list(input_guards(1000))
    assert argv[0] == "ffprobe"
    assert argv[-2 - len(guards) :] == [*guards, "-i", "file:/in/input"]


@pytest.mark.parametrize(
    ("status", "stderr", "kind", "code"),
    [
        (1, "[mov,mp4 @ 0x1] moov atom not found\nfile:x: Invalid data", Refused, Code.TRUNCATED),
        (1, "Format hls not in allowed list 'aac,ac3'", Refused, Code.NOT_MEDIA),
        (1, "Protocol 'http' not on whitelist 'file,pipe'!", Refused, Code.NOT_MEDIA),
        (1, "file:x: Invalid data found when processing input", Refused, Code.NOT_MEDIA),
        (1, "file:x: End of file", Refused, Code.TRUNCATED),
        (1, "[mov @ 0x1] Incorrect decryption key", Refused, Code.ENCRYPTED),
        (1, "", Refused, Code.NOT_MEDIA),
        (137, "", Failed, Code.OUT_OF_MEMORY),
        (-9, "", Failed, Code.OUT_OF_MEMORY),
        (1, "file:x: Cannot allocate memory", Failed, Code.OUT_OF_MEMORY),
    ],
)
def test_complaints(status: int, stderr: str, kind: type[ConversionError], code: Code) -> None:
    error = probe_error(status, stderr, ["ffprobe"])
    assert (type(error), error.code, error.stderr_tail) == (kind, code, stderr)


def test_a_picture_over_the_limit_is_told_by_its_size() -> None:
    stderr = "[mpeg4 @ 0x1] [IMGUTILS @ 0x7] Picture size 320x240 exceeds specified max pixel count"
    hidden = parsed({**VIDEO, "width": 0, "height": 0})
    with pytest.raises(Refused) as told:
        check_shown(hidden, stderr, 1000)
    assert told.value.code is Code.TOO_MANY_PIXELS
    assert told.value.facts == {"limit": 1000, "actual": 76_800}
    check_shown(hidden, "", 1000)
    check_shown(parsed(VIDEO, COVER), stderr, 1000)
