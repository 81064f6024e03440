"""Every target reaches the person as the kind of message that suits it, said to be what it is."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.telegram.wire.kinds import DELIVERIES
from converter.convert import Result
from converter.formats import TARGETS
from standin import SeenMessage
from tests.support.deliveries import SECONDS, SIZE, Counter, convert, counter
from tests.support.stage import Stage

Results = Mapping[str, Result]


@dataclass(frozen=True, slots=True)
class Expected:
    """What must be seen: the kind of message, its action and what Telegram was told."""

    kind: str
    action: str
    told: Mapping[str, object]
    small_picture: bool = False


VIDEO = {"width": SIZE[0], "height": SIZE[1], "duration": SECONDS}
SONG = {"duration": SECONDS, "title": "Песня", "performer": "Someone"}
FILE = Expected("document", "upload_document", {}, small_picture=True)
EXPECTED = {
    "mp4": Expected("video", "upload_video", VIDEO, small_picture=True),
    "hevc": Expected("video", "upload_video", VIDEO, small_picture=True),
    "animation": Expected("animation", "upload_video", VIDEO, small_picture=True),
    "note": Expected(
        "video_note", "upload_video_note", {"length": 384, "duration": SECONDS}, small_picture=True
    ),
    "opus": Expected("voice", "upload_voice", {"duration": SECONDS}),
    "mp3": Expected("audio", "upload_document", SONG),
    "m4a": Expected("audio", "upload_document", SONG),
    **dict.fromkeys(("av1", "webm", "mkv", "mov", "sticker", "emoji"), FILE),
    **dict.fromkeys(("gif", "flac", "frame"), Expected("document", "upload_document", {})),
}
SENT = {"note", "opus"}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return convert(TARGETS, tmp_path_factory.mktemp("results"))


@pytest.fixture
async def desk(stage: Stage, tmp_path: Path) -> AsyncIterator[Counter]:
    async with counter(stage, tmp_path) as open_counter:
        yield open_counter


@pytest.mark.parametrize("target", TARGETS)
async def test_a_result_comes_as_what_it_is(target: str, results: Results, desk: Counter) -> None:
    result, expected = results[target], EXPECTED[target]
    job = await desk.job(target, name="мой фильм.mkv")
    await desk.deliver(job, result)
    message = _result(desk.seen(job))
    assert message.kind == expected.kind
    media = message.media
    assert media is not None
    assert media.path.read_bytes() == result.path.read_bytes()
    assert media.file_name in {None, f"мой фильм{TARGETS[target].suffix}"}
    content = message.raw.content[expected.kind]
    assert {name: content.get(name) for name in expected.told} == dict(expected.told)
    assert (media.thumbnail is not None) is expected.small_picture
    assert media.supports_streaming is (expected.kind == "video")
    assert set(desk.person(job).actions) == {expected.action}


@pytest.mark.parametrize("target", TARGETS)
async def test_one_result_is_seen_and_its_words(
    target: str, results: Results, desk: Counter
) -> None:
    job = await desk.job(target)
    await desk.deliver(job, results[target])
    await desk.deliverer.announce(job)
    shown = desk.seen(job)
    message = _result(shown)
    if target not in SENT:
        assert [str(m.id) for m in shown[:-1]] == [job.status_message_id]
        assert shown[-1].text == "👆 Ready"
        assert desk.ledger.words(job) == [], "an edit needs no receipt"
    else:
        assert str(message.reply_to) == job.message_id
        assert desk.ledger.words(job) == ["intended", "sent"]
        assert desk.ledger.message_of(job) == str(message.id)
        # A round note bears no words: they stand where its progress stood.
        assert len(shown) == (2 if target == "note" else 1)
    assert shown[0].text.startswith("✅ film.mkv\n")
    assert [m for m in shown if "Sending" in m.text] == []


async def test_a_person_who_takes_no_voices_gets_them_plainly(
    results: Results, desk: Counter
) -> None:
    for target, kind in (("opus", "audio"), ("note", "video")):
        job = await desk.job(target)
        desk.person(job).forbid_voices()
        await desk.deliver(job, results[target])
        [message] = desk.seen(job)
        assert message.kind == kind
        assert message.caption.startswith("✅ film.mkv\n")
        assert desk.ledger.words(job) == ["intended", "failed", "intended", "sent"]


@pytest.mark.parametrize("target", ["mp4", "gif", "mp3", "note", "opus"])
async def test_a_result_whose_status_message_is_gone_is_sent(
    target: str, results: Results, desk: Counter
) -> None:
    job = await desk.job(target)
    [status] = desk.seen(job)
    desk.person(job).delete(status)
    await desk.deliver(job, results[target])
    [message] = desk.seen(job)
    assert message.kind == EXPECTED[target].kind
    assert str(message.reply_to) == job.message_id
    assert desk.ledger.words(job) == ["intended", "sent"]


def test_every_target_has_its_delivery() -> None:
    assert set(DELIVERIES) == set(TARGETS) == set(EXPECTED)


def _result(messages: list[SeenMessage]) -> SeenMessage:
    [message] = [message for message in messages if message.media is not None]
    return message
