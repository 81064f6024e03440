"""The picture's part of an argument list. Pure."""

from pathlib import PurePosixPath
from typing import Final, Protocol

from converter.formats import Kind
from converter.planning import captions, encoders
from converter.planning.encoders import ENCODERS, Setting
from converter.planning.filters import OWN, STANDING
from converter.planning.plan import Picture, Plan, Step

PALETTE_NAME: Final = "palette.png"
STATS_NAME: Final = "passes"


class Places(Protocol):
    """Where ffmpeg finds the input and puts what it writes."""

    @property
    def input_url(self) -> str:
        """The one file that came."""
        ...

    def output_url(self, name: str) -> str:
        """A file of that name in the output folder."""
        ...


def decoder(plan: Plan, picture: Picture) -> list[str]:
    """How the picture is decoded: options that stand before the input."""
    # On the GPU each thread takes surfaces of its own, of which there are few.
    argv = ["-threads", str(min(plan.threads, 4) if plan.device.decodes else plan.threads)]
    if plan.device.decodes and picture.stream.codec == "av1":
        # ffmpeg's first choice, libdav1d, knows no card.
        argv += ["-c:v", "av1"]
    if picture.stream.alpha and picture.stream.codec in {"vp8", "vp9"}:
        # ffmpeg's own decoders leave the transparency out.
        argv += ["-c:v", "libvpx-vp9" if picture.stream.codec == "vp9" else "libvpx"]
    if plan.device.decodes:
        argv += ["-hwaccel", "cuda"]
        argv += ["-hwaccel_output_format", "cuda", "-noautorotate"] if picture.on_gpu else []
    return argv


def maps(plan: Plan) -> list[str]:
    """Which picture goes into the result."""
    if plan.picture is None:
        return []
    graph = Step.PALETTE in plan.steps or any(f.beside for f in plan.picture.filters)
    return ["-map", "[v]" if graph else f"0:{plan.picture.stream.index}"]


def picture_argv(plan: Plan, places: Places, *, pass_number: int) -> list[str]:
    """Filters, codec and rate; `pass_number` is 1 or 2 in a two-pass encode, else 0."""
    picture = plan.picture
    if picture is None:
        return [] if plan.covers else ["-vn"]
    tag = ["-tag:v:0", picture.tag] if picture.tag and pass_number != 1 else []
    if picture.copied:
        # Without its old label, the muxer reads the stream itself for a new one.
        bare = f"{picture.stream.codec}_mp4toannexb"
        return ["-c:v:0", "copy", *(["-bsf:v:0", bare] if picture.relabelled else []), *tag]
    encoder = ENCODERS[picture.encoder]
    stats = places.output_url(STATS_NAME).removeprefix("file:")
    pixels = [] if picture.on_gpu and plan.device.encodes else ["-pix_fmt", picture.pixels]
    if encoder.gpu and picture.pixels == "yuv420p10le":
        pixels = ["-profile:v", "main10"] if encoder.codec == "hevc" else []
        pixels += [] if picture.on_gpu else ["-pix_fmt", "p010le"]
    return [
        *_filters(plan, picture, places),
        *_frames(plan, picture),
        *encoders.options(
            encoder,
            picture.rate,
            Setting(plan.threads, picture.level, pass_number, stats, picture.fps),
        ),
        *(["-profile:v", "high"] if encoder.name == "h264_nvenc" else []),
        *([] if Step.PALETTE in plan.steps else pixels),
        *tag,
        *_standing_time(picture),
    ]


def _filters(plan: Plan, picture: Picture, places: Places) -> list[str]:
    if Step.PALETTE in plan.steps:
        return ["-filter_complex", f"{graph(plan, picture, places)}[p];[p][1:v]{_PAINT}[v]"]
    if any(f.beside for f in picture.filters):
        return ["-filter_complex", f"{graph(plan, picture, places)}[v]"]
    return ["-vf", ",".join(f.text.replace(OWN, own(places)) for f in picture.filters)]


_PAINT: Final = "paletteuse=dither=bayer:bayer_scale=4:diff_mode=rectangle"


def graph(plan: Plan, picture: Picture, places: Places) -> str:
    """The chain as a graph, with painted subtitles laid over it where they belong."""
    texts = [f.text.replace(OWN, own(places)) for f in picture.filters]
    source = f"[0:{picture.stream.index}]"
    at = next((n for n, f in enumerate(picture.filters) if f.beside), None)
    if at is None or plan.burn is None:
        return source + ",".join(texts)
    before, after = ",".join(texts[:at]), ",".join(texts[at:])
    painted = f"[0:{plan.burn.index}]{picture.filters[at].beside}[s]"
    return f"{source}{before}[b];{painted};[b][s]{after}"


def own(places: Places, name: str = "") -> str:
    """The folder of the files that we wrote ourselves, beside the input, or one of them: as a
    filter's option without a name, else as an input."""
    folder = PurePosixPath(places.input_url.removeprefix("file:")).parent
    return f"file:{folder / name}" if name else quoted(str(folder))


def canvas(plan: Plan) -> list[str]:
    """Which screen painted subtitles are for, where the file may not tell in time."""
    if plan.burn is None or not plan.burn.bitmap or plan.copies_video:
        return []
    width, height = captions.canvas(plan.burn)
    return [f"-canvas_size:{plan.burn.index}", f"{width}x{height}"]


def quoted(path: str) -> str:
    """A path as a filter's option: once for the option, once for the chain."""
    for special in ("\\", "'", ":"):
        path = path.replace(special, f"\\{special}")
    return "'" + path.replace("'", "'\\''") + "'"


def _frames(plan: Plan, picture: Picture) -> list[str]:
    if plan.target.kind is Kind.FRAME and plan.tolerant:
        # Each picture over the one before: the last one stays.
        return ["-update", "1"]
    if plan.target.kind is Kind.FRAME:
        return ["-frames:v", "1", "-update", "1"]
    if picture.steady is not None:
        return ["-fps_mode", "cfr", "-r", f"{picture.steady:.6g}"]
    return ["-fps_mode", "vfr"]


def _standing_time(picture: Picture) -> list[str]:
    # ffmpeg 7's setpts forgets how long each picture stands, and the muxer would then let the
    # last ones never be shown.
    if not any(f.text.startswith("setpts=") for f in picture.filters):
        return []
    seconds = 1 / picture.fps if picture.fps else STANDING
    if not any(f.text.startswith("tpad=") for f in picture.filters):
        return ["-bsf:v", f"setts=pts=PTS:dts=DTS:duration='max(DURATION,{seconds:.6f}/TB)'"]
    # By the clock of a slow animation the last pause's copy would share a tick with what it copies;
    # and behind pictures out of order the container would not count the pause.
    # SVT-AV1 takes the clock for the rate of frames, and no more than 240 of them.
    finest = "1:200" if picture.encoder == "libsvtav1" else "1:1000"
    tick = ["-enc_time_base", finest, "-bf", "0"]
    return [*tick, "-bsf:v", f"setts=pts=PTS:dts=DTS:duration={STANDING}/TB"]
