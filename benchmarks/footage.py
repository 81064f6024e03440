"""Varied clips to compare encoders on: real footage where MEDIA_CORPUS has it, else made ones.

What is made moves by parts of a pixel and has grain, so that an encoder works on it as on a
camera's picture. All but the cartoon is HEVC, what phones record: every clip has to be encoded.
"""

from pathlib import Path

from benchmarks import making
from benchmarks.making import Clip, cut, make, pan, real, texture

_CARTOON = "Zulko__moviepy/big_buck_bunny_0_30.webm"
_TALK = "androidx__media/sample_2_byte_NAL_length.mp4"
_PHOTO = "sindresorhus__file-type/fixture-yuv420-8bit.avif"
_TALK_FRAMES = 28


def cartoon(folder: Path, seconds: int) -> Clip:
    """720p at 24 frames/s: an animated film, else a mandelbrot that turns."""
    path, source = folder / "cartoon.webm", real(_CARTOON)
    if source is None:
        return make(path.with_suffix(".mp4"), seconds, making.fractal("1280x720", 24))
    return cut(path, source, seconds)


def talk(folder: Path, seconds: int) -> Clip:
    """1080×720 at 30 frames/s: a person, to and fro, else soft texture that sways."""
    path, source = folder / "talk.mp4", real(_TALK)
    if source is None:
        return make(path, seconds, pan(texture(), "1080:720", grain=6))
    return make(path, seconds, f"[0:v]{making.to_and_fro(_TALK_FRAMES)}", "-i", str(source))


def meadow(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s with grain: a photo under an unsteady hand, else texture."""
    path, source = folder / "meadow.mp4", real(_PHOTO)
    if source is None:
        return make(path, seconds, pan(texture(), "1920:1080", grain=6))
    still = folder / "meadow.png"
    making.ffmpeg("-i", str(source), "-frames:v", "1", str(still))
    filters = pan("[0:v]scale=2880:-2:flags=lanczos", "1920:1080", grain=6)
    return make(path, seconds, filters, *("-loop", "1", "-framerate", "30", "-i", str(still)))


def fractal(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s: a mandelbrot that turns, fine lines everywhere."""
    return make(folder / "fractal.mp4", seconds, making.fractal("1920x1080", 30))


def screen(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s: sharp edges that scroll, as on a recorded screen."""
    filters = (
        "testsrc2=size=1920x1080:rate=30[b];cellauto=s=450x350:rate=30:rule=110:seed=5,"
        "scale=900:700:flags=neighbor[c];"
        "[b][c]overlay=x=80+200*sin(t):y=60,format=yuv420p"
    )
    return make(folder / "screen.mp4", seconds, filters)


def haze(folder: Path, seconds: int) -> Clip:
    """1080p at 30 frames/s: slow gradients, where banding shows, under rough moving texture."""
    filters = (
        "gradients=s=1920x1080:rate=30:n=4:seed=3:speed=0.02:c0=navy:c1=olive:c2=maroon:c3=teal"
        f",format=yuv420p[g];{pan(texture(), '1920:1080', grain=2)}[t];"
        "[g][t]blend=all_mode=softlight:all_opacity=0.7:shortest=1,format=yuv420p"
    )
    return make(folder / "haze.mp4", seconds, filters)


FIVE = (cartoon, talk, meadow, fractal, screen)
SIX = (*FIVE, haze)
