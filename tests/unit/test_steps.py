"""The arguments of what comes before an encode, and of what is no plain video."""

from dataclasses import replace
from typing import Any

import pytest

from converter.commands.loudness import Measured
from converter.media import MediaInfo
from converter.planning.plan import Plan, Step
from converter.request import Request, Still, Subtitles
from tests.support.argv import INPUT, after, all_argv, argv_of, options, output_url
from tests.support.awkward import FILES
from tests.support.facts import AUDIO, INFO, MKV, PAINTED, SONG, TEXT, plans

IN_STEP = "aresample=async=1:min_hard_comp=0.05:first_pts=0"
ALONE = "aresample=async=1:min_hard_comp=0.3"
MEASURED = Measured(-27.61, -9.81, 5.3, -37.93, 0.4)
BOTH = replace(INFO, container=MKV, subtitles=(TEXT, PAINTED))


def first(info: MediaInfo = INFO, **wish: Any) -> Plan:  # noqa: ANN401 - any field
    return plans(info, Request(**wish))[0]


def maps(argv: list[str]) -> list[str]:
    return [argv[place + 1] for place, word in enumerate(argv) if word == "-map"]


@pytest.mark.parametrize(
    ("key", "muxer", "words"),
    [
        ("mp4", "mp4", ["-movflags", "+faststart"]),
        ("hevc", "mp4", ["-movflags", "+faststart"]),
        ("mov", "mov", ["-movflags", "+faststart"]),
        ("webm", "webm", []),
        ("mkv", "matroska", []),
        ("gif", "gif", ["-final_delay", "7", "-loop", "0"]),
        ("note", "mp4", ["-movflags", "+faststart"]),
        ("sticker", "webm", []),
        ("mp3", "mp3", ["-id3v2_version", "3"]),
        ("m4a", "ipod", ["-movflags", "+faststart"]),
        ("opus", "ogg", []),
        ("flac", "flac", []),
        ("frame", "image2", []),
    ],
)
def test_the_container(key: str, muxer: str, words: list[str]) -> None:
    argv = argv_of(plans(INFO, Request(target=key))[-1])
    assert argv[-3 - len(words) :] == [*words, "-f", muxer, output_url("partial")]


def test_the_parts_of_two_passes() -> None:
    one, two = all_argv(first(max_bytes=1_000_000))
    assert one[-5:] == ["-t", "10800.000", "-f", "null", "-"]
    assert "-an" in one
    assert (after(one, "-pass"), after(two, "-pass")) == ("1", "2")
    assert after(one, "-passlogfile") == after(two, "-passlogfile") == "/out/passes"
    assert after(one, "-vf") == after(two, "-vf")
    assert after(one, "-b:v") == after(two, "-b:v")
    assert maps(one) == ["0:0"]
    assert maps(two) == ["0:0", "0:1"]


def test_a_palette_is_made_and_painted_with() -> None:
    palette, paint = all_argv(first(target="gif", end=4.0))
    graph = after(palette, "-filter_complex")
    assert graph.startswith("[0:0]select=")
    assert graph.endswith("setsar=1,palettegen=stats_mode=full[v]")
    assert palette[-1] == output_url("palette.png")
    assert paint[paint.index(INPUT) + 1 :][:2] == ["-i", output_url("palette.png")]
    assert "[p];[p][1:v]paletteuse=" in after(paint, "-filter_complex")
    assert maps(paint) == ["[v]"]
    assert after(palette, "-t") == after(paint, "-t") == "4.000"
    assert "-pix_fmt" not in paint


def test_loudness_is_measured_on_the_track_that_is_corrected() -> None:
    plan = first(FILES["two tracks"], target="mp3", audio="ru", loudness=-16.0, end=4.0)
    measure, convert = all_argv(plan)
    assert measure[measure.index("-v") + 1] == "level+info"
    assert maps(measure) == maps(convert) == ["0:2"]
    assert after(measure, "-af").startswith(f"{ALONE},loudnorm=I=-16.00:")
    assert after(measure, "-af").endswith(":print_format=json")
    assert after(measure, "-t") == "4.000"
    assert measure[-3:] == ["-f", "null", "-"]
    # Nothing measured: silence, which stays as it is.
    assert after(convert, "-filter:a:0") == f"{ALONE},anull"
    corrected = after(argv_of(plan, measured=MEASURED), "-filter:a:0")
    assert "measured_I=-27.61" in corrected
    assert corrected.endswith("linear=true")


