"""Clips that tell what became of each of their parts: the moment by colour and pitch, the track by
pitch, the side by colour."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from tests.support import clips, painted
from tests.support.clips import AAC, FIRST, H264, Recipe, ffmpeg

# Half seconds of one colour each; a tone of its own goes with every one.
MOMENTS = ("red", "lime", "blue", "white")
TONES = (400, 800, 1600, 3200)
RUSSIAN, ENGLISH = 500, 2000
# What is written between these moments, in seconds.
SHOWN = (0.5, 1.5)
WORDS = ("Съешь ещё этих", "Quick brown fox")

_SIZE = "320x240:r=20"


def _moments(seconds: float = 0.5) -> str:
    parts = [f"color=c={c}:s={_SIZE}:d={seconds}[v{n}]" for n, c in enumerate(MOMENTS)]
    labels = "".join(f"[v{n}]" for n, _ in enumerate(MOMENTS))
    return ";".join([*parts, f"{labels}concat=n={len(MOMENTS)}:v=1:a=0"])


def _tones(seconds: float = 0.5) -> str:
    parts = [f"sine=f={tone}:d={seconds}[a{n}]" for n, tone in enumerate(TONES)]
    labels = "".join(f"[a{n}]" for n, _ in enumerate(TONES))
    return ";".join([*parts, f"{labels}concat=n={len(TONES)}:v=0:a=1"])


def boxes(*colours: str, size: str = "320x240", seconds: float = 1) -> str:
    """Upright stripes of these colours, from the left."""
    width, height = (int(part) for part in size.split("x"))
    step = width // len(colours)
    drawn = [
        f"drawbox=x={n * step}:w={step}:h={height}:color={c}:t=fill" for n, c in enumerate(colours)
    ]
    return ",".join([f"color=c=black:s={size}:r=20:d={seconds}", *drawn])


def _alpha(background: str) -> str:
    """The left half as it is, the right one transparent."""
    return f"{background},format=yuva420p,geq=lum='p(X,Y)':a='if(lt(X,W/2),255,0)'"


def _only(channel: int, channels: int, layout: str) -> str:
    """A tone in one channel, nothing in the others."""
    parts = ["0.5*sin(2*PI*440*t)" if n == channel else "0" for n in range(channels)]
    return f"aevalsrc={'|'.join(parts)}:c={layout}:s=48000:d=1"


def subtitles(text: str, start: float = SHOWN[0], end: float = SHOWN[1]) -> str:
    """A subtitle file with this text between these moments, in seconds."""
    times = [f"00:00:{moment:06.3f}".replace(".", ",") for moment in (start, end)]
    return f"1\n{times[0]} --> {times[1]}\n{text}\n"


def make(name: str, folder: Path) -> Path:
    """Make the film of that name."""
    return clips.make(name, folder, RECIPES)


def _with_sleeve(clip: Path) -> None:
    cover, bare = clip.with_suffix(".png"), clip.with_suffix(f".bare{clip.suffix}")
    shutil.move(clip, bare)
    ffmpeg("-f", "lavfi", "-i", "color=c=green:size=64x64", "-frames:v", "1", str(cover))
    ffmpeg(
        *("-i", str(bare), "-i", str(cover), "-map", "0", "-map", "1", "-c", "copy"),
        *("-disposition:v:0", "attached_pic", *FIRST, str(clip)),
    )


def _growing(clip: Path) -> None:
    """The same broadcast goes on in a larger picture of another shape."""
    more = clip.with_suffix(".more.ts")
    picture = "color=c=lime:s=320x240:r=25:d=1"
    sound = ("-f", "lavfi", "-i", "sine=440:d=1", *AAC)
    later = ("-output_ts_offset", "1")
    ffmpeg("-f", "lavfi", "-i", picture, *sound, "-c:v", "mpeg2video", *later, str(more))
    clip.write_bytes(clip.read_bytes() + more.read_bytes())


def _with_painted(clip: Path) -> None:
    bare, sup = clip.with_suffix(".bare.mkv"), clip.with_suffix(".sup")
    shutil.move(clip, bare)
    sup.write_bytes(painted.sup((320, 240), (64, 32), at=(128, 200), shown=SHOWN))
    # An input is moved to begin at nothing.
    later = ("-itsoffset", f"{SHOWN[0]}", "-i", str(sup))
    ffmpeg("-i", str(bare), *later, "-map", "0", "-map", "1", "-c", "copy", str(clip))


_TITLE = ("-metadata", "title=Песня", "-metadata", "artist=Someone")
_KEYED = (*H264, "-g", "10", "-bf", "0")
_LANGUAGES = (
    *("-map", "0:v", "-map", "1:a:0", "-map", "1:a:1", "-metadata:s:a:0", "language=rus"),
    *("-metadata:s:a:1", "language=eng", "-disposition:a:0", "default"),
)
_CHAPTERS = ";FFMETADATA1\n" + "".join(
    f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={start + 1000}\ntitle={start}\n"
    for start in (0, 1000)
)
_TWO_TONES = f"sine=f={RUSSIAN}:d=2[out0];sine=f={ENGLISH}:d=2[out1]"
_TEXTS = ("-c:s:0", "srt", "-metadata:s:s:0", "language=rus", "-c:s:1", "ass")
_PLACE = ("-metadata", "location=+52.5163+013.3779/", "-metadata", "title=Holidays")

RECIPES: Mapping[str, Recipe] = {
    # The moment shows, and is heard. A keyframe each half second.
    "moments": Recipe("mp4", (*_KEYED, *AAC, *FIRST), video=_moments(), audio=_tones()),
    "moments_of_place": Recipe(
        "mp4",
        (*_KEYED, *AAC, *_PLACE, "-movflags", "+faststart+use_metadata_tags"),
        video=_moments(),
        audio=_tones(),
    ),
    # Everything that a film can hold.
    "film": Recipe(
        "mkv",
        (
            *(*_LANGUAGES, "-map", "2:s", "-map", "3:s", "-map_metadata", "4", *_KEYED, *AAC),
            *(*_TEXTS, "-metadata:s:s:1", "language=eng"),
        ),
        video="color=c=black:s=320x240:r=20:d=2",
        audio=_TWO_TONES,
        extra={
            "rus.srt": subtitles(WORDS[0]),
            "eng.srt": subtitles(WORDS[1]),
            "film.ff": _CHAPTERS,
        },
    ),
    "painted": Recipe(
        "mkv",
        (*_KEYED, *AAC),
        video="color=c=black:s=320x240:r=20:d=2",
        audio="sine=440:d=2",
        after=_with_painted,
    ),
    # Sides and transparency.
    "stripes": Recipe(
        "mp4", (*H264, *AAC, *FIRST), video=boxes("red", "red", *["lime"] * 4, "blue", "blue")
    ),
    "corners": Recipe(
        "mp4",
        (*H264, *AAC, *FIRST),
        video=f"{boxes('red', 'lime')},drawbox=y=120:h=120:color=blue:t=fill",
    ),
    "tall_stripes": Recipe(
        "mkv",
        ("-c:v", "ffv1", *AAC),
        video=boxes("red", "red", *["lime"] * 4, "blue", "blue") + ",transpose=clock",
    ),
    "see_through": Recipe(
        "webm",
        ("-c:v", "libvpx-vp9", "-pix_fmt", "yuva420p", "-b:v", "300k", "-cpu-used", "8"),
        video=_alpha(boxes("red", "blue")),
        audio=None,
    ),
    "see_through_wide": Recipe(
        "mov",
        ("-c:v", "qtrle", "-pix_fmt", "argb"),
        video=_alpha(boxes("lime", "blue", size="320x120")) + ",format=argb",
        audio=None,
    ),
    "apng": Recipe(
        "apng", ("-plays", "0", "-pix_fmt", "rgb24"), video=boxes("red", "lime"), audio=None
    ),
    "four_colours": Recipe(
        "gif", (), video=boxes("red", "lime", "blue", "white") + ",fps=10", audio=None
    ),
    "growing": Recipe(
        "ts", ("-c:v", "mpeg2video", *AAC), video="color=c=red:s=160x160:r=25:d=1", after=_growing
    ),
    # Sound in many channels, of which one alone is heard, or at a rate of telephones.
    "centre": Recipe("mkv", (*H264, "-c:a", "ac3", "-b:a", "448k"), audio=_only(2, 6, "5.1")),
    "behind": Recipe("mkv", (*H264, "-c:a", "flac"), audio=_only(4, 6, "5.1")),
    "seven_one": Recipe("mkv", (*H264, "-c:a", "flac"), audio=_only(6, 8, "7.1")),
    "telephone": Recipe("mp4", (*H264, *AAC, "-ar", "8000", "-ac", "1")),
    "hush": Recipe("mp4", (*H264, *AAC, *FIRST), audio="anullsrc=r=48000:cl=stereo,atrim=0:1"),
    # Songs.
    "song_mp3": Recipe(
        "mp3",
        ("-c:a", "libmp3lame", *_TITLE, "-metadata", "encoded_by=A Person"),
        video=None,
        after=_with_sleeve,
    ),
    "song_m4a": Recipe("m4a", (*AAC, *_TITLE), video=None, after=_with_sleeve),
    "song_wav": Recipe("wav", ("-c:a", "pcm_s24le"), video=None),
    "song_ogg": Recipe("ogg", ("-c:a", "libvorbis"), video=None),
    # Soft on the left, loud on the right, quiet as a whole.
    "quiet": Recipe(
        "mp4",
        (*H264, *AAC, *FIRST),
        video="color=c=gray:s=160x120:r=10:d=4",
        audio="aevalsrc='0.02*sin(2*PI*500*t)|0.03*sin(2*PI*700*t)':s=48000:d=4",
    ),
    # Much detail: every size takes its bits.
    "rich": Recipe(
        "mp4",
        (*H264, "-crf", "12", *AAC, "-b:a", "128k", *FIRST),
        video="mandelbrot=s=320x240:r=25,noise=alls=14:allf=t,trim=end=5",
        audio="anoisesrc=d=5:a=0.3:c=pink",
    ),
    "rich_large": Recipe(
        "mp4",
        (*H264, "-crf", "20", *AAC, *FIRST),
        video="mandelbrot=s=640x480:r=25,noise=alls=6:allf=t,trim=end=4",
        audio="sine=440:d=4",
    ),
}


def with_texts(folder: Path, *texts: str) -> Path:
    """A second of black for each of these texts to be burned in."""
    source, target = folder / "texts.srt", folder / "texts.mkv"
    cues = [subtitles(text, second, second + 1) for second, text in enumerate(texts)]
    source.write_text("\n".join(cues))
    picture = ("-f", "lavfi", "-i", f"color=c=black:s=320x240:r=2:d={len(texts)}")
    ffmpeg(*picture, "-i", str(source), *H264, "-c:s", "srt", str(target))
    return target
