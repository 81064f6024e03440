"""Rules about the file as a whole: container, size, length, what else is in it."""

from collections.abc import Iterator

from tests.conformance.case import PLAIN_TAGS, Case, Fault, Rule
from tests.conformance.expectations import Family
from tests.conformance.facts import Span

_LEAST_SLACK = 0.25
_SLACK = 0.02
# Where headers contradict what can be decoded, nobody knows the true length that well.
_SLACK_OF_LIARS = 0.06
_TITLES = frozenset(
    {
        *("title", "artist", "album", "album_artist", "track", "disc", "genre", "date", "composer"),
        *("bps", "number_of_frames", "number_of_bytes", "_statistics_tags", "filename", "mimetype"),
        *("_statistics_writing_app", "_statistics_writing_date_utc", "source_id"),
    }
)
_ENCODER_DELAY = 0.1


def container(case: Case) -> Iterator[Fault]:
    """The right box for it."""
    name, want = case.output.container.split(",")[0], case.want
    if name not in want.containers:
        yield Fault("container", case.output.container)
    elif want.brands and case.output.brand not in want.brands:
        yield Fault("container", f"brand {case.output.brand}")


def index_first(case: Case) -> Iterator[Fault]:
    """It starts to play before all of it is there."""
    if not case.want.index_first:
        return
    if case.output.layout.fragmented:
        yield Fault("fragmented")
    elif not case.output.layout.index_first:
        yield Fault("index_last", " ".join(case.output.layout.order))


def size(case: Case) -> Iterator[Fault]:
    """Not more bytes than the receiving side takes."""
    most = min(case.limit, case.want.max_bytes or case.limit)
    if case.output.size > most:
        yield Fault("size", f"{case.output.size} bytes, at most {most}")


def leftovers(case: Case) -> Iterator[Fault]:
    """Nothing beside picture and sound, but where a target keeps all."""
    output = case.output
    if case.want.keeps:
        return
    counts = {
        "subtitles": 0 if case.want.subtitles else output.subtitles,
        "attached pictures": 0 if case.want.covers else output.covers,
        "other streams": output.others,
        "further pictures": max(0, len(output.pictures) - 1),
        "further sounds": max(0, len(output.sounds) - 1),
        "chapters": output.chapters,
    }
    left = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
    if left:
        yield Fault("streams_left", left)


def kept(case: Case) -> Iterator[Fault]:
    """What a target promises to keep."""
    if not case.want.keeps or case.source is None:
        return
    source, output = case.source, case.output
    playable = [sound for sound in source.sounds if sound.span is not None]
    for name, before, after in (
        ("sounds", len(playable), len(output.sounds)),
        ("subtitles", source.subtitles, output.subtitles),
        ("chapters", source.chapters, output.chapters),
    ):
        if after < before:
            yield Fault("not_kept", f"{name}: {before} became {after}")


_COVERS = frozenset({"comment"})


def metadata(case: Case) -> Iterator[Fault]:
    """Where, when and by whom it was made is nobody's business."""
    allowed = PLAIN_TAGS | (_TITLES if case.want.titles else frozenset())
    # An attached picture's comment says what it shows: the front cover.
    pictured = _COVERS if case.want.titles else frozenset[str]()
    found = sorted((case.output.tags - allowed) | (case.output.stream_tags - allowed - pictured))
    if found:
        yield Fault("metadata", ", ".join(found))


def duration(case: Case) -> Iterator[Fault]:
    """As long as what can be decoded of the source."""
    output = case.output.span
    if case.want.family is Family.FRAME or output is None:
        return
    expected = _lengths(case)
    if not expected:
        return
    liar = _lies(case)
    slack = _SLACK_OF_LIARS if liar else _SLACK
    cap = case.want.max_seconds
    if cap:
        expected = [min(cap, seconds) for seconds in expected]
        if output.seconds > cap + 0.001:
            yield Fault("duration", f"{output.seconds:.3f} s, at most {cap:g} s")
    if not any(_close(output.seconds, seconds, slack) for seconds in expected):
        told = " or ".join(f"{seconds:.2f}" for seconds in expected)
        yield Fault("duration", f"{output.seconds:.2f} s instead of {told} s")


def header_duration(case: Case) -> Iterator[Fault]:
    """What a player shows before it plays is what it will play."""
    output, told = case.output.span, case.output.header_seconds
    if case.want.family is Family.FRAME or output is None or told is None:
        return
    # Encoder delay is cut off when decoding; a container may count it.
    if not _close(told, output.seconds, _SLACK) and abs(told - output.end) > _LEAST_SLACK:
        yield Fault("header_duration", f"says {told:.2f} s, plays {output.seconds:.2f} s")


def decodes(case: Case) -> Iterator[Fault]:
    """Every bit of it, without a complaint."""
    if case.output.complaints:
        yield Fault("decode_errors", case.output.complaints[0])


def _span(case: Case) -> Span | None:
    """What of the source the target shows or plays."""
    if case.source is None:
        return None
    picture, sound = case.source.picture, case.source.sound
    if case.want.family is Family.SOUND:
        return sound.span if sound else None
    if case.want.silent:
        return picture.span if picture else None
    return case.source.span


def _lengths(case: Case) -> list[float]:
    """Lengths that count as right."""
    span = _span(case)
    if span is None:
        return [case.known_seconds] if case.known_seconds else []
    if case.source is not None and case.source.leaps:
        return [span.counted]
    # Timestamps that jump or stand still say less than what was counted.
    told = case.source.header_seconds if case.source is not None else None
    counts = told is not None and _close(told, span.counted, _SLACK)
    return [span.seconds, span.counted] if counts or _lies(case) else [span.seconds]


def _lies(case: Case) -> bool:
    """Whether the source's headers contradict what comes out of it."""
    span = _span(case)
    if span is None or case.source is None:
        return True
    told = case.source.header_seconds
    return told is None or not _close(told, span.seconds, _SLACK)


def _close(found: float, wanted: float, slack: float) -> bool:
    return abs(found - wanted) <= max(_LEAST_SLACK, slack * wanted)


RULES: tuple[Rule, ...] = (
    *(container, index_first, size, leftovers, kept, metadata),
    *(duration, header_duration, decodes),
)