def test_sound_beside_a_picture_keeps_in_step() -> None:
    argv = argv_of(first(target="webm"))
    assert after(argv, "-filter:a:0") == IN_STEP


def test_only_one_of_several_tracks_is_measured() -> None:
    info = replace(FILES["two tracks"], container="avi")
    argv = argv_of(first(info, target="mkv", loudness=-16.0), measured=MEASURED)
    assert "measured_I" in after(argv, "-filter:a:0")
    assert after(argv, "-filter:a:1") == f"{IN_STEP},loudnorm=I=-16.00:TP=-1.00:LRA=11.00"
    # The filter works at 192 kHz.
    assert after(argv, "-ar:a:1") == "48000"


def test_measuring_ends_when_the_result_does() -> None:
    argv = argv_of(first(target="mp3", loudness=-16.0), Step.LOUDNESS)
    assert after(argv, "-t") == "10800.000"


def test_speed() -> None:
    argv = argv_of(first(speed=2.0, start=2.0, end=6.0))
    assert after(argv, "-filter:a:0") == f"{IN_STEP},atempo=2"
    assert "setpts=PTS/2" in after(argv, "-vf")
    assert (after(argv, "-ss"), after(argv, "-t")) == ("2.000000", "2.000")
    assert argv.index("-ss") < argv.index("-i") < argv.index("-t")


def test_text_is_burned_from_a_file_of_our_own() -> None:
    convert = argv_of(first(BOTH, subtitles=Subtitles.BURN, start=3.0))
    # Beside the input, where no program can write; and never guessed by its content.
    assert "ass=filename='/in'/burned.ass:fontsdir='/in'/fonts" in after(convert, "-vf")
    assert "subtitles=" not in " ".join(convert)
    assert "{" not in " ".join(convert)


def test_painted_subtitles_are_laid_over() -> None:
    argv = argv_of(first(BOTH, subtitles=Subtitles.BURN, subtitle="en"))
    graph = after(argv, "-filter_complex")
    assert graph.startswith("[0:0]scale=")
    assert "[b];[0:3]scale=1280:720:flags=bilinear:out_color_matrix=bt709:out_range=tv" in graph
    assert "[s];[b][s]overlay=x=0:y=0:eof_action=pass:format=yuv420," in graph
    assert graph.endswith("[v]")
    assert maps(argv) == ["[v]", "0:1"]
    assert "-vf" not in argv
    # A disc's canvas, for a file that shows the first of them minutes after its beginning.
    assert after(argv, "-canvas_size:3") == "1920x1080"


def test_words_of_another_code_page_come_from_a_second_input() -> None:
    info = replace(BOTH, lead=0.5, subtitles=(replace(TEXT, file="kept2.srt"), PAINTED))
    argv = argv_of(first(info, target="mkv"))
    assert maps(argv) == ["0:0", "0:1", "1:0", "0:3"]
    ours = ["-f", "srt", "-format_whitelist", "srt", "-itsoffset", "-0.500000"]
    at = argv.index("file:/in/kept2.srt")
    assert argv[at - 1 - len(ours) : at] == [*ours, "-i"]
    part = argv_of(first(info, target="mkv", start=3.0))
    assert part.count("-ss") == 2


def test_kept_subtitles_and_tracks_say_their_language() -> None:
    info = replace(BOTH, audios=FILES["two tracks"].audios, fonts=(7, 8))
    argv = argv_of(plans(info, Request(target="mkv"))[1])
    assert maps(argv) == ["0:0", "0:1", "0:2", "0:2", "0:3", "0:7", "0:8"]
    said = options(argv)
    assert (said["-metadata:s:a:0"], said["-metadata:s:a:1"]) == ("language=eng", "language=rus")
    assert (said["-metadata:s:s:0"], said["-metadata:s:s:1"]) == ("language=rus", "language=eng")
    assert (said["-c:s:0"], said["-c:s:1"], said["-c"]) == ("copy", "copy", "copy")
    assert said["-map_chapters"] == "0"


