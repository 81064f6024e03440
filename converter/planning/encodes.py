"""Plans that make a new picture or new sound: on which device, with which filters, at which rate.
Pure."""

from dataclasses import replace
from typing import Final

from converter.errors import Code, Refused
from converter.formats import Kind, PictureRule, Shape
from converter.media import VideoStream
from converter.planning import copies, cuda, filters, suitability
from converter.planning.budget import Budget, Need, budget_for, expected_bytes
from converter.planning.encoders import ENCODERS, ON_GPU, Encoder, Rate
from converter.planning.filters import Look
from converter.planning.geometry import geometry
from converter.planning.levels import level_for, rate_of
from converter.planning.looks import HIGH_DEPTH, STEADY, USUAL_FPS, frame_rate, look_for
from converter.planning.plan import Action, Device, Note, Picture, Plan, Sound, Step, steps_for
from converter.planning.task import Task, without_captions
from converter.request import Quality

# How many bits a source of this codec packs where H.264 needs one: a new picture needn't be larger
# than what there is to see.
_PACKED: Final = {"hevc": 2.5, "av1": 3.0, "vp9": 2.5, "h264": 1.75, "vp8": 1.75, "mpeg4": 1.5}
# Bits per pixel and frame that a new picture may take, however little its source has.
_FLOOR_BITS: Final = 0.06


def of_video(task: Task) -> list[Plan]:
    """Every device that could do it, the fastest first; then reading on over errors; then without
    what may be broken. Raises Refused (UNSUPPORTED, OUTPUT_TOO_LARGE)."""
    rule, video = task.target.picture, task.video
    if rule is None or video is None:
        return []
    why = suitability.why_encode(task.info, video, task.target, rule, task.request)
    cpu = _on_cpu(task, rule, video, tuple(why) or (_why_then(task),))
    plans = [*_on_gpu(task, rule, cpu), cpu]
    if task.info.mended and _broken(task):
        # Pieces whose streams overlap: ffmpeg takes the step from one to the next for a pause.
        plans.append(replace(cpu, mended=True))
    picture = cpu.picture
    if picture is not None:
        steady = min(picture.fps or STEADY, rule.max_fps)
        plans.append(replace(cpu, tolerant=True, picture=replace(picture, steady=steady)))
    if cpu.captions:
        plans.append(without_captions(cpu))
    if cpu.sounds:
        notes = tuple(dict.fromkeys((*cpu.notes, Note.SOUND_LOST)))
        steps = tuple(step for step in cpu.steps if step is not Step.LOUDNESS)
        plans.append(replace(cpu, sounds=(), steps=steps, notes=notes))
    return plans


def of_sound(task: Task) -> list[Plan]:
    """The sound encoded anew; then reading on over errors. Raises Refused (OUTPUT_TOO_LARGE)."""
    rule, audio = task.target.sound, task.audio
    if rule is None or audio is None:
        return []
    why = suitability.why_encode_audio(task.info, audio, task.target, rule, task.request)
    bit_rate = _sound_rate(task, rule.bit_rate)
    sound = task.encoded_sound(rule, audio, bit_rate)
    plan = replace(
        task.base(Action.AUDIO),
        sounds=(sound,),
        covers=copies.song_covers(task),
        steps=steps_for((sound,)),
        size=int(sound.bit_rate * (task.seconds or 0) / 8) or None,
        reasons=tuple(why) or (_why_then(task),),
        aims=False,
    )
    return [plan, replace(plan, tolerant=True, covers=())]


def _why_then(task: Task) -> str:
    """Why a picture or sound that could be copied is encoded all the same."""
    return "size limit" if task.source_bytes > task.max_bytes else "the copy failed"


def _broken(task: Task) -> bool:
    streams = (task.video, task.audio)
    found = [s.packets for s in streams if s is not None and s.packets is not None]
    return any(packets.broken for packets in found)


