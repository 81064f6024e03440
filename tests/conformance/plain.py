"""Facts of files that nobody made, for the tests of pure rules."""

from dataclasses import replace
from fractions import Fraction

from tests.conformance.boxes import Layout
from tests.conformance.facts import Facts, Picture, Sound, Span

MOV, MKV = "mov,mp4,m4a,3gp,3g2,mj2", "matroska,webm"
LAYOUT = Layout(("ftyp", "moov", "mdat"), sealed=False)
NO_BOXES = Layout((), sealed=False)


def picture(codec: str = "h264", size: tuple[int, int] = (640, 360), **more: object) -> Picture:
    """25 frames a second for two seconds."""
    base = Picture(
        index=0,
        codec=codec,
        tag="hvc1" if codec == "hevc" else "",
        profile="High",
        level=31,
        pixels="yuv420p",
        width=size[0],
        height=size[1],
        sar=Fraction(1),
        rotation=0,
        matrix=False,
        field_order="progressive",
        colour_range="tv",
        space="bt709",
        transfer="bt709",
        primaries="bt709",
        side_data=(),
        dolby_vision=None,
        frames=50,
        times=tuple(n / 25 for n in range(50)),
        span=Span(0.0, 2.0, 2.0),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def sound(codec: str = "aac", **more: object) -> Sound:
    """Two seconds, well heard."""
    base = Sound(1, codec, "LC", 2, 48_000, Span(0.0, 2.0, 2.0), loudest=-3.0, mean=-20.0)
    return replace(base, **more)  # type: ignore[arg-type]


def file(container: str, brand: str, *streams: Picture | Sound, **more: object) -> Facts:
    """A file of these streams."""
    base = Facts(
        size=50_000,
        container=container,
        brand=brand,
        header_seconds=2.0,
        tags=frozenset({"encoder"}),
        stream_tags=frozenset({"language"}),
        pictures=tuple(s for s in streams if isinstance(s, Picture)),
        sounds=tuple(s for s in streams if isinstance(s, Sound)),
        subtitles=0,
        covers=0,
        others=0,
        chapters=0,
        layout=LAYOUT if container.startswith("mov") else NO_BOXES,
    )
    return replace(base, **more)  # type: ignore[arg-type]
