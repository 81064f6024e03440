"""The sound's part of an argument list. Pure."""

from typing import Final

from converter.commands import loudness
from converter.commands.loudness import Measured
from converter.planning.plan import Plan, Sound

# Gaps are filled and a late start becomes silence, so that the sound stays in step. Never stretched
# by little and little: up to ffmpeg 6.0 that writes half as much sound again as there is time.
_IN_STEP: Final = "aresample=async=1:min_hard_comp=0.05"
_FROM_THE_START: Final = ":first_pts=0"


def sounds(plan: Plan, measured: Measured | None) -> list[str]:
    """Codec options of every track that goes into the result."""
    if not plan.sounds:
        return ["-an"]
    argv: list[str] = []
    for number, sound in enumerate(plan.sounds):
        argv += _copied(number) if sound.copied else _encoded(plan, number, sound, measured)
    return argv


def measure(plan: Plan) -> list[str]:
    """The first pass of loudness: the track that will be corrected, decoded into the null muxer."""
    sound = next(s for s in plan.sounds if s.loudness is not None)
    target = sound.loudness if sound.loudness is not None else 0.0
    chain = ",".join([*_chain(plan, sound), loudness.first_pass(target)])
    return ["-map", f"0:{sound.stream.index}", "-vn", "-af", chain]


def _copied(number: int) -> list[str]:
    return [f"-c:a:{number}", "copy"]


def _encoded(plan: Plan, number: int, sound: Sound, measured: Measured | None) -> list[str]:
    chain = _chain(plan, sound)
    rate = sound.rate
    if sound.loudness is not None:
        first = next(n for n, s in enumerate(plan.sounds) if s.loudness is not None)
        # Only one track is measured; further ones are corrected as they go.
        known = loudness.second_pass(sound.loudness, measured)
        chain.append(known if number == first else loudness.one_pass(sound.loudness))
        # The filter works at 192 kHz and would leave it at that.
        rate = rate or sound.stream.sample_rate
    argv = [f"-filter:a:{number}", ",".join(chain), f"-c:a:{number}", sound.encoder]
    argv += [f"-ac:a:{number}", str(sound.channels)]
    argv += [f"-ar:a:{number}", str(rate)] if rate else []
    argv += [f"-b:a:{number}", str(sound.bit_rate)] if sound.bit_rate else []
    return argv


# Sound alone has nothing to be in step with: real gaps are kept, a clock that trembles is not
# followed (it would stretch WMA by a tenth).
_ALONE: Final = "aresample=async=1:min_hard_comp=0.3"


def _chain(plan: Plan, sound: Sound) -> list[str]:
    late = _FROM_THE_START if sound.late else ""
    steady = f"{_IN_STEP}{late}" if plan.picture is not None else _ALONE
    played = round(sound.stream.sample_rate * sound.drift)
    clock = [f"asetrate={played}"] if sound.drift != 1 else []
    clock = ["asetpts=N/SR/TB"] if sound.counted else clock
    return [*clock, steady, *([f"atempo={plan.speed:g}"] if plan.speed != 1 else [])]
