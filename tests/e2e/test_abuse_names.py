"""Names, captions and sizes of every kind: shown as they are, never as markup, and believed only as
far as they are true."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.texts import Texts
from tests.e2e.test_menus import asked, card_of, tap
from tests.support.complaints import nothing_breaks
from tests.support.footage import Footage
from tests.support.open_house import open_house
from tests.support.stage import Stage, status_of

pytestmark = pytest.mark.asyncio(loop_scope="module")

EN = Texts("en")
NAMES = [
    "__bold__ <b>x</b> &amp; {name}.avi",
    "evil\u202eiva.exe\u2066.avi",
    "ש" * 120 + ".avi",
    "../../../etc/passwd",
    "-i /etc/passwd.avi",
    "a\nb\tc\u0000d.avi",
    "%s%d%n.avi",
    "'; DROP TABLE jobs; --.avi",
    "____",
    "\u200b",
    "👩‍👩‍👧‍👦" * 30 + ".avi",
]
HIDDEN = "\u202e\u2066\u0000\n\t\u200b"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_a_name_is_shown_as_plain_words_everywhere(
    stage: Stage, footage: Footage, name: str
) -> None:
    user = stage.standin.user(name="\u202eמשה <b>\u202e __x__")
    with nothing_breaks():
        await user.send_document(footage.remux, file_name=name, caption="<b>a</b> __b__ &lt;")
        result = await user.wait_for_result()
        await user.send_text("/history")
        listed = await user.wait_for_message("1. ")
    shown = [result.caption.splitlines()[0], listed.text]
    for text in shown:
        assert not set(text.replace("\n", "")) & set(HIDDEN), text
    assert "<b>a</b>" not in result.caption
    marked = [e for e in (*result.entities, *listed.entities) if e["type"] != "bold"]
    assert marked == [], "nothing in a name is markup"
    if "<b>" in name:
        assert "<b>x</b> &amp; {name}" in listed.text
    file_name = str(result.video.file_name)
    assert "/" not in file_name
    assert not file_name.startswith(("-", "."))
    assert len(file_name.encode()) <= 255


async def test_in_a_menu_and_an_album_too(stage: Stage, footage: Footage) -> None:
    user = await asked(stage)
    with nothing_breaks():
        sent = await user.send_document(footage.quick, file_name=NAMES[0])
        card = await card_of(user, sent)
        assert "<b>x</b> &amp; {name}" in card.text
        await tap(user, card, "Close")
        album = await user.send_album([footage.quick, footage.fine], file_name=NAMES[0])
        together = await user.wait_for_message(
            lambda m: m.reply_to in {one.id for one in album} and "2 files" in m.text
        )
        assert "<b>x</b> &amp; {name}" in together.text
        await tap(user, together, "Close")


@pytest.mark.parametrize("size", [0, 2**31, 2**53])
async def test_a_size_that_is_wrong_is_found_out_or_refused(
    stage: Stage, footage: Footage, size: int
) -> None:
    liar, other = stage.standin.user(), stage.standin.user()
    with nothing_breaks():
        sent = await liar.send_video(footage.remux, file_size=size, width=10**6, duration=10**9)
        await other.send_video(footage.fine)
        await other.wait_for_result()
        if size > 2**30:
            assert "20 MB at most" in (await status_of(liar, sent)).text
    if size == 0:
        await liar.wait_for_result()


async def test_a_document_of_nothing_is_told_so(
    stage: Stage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("empty") / "empty.mp4"
    path.touch()
    user = stage.standin.user()
    with nothing_breaks():
        await user.send_document(path)
        await user.wait_for_message("❌", timeout=30.0)
