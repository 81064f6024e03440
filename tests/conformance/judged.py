"""From what a conversion left to a verdict: reads, compares, and lets the rules speak."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from converter.limits import Limits
from tests.conformance import rules_named
from tests.conformance.case import Case, Fault
from tests.conformance.cases import Named
from tests.conformance.closer import closer
from tests.conformance.compare import Compared, compare
from tests.conformance.engine import Made
from tests.conformance.expectations import EXPECTATIONS, Expectation
from tests.conformance.facts import Facts
from tests.conformance.judge import judge
from tests.conformance.kinds import Source
from tests.conformance.look import look
from tests.conformance.outcome import Ending, How, Verdict, Word, verdict
from tests.conformance.toolbox import Toolbox


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, the ending it is on, and what was measured."""

    verdict: Verdict
    ending: Ending
    facts: Facts | None = None
    compared: Compared = field(default_factory=Compared)


def wish(named: Named) -> Expectation:
    """What a named case asks for."""
    words = named.request.get("subtitles")
    want = EXPECTATIONS[named.target]
    return replace(want, subtitles=words == "keep", painted=words == "burn")


def judged(
    tools: Toolbox,
    source: Source,
    want: Expectation,
    made: Made,
    limits: Limits,
    named: Named | None = None,
) -> Judged:
    """Judge what became of a file."""
    ending, facts, compared = made.ending, None, Compared()
    if made.path is not None and ending.how is How.MADE:
        facts = look(tools, made.path, strictly=True)
        if facts is None:
            fault = Fault("unreadable", f"{made.path.stat().st_size} bytes")
            found: tuple[Fault, ...] = (fault,)
        else:
            compared = _compared(tools, source, want, made, facts)
            case = Case(
                source=source.facts,
                output=facts,
                want=want,
                limit=limits.max_output_bytes,
                known_seconds=source.seconds,
                compared=compared,
            )
            found = (*judge(case), *_named(tools, source, made, facts, named))
        ending = replace(ending, faults=(*ending.faults, *found))
    word = verdict(source, want, ending, limits)
    if named is not None and ending.how is How.REFUSED:
        word = _refused(named, word, ending.code)
    return Judged(word, ending, facts, compared)


def _compared(
    tools: Toolbox, source: Source, want: Expectation, made: Made, facts: Facts
) -> Compared:
    if source.facts is None or made.path is None:
        return Compared()
    before, after = (source.path, source.facts), (made.path, facts)
    return compare(tools, before, after, want, made.thumbnail)


def _named(
    tools: Toolbox, source: Source, made: Made, facts: Facts, named: Named | None
) -> Iterator[Fault]:
    if named is None or made.path is None:
        return
    before, after = (source.path, source.facts), (made.path, facts)
    found = closer(tools, before, after, named.expect)
    yield from rules_named.named(named.expect, facts, made.action, made.notes, found)


def _refused(named: Named, usual: Verdict, code: str) -> Verdict:
    """A named case may have to be refused, and nothing else excuses it."""
    found = tuple(rules_named.refusal(named.expect, code))
    if not found:
        return Verdict(Word.REFUSED)
    return usual if usual.word is Word.WRONG else Verdict(Word.WRONG, found)
