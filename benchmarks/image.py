"""Bare ffmpeg in the image that conversions run in."""

import os
from collections.abc import Sequence
from pathlib import Path

IMAGE = os.environ.get("FFMPEG_IMAGE", "telegram-video-converter-ffmpeg:7.1")


def ffmpeg_argv(folder: Path, arguments: Sequence[str]) -> list[str]:
    """The docker command that runs ffmpeg; it sees `folder` under the path that it has here."""
    user = ["--user", f"{os.getuid()}:{os.getgid()}"]
    mount = ["-v", f"{folder}:{folder}", "--network", "none"]
    quiet = ["-nostdin", "-y", "-hide_banner", "-nostats"]
    return ["docker", "run", "--rm", *user, *mount, IMAGE, "ffmpeg", *quiet, *arguments]