def _on_cpu(task: Task, rule: PictureRule, video: VideoStream, reasons: tuple[str, ...]) -> Plan:
    encoder = ENCODERS[rule.encoder]
    if encoder.name not in task.capabilities.encoders:
        raise Refused(Code.UNSUPPORTED, f"this ffmpeg has no encoder {encoder.name}")
    look = look_for(task, rule, video)
    budget = _budget(task, rule, video, look, encoder)
    most_fps = budget.fps if budget.slowed else look.max_fps
    look = replace(look, geometry=budget.geometry, max_fps=most_fps)
    picture = Picture(
        stream=video,
        encoder=encoder.name,
        filters=filters.chain(video, look, task.capabilities.filters, task.info.start),
        width=budget.geometry.shown[0],
        height=budget.geometry.shown[1],
        fps=budget.fps,
        level=_level(encoder, budget),
        pixels=look.pixels,
        rate=_rate(encoder, task, budget),
        tag=rule.tag,
    )
    sounds = _sounds(task, budget.audio_rate)
    noted = ((budget.shrunk, Note.SHRUNK), (budget.slowed, Note.SLOWED))
    base = task.base(Action.ENCODE)
    return replace(
        base,
        picture=picture,
        sounds=sounds,
        extras=copies.extras(task),
        steps=steps_for(sounds, picture),
        size=_size(task, budget, encoder),
        reasons=reasons,
        notes=(*base.notes, *(note for wanted, note in noted if wanted)),
    )


def _on_gpu(task: Task, rule: PictureRule, cpu: Plan) -> list[Plan]:
    """The same on what the GPU was seen to do, as much of it there as possible first."""
    gpu, picture = task.capabilities.gpu, cpu.picture
    if gpu is None or picture is None or task.target.kind not in {Kind.VIDEO, Kind.ANIMATION}:
        return []
    look = replace(
        look_for(task, rule, picture.stream),
        geometry=replace(
            geometry(picture.stream, task.target, rule, task.request),
            size=(picture.width, picture.height),
        ),
    )
    if Note.SLOWED in cpu.notes:
        look = replace(look, max_fps=picture.fps)
    bits = HIGH_DEPTH if picture.pixels == "yuv420p10le" else 8
    name = ON_GPU.get(picture.encoder, "")
    encodes = gpu.encodes(name, bits) and name in task.capabilities.encoders
    decodes = gpu.decodes(picture.stream.codec, picture.stream.bit_depth) and _usual(picture.stream)
    chain = cuda.chain(picture.stream, look, gpu.filters, task.info.start) if decodes else None
    plans: list[Plan] = []
    if encodes:
        encoder = ENCODERS[name]
        rate = replace(picture.rate, crf=_crf(encoder, task, (picture.width, picture.height)))
        there = replace(picture, encoder=name, rate=rate)
        one_pass = tuple(step for step in cpu.steps if step is not Step.FIRST_PASS)
        if chain is not None:
            whole = replace(there, filters=chain, on_gpu=True)
            plans.append(replace(cpu, device=Device.GPU, picture=whole, steps=one_pass))
        plans.append(replace(cpu, device=Device.NVENC, picture=there, steps=one_pass))
    if decodes:
        back = picture
        down = cuda.chain(picture.stream, look, gpu.filters, task.info.start, back=True)
        if down is not None:
            back = replace(picture, filters=down, on_gpu=True)
        plans.append(replace(cpu, device=Device.NVDEC, picture=back))
    return plans


def _usual(video: VideoStream) -> bool:
    """Whether cards decode it: 4:2:0 alone, and no transparency beside it."""
    return "420" in video.pix_fmt and not video.alpha


