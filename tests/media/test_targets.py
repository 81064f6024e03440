"""Every target of difficult clips: each output before an independent judge, and looked at where
the judge has no eyes."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from converter.convert import Result
from converter.errors import Code, Refused
from converter.formats import TARGETS
from converter.planning.plan import Action, Note
from converter.request import Request
from tests.support import eyes, films, judged, outputs
from tests.support.bench import Bench, BenchOn, ClipOf

Check = Callable[[Path, Result], None]


@dataclass(frozen=True, slots=True)
class Pair:
    """What must become of a clip. `docker`: this one proves the target in a container too."""

    target: str
    clip: str
    action: Action = Action.ENCODE
    check: Check | None = None
    notes: tuple[Note, ...] = ()
    docker: bool = False


# --- what else must hold of some


def shows(*colours: str, rows: int = 1, at: float = 0.0) -> Check:
    """This grid of colours."""

    def check(_: Path, result: Result) -> None:
        found = eyes.colours(result.path, len(colours) // rows, rows, at)
        assert found == list(colours)

    return check


def half_transparent(colour: str, rows: tuple[int, int] = (0, 6)) -> Check:
    """A colour on the left, nothing on the right and above and below these of six rows."""

    def check(_: Path, result: Result) -> None:
        decoder = "libvpx-vp9" if result.path.suffix == ".webm" else ""
        grid = eyes.picture(result.path, (6, 6), pixels="rgba", decoder=decoder)
        for number, row in enumerate(grid):
            left, right = row[1], row[4]
            assert right[3] < 10
            inside = rows[0] <= number < rows[1]
            assert (left[3] > 245) is inside
            assert not inside or eyes.colour_name(left) == colour

    return check


def sounds(tone: float, *others: float) -> Check:
    """That tone is heard, and well."""

    def check(_: Path, result: Result) -> None:
        assert eyes.loudest(result.path, tone, *others) == tone
        assert eyes.volume(result.path) > -45

    return check


def keeps_everything(source: Path, result: Result) -> None:
    output = outputs.read(result.path)
    assert [s["codec_name"] for s in output.of("subtitle")] == ["subrip", "ass"]
    languages = [s["tags"]["language"] for s in output.streams if s["codec_type"] != "video"]
    assert languages == ["rus", "eng", "rus", "eng"]
    assert output.chapters == 2
    for number, tone in enumerate((films.RUSSIAN, films.ENGLISH)):
        heard = eyes.loudest(result.path, films.RUSSIAN, films.ENGLISH, stream=f"a:{number}")
        assert heard == tone
    for stream in ("0:v:0", "0:a:0", "0:a:1"):
        assert outputs.packets_md5(source, stream) == outputs.packets_md5(result.path, stream)


def painted_too(_: Path, result: Result) -> None:
    kinds = [s["codec_name"] for s in outputs.read(result.path).of("subtitle")]
    assert kinds == ["hdmv_pgs_subtitle"]


def same_file(source: Path, result: Result) -> None:
    assert source.read_bytes() == result.path.read_bytes()


def same_sound(source: Path, result: Result) -> None:
    assert outputs.packets_md5(source, "0:a:0") == outputs.packets_md5(result.path, "0:a:0")


def same_picture(source: Path, result: Result) -> None:
    assert outputs.decoded_md5(source) == outputs.decoded_md5(result.path)


def with_sleeve(_: Path, result: Result) -> None:
    output = outputs.read(result.path)
    assert [s["disposition"]["attached_pic"] for s in output.of("video")] == [1]
    assert eyes.colours(result.path) == ["black"]  # a green too dark to be lime
    titled(_, result)


def titled(_: Path, result: Result) -> None:
    output = outputs.read(result.path)
    tags = output.form.get("tags", {}) | output.of("audio")[0].get("tags", {})
    told = {name.lower(): text for name, text in tags.items()}
    assert (told.get("title"), told.get("artist")) == ("Песня", "Someone")
    assert "encoded_by" not in told


def channels(count: int) -> Check:
    def check(source: Path, result: Result) -> None:
        assert outputs.read(result.path).of("audio")[0]["channels"] == count
        sounds(440, 1500)(source, result)

    return check


def lossless(source: Path, result: Result) -> None:
    assert outputs.decoded_md5(source, "0:a:0") == outputs.decoded_md5(result.path, "0:a:0")


def whole_picture_in_one_size(_: Path, result: Result) -> None:
    """The first, square part stands in the middle of the second's shape, or the other way."""
    assert result.after.duration == pytest.approx(2, abs=0.15)
    assert eyes.colours(result.path, 3, 1, at=0.5)[1] == "red"
    assert eyes.colours(result.path, 3, 1, at=1.6)[1] == "lime"


