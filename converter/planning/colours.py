"""What a picture's colours mean, and how they become others. Pure."""

from converter.media import HDR_TRANSFERS, VideoStream

_HD_HEIGHT = 720

TONE_MAP = (
    "zscale=t=linear:npl=203",
    "format=gbrpf32le",
    "zscale=p=bt709",
    "tonemap=mobius:desat=0",
    "zscale=t=bt709:m=bt709:p=bt709:r=tv",
)
NARROW = ("zscale=p=bt709:t=bt709:m=bt709:r=tv",)

# Matrices that H.264 and every player know, by ffmpeg's name and by the scale filter's.
SCALE_NAMES = {
    "bt709": "bt709",
    "smpte170m": "smpte170m",
    "bt470bg": "bt470",
    "fcc": "fcc",
    "smpte240m": "smpte240m",
}
_TAGGABLE_PRIMARIES = frozenset({"bt709", "bt470bg", "smpte170m", "bt470m", "smpte240m"})
_WIDE_TRANSFERS = HDR_TRANSFERS | {"bt2020-10", "bt2020-12", "smpte170m"}
_TAGGABLE_TRANSFERS = frozenset({"bt709", "smpte170m", "gamma22", "gamma28", "iec61966-2-1"})


def tone_map(video: VideoStream) -> list[str]:
    """HDR as an ordinary screen shows it."""
    return [real_tags(video), *TONE_MAP]


def real_tags(video: VideoStream) -> str:
    """The filter that writes down what HDR and wide colours mean."""
    space = video.color_space if video.color_space in {"bt2020nc", "bt2020c"} else "bt2020nc"
    space = "gbr" if video.rgb else space
    transfer = video.color_transfer if video.color_transfer in _WIDE_TRANSFERS else "bt709"
    level = "pc" if video.full_range else "tv"
    return f"setparams=color_primaries=bt2020:color_trc={transfer}:colorspace={space}:range={level}"


def matrix_after(video: VideoStream, height: int) -> str:
    """The matrix of what comes out at this height, by ffmpeg's name."""
    if video.rgb or video.alpha:
        return "bt709"
    return matrix_before(video, height)


def matrix_before(video: VideoStream, height: int) -> str:
    """The matrix that the frames are stored with."""
    if video.color_space in SCALE_NAMES:
        return video.color_space
    # Untagged: players guess by size, so the guess is written down before the size changes.
    hd = max(video.height, height) >= _HD_HEIGHT
    return "bt709" if hd else "smpte170m"


def tags(video: VideoStream, matrix: str, *, full: bool) -> str:
    """The filter that writes down what ordinary colours mean; `full`: of 0 to 255."""
    fallback = "bt709" if matrix == "bt709" else "smpte170m"
    known = video.color_primaries in _TAGGABLE_PRIMARIES
    primaries = video.color_primaries if known else fallback
    transfer = video.color_transfer if video.color_transfer in _TAGGABLE_TRANSFERS else "bt709"
    level = "pc" if full else "tv"
    return (
        f"setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}"
        f":range={level}"
    )
