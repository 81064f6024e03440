"""Which runs of a program a plan takes. Pure."""

from collections.abc import Sequence

from converter.media import SubtitleStream
from converter.planning.encoders import ENCODERS
from converter.planning.plan import Picture, Sound, Step


def steps_for(
    sounds: Sequence[Sound], picture: Picture | None = None, burn: SubtitleStream | None = None
) -> tuple[Step, ...]:
    """Everything that has to be known before the last step, then that one."""
    steps: list[Step] = []
    if burn is not None and burn.text:
        steps.append(Step.SUBTITLES)
    if any(sound.loudness is not None and not sound.copied for sound in sounds):
        steps.append(Step.LOUDNESS)
    if picture is not None and not picture.copied:
        if picture.encoder == "gif":
            steps.append(Step.PALETTE)
        if picture.rate.average is not None and ENCODERS[picture.encoder].two_pass:
            steps.append(Step.FIRST_PASS)
    return (*steps, Step.CONVERT)
