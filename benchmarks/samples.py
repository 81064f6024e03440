"""Two sets of clips without a shot in common: one chooses CRFs, the other checks the choice.

At most 720 lines, recorded without loss. Real footage where MEDIA_CORPUS has it, else made.
"""

from dataclasses import dataclass
from pathlib import Path

from benchmarks import making
from benchmarks.making import Clip, pan, real, texture

_SDR = (
    "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=hable,"
    "zscale=t=bt709:m=bt709:r=tv"
)
_STILL = ("-loop", "1", "-framerate", "30")
_CLOUDS = "gradients=s=1280x720:rate=30:n=4:seed=3:speed=0.02:c0=navy:c1=olive:c2=maroon:c3=teal"


@dataclass(frozen=True, slots=True)
class Sample:
    """How to get a clip: `filters` of the file `source` of MEDIA_CORPUS, else `made`. `before`:
    the input's options. Without a source it is always made."""

    name: str
    made: str
    source: str = ""
    filters: str = ""
    before: tuple[str, ...] = ()

    def record(self, folder: Path, seconds: int) -> Clip:
        """Write it into `folder`."""
        path = folder / f"{self.name}.mkv"
        found = real(self.source) if self.source else None
        if found is None:
            return making.keep(path, seconds, self.made)
        if self.before == _STILL:
            # AVIF can't be looped as it is.
            still = folder / f"{self.name}.png"
            making.ffmpeg("-i", str(found), "-frames:v", "1", str(still))
            found = still
        source = (*self.before, "-i", str(found))
        return making.keep(path, seconds, f"[0:v]{self.filters}", *source)


CHOOSING = (
    Sample(
        "cartoon",
        making.fractal("1280x720", 24),
        "Zulko__moviepy/big_buck_bunny_0_30.webm",
        "format=yuv420p",
        ("-ss", "12"),
    ),
    Sample(
        "talk",
        pan(texture(), "1080:720", grain=6),
        "androidx__media/sample_2_byte_NAL_length.mp4",
        making.to_and_fro(28),
    ),
    Sample(
        "meadow",
        pan(texture(20), "1280:720", grain=6),
        "sindresorhus__file-type/fixture-yuv420-8bit.avif",
        pan("scale=1920:-2:flags=lanczos", "1280:720", grain=6),
        _STILL,
    ),
    Sample(
        "film",
        f"{pan(texture(40), '1280:720', grain=14)},hue=s=0,scale=640:360",
        "Zulko__moviepy/chaplin.mp4",
        "format=yuv420p",
    ),
    Sample(
        "haze",
        f"{_CLOUDS},format=yuv420p[g];{pan(texture(), '1280:720', grain=2)}[t];"
        "[g][t]blend=all_mode=softlight:all_opacity=0.7:shortest=1,format=yuv420p",
    ),
)
HELD = (
    Sample(
        "hall",
        pan(texture(60), "720:1280", grain=3),
        "androidx__media/hdr10-av1.mp4",
        f"{_SDR},format=yuv420p",
    ),
    Sample(
        "panel",
        pan(f"{texture(80)},eq=contrast=1.6", "1280:720", grain=9),
        "androidx__media/portrait_4k60.mp4",
        f"scale=1280:-2:flags=lanczos,crop=1280:720,format=yuv420p,{making.to_and_fro(18)},fps=30",
    ),
    Sample(
        "speech",
        f"{pan(texture(100), '1280:720', grain=4)},scale=360:-2",
        "videojs__mux.js/multi-channel-608-captions.ts",
        "format=yuv420p",
    ),
    Sample(
        "night",
        f"{pan(texture(120), '1280:720', grain=12)},eq=brightness=-0.3,scale=480:-2",
        "streamio__streamio-ffmpeg/file_with_data_streams.mp4",
        "format=yuv420p",
        ("-ss", "3"),
    ),
    Sample("lines", making.fractal("1280x720", 30)),
    Sample(
        "screen",
        "testsrc2=size=1280x720:rate=30[b];cellauto=s=300x233:rate=30:rule=110:seed=5,"
        "scale=600:466:flags=neighbor[c];[b][c]overlay=x=60+130*sin(t):y=40,format=yuv420p",
    ),
)
