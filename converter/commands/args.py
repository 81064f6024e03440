"""Plan → ffmpeg's argument lists, one for each of its steps. Pure: what is asserted in tests is
what runs."""

import itertools
from dataclasses import dataclass
from typing import Final

from converter.commands import picture_args, sound_args
from converter.commands.loudness import Measured
from converter.commands.picture_args import PALETTE_NAME, Places
from converter.errors import Code, Failed
from converter.formats import Kind
from converter.input.guards import input_guards
from converter.limits import Limits
from converter.media import OWN_TRACK, AudioStream, SubtitleStream
from converter.planning.plan import Action, Plan, Step

_QUIET: Final = ("-hide_banner", "-nostdin", "-y")
_WARNINGS: Final = ("-v", "level+warning")
# Where a report is wanted that is a message, not a warning.
_MESSAGES: Final = ("-v", "level+info")
_PROGRESS: Final = ("-progress", "pipe:1", "-nostats", "-stats_period", "0.5")
# A stream that starts minutes after the others must not fill the muxer's queue and end the job.
_QUEUE: Final = ("-max_muxing_queue_size", "4096")
# Seconds; ffmpeg's own is 10.
_SMALL_STEP: Final = 0.5
# A song's cover that a person chose, as we made it, beside the input.
OWN_COVER: Final = "own-cover.jpg"
_NULL_MUXER: Final = ("-f", "null", "-")
# ffmpeg seeks this much earlier where a container's index goes by decoding time, to be sure of
# frames that are shown out of order; a copy must not begin a whole group too early for it.
_SEEKS_EARLY: Final = 0.131


@dataclass(frozen=True, slots=True)
class Found:
    """What earlier steps found out: the sound's loudness, by the number of the track."""

    loudness: Measured | None = None


def step_argv(
    step: Step, plan: Plan, limits: Limits, places: Places, output: str, found: Found
) -> list[str]:
    """The ffmpeg call of one step of a plan that has work to do; CONVERT writes `output`, a name.

    Progress goes to standard output (see `progress`). Raises Failed for Action.NOTHING, which has
    no call.
    """
    if plan.action is Action.NOTHING:
        raise Failed(Code.FAILED, "a plan with nothing to do has no command")
    level = _MESSAGES if step is Step.LOUDNESS else _WARNINGS
    start = ["ffmpeg", *_QUIET, *level, *_PROGRESS]
    match step:
        case Step.LOUDNESS:
            return [
                *start,
                *_unseen(plan, limits, places),
                *sound_args.measure(plan),
                *_end(plan),
                *_NULL_MUXER,
            ]
        case Step.PALETTE:
            # Its one picture comes at the end, so it is the reading that is bounded.
            part = ["-t", f"{_length(plan) * plan.speed + plan.cut.skip:.3f}"]
            return [*start, *part, *_input(plan, limits, places), *_palette(plan, places)]
        case Step.FIRST_PASS:
            video = [
                *picture_args.maps(plan),
                *picture_args.picture_argv(plan, places, pass_number=1),
                "-an",
            ]
            return [*start, *_input(plan, limits, places), *video, *_end(plan), *_NULL_MUXER]
        case Step.CONVERT:
            return [*start, *_convert(plan, limits, places, output, found)]


def _convert(plan: Plan, limits: Limits, places: Places, output: str, found: Found) -> list[str]:
    second = plan.two_pass
    return [
        *_input(plan, limits, places),
        *(["-i", places.output_url(PALETTE_NAME)] if Step.PALETTE in plan.steps else []),
        *_own_captions(plan, places),
        *_own_cover(plan, places),
        *_maps(plan),
        "-dn",
        *_metadata(plan),
        *(["-c", "copy"] if plan.extras else []),
        *picture_args.picture_argv(plan, places, pass_number=2 if second else 0),
        *sound_args.sounds(plan, found.loudness),
        *_captions(plan),
        *_covers(plan),
        *_QUEUE,
        *_end(plan),
        *_container(plan),
        places.output_url(output),
    ]


def _input(plan: Plan, limits: Limits, places: Places) -> list[str]:
    picture = plan.picture
    decoded = picture is not None and not picture.copied
    decoder = picture_args.decoder(plan, picture) if decoded and picture is not None else []
    return decoder + picture_args.canvas(plan) + _unseen(plan, limits, places)


def _unseen(plan: Plan, limits: Limits, places: Places) -> list[str]:
    """The input where no picture is decoded."""
    argv: list[str] = []
    if plan.tolerant:
        argv += ["-err_detect", "ignore_err", "-fflags", "+discardcorrupt+genpts"]
    argv += ["-dts_delta_threshold", f"{_SMALL_STEP:g}"] if plan.mended else []
    return [*argv, *input_guards(limits.max_pixels), *_from(plan), "-i", places.input_url]


def _from(plan: Plan, speed: float = 1.0) -> list[str]:
    """Where an input is read from, and which moment of it is the result's first; `speed` where the
    input's times are faster than the file's already."""
    argv = ["-itsoffset", f"{-plan.lead / speed:.6f}"] if plan.lead > 0 else []
    if plan.cut.start > 0:
        argv += ["-ss", f"{(plan.cut.start + _late_seek(plan)) / speed:.6f}"]
    return argv


