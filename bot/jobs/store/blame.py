"""Who is to blame when the process died in the middle of its work. Pure.

A SIGKILL, a power cut and a job that kills whoever works on it look alike afterwards. So nobody is
blamed on suspicion: the jobs that were in work are tried again, each alone, and only one that the
process dies with, alone and in the same phase, again and again, while the others live, is ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# So many times in a row, or so many in all.
MOST_DEATHS: Final = 3
MOST_OF_ALL: Final = 12


@dataclass(frozen=True, slots=True)
class Victim:
    """A job that was in work when its process died: the phase it was in, the one it died in the
    last time that it was alone, how often in a row that was the same, and how often in all."""

    job_id: str
    phase: str
    died_in: str | None
    deaths: int
    all_deaths: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a victim: its new counts, or its end."""

    victim: Victim
    deaths: int
    all_deaths: int
    alone: bool

    @property
    def guilty(self) -> bool:
        """It ends here."""
        return self.deaths >= MOST_DEATHS or self.all_deaths >= MOST_OF_ALL


def judge(victims: Sequence[Victim]) -> list[Verdict]:
    """What an unclean death means for the jobs that were in work. When one died alone, or none was
    in work at all, whoever was charged before is cleared of what came in a row: the process dies
    without them as well."""
    alone = len(victims) == 1
    return [
        Verdict(
            victim,
            deaths=_in_a_row(victim) if alone else victim.deaths,
            all_deaths=victim.all_deaths + alone,
            alone=alone,
        )
        for victim in victims
    ]


def _in_a_row(victim: Victim) -> int:
    return victim.deaths + 1 if victim.phase == victim.died_in else 1