def test_a_song_s_words_and_sleeve() -> None:
    song = replace(SONG, covers=FILES["cover"].covers, tags={"title": "a=b -c", "location": "x"})
    argv = argv_of(first(song, target="m4a"))
    assert maps(argv) == ["0:0", "0:4"]
    assert after(argv, "-metadata") == "title=a=b -c"
    assert options(argv)["-disposition:v:0"] == "attached_pic"
    assert "-vn" not in argv
    assert "-vn" in argv_of(first(song, target="opus"))


def test_everything_stays_on_request() -> None:
    info = replace(INFO, container="mov", private_tags=frozenset({"location"}))
    argv = argv_of(first(info, metadata=True))
    assert (after(argv, "-map_metadata"), after(argv, "-map_chapters")) == ("0", "0")
    assert "-metadata" not in argv


@pytest.mark.parametrize(("still", "encoder"), [(Still.JPEG, "mjpeg"), (Still.PNG, "png")])
def test_a_single_picture(still: Still, encoder: str) -> None:
    argv = argv_of(first(target="frame", at=3.0, still=still))
    assert after(argv, "-ss") == "3.000000"
    assert argv.index("-ss") < argv.index("-i")
    assert (after(argv, "-frames:v"), after(argv, "-update")) == ("1", "1")
    assert after(argv, "-c:v") == encoder
    assert "-an" in argv


def test_a_copied_cut_begins_at_its_keyframe() -> None:
    argv = argv_of(first(start=2.0, exact=False))
    assert 2.0 <= float(after(argv, "-ss")) < 2.5
    assert after(argv, "-avoid_negative_ts") == "make_zero"


@pytest.mark.parametrize(
    ("codec", "decoder"), [("vp9", "libvpx-vp9"), ("vp8", "libvpx"), ("prores", None)]
)
def test_transparency_needs_a_decoder_that_sees_it(codec: str, decoder: str | None) -> None:
    video = replace(FILES["alpha"].videos[0], codec=codec)
    argv = argv_of(first(replace(FILES["alpha"], videos=(video,)), target="sticker"))
    assert options(argv[: argv.index("-i")]).get("-c:v") == decoder


def test_hevc_has_the_tag_that_apple_plays() -> None:
    assert after(argv_of(first(target="hevc")), "-tag:v:0") == "hvc1"
    hev1 = replace(INFO.videos[0], codec="hevc", profile="Main", level=93, tag="hev1")
    copied = replace(INFO, container=MKV, videos=(hev1,))
    argv = argv_of(first(copied, target="hevc"))
    assert (after(argv, "-c:v:0"), after(argv, "-tag:v:0")) == ("copy", "hvc1")


def test_surround_stays_where_everything_does() -> None:
    dts = replace(AUDIO, codec="dts", channels=6)
    argv = argv_of(first(replace(INFO, audios=(dts,)), target="flac"))
    assert after(argv, "-ac:a:0") == "6"
    assert "-b:a:0" not in argv
    assert "-ar:a:0" not in argv


def test_tracks_keep_their_titles_where_everything_is_kept() -> None:
    info = replace(INFO, audios=(replace(AUDIO, language="rus", title="Dub"),), chapters=2)
    kept = argv_of(plans(info, Request(target="mkv"), moov_first=False)[0])
    at = kept.index("title=Dub")
    assert kept[at - 3 : at] == ["-metadata:s:a:0", "language=rus", "-metadata:s:a:0"]
    # The file's own words go, the chapters' stay.
    assert kept[kept.index("-map_metadata:g") + 1] == "-1"
    assert kept[kept.index("-map_chapters") + 1] == "0"
    assert "title=Dub" not in argv_of(plans(info, Request(target="mp4"), moov_first=False)[0])