def _own_captions(plan: Plan, places: Places) -> list[str]:
    """Subtitles that we had to write anew, each an input of its own; what they are is said, not
    guessed."""
    argv: list[str] = []
    for caption in plan.captions:
        name = caption.stream.file
        if name:
            kind = name.rpartition(".")[2]
            sped = plan.speed if caption.stream.own else 1.0
            argv += ["-f", kind, "-format_whitelist", kind, *_from(plan, sped)]
            argv += ["-i", picture_args.own(places, name)]
    return argv


def _own_cover(plan: Plan, places: Places) -> list[str]:
    """A picture that we made, the last input."""
    if OWN_TRACK not in plan.covers:
        return []
    kind = ("-f", "jpeg_pipe", "-format_whitelist", "jpeg_pipe")
    return [*kind, "-i", picture_args.own(places, OWN_COVER)]


def _late_seek(plan: Plan) -> float:
    """How many seconds after the cut's beginning ffmpeg is sent."""
    copies = plan.cut.start > 0 and plan.picture is not None and plan.copies_video
    return _SEEKS_EARLY if copies else 0.0


def _end(plan: Plan) -> list[str]:
    # As an option of the output: what comes before is decoded and thrown away.
    skip = ["-ss", f"{plan.cut.skip / plan.speed:.6f}"] if plan.cut.skip > 0 else []
    return [*skip, "-t", f"{_length(plan):.3f}"]


def _length(plan: Plan) -> float:
    """At most so many seconds of output."""
    length = plan.max_seconds
    if plan.cut.length is not None:
        length = min(length, plan.cut.length / plan.speed)
        # Counted from where ffmpeg was sent, which is later than where a copy begins.
        length = max(length / 2, length - _late_seek(plan))
    return length


def _maps(plan: Plan) -> list[str]:
    maps = picture_args.maps(plan)
    chosen = [sound.stream.index for sound in plan.sounds]
    own = itertools.count(2 if Step.PALETTE in plan.steps else 1)
    places = [f"0:{index}" for index in chosen]
    places += [
        f"{next(own)}:0" if caption.stream.file else f"0:{caption.stream.index}"
        for caption in plan.captions
    ]
    places += [f"0:{index}" for index in plan.extras]
    places += [f"0:{n}" if n != OWN_TRACK else f"{next(own)}:0" for n in plan.covers]
    return maps + [word for place in places for word in ("-map", place)]


def _named(plan: Plan, option: str, track: AudioStream | SubtitleStream) -> list[str]:
    """A track's language, and its title where everything is kept."""
    argv = [option, f"language={track.language}"] if track.language else []
    titled = track.title and plan.target.everything
    return argv + ([option, f"title={track.title}"] if titled else [])


def _metadata(plan: Plan) -> list[str]:
    """What the file says about itself: a phone's place and owner stay behind unless wanted."""
    if plan.metadata:
        return ["-map_metadata", "0", "-map_chapters", "0"]
    # Chapters that are kept keep their names; what tracks may keep of theirs is written anew.
    none = ["-map_metadata:g", "-1", "-map_metadata:s", "-1"]
    argv = none if plan.chapters else ["-map_metadata", "-1"]
    argv += ["-map_chapters", "0" if plan.chapters else "-1"]
    for name, text in plan.tags:
        argv += ["-metadata", f"{name}={text}"]
    for number, sound in enumerate(plan.sounds):
        if plan.target.kind is Kind.VIDEO:
            argv += _named(plan, f"-metadata:s:a:{number}", sound.stream)
    for number, caption in enumerate(plan.captions):
        argv += _named(plan, f"-metadata:s:s:{number}", caption.stream)
    return argv


def _captions(plan: Plan) -> list[str]:
    if not plan.captions:
        return ["-sn"]
    argv: list[str] = []
    for number, caption in enumerate(plan.captions):
        argv += [f"-c:s:{number}", caption.encoder]
    return argv


def _covers(plan: Plan) -> list[str]:
    if not plan.covers:
        return []
    return ["-c:v", "copy", "-disposition:v:0", "attached_pic"]


def _container(plan: Plan) -> list[str]:
    argv = ["-movflags", "+faststart"] if plan.target.faststart else []
    if plan.cut.start > 0 and plan.picture is not None and plan.copies_video:
        # What comes before the cut is shown, not hidden by an edit list that some players ignore.
        argv += ["-avoid_negative_ts", "make_zero"]
    if plan.target.muxer == "gif":
        # How long the last picture stands, in hundredths of a second.
        argv += _final_delay(plan)
        argv += ["-loop", "0"]
    if plan.target.muxer == "mp3":
        argv += ["-id3v2_version", "3"]
    return [*argv, "-f", plan.target.muxer]


def _final_delay(plan: Plan) -> list[str]:
    picture = plan.picture
    if picture is None or not picture.fps:
        return []
    found = picture.stream.packets
    last = found.last / plan.speed if found is not None and plan.cut.length is None else 0.0
    return ["-final_delay", str(round(100 * max(1 / picture.fps, last)))]


def _palette(plan: Plan, places: Places) -> list[str]:
    picture = plan.picture
    if picture is None:
        raise Failed(Code.FAILED, "no picture for a palette")
    graph = f"{picture_args.graph(plan, picture, places)},palettegen=stats_mode=full[v]"
    argv = ["-filter_complex", graph, "-map", "[v]"]
    argv += ["-frames:v", "1", "-update", "1", "-c:v", "png", "-f", "image2"]
    return [*argv, places.output_url(PALETTE_NAME)]