CORNER_RIGHT = shows("blue", "red", "blue", "blue", rows=2)
STRIPES = shows("red", "lime", "lime", "blue")
MIDDLE = ("red", "lime", "lime", "lime", "lime", "blue")
PAIRS = (
    # MP4
    Pair("mp4", "moments", Action.NOTHING, same_file),
    Pair("mp4", "centre", Action.AUDIO, sounds(440, 1500), docker=True),
    Pair("mp4", "behind", Action.AUDIO, sounds(440, 1500)),
    Pair("mp4", "seven_one", Action.AUDIO, sounds(440, 1500)),
    Pair("mp4", "telephone", Action.AUDIO, sounds(440, 1500)),
    Pair("mp4", "hush", Action.NOTHING),
    Pair("mp4", "film", Action.REMUX, sounds(films.RUSSIAN, films.ENGLISH)),
    Pair("mp4", "painted", Action.REMUX),
    Pair("mp4", "growing", check=whole_picture_in_one_size),
    Pair("mp4", "apng", check=shows("red", "lime")),
    Pair("mp4", "see_through", check=shows("red", "black")),
    # HEVC
    Pair("hevc", "stripes", check=STRIPES, docker=True),
    Pair("hevc", "hdr10"),
    Pair("hevc", "rotated_90", check=CORNER_RIGHT),
    Pair("hevc", "interlaced"),
    Pair("hevc", "behind", check=sounds(440, 1500)),
    # AV1
    Pair("av1", "stripes", check=STRIPES, docker=True),
    Pair("av1", "odd_size"),
    Pair("av1", "hlg"),
    Pair("av1", "telephone", check=sounds(440, 1500)),
    # WebM
    Pair("webm", "rotated_270", check=shows("blue", "blue", "red", "blue", rows=2), docker=True),
    Pair("webm", "film", check=sounds(films.RUSSIAN, films.ENGLISH)),
    Pair("webm", "variable_rate"),
    Pair("webm", "full_range"),
    Pair("webm", "seven_one", check=sounds(440, 1500)),
    # MKV
    Pair("mkv", "film", Action.NOTHING, keeps_everything),
    Pair("mkv", "painted", Action.NOTHING, painted_too),
    Pair("mkv", "moments", Action.REMUX, same_sound, docker=True),
    Pair("mkv", "hdr10", Action.REMUX, same_picture),
    Pair("mkv", "prores", Action.REMUX, same_picture),
    Pair("mkv", "transport_stream", Action.REMUX, same_picture),
    Pair("mkv", "data", Action.REMUX, same_sound),
    # MOV
    Pair("mov", "stripes", Action.REMUX, same_sound, docker=True),
    Pair("mov", "film", Action.REMUX, sounds(films.RUSSIAN, films.ENGLISH)),
    Pair("mov", "webm", check=None),
    Pair("mov", "mirrored", check=CORNER_RIGHT),
    # Animations
    Pair("animation", "moments", Action.REMUX, same_picture),
    Pair("animation", "four_colours", check=shows(*films.MOMENTS), docker=True),
    Pair("animation", "late_picture", Action.REMUX),
    Pair("animation", "growing", check=whole_picture_in_one_size),
    Pair("gif", "stripes", check=STRIPES, docker=True),
    Pair("gif", "four_colours", Action.NOTHING, same_file),
    Pair("gif", "see_through", check=half_transparent("red")),
    Pair("gif", "rotated_90", check=CORNER_RIGHT),
    Pair("gif", "fast"),
    Pair("gif", "hdr10"),
    # Video notes
    Pair("note", "stripes", check=shows(*MIDDLE), docker=True),
    Pair("note", "tall_stripes", check=shows(*MIDDLE, rows=6)),
    Pair("note", "wide_pixels"),
    Pair("note", "centre", check=sounds(440, 1500)),
    Pair("note", "one_frame"),
    # Stickers and emoji
    Pair("sticker", "see_through", check=half_transparent("red"), docker=True),
    Pair("sticker", "tall_stripes", check=shows("red", "lime", "lime", "blue", rows=4)),
    Pair("sticker", "four_colours", check=shows(*films.MOMENTS)),
    Pair("emoji", "see_through_wide", check=half_transparent("lime", (2, 4)), docker=True),
    Pair("emoji", "rotated_90"),
    # Sound
    Pair("mp3", "song_m4a", Action.AUDIO, with_sleeve, docker=True),
    Pair("mp3", "song_mp3", check=with_sleeve, action=Action.REMUX),
    Pair("mp3", "film", Action.AUDIO, sounds(films.RUSSIAN, films.ENGLISH)),
    Pair("mp3", "behind", Action.AUDIO, sounds(440, 1500)),
    Pair("m4a", "moments", Action.REMUX, same_sound, docker=True),
    Pair("m4a", "song_mp3", Action.AUDIO, with_sleeve),
    Pair("m4a", "seven_one", Action.AUDIO, sounds(440, 1500)),
    Pair("opus", "song_mp3", Action.AUDIO, titled, docker=True),
    Pair("opus", "telephone", Action.AUDIO, sounds(440, 1500)),
    Pair("flac", "seven_one", Action.REMUX, channels(8), docker=True),
    Pair("flac", "centre", Action.AUDIO, channels(6)),
    Pair("flac", "song_wav", Action.AUDIO, lossless),
    Pair("flac", "song_m4a", Action.AUDIO, with_sleeve),
    # Single pictures
    Pair("frame", "moments", check=shows("lime"), docker=True),
    Pair("frame", "rotated_270", check=shows("blue", "blue", "red", "blue", rows=2)),
    Pair("frame", "hdr10"),
    Pair("frame", "tall_pixels"),
    Pair("frame", "interlaced"),
)


