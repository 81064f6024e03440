"""What holds for any file, any wish and any machine."""

from hypothesis import given, settings

from converter.engines.capabilities import Capabilities
from converter.errors import ConversionError, Refused
from converter.formats import Kind, Shape
from converter.input.guards import input_guards
from converter.limits import Limits
from converter.media import MediaInfo
from converter.planning.geometry import LARGEST
from converter.planning.plan import Action, Device, Plan, Step
from converter.request import Request
from tests.support.anything import CAPABILITIES, INFOS, LIMITS, REQUESTS
from tests.support.argv import INPUT, argv_of, output_url
from tests.support.facts import plans

ORDER = [*Action]


@given(INFOS, REQUESTS, LIMITS, CAPABILITIES)
@settings(max_examples=300, deadline=None)
def test_any_file_gets_plans_or_a_reason(
    info: MediaInfo, request: Request, limits: Limits, capabilities: Capabilities
) -> None:
    try:
        found = plans(info, request, limits, capabilities)
    except ConversionError as error:
        assert isinstance(error, Refused)  # noqa: PT017 - a right end too
        return
    assert found
    assert [p.action for p in found] == sorted((p.action for p in found), key=ORDER.index)
    for plan in found:
        assert plan.steps[-1] is Step.CONVERT
        assert list(plan.steps) == sorted(plan.steps, key=[*Step].index)
        assert len(set(plan.steps)) == len(plan.steps)
        assert plan.max_bytes <= limits.max_output_bytes
        assert request.max_bytes is None or plan.max_bytes <= request.max_bytes
        _right_picture(plan, capabilities)
        _right_sound(plan)


def _right_picture(plan: Plan, capabilities: Capabilities) -> None:
    picture, rule = plan.picture, plan.target.picture
    if picture is None or picture.copied:
        assert plan.device is Device.CPU
        return
    assert rule is not None
    assert picture.filters
    assert picture.fps <= rule.max_fps
    assert picture.width % 2 == picture.height % 2 == 0
    assert min(picture.width, picture.height) >= rule.min_side
    largest = LARGEST if plan.target.kind is Kind.VIDEO else rule.max_side
    assert max(picture.width, picture.height) <= max(largest, rule.min_side)
    if rule.shape in {Shape.SQUARE, Shape.PADDED}:
        assert (picture.width, picture.height) == (rule.side, rule.side)
    elif rule.shape is Shape.SIDE:
        assert max(picture.width, picture.height) == rule.side
    texts = ",".join(f.text for f in picture.filters)
    assert ("_cuda" in texts) is picture.on_gpu
    assert not picture.on_gpu or plan.device.decodes
    assert plan.device is Device.CPU or capabilities.gpu is not None


def _right_sound(plan: Plan) -> None:
    rule = plan.target.sound
    for sound in plan.sounds:
        assert rule is not None
        assert sound.stream.audible
        if not sound.copied:
            assert 1 <= sound.channels <= rule.channels
            assert sound.encoder == rule.encoder
        elif rule.codecs is not None:
            assert sound.stream.codec in rule.codecs


GUARDS = list(input_guards(10**19))


@given(INFOS, REQUESTS, LIMITS, CAPABILITIES)
@settings(max_examples=200, deadline=None)
def test_every_call_has_its_guards(
    info: MediaInfo, request: Request, limits: Limits, capabilities: Capabilities
) -> None:
    try:
        found = plans(info, request, limits, capabilities)
    except Refused:
        return
    for plan in found:
        for step in plan.steps if plan.action is not Action.NOTHING else ():
            _guarded(plan, step, argv_of(plan, step, limits=limits))


def _guarded(plan: Plan, step: Step, argv: list[str]) -> None:
    assert argv[0] == "ffmpeg"
    assert all(isinstance(word, str) and "\0" not in word for word in argv)
    assert "-nostdin" in argv
    opened = [place + 1 for place, word in enumerate(argv) if word == "-i"]
    place = opened[0] - 1
    assert argv[place + 1] == INPUT
    # Ours alone is opened besides.
    ours = ("file:/out/", "file:/in/kept")
    assert all(argv[other].startswith(ours) for other in opened[1:])
    before = argv[:place]
    at = before.index(GUARDS[0])
    assert before[at : at + len(GUARDS)] == GUARDS
    later = argv[place + 2 :]
    bounded = step is not Step.LOUDNESS
    if bounded and plan.target.kind is not Kind.FRAME:
        # The palette's one picture comes last: there the reading ends in time.
        where = before if step is Step.PALETTE else later
        most = plan.max_seconds * max(plan.speed, 1.0) * 1.001 + plan.cut.skip + 0.001
        assert 0 <= float(where[where.index("-t") + 1]) <= most
    if step is Step.CONVERT:
        assert argv[-1] == output_url("partial")
        assert "-dn" in later
        assert ("-sn" in later) is (not plan.captions)
        # Chapters' names are metadata of their own: where they stay, the rest goes by itself.
        whole = plan.metadata or not plan.chapters
        option = "-map_metadata" if whole else "-map_metadata:g"
        assert later[later.index(option) + 1] == ("0" if plan.metadata else "-1")
        assert ("-movflags" in later) is plan.target.faststart
    assert ("-hwaccel" in before) is (plan.device.decodes and step in {Step.CONVERT, *FIRST})
    on_gpu = plan.picture is not None and plan.picture.on_gpu
    assert ("-hwaccel_output_format" in before) is on_gpu
    assert ("-noautorotate" in before) is on_gpu


FIRST = {Step.FIRST_PASS, Step.LOUDNESS}
