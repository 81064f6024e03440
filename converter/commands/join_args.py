"""Argument lists for putting several videos together. Pure."""

from collections.abc import Sequence
from typing import Final

from converter.commands.picture_args import Places, own
from converter.input.guards import PROTOCOLS, input_guards

LIST: Final = "parts.txt"
_START: Final = ("ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "level+warning")
_BARE: Final = ("-dn", "-sn", "-map_metadata", "-1", "-map_chapters", "-1")
_QUEUE: Final = ("-max_muxing_queue_size", "4096")
# What an encoder wrote ahead of a sound would be heard in the midst of the whole.
_WITHOUT_LEAD: Final = ("-bsf:a", r"noise=drop=lt(pts\,0)")
# Gaps are filled, and what lacks at the beginning is silence.
_GAPLESS: Final = "aresample=async=1:min_hard_comp=0.02:first_pts=0"
_SOUND_BITS: Final = 160_000
_DEMUXERS: Final = {"mp4": "mov", "mov": "mov", "matroska": "matroska"}


def piece(number: int) -> str:
    """What the piece of that number, from 0, is called in the input's folder."""
    return f"piece-{number}"


def listing(count: int) -> str:
    """The list of so many pieces, as the concat demuxer reads it."""
    return "ffconcat version 1.0\n" + "".join(f"file {piece(n)}\n" for n in range(count))


def copy_argv(
    places: Places, tracks: Sequence[int], muxer: str, output: str, *, max_pixels: int, first: bool
) -> list[str]:
    """These tracks of the input as they are, alone in a file; not `first`: another comes before
    it."""
    maps = [word for track in tracks for word in ("-map", f"0:{track}")]
    lead = _WITHOUT_LEAD if len(tracks) > 1 and not first else ()
    source = (*input_guards(max_pixels), "-i", places.input_url)
    to = ("-f", muxer, places.output_url(output))
    return [*_START, *source, *maps, "-c", "copy", *lead, *_BARE, *_QUEUE, *to]


def silence_argv(
    places: Places, name: str, channels: int, seconds: float, output: str, *, max_pixels: int
) -> list[str]:
    """A piece of ours without sound, with silence beside its picture."""
    layout = "stereo" if channels > 1 else "mono"
    silent = ("-f", "lavfi", "-i", f"anullsrc=r=48000:cl={layout}")
    source = (*input_guards(max_pixels), "-i", own(places, name))
    maps = ("-map", "0:0", "-map", "1:0", "-c:v", "copy", "-c:a", "pcm_s16le")
    end = ("-t", f"{seconds:.6f}", "-f", "mov", places.output_url(output))
    return [*_START, *source, *silent, *maps, *_BARE, *_QUEUE, *end]


def signature_argv(places: Places, name: str, *, max_pixels: int) -> list[str]:
    """The ffprobe call that prints what decides whether a piece's packets may follow another's."""
    fields = "stream=codec_name,time_base,extradata_hash,channels,sample_rate"
    return [
        *("ffprobe", "-hide_banner", "-v", "error", "-show_data_hash", "sha256"),
        *("-show_entries", fields, "-of", "compact", *input_guards(max_pixels)),
        *("-i", own(places, name)),
    ]


def join_argv(
    places: Places, muxer: str, output: str, *, alike: bool, sound: int | None, tag: str = ""
) -> list[str]:
    """All pieces one after the other; `alike`: what describes one describes all, else each brings
    its own description along, which not every player heeds. `sound` is None where it is copied
    like the picture, else how many channels it is encoded with, 0 for no sound. Only our own list
    and our own pieces are opened, by demuxers that are named."""
    inner = f"concat,{_DEMUXERS[muxer]}"
    guards = ("-protocol_whitelist", PROTOCOLS, "-format_whitelist", inner)
    opened = ("-f", "concat", "-safe", "1", "-auto_convert", "0" if alike else "1")
    source = (*guards, *opened, "-i", own(places, LIST))
    argv = [*_START, *source, "-map", "0", "-c", "copy"]
    if sound:
        argv += ["-af", _GAPLESS, "-c:a", "aac", "-b:a", str(_SOUND_BITS if sound > 1 else 96_000)]
        argv += ["-ac", str(sound), "-ar", "48000"]
    argv += ["-tag:v", tag] if tag else []
    argv += ["-movflags", "+faststart"] if muxer == "mp4" else []
    return [*argv, *_BARE, *_QUEUE, "-f", muxer, places.output_url(output)]
