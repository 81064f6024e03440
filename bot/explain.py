"""A plan in words, for people at a terminal or before a page of the operator's, and as data."""

from collections.abc import Iterator
from typing import Any, Final

from converter.media import MediaInfo
from converter.observer import Survey
from converter.planning.encoders import ENCODERS, Rate
from converter.planning.plan import Action, Picture, Plan, Sound

_LABEL: Final = 11


def say_size(count: float) -> str:
    """Bytes in a unit that is easy to read."""
    for unit, worth in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= worth:
            return f"{count / worth:.1f} {unit}"
    return f"{count:.0f} B"


def say_time(seconds: float) -> str:
    """``12.3 s`` or ``1:02:03``."""
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def describe(name: str, survey: Survey) -> str:
    """What the file is, what would be done and why, and what would follow if that failed."""
    first, *others = survey.plans
    lines = [f"{name}: {media(survey.info)}", *lines_of(first)]
    if others:
        lines += listed("if it fails", [brief(plan) for plan in others])
    return "\n".join(lines)


def as_data(survey: Survey) -> dict[str, Any]:
    """The same for programs."""
    return {"before": facts(survey.info), "plans": [_data(plan) for plan in survey.plans]}


def media(info: MediaInfo) -> str:
    """One line on what a file is."""
    parts = [say_size(info.size)]
    parts += [say_time(info.duration)] if info.duration is not None else []
    parts.append(info.container.split(",")[0])
    for video in info.videos:
        rate = f" {float(video.fps):.4g} fps" if video.fps else ""
        depth = f" {video.bit_depth}-bit" if video.bit_depth > 8 else ""  # noqa: PLR2004 - the usual
        parts.append(
            f"{video.codec}{depth}{' HDR' if video.hdr else ''} "
            f"{video.display_size[0]}x{video.display_size[1]}{rate}"
        )
    for audio in info.audios:
        language = f" {audio.language}" if audio.language else ""
        parts.append(f"{audio.codec} {audio.channels} ch{language}")
    parts += [f"{len(info.subtitles)} subtitles"] if info.subtitles else []
    return ", ".join(parts)


def facts(info: MediaInfo) -> dict[str, Any]:
    """The numbers of a file."""
    video = info.videos[0] if info.videos else None
    audio = info.audios[0] if info.audios else None
    return {
        "bytes": info.size,
        "duration": info.duration,
        "container": info.container,
        "width": video.display_size[0] if video else None,
        "height": video.display_size[1] if video else None,
        "fps": round(float(video.fps), 3) if video and video.fps else None,
        "video": video.codec if video else None,
        "audio": audio.codec if audio else None,
        "channels": audio.channels if audio else None,
    }


def lines_of(plan: Plan) -> Iterator[str]:
    """What would be done, and why."""
    yield f"→ {plan.target.key}: {_way(plan)}"
    if plan.reasons:
        yield from listed("because", [", ".join(plan.reasons)])
    if plan.action is not Action.NOTHING:
        yield from listed("steps", [", ".join(plan.steps)])
    if plan.picture is not None:
        yield from listed("picture", _picture(plan.picture))
    if plan.sounds:
        yield from listed("sound", [_sound(sound) for sound in plan.sounds])
    if plan.captions:
        kept = [f"{c.stream.codec} {c.stream.language}".strip() for c in plan.captions]
        yield from listed("subtitles", [", ".join(kept)])
    yield from listed("expected", [_expected(plan)])
    if plan.notes:
        yield from listed("to be said", [", ".join(plan.notes)])


def _picture(picture: Picture) -> list[str]:
    size = f"{picture.width}x{picture.height}"
    if picture.copied:
        return [f"copied, {size}"]
    head = f"{picture.encoder}, {size}, {_rate(picture)}"
    wide = max((len(f.reason) for f in picture.filters), default=0)
    return [head, *(f"  {f.reason:<{wide}}  {f.text}" for f in picture.filters)]


def _rate(picture: Picture) -> str:
    rate: Rate = picture.rate
    if rate.average is not None:
        return f"{rate.average / 1000:.0f} kbit/s on average"
    if not ENCODERS[picture.encoder].crf[next(iter(ENCODERS[picture.encoder].crf))]:
        return "as it comes"
    capped = f", at most {rate.most / 1000:.0f} kbit/s" if rate.most is not None else ""
    return f"CRF {rate.crf}{capped}"


def _sound(sound: Sound) -> str:
    language = f", {sound.stream.language}" if sound.stream.language else ""
    if sound.copied:
        return f"copied, {sound.stream.codec}{language}"
    rate = f", {sound.bit_rate / 1000:.0f} kbit/s" if sound.bit_rate else ""
    loud = f", to {sound.loudness:g} LUFS" if sound.loudness is not None else ""
    return f"{sound.encoder}, {sound.channels} ch{rate}{loud}{language}"


def _expected(plan: Plan) -> str:
    parts = [say_time(plan.seconds)] if plan.seconds is not None else []
    parts += [f"about {say_size(plan.size)}"] if plan.size else []
    return ", ".join(parts) or "nobody can tell"


def _way(plan: Plan) -> str:
    return f"{plan.action} on {plan.device}" if plan.action is Action.ENCODE else str(plan.action)


def brief(plan: Plan) -> str:
    """It in a few words."""
    tolerant = ", reading on over errors" if plan.tolerant else ""
    mute = ", without the sound" if "sound_lost" in plan.notes else ""
    return f"{_way(plan)}{tolerant}{mute}"


def listed(label: str, lines: list[str]) -> list[str]:
    """Lines under a label."""
    first, *rest = lines
    indent = " " * (_LABEL + 4)
    return [f"  {label:<{_LABEL}}  {first}", *(indent + line for line in rest)]


def _data(plan: Plan) -> dict[str, Any]:
    picture = plan.picture
    return {
        "target": plan.target.key,
        "path": str(plan.action),
        "device": str(plan.device),
        "steps": [str(step) for step in plan.steps],
        "reasons": list(plan.reasons),
        "notes": [str(note) for note in plan.notes],
        "picture": None
        if picture is None
        else {
            "encoder": picture.encoder,
            "width": picture.width,
            "height": picture.height,
            "filters": [{"filter": f.text, "reason": f.reason} for f in picture.filters],
        },
        "sound": [_sound(sound) for sound in plan.sounds],
        "seconds": plan.seconds,
        "bytes": plan.size,
        "tolerant": plan.tolerant,
    }