def _budget(
    task: Task, rule: PictureRule, video: VideoStream, look: Look, encoder: Encoder
) -> Budget:
    with_sound = task.target.sound is not None and bool(task.every_sound())
    tracks = len(task.every_sound())
    audio_rate = task.target.sound.bit_rate * tracks if task.target.sound and with_sound else 0
    return budget_for(
        Need(
            geometry=look.geometry,
            fps=frame_rate(task, look, video),
            seconds=task.most_seconds,
            audio_rate=audio_rate,
            max_bytes=task.max_bytes,
            encoder=encoder,
            aims=task.aims,
            most=_most(task, rule, video, look, encoder),
            fixed=rule.shape is not Shape.FIT,
            min_side=rule.min_side,
        )
    )


def _most(
    task: Task, rule: PictureRule, video: VideoStream, look: Look, encoder: Encoder
) -> int | None:
    """A cap on the picture's rate: the target's own, the level's, or what the source has to
    give."""
    bounds = [rule.rate] if rule.rate is not None else []
    if encoder.codec == "h264":
        level = level_for(*look.geometry.shown, frame_rate(task, look, video))
        bounds.append(rate_of(level))
    packed = _PACKED.get(video.codec)
    if packed is not None and task.request.quality is not Quality.ORIGINAL:
        own = video.bit_rate or _overall_rate(task)
        if own:
            width, height = video.display_size
            floor = width * height * float(video.fps or USUAL_FPS) * _FLOOR_BITS
            bounds.append(int(max(floor, own * packed) * max(encoder.share, 0.7)))
    return min(bounds, default=None)


def _overall_rate(task: Task) -> int:
    """The whole file's bit rate, when there is one picture in it."""
    if not task.info.duration or len(task.info.videos) != 1:
        return 0
    return int(task.info.size * 8 / task.info.duration)


def _sounds(task: Task, budget: int) -> tuple[Sound, ...]:
    """The sound beside a new picture: encoded too, which closes its gaps and keeps it in step;
    as it is where everything is kept."""
    rule, tracks = task.target.sound, task.every_sound()
    if rule is None:
        return ()
    each = budget // max(1, len(tracks))
    found: list[Sound] = []
    for audio in tracks:
        sound, _ = copies.sound_for(task, rule, audio, min(rule.bit_rate, each))
        if sound.copied and not task.target.everything:
            sound = task.encoded_sound(rule, audio, min(rule.bit_rate, each))
        found.append(sound)
    return tuple(found)


def _sound_rate(task: Task, usual: int) -> int:
    """The bit rate that fits, at most the usual one."""
    if task.seconds is None or not usual:
        return usual
    most = int(task.max_bytes * 8 * 0.96 / task.seconds)
    least = 24_000
    if most < least:
        needed = int(least * task.seconds / 8)
        raise Refused(Code.OUTPUT_TOO_LARGE, limit=task.max_bytes, least=needed)
    return min(usual, most)


def _rate(encoder: Encoder, task: Task, budget: Budget) -> Rate:
    most = budget.most
    if most is not None and encoder.codec == "vp9":
        # libvpx takes a cap far above its need for a wish to spend it.
        size, seconds = budget.geometry.shown, 8.0
        usual = expected_bytes(size, budget.fps, seconds, encoder) * 8 / seconds
        most = most if most < usual else None
    return Rate(_crf(encoder, task, budget.geometry.shown), most, budget.average)


def _crf(encoder: Encoder, task: Task, size: tuple[int, int]) -> float:
    """By the lines that were asked for, else those that there are."""
    return encoder.quality(task.request.quality, task.request.height or min(size))


def _level(encoder: Encoder, budget: Budget) -> int:
    return level_for(*budget.geometry.shown, budget.fps) if encoder.codec == "h264" else 0


def _size(task: Task, budget: Budget, encoder: Encoder) -> int | None:
    if task.seconds is None:
        return None
    if budget.average is not None:
        return int(task.max_bytes * 0.96)
    free = expected_bytes(budget.geometry.shown, budget.fps, task.seconds, encoder)
    capped = int(budget.most * task.seconds / 8) if budget.most is not None else free
    return min(free, capped) + int(budget.audio_rate * task.seconds / 8)