def _named(pair: Pair) -> str:
    return f"{pair.target}-{pair.clip}"


@pytest.mark.parametrize("pair", PAIRS, ids=_named)
async def test_on_the_host(pair: Pair, clip: ClipOf, bench_on: BenchOn) -> None:
    await convert_and_judge(pair, clip(pair.clip), bench_on("bwrap"))


@pytest.mark.docker
@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.docker], ids=_named)
async def test_in_a_container(pair: Pair, clip: ClipOf, bench_on: BenchOn) -> None:
    await convert_and_judge(pair, clip(pair.clip), bench_on("docker"))


async def convert_and_judge(pair: Pair, source: Path, bench: Bench) -> None:
    result = await bench.convert(source, request=Request(target=pair.target))
    assert judged.faults(source, result.path, pair.target) == []
    assert result.plan.action is pair.action, result.plan.reasons
    assert result.notes == pair.notes
    if pair.check is not None:
        pair.check(source, result)


def test_every_target_is_proved_in_both_runners() -> None:
    assert {pair.target for pair in PAIRS} == set(TARGETS)
    assert {pair.target for pair in PAIRS if pair.docker} == set(TARGETS)


@pytest.mark.parametrize(
    ("target", "name", "code"),
    [
        ("mp4", "song_mp3", Code.NO_VIDEO),
        ("gif", "song_m4a", Code.NO_VIDEO),
        ("frame", "song_wav", Code.NO_VIDEO),
        ("mp3", "silent", Code.NO_SOUND),
        ("flac", "apng", Code.NO_SOUND),
    ],
)
async def test_what_the_file_does_not_have(
    target: str, name: str, code: Code, clip: ClipOf, bench_on: BenchOn
) -> None:
    error = await bench_on("bwrap").refuse(clip(name), request=Request(target=target))
    assert isinstance(error, Refused)
    assert error.code is code
