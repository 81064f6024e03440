"""What is no video gets its own clear answer, opens nothing, leaves nothing, and keeps nobody
else waiting."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.texts import Texts
from bot.texts.sentences import cause
from converter.errors import Code
from standin import SeenMessage, User
from tests.support import junk
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.stage import Stage, reaches, status_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

ANSWERS = [
    ("empty", Code.EMPTY),
    ("text", Code.TEXT),
    ("cyrillic text", Code.TEXT),
    ("zip", Code.ARCHIVE),
    ("pdf", Code.PDF),
    ("exe", Code.PROGRAM),
    ("elf", Code.PROGRAM),
    ("script", Code.PROGRAM),
    ("jpeg", Code.PICTURE),
    ("png", Code.PICTURE),
    ("noise", Code.NOT_MEDIA),
    ("audio", Code.NO_VIDEO),
    ("truncated", Code.TRUNCATED),
    ("encrypted", Code.ENCRYPTED),
    ("hls", Code.PLAYLIST),
    ("hls after spaces", Code.PLAYLIST),
    ("concat", Code.PLAYLIST),
    ("bare concat", Code.TEXT),
    ("dash", Code.PLAYLIST),
    ("sdp", Code.PLAYLIST),
]
ODD_NAMES = [
    ("../../../etc/cron.d/evil.avi", "evil.mp4"),
    ("..\\..\\boot.avi", "boot.mp4"),
    ("-vf drawtext.avi", "vf drawtext.mp4"),
    ("two\nlines.avi", "two lines.mp4"),
    ("ф" * 147 + ".avi", None),
    ("🎬 party 🎉.avi", "🎬 party 🎉.mp4"),
    ("<b>bold</b> & <script>.avi", None),
    ("harmless\u202eiva.exe", None),
    (".avi", None),
    ("CON", "CON.mp4"),
]


class Lure:
    """A server that junk points at. Whoever connects has been lured."""

    def __init__(self) -> None:
        self.visits = 0
        self.url = ""

    async def visited(self, _: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lure() -> AsyncIterator[Lure]:
    made = Lure()
    server = await asyncio.start_server(made.visited, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    async with server:
        yield made


async def answer_to(user: User, sent: SeenMessage) -> SeenMessage:
    """The last word about a file."""
    status = await status_of(user, sent)
    return await user.wait_for_message(lambda m: m.id == status.id and "❌" in m.text, timeout=30)


@pytest.mark.parametrize(("name", "code"), ANSWERS)
async def test_junk_that_calls_itself_a_video_is_told_for_what_it_is(
    stage: Stage, lure: Lure, tmp_path: Path, name: str, code: Code
) -> None:
    user = stage.standin.user(lang="ru")
    path = junk.make(name, tmp_path, lure=lure.url)
    sent = await user.send_document(path, file_name="holiday.mp4", mime_type="video/mp4")
    told = await answer_to(user, sent)
    assert told.text == f"❌ holiday.mp4\n{cause(Texts('ru'), code, {})}"
    assert told.buttons == [], "the same file would end the same way"
    assert stage.leftovers() == []
    assert lure.visits == 0


@pytest.mark.parametrize("kind", ["video", "animation", "audio", "voice", "video_note"])
async def test_junk_sent_as_any_kind_of_media_gets_the_same_answer(
    stage: Stage, tmp_path: Path, kind: str
) -> None:
    user = stage.standin.user(lang="en")
    told = await answer_to(user, await user.send_file(kind, junk.make("text", tmp_path)))
    assert "This is a text, not a video." in told.text


@pytest.mark.parametrize(
    ("file_name", "mime_type"),
    [("video.txt", "text/plain"), ("a.pdf", "application/pdf"), ("", ""), ("x.exe", "evil\x00/\n")],
)
async def test_a_video_that_calls_itself_something_else_is_still_a_video(
    stage: Stage, footage: Footage, file_name: str, mime_type: str
) -> None:
    user = stage.standin.user()
    await user.send_document(footage.remux, file_name=file_name, mime_type=mime_type)
    assert (await user.wait_for_result()).video.file_name is not None


async def test_a_lie_about_the_size_is_noticed_and_tried_again(
    stage: Stage, footage: Footage
) -> None:
    user = stage.standin.user()
    sent = await user.send_document(footage.remux, file_size=10_000_000)
    status = await status_of(user, sent)
    await reaches(user, status, "trying again")
    await user.tap(status, "Cancel")
    await reaches(user, status, "stopped")
    assert user.results == []
    assert stage.leftovers() == []


async def test_a_video_of_unknown_size_is_converted(stage: Stage, footage: Footage) -> None:
    user = stage.standin.user()
    await user.send_document(footage.remux, size_known=False)
    await user.wait_for_result()


@pytest.mark.parametrize(("name", "shown"), ODD_NAMES)
async def test_no_name_can_do_harm(
    stage: Stage, footage: Footage, name: str, shown: str | None
) -> None:
    user = stage.standin.user()
    await user.send_document(footage.remux, file_name=name)
    result = await user.wait_for_result()
    given = result.video.file_name or ""
    assert given.endswith(".mp4")
    assert given.isprintable()
    assert not set(given) & set('/\\<>:"|?*')
    assert len(given.encode()) <= 255
    assert shown is None or given == shown
    first, _, rest = result.caption.partition("\n")
    assert first.startswith("✅ ")
    assert "Remuxed" in rest
    assert "\u202e" not in result.caption
    if "<b>" in name:
        assert name in result.caption, "shown as it is, not as markup"


async def test_others_are_served_while_one_sends_junk(
    stage: Stage, footage: Footage, tmp_path: Path
) -> None:
    pest, guest = stage.standin.user(name="Pest"), stage.standin.user(name="Guest")
    sent = [
        await pest.send_document(junk.make(name, tmp_path), file_name=f"{name}.mp4")
        for name in ("truncated", "encrypted", "noise", "zip", "audio")
    ]
    await guest.send_document(footage.quick)
    await guest.wait_for_result()
    await guest.wait_for_message("Ready")
    for message in sent:
        await answer_to(pest, message)
    assert stage.leftovers() == []
