"""Rules about the sound."""

from collections.abc import Iterator

from tests.conformance.case import Case, Fault, Rule
from tests.conformance.expectations import Family

# Below this nobody hears anything.
_SILENT = -80.0
# Mixing six channels down costs some; this is another matter.
_MUCH_QUIETER = 25.0
_AAC_PROFILES = frozenset({"LC", "Main", "HE-AAC", "HE-AACv2"})
_DRIFT = 0.4
_DRIFT_SHARE = 0.02


def there(case: Case) -> Iterator[Fault]:
    """Sound exactly where the source has some that can be decoded."""
    output = case.output
    if case.want.silent:
        if output.sounds:
            yield Fault("sound_left", output.sounds[0].codec)
        return
    if output.sounds and output.sound is None:
        yield Fault("sound_undecodable", output.sounds[0].codec)
    if case.want.family is Family.SOUND and not output.sounds:
        yield Fault("sound_missing")
    elif case.source is not None:
        wanted = case.source.sound is not None
        if wanted and not output.sounds:
            yield Fault("sound_missing")
        if output.sounds and not wanted and case.source.picture is not None:
            yield Fault("sound_from_nowhere", output.sounds[0].codec)


def codec(case: Case) -> Iterator[Fault]:
    """What every receiver can decode, in two channels at most."""
    if case.want.silent:
        return
    for sound in case.output.sounds:
        if not case.want.any_sound and sound.codec not in case.want.sound_codecs:
            yield Fault("sound_codec", sound.codec)
        elif sound.codec == "aac" and sound.profile not in _AAC_PROFILES:
            yield Fault("sound_codec", f"aac {sound.profile}")
        if not 0 < sound.channels <= case.want.max_channels:
            yield Fault("channels", str(sound.channels))


def loudness(case: Case) -> Iterator[Fault]:
    """To be heard when the source is."""
    before = case.source.sound if case.source else None
    after = case.output.sound
    if before is None or after is None or case.want.silent:
        return
    if before.loudest is None or before.mean is None or before.loudest <= _SILENT:
        return
    if after.loudest is None or after.mean is None or after.loudest <= _SILENT:
        yield Fault("silent", f"{before.loudest} dB became {after.loudest} dB")
    elif after.mean < before.mean - _MUCH_QUIETER and not case.want.max_seconds:
        yield Fault("quiet", f"{before.mean} dB became {after.mean} dB")


def together(case: Case) -> Iterator[Fault]:
    """Picture and sound still end as far from each other as they did. Their beginnings say less:
    a late start may be filled with silence or with the first picture."""
    if case.source is None or case.want.max_seconds or case.want.family is not Family.PICTURE:
        return
    ends = []
    for facts in (case.source, case.output):
        picture, sound = facts.picture, facts.sound
        if picture is None or sound is None or picture.span is None or sound.span is None:
            return
        ends.append(sound.span.end - picture.span.end)
    span = case.output.span
    slack = max(_DRIFT, _DRIFT_SHARE * (span.seconds if span else 0.0))
    if abs(ends[0] - ends[1]) > slack:
        yield Fault("apart", f"sound ends {ends[0]:+.2f} s after the picture, now {ends[1]:+.2f} s")


RULES: tuple[Rule, ...] = (there, codec, loudness, together)
