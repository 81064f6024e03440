"""Whether an output is what its plan promised. Pure.

ffmpeg ends with exit code 0 after writing an empty file, so nothing is delivered unproved.
"""

from converter.media import MediaInfo
from converter.plan import Action, Plan

ASPECT_TOLERANCE = 0.03
DURATION_SHARE = 0.02
DURATION_SLACK = 0.25
# What little of a broken file is still a video, and how much longer than its header says one may
# turn out to be.
LEAST_SALVAGE = 0.1
MOST_EXCESS = 0.1


def problems(plan: Plan, source: MediaInfo, output: MediaInfo, *, moov_first: bool) -> list[str]:
    """Everything wrong with the form of the output, but for its length: short sentences for the
    log, empty when it is right."""
    if not output.videos:
        return ["no picture"]
    video = output.videos[0]
    target = plan.target
    found = [
        (not any(output.is_container(name) for name in target.containers), output.container),
        (not moov_first, "index at the end"),
        (video.codec != target.video_codec, f"codec {video.codec}"),
        (video.profile not in target.profiles, f"profile {video.profile}"),
        (video.pix_fmt != "yuv420p" or video.full_range, f"pixels {video.pix_fmt}"),
        (video.level > target.max_level, f"level {video.level}"),
        (video.transformed or video.sar != 1, f"rotated {video.rotation}, sar {video.sar}"),
        (video.width % 2 + video.height % 2 > 0, f"odd size {video.width}x{video.height}"),
        (video.hdr, "HDR"),
        (not _same_shape(plan, video.display_size), f"shape {video.width}x{video.height}"),
        (plan.audio is not None and not output.audios, "sound lost"),
        (any(a.channels > target.channels for a in output.audios), "too many channels"),
        (output.duration is None, "no duration"),
        (_inflated(plan, output), f"frame rate {video.fps}"),
        (len(output.videos) > 1 or output.others + output.subtitles > 0, "extra tracks"),
        (bool(source.private_tags & output.private_tags), "private tags"),
    ]
    return [problem for wrong, problem in found if wrong]


def missing_seconds(plan: Plan, source: MediaInfo, output: MediaInfo) -> float:
    """How many seconds the output lacks (negative: has too many), 0.0 within tolerance."""
    expected = expected_duration(plan, source)
    if expected is None or output.duration is None:
        return 0.0
    difference = expected - output.duration
    tolerance = max(DURATION_SLACK, expected * DURATION_SHARE)
    return 0.0 if abs(difference) <= tolerance else difference


def salvageable(missing: float, total: float) -> bool:
    """Whether an output of `total` seconds that lacks `missing` is still worth having: the input's
    header may lie a little, and of a broken file the readable part is all there is."""
    if missing < 0:
        return -missing <= max(1.0, total * MOST_EXCESS)
    return total >= LEAST_SALVAGE


def expected_duration(plan: Plan, source: MediaInfo) -> float | None:
    """Seconds that the output should last, None when the source doesn't tell.

    Tracks that are left out don't count, so the chosen streams' own lengths go first.
    """
    chosen = [s for s in (plan.video, plan.audio) if s is not None]
    ends = [
        max(0.0, (s.start or 0.0) - source.start) + s.duration
        for s in chosen
        if s.duration is not None
    ]
    if source.duration is None:
        return None
    if len(ends) == len(chosen):
        return min(source.duration, max(ends))
    return source.duration


def _same_shape(plan: Plan, shown: tuple[int, int]) -> bool:
    wanted = plan.width / plan.height
    # Rounding a small picture to even sides moves its shape by more than the tolerance.
    slack = ASPECT_TOLERANCE + 2 / min(shown)
    return abs(shown[0] / shown[1] / wanted - 1) <= slack


def _inflated(plan: Plan, output: MediaInfo) -> bool:
    video = output.videos[0]
    # A handful of frames has no rate worth the name: the last one's length decides it.
    if plan.action is not Action.ENCODE or video.fps is None or (video.duration or 0.0) < 1:
        return False
    return video.fps > plan.target.max_fps + 1
