"""Plan → ffmpeg's argument list. Pure: what is asserted in tests is what runs."""

from converter.budget import RATE_WINDOW
from converter.errors import Code, Failed
from converter.guards import input_guards
from converter.limits import Limits
from converter.plan import Action, Device, Plan

THUMBNAIL_SIDE = 320

_QUIET = ("-hide_banner", "-nostdin", "-y", "-v", "level+warning")
_PROGRESS = ("-progress", "pipe:1", "-nostats", "-stats_period", "0.5")
# A stream that starts minutes after the others must not fill the muxer's queue and end the job.
_QUEUE = ("-max_muxing_queue_size", "4096")
_NO_EXTRAS = ("-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1")
_SOUND_FILTER = "aresample=async=1000:first_pts=0"


def convert_argv(plan: Plan, limits: Limits, input_url: str, output_url: str) -> list[str]:
    """The ffmpeg call of a plan that has work to do.

    Progress goes to standard output (see `progress`). Raises Failed for Action.NOTHING, which has
    no call.
    """
    if plan.action is Action.NOTHING:
        raise Failed(Code.FAILED, "a plan with nothing to do has no command")
    return [
        "ffmpeg",
        *_QUIET,
        *_PROGRESS,
        *input_guards(limits.max_pixels),
        *_decoder(plan),
        *_shift(plan),
        "-i",
        input_url,
        *_maps(plan),
        *_NO_EXTRAS,
        *_video(plan),
        *_audio(plan),
        *_QUEUE,
        "-t",
        f"{plan.max_duration:.3f}",
        "-movflags",
        "+faststart",
        "-f",
        plan.target.muxer,
        output_url,
    ]


def thumbnail_argv(input_url: str, output_url: str, *, at: float, max_pixels: int) -> list[str]:
    """One JPEG of the frame at `at` seconds, its longer side THUMBNAIL_SIDE pixels at most."""
    side = THUMBNAIL_SIDE
    scale = f"scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease"
    return [
        "ffmpeg",
        *_QUIET,
        "-ss",
        f"{at:.3f}",
        *input_guards(max_pixels),
        "-i",
        input_url,
        "-map",
        "0:v:0",
        "-frames:v",
        "1",
        "-vf",
        f"{scale},format=yuvj420p",
        "-c:v",
        "mjpeg",
        "-q:v",
        "4",
        "-f",
        "image2",
        "-update",
        "1",
        output_url,
    ]


def _decoder(plan: Plan) -> list[str]:
    return [] if plan.copies_video else ["-threads", str(plan.threads)]


def _shift(plan: Plan) -> list[str]:
    return ["-itsoffset", f"{-plan.lead:.6f}"] if plan.lead > 0 else []


def _maps(plan: Plan) -> list[str]:
    maps = ["-map", f"0:{plan.video.index}"]
    if plan.audio is not None:
        maps += ["-map", f"0:{plan.audio.index}"]
    return maps


def _video(plan: Plan) -> list[str]:
    if plan.copies_video:
        return ["-c:v", "copy"]
    encoder = _NVENC if plan.device is Device.NVENC else _x264(plan)
    return [
        "-vf",
        ",".join(filter_.text for filter_ in plan.filters),
        "-fps_mode",
        "vfr",
        *encoder,
        "-profile:v",
        "high",
        "-pix_fmt",
        "yuv420p",
        *_rate_cap(plan),
        *_standing_time(plan),
    ]


# Facts behind these settings: docs/decisions/0004-the-mp4-recipe.md.
_NVENC = [
    "-c:v",
    "h264_nvenc",
    "-preset",
    "p5",
    "-tune",
    "hq",
    "-rc",
    "vbr",
    "-cq",
    "24",
    "-b:v",
    "0",
    "-spatial-aq",
    "1",
    "-temporal-aq",
    "1",
    "-rc-lookahead",
    "20",
]


def _x264(plan: Plan) -> list[str]:
    return [
        "-c:v",
        "libx264",
        "-preset",
        plan.target.preset,
        "-crf",
        str(plan.target.crf),
        "-threads",
        str(plan.threads),
        "-level:v",
        f"{plan.level / 10:.1f}",
    ]


def _rate_cap(plan: Plan) -> list[str]:
    if plan.max_rate is None:
        return []
    window = int(plan.max_rate * RATE_WINDOW)
    return ["-maxrate", str(plan.max_rate), "-bufsize", str(window)]


def _standing_time(plan: Plan) -> list[str]:
    # ffmpeg 7's setpts forgets how long each picture stands, and the muxer would then let the
    # last ones never be shown.
    if not any(filter_.text.startswith("setpts=") for filter_ in plan.filters):
        return []
    seconds = float(1 / plan.video.fps) if plan.video.fps else 0.04
    return ["-bsf:v", f"setts=pts=PTS:dts=DTS:duration='max(DURATION,{seconds:.6f}/TB)'"]


def _audio(plan: Plan) -> list[str]:
    if plan.audio is None:
        return ["-an"]
    if plan.copies_audio:
        return ["-c:a", "copy"]
    return [
        "-af",
        _SOUND_FILTER,
        "-c:a",
        plan.target.audio_codec,
        "-ac",
        str(plan.target.channels),
        "-ar",
        str(plan.target.sample_rate),
        "-b:a",
        str(plan.audio_rate),
    ]
