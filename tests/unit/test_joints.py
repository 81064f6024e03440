"""Whether videos may follow each other as they are, and what they are fitted into if not."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from converter.commands import join_args
from converter.errors import Code, ConversionError
from converter.limits import Limits
from converter.media import AudioStream, MediaInfo, Packets, VideoStream
from converter.planning import joints
from converter.planning.joints import Part
from converter.planning.plan import Action, Device
from converter.request import Quality, Request, Subtitles
from tests.support.facts import AUDIO, CPU, INFO, VIDEO

COUNTED = Packets(count=50, size=1000, keyframes=1, start=0.0, seconds=2.0)
PICTURE = replace(VIDEO, packets=COUNTED, start=0.0, duration=2.0, fps=Fraction(25))
SOUND = replace(AUDIO, packets=COUNTED, start=0.0, duration=2.0)
WIDE = replace(PICTURE, width=1280, height=720)


def part(video: VideoStream = PICTURE, audio: AudioStream | None = SOUND) -> Part:
    info = replace(INFO, videos=(video,), audios=(audio,) if audio else (), duration=2.0)
    return Part(info, video, audio)


def test_one_shape_is_copied_in_the_container_that_takes_it() -> None:
    assert joints.muxer_for([part(), part(), part()]) == "mp4"
    opus = replace(SOUND, codec="opus")
    assert joints.muxer_for([part(audio=opus), part(audio=opus)]) == "matroska"
    vp9 = replace(PICTURE, codec="vp9")
    assert joints.muxer_for([part(vp9), part(vp9)]) == "matroska"
    raw = replace(PICTURE, codec="rawvideo")
    assert joints.muxer_for([part(raw), part(raw)]) is None


@pytest.mark.parametrize(
    "other",
    [
        part(replace(PICTURE, width=640)),
        part(replace(PICTURE, codec="hevc")),
        part(replace(PICTURE, pix_fmt="yuv420p10le")),
        part(replace(PICTURE, sar=Fraction(4, 3))),
        part(replace(PICTURE, rotation=90, transformed=True)),
        part(replace(PICTURE, fps=Fraction(50))),
        part(replace(PICTURE, varies=True)),
        part(replace(PICTURE, color_space="bt2020nc")),
        part(replace(PICTURE, start=0.5)),
        part(replace(PICTURE, packets=replace(COUNTED, early=3))),
        part(replace(PICTURE, packets=replace(COUNTED, hidden=3))),
        part(replace(PICTURE, packets=replace(COUNTED, restarts=1))),
        part(audio=None),
        part(audio=replace(SOUND, sample_rate=44_100)),
        part(audio=replace(SOUND, channels=1)),
        part(audio=replace(SOUND, codec="mp3")),
    ],
)
def test_what_differs_or_is_broken_is_not_copied(other: Part) -> None:
    assert joints.muxer_for([part(), other]) is None


@pytest.mark.parametrize(
    ("rates", "rate"),
    [
        ((25, 50), 25),
        ((60, 24), 60),
        ((120, 30), 60),
        ((29.87, 30), 30_000 / 1001),
        ((10, 60), 24),
        ((10, 12), 12),
        ((30, 1), 30),
    ],
)
def test_the_first_one_s_rate_is_kept(rates: tuple[float, float], rate: float) -> None:
    videos = [replace(PICTURE, fps=Fraction(fps).limit_denominator(1001)) for fps in rates]
    frame = joints.frame_for([part(video) for video in videos], Request(), final=True)
    assert frame.fps == pytest.approx(rate, abs=0.001)


def test_the_wish_decides_on_the_frame_where_it_is_the_result_s() -> None:
    parts = [part(WIDE), part()]
    wish = Request(height=480, quality=Quality.SMALL)
    final = joints.frame_for(parts, wish, final=True)
    assert min(final.size) == 480
    fine = joints.frame_for(parts, wish, final=False)
    assert fine.size == (1280, 720)
    assert fine.crf < final.crf


def test_sound_is_there_where_any_has_one() -> None:
    silent, mono = part(audio=None), part(audio=replace(SOUND, channels=1))
    for parts, channels in (
        ([silent, silent], 0),
        ([silent, mono], 1),
        ([mono, part()], 2),
        ([part(audio=replace(SOUND, channels=6))], 2),
    ):
        assert joints.frame_for(parts, Request(), final=True).channels == channels


def test_plans_for_a_part_are_those_for_a_film_in_the_frame() -> None:
    turned = part(replace(PICTURE, rotation=90, transformed=True))
    frame = joints.frame_for([part(WIDE), turned], Request(), final=True)
    plans = joints.fitted(turned, frame, Limits(), CPU)
    assert {plan.action for plan in plans} == {Action.ENCODE}
    assert {plan.device for plan in plans} == {Device.CPU}
    for plan in plans:
        assert plan.picture is not None
        assert (plan.picture.width, plan.picture.height) == (1280, 720)
        assert plan.picture.steady == frame.fps
        texts = [filter_.text for filter_ in plan.picture.filters]
        assert any(text.startswith("pad=1280:720:") for text in texts)
    assert plans[-1].sounds == (), "a sound that nobody can read doesn't spoil the rest"


def test_what_is_foreseen_needs_nothing_more() -> None:
    parts = [part(WIDE), part()]
    info = joints.expected(parts, joints.frame_for(parts, Request(), final=True))
    assert info.duration == 4.0
    assert info.videos[0].codec == "h264"


def test_wishes_about_tracks_end_where_there_is_one() -> None:
    wish = Request(audio="2", subtitles=Subtitles.BURN, subtitle="eng", speed=2.0)
    assert joints.rest_of(wish, own_words=False) == Request(speed=2.0)
    assert joints.rest_of(wish, own_words=True).subtitles is Subtitles.BURN


def test_the_track_that_was_asked_for_is_taken_where_it_is_there() -> None:
    russian = replace(SOUND, index=2, language="rus")
    both = replace(INFO, videos=(PICTURE,), audios=(SOUND, russian))
    assert joints.part_of(both, Request(audio="rus")).audio == russian
    assert joints.part_of(replace(both, audios=(SOUND,)), Request(audio="rus")).audio == SOUND
    assert joints.part_of(both, Request(mute=True)).audio is None


def test_what_is_no_video_is_no_part() -> None:
    with pytest.raises(ConversionError) as caught:
        joints.part_of(replace(INFO, videos=()), Request())
    assert caught.value.code is Code.NO_VIDEO


Spoil = Callable[[MediaInfo], MediaInfo]


def _lacking(info: MediaInfo) -> MediaInfo:
    return replace(info, videos=(replace(PICTURE, packets=replace(COUNTED, count=99)),))


def _backwards(info: MediaInfo) -> MediaInfo:
    found = replace(COUNTED, count=100, disordered=1)
    return replace(info, videos=(replace(PICTURE, packets=found),))


def _turned(info: MediaInfo) -> MediaInfo:
    return replace(info, videos=(replace(info.videos[0], rotation=90),))


@pytest.mark.parametrize("spoil", [_lacking, _backwards, _turned])
def test_a_wrong_copy_is_found_out(spoil: Spoil) -> None:
    whole = replace(INFO, videos=(replace(PICTURE, packets=replace(COUNTED, count=100)),))
    joints.check_copied([part(), part()], whole)
    with pytest.raises(ConversionError):
        joints.check_copied([part(), part()], spoil(whole))


class _Places:
    input_url = "file:/in/input"

    def output_url(self, name: str) -> str:
        return f"file:/out/{name}"


def test_only_our_own_pieces_are_opened_by_the_list() -> None:
    assert join_args.listing(2) == "ffconcat version 1.0\nfile piece-0\nfile piece-1\n"
    argv = join_args.join_argv(_Places(), "mp4", "joined", alike=True, sound=2)
    assert argv[argv.index("-format_whitelist") + 1] == "concat,mov"
    assert argv[argv.index("-safe") + 1] == "1"
    assert argv[argv.index("-i") + 1] == "file:/in/parts.txt"
    copied = join_args.copy_argv(_Places(), [0, 1], "mp4", "joined", max_pixels=9, first=False)
    assert "concat" not in copied[copied.index("-format_whitelist") + 1].split(",")


@pytest.mark.parametrize(
    ("sound", "end"), [(2.05, 2.0), (2.0, 2.0), (1.0, 2.0), (3.0, Limits().max_duration)]
)
def test_no_picture_stands_for_the_padding_of_a_sound(sound: float, end: float) -> None:
    one = part(audio=replace(SOUND, duration=sound))
    frame = joints.frame_for([one], Request(), final=True)
    assert {p.max_seconds for p in joints.fitted(one, frame, Limits(), CPU)} == {end}
