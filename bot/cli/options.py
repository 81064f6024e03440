"""The options of `convert`, made of the converter's own rows (`converter.options`): how they are
called here, how their words are read, and what is said of a wrong one.

`python -m bot.cli.options_reference --markdown` prints the table of the README.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

import typer

from bot.dialog.typed.amounts import read_size, read_time
from bot.texts import Texts
from bot.texts.wishes import help_text, takes_text
from converter.formats import TARGETS
from converter.options import OPTIONS, Option, Unit, Value
from converter.request import usual

# Where a flag isn't the option's own name.
_FLAGS: Final = {
    "max_fps": "--fps",
    "max_bytes": "--fit",
    "start": "--from",
    "end": "--to",
    "exact": "--keyframe",
}
# A word of another option's flag instead of a flag: `--fit server`.
_WORDS: Final = {"fit": "server"}
_SHORT: Final = {"target": ("-t",)}
_BY_NAME: Final = {
    ".mkv": "mkv",
    ".webm": "webm",
    ".mov": "mov",
    ".gif": "gif",
    ".mp3": "mp3",
    ".m4a": "m4a",
    ".ogg": "opus",
    ".flac": "flac",
    ".jpg": "frame",
    ".png": "frame",
}
_PAIR: Final = 2

T = TypeVar("T")


def called(name: str, value: str = "") -> str:
    """An option, or one value of it, as it is typed here."""
    if name in _WORDS:
        return f"{_FLAGS['max_bytes']} {_WORDS[name]}"
    option = OPTIONS.get(name)
    flag = _FLAGS.get(name, f"--{name.replace('_', '-')}")
    yes_or_no = option is not None and option.takes.unit is Unit.YES_OR_NO
    return f"{flag} {value}" if value and not yes_or_no else flag


def taken(option: Option) -> str:
    """What an option may be, in words; "" for a flag alone."""
    if option.takes.unit is Unit.YES_OR_NO:
        return ""
    words = takes_text(Texts("en"), option.takes)
    return f"{words}; or server, what yours may send" if option.name == "max_bytes" else words


def suited(option: Option, value: Value = None) -> str:
    """The targets that an option, or one value of it, means something for, in as few words as
    possible."""
    found = [
        key
        for key, target in TARGETS.items()
        if (option.suits(target, value) if value else option.means_something_for(target))
    ]
    others = [key for key in TARGETS if key not in found]
    if not others:
        return "all"
    return ", ".join(found) if len(found) <= len(others) else f"all but {', '.join(others)}"


def shown() -> list[Option]:
    """The options that have a flag here."""
    return [option for name, option in OPTIONS.items() if name not in _WORDS]


def with_options(command: Callable[..., T]) -> Callable[..., T]:
    """Give a command of typer's, which takes `**wishes`, a parameter for each option."""

    @functools.wraps(command)
    def wrapped(**values: Any) -> T:  # noqa: ANN401 - typer's own
        return command(**values)

    own = [
        parameter
        for parameter in inspect.signature(command, eval_str=True).parameters.values()
        if parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    first = [p for p in own if p.default is inspect.Parameter.empty]
    rest = [p for p in own if p.default is not inspect.Parameter.empty]
    signature = inspect.Signature([*first, *map(_parameter, shown()), *rest])
    wrapped.__signature__ = signature  # type: ignore[attr-defined]  # what typer looks at
    wrapped.__annotations__ = {p.name: p.annotation for p in signature.parameters.values()}
    return wrapped


def _parameter(option: Option) -> inspect.Parameter:
    flags = (called(option.name), *_SHORT.get(option.name, ()))
    told = [f"{help_text(Texts('en'), option)}."]
    told += [f"Takes {words}."] if (words := taken(option)) else []
    told += [f"For {targets}."] if (targets := suited(option)) != "all" else []
    described = typer.Option(*flags, help=" ".join(told), show_default=False)
    kind: Any = bool if option.takes.unit is Unit.YES_OR_NO else str | None
    return inspect.Parameter(
        option.name,
        inspect.Parameter.KEYWORD_ONLY,
        default=False if kind is bool else None,
        annotation=Annotated[kind, described],
    )


def read_wishes(given: Mapping[str, str | bool | None], files: Sequence[Path]) -> dict[str, object]:
    """What was typed, as `request.parse` takes it; the target by the last name where none was
    given. Raises ValueError, its text a sentence."""
    said = {name: word for name, word in given.items() if word is not None and word is not False}
    wishes = by_name(files) if "target" not in said else {}
    for name, word in said.items():
        if name == "max_bytes" and word == _WORDS["fit"]:
            wishes["fit"] = True
        else:
            wishes[name] = _read(OPTIONS[name], word)
    return wishes


def _read(option: Option, word: str | bool) -> object:
    if isinstance(word, bool):
        return not usual(option.name)
    readers = {Unit.SECONDS: read_time, Unit.BYTES: read_size}
    read = readers.get(option.takes.unit)
    try:
        return word if read is None else read(word)
    except ValueError as error:
        raise ValueError(f"{called(option.name)} takes {taken(option)}") from error


def by_name(files: Sequence[Path]) -> dict[str, object]:
    """The target, and the kind of a single picture, that OUT's name asks for."""
    suffix = files[-1].suffix.lower() if len(files) == _PAIR else ""
    found: dict[str, object] = {"target": _BY_NAME.get(suffix, "mp4")}
    return found | ({"still": "png"} if suffix == ".png" else {})
