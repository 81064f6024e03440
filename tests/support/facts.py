"""Facts for tests of pure functions: an ordinary video, from which each test differs a little."""

from fractions import Fraction

from converter.capabilities import Capabilities, Gpu
from converter.media import AudioStream, MediaInfo, VideoStream

VIDEO = VideoStream(
    index=0,
    codec="h264",
    tag="avc1",
    profile="High",
    level=31,
    pix_fmt="yuv420p",
    bit_depth=8,
    width=1280,
    height=720,
    sar=Fraction(1),
    rotation=0,
    transformed=False,
    fps=Fraction(30),
    peak_fps=Fraction(30),
    field_order="progressive",
    color_range="tv",
    color_space="bt709",
    color_transfer="bt709",
    color_primaries="bt709",
    start=0.0,
    duration=10.0,
    bit_rate=2_000_000,
    dolby_vision_profile=None,
)
AUDIO = AudioStream(
    index=1,
    codec="aac",
    tag="mp4a",
    profile="LC",
    channels=2,
    sample_rate=48_000,
    start=0.0,
    duration=10.0,
    bit_rate=128_000,
)
INFO = MediaInfo(
    container="mov,mp4,m4a,3gp,3g2,mj2",
    size=2_500_000,
    duration=10.0,
    start=0.0,
    lead=0.0,
    videos=(VIDEO,),
    audios=(AUDIO,),
    subtitles=0,
    others=0,
    covers=0,
    chapters=0,
    private_tags=frozenset(),
    encrypted=False,
)
FILTERS = frozenset(
    {
        *("scale", "format", "setsar", "setparams", "zscale", "tonemap", "bwdif", "select"),
        *("setpts", "premultiply"),
    }
)
CARD = Gpu(0, "NVIDIA L4", "580.00", frozenset({("h264_nvenc", 8)}))
CPU = Capabilities("7.1", FILTERS, frozenset({"libx264", "aac"}))
GPU = Capabilities("7.1", FILTERS, frozenset({"libx264", "aac"}), CARD)
