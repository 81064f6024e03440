"""Plans that decode no picture: nothing to do, a new container, or new sound beside the same
picture. Pure."""

from dataclasses import replace

from converter.formats import PictureRule, SoundRule
from converter.media import AudioStream, VideoStream
from converter.planning import suitability
from converter.planning.encoders import Rate
from converter.planning.plan import COPY, Action, Note, Picture, Plan, Sound, steps_for
from converter.planning.task import Task

_LABELLED = frozenset({"h264", "hevc"})
_NO_RATE = Rate(0)
# What a container costs may differ a little from one to the next.
_SLACK = 0.98


def of_video(task: Task, *, moov_first: bool) -> list[Plan]:
    """The copies that would be right, cheapest first; none where the picture must change."""
    rule, video = task.target.picture, task.video
    if rule is None or video is None or task.source_bytes * _SLACK > task.max_bytes:
        return []
    if suitability.why_encode(task.info, video, task.target, rule, task.request):
        return []
    labelled = task.info.mislabelled and video.codec in _LABELLED
    picture = replace(copied(video, rule), relabelled=labelled)
    sounds, why_audio = _sounds(task)
    why_remux = _why_remux(task, moov_first=moov_first)
    reasons = (*why_audio, *why_remux)
    kept = extras(task)
    base = replace(
        task.base(Action.REMUX),
        picture=picture,
        sounds=sounds,
        extras=kept,
        size=int(task.source_bytes),
        reasons=reasons,
    )
    if why_audio:
        return [replace(base, action=Action.AUDIO, steps=steps_for(sounds))]
    return [base] if why_remux or _too_large(task) else [replace(base, action=Action.NOTHING), base]


def of_sound(task: Task, *, moov_first: bool) -> list[Plan]:
    """The sound as it is, in the target's container."""
    rule, audio = task.target.sound, task.audio
    if rule is None or audio is None:
        return []
    if suitability.why_encode_audio(task.info, audio, task.target, rule, task.request):
        return []
    size = int(audio.bit_rate * task.seconds / 8) if audio.bit_rate and task.seconds else None
    if size is not None and size * _SLACK > task.max_bytes:
        return []
    why_remux = _why_remux(task, moov_first=moov_first)
    base = replace(
        task.base(Action.REMUX),
        sounds=(_as_it_is(audio),),
        covers=song_covers(task),
        size=size,
        reasons=tuple(why_remux),
    )
    if not task.info.videos and not task.request.cuts and _too_large(task):
        return []
    return [base] if why_remux or _too_large(task) else [replace(base, action=Action.NOTHING), base]


def _too_large(task: Task) -> bool:
    return task.info.size > task.max_bytes


def copied(video: VideoStream, rule: PictureRule) -> Picture:
    """This picture, untouched."""
    width, height = video.display_size
    return Picture(
        stream=video,
        encoder=COPY,
        filters=(),
        width=width,
        height=height,
        fps=float(video.fps or 0),
        level=video.level,
        pixels=video.pix_fmt,
        rate=_NO_RATE,
        tag=rule.tag,
    )


def song_covers(task: Task) -> tuple[int, ...]:
    """Pictures that belong to a song."""
    return tuple(cover.index for cover in task.info.covers[:1]) if task.target.covers else ()


def _sounds(task: Task) -> tuple[tuple[Sound, ...], list[str]]:
    """Each track copied where it can be, and why some can't."""
    rule = task.target.sound
    if rule is None:
        return (), []
    sounds: list[Sound] = []
    reasons: list[str] = []
    for audio in task.every_sound():
        sound, why = sound_for(task, rule, audio)
        sounds.append(sound)
        reasons += why
    return tuple(sounds), reasons


def sound_for(
    task: Task, rule: SoundRule, audio: AudioStream, bit_rate: int | None = None
) -> tuple[Sound, list[str]]:
    """This track, copied or, for these reasons, encoded."""
    why = suitability.why_encode_audio(task.info, audio, task.target, rule, task.request)
    rate = rule.bit_rate if bit_rate is None else bit_rate
    return (task.encoded_sound(rule, audio, rate) if why else _as_it_is(audio)), why


def _as_it_is(audio: AudioStream) -> Sound:
    return Sound(audio, COPY, channels=audio.channels, rate=audio.sample_rate)


def _why_remux(task: Task, *, moov_first: bool) -> list[str]:
    why = suitability.why_remux(task.info, task.target, task.request, moov_first=moov_first)
    return why + (["longer than the target allows"] if Note.CUT in task.notes else [])


def extras(task: Task) -> tuple[int, ...]:
    """Further streams of a target that keeps everything."""
    if not task.target.everything:
        return ()
    others = [v.index for v in task.info.videos if v is not task.video]
    return (*others, *task.info.fonts)
