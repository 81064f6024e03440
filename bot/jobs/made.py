"""What became of a job, once it is delivered: facts for a caption in anybody's language, and what
the messenger calls the file. The file itself is the messenger's: none is stored here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from converter.convert import Result
from converter.formats import MP4
from converter.planning.plan import Action, Device, Note

# What may come out better another time, or from another copy of the same file.
_LACKING: Final = frozenset({Note.PARTIAL, Note.SOUND_LOST, Note.SUBTITLES_LOST})


@dataclass(frozen=True, slots=True)
class Made:
    """What is told of a result. `target` is a key of `formats.TARGETS`; `seconds` is how long the
    making took; `before` and `after` are bytes; `read` is the result's length in seconds, `lost`
    how much of the input's could not be read; `pictured`: there is a picture in it; `everywhere`:
    every player plays it; `whole`: nothing is lacking that another try might bring."""

    target: str
    action: Action
    device: Device
    seconds: float
    before: int
    after: int
    notes: tuple[Note, ...]
    read: float
    lost: float
    pictured: bool
    everywhere: bool
    whole: bool

    @classmethod
    def of(cls, result: Result) -> Self:
        """What there is to tell of a result."""
        plan = result.plan
        return cls(
            target=plan.target.key,
            action=plan.action,
            device=plan.device,
            seconds=result.seconds,
            before=result.before.size,
            after=result.after.size,
            notes=result.notes,
            read=result.after.duration or 0.0,
            lost=result.lost_seconds,
            pictured=plan.picture is not None,
            everywhere=_plays_everywhere(result),
            whole=not plan.tolerant and not _LACKING & set(result.notes),
        )

    def dump(self) -> dict[str, Any]:
        """The same in what JSON knows."""
        return asdict(self)

    @classmethod
    def load(cls, words: Mapping[str, Any]) -> Self:
        """What `dump` made. Raises ValueError or TypeError for what another version wrote."""
        notes = tuple(Note(note) for note in words.get("notes", ()))
        action, device = Action(words.get("action", "")), Device(words.get("device", ""))
        return cls(**{**words, "action": action, "device": device, "notes": notes})


@dataclass(frozen=True, slots=True)
class Sent:
    """A result that is with its person, as the messenger has it. `file_id` names it for the bot
    that sent it; `kind` is the messenger's word for such a message; `named`: a file's name is seen
    with it; `as_meant`: it is of the kind that its target calls for, no plainer one."""

    file_id: str
    kind: str
    named: bool
    as_meant: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """A result that the messenger has already, see `Sent`."""

    file_id: str
    kind: str
    made: Made


def _plays_everywhere(result: Result) -> bool:
    after = result.after
    codecs = [v.codec for v in after.videos[:1]] + [a.codec for a in after.audios]
    return result.plan.target is MP4 and codecs[:1] == ["h264"] and set(codecs[1:]) <= {"aac"}
