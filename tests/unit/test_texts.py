"""Every sentence there is: the same in both catalogues, for every code and state, whole and
harmless whatever a file is called."""

import html
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiogram import Bot
from aiogram.methods import (
    AnswerCallbackQuery,
    EditMessageMedia,
    SendMediaGroup,
    SendMessage,
    TelegramMethod,
)
from aiogram.methods.base import Response
from aiogram.types import InputMediaVideo, MessageEntity
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor
from hypothesis import given
from hypothesis import strategies as st

import bot.texts as texts_
from bot.dialog.bounds import Bounds
from bot.jobs.errors import TransferCode
from bot.jobs.made import Made
from bot.jobs.model import Job, Phase, Receipt, Source
from bot.jobs.status import State, Status
from bot.telegram.showing.buttons import Act, job_buttons
from bot.telegram.wire.markup import RenderTexts, as_html
from bot.texts import LOCALES, Texts, locale_for
from bot.texts.catalogue import Value
from bot.texts.house import crowded
from bot.texts.marks import BOLD, END, marked, plain
from bot.texts.sentences import (
    CAPTION_LIMIT,
    caption,
    cause,
    duration,
    roughly,
    shown_name,
    status_text,
)
from converter.convert import Result
from converter.errors import Code
from converter.formats import TARGETS
from converter.media import MediaInfo
from converter.planning.plan import Action, Device, Note, Plan
from converter.request import Request
from tests.support.facts import AUDIO, INFO, VIDEO

CATALOGUES = Path(texts_.__file__).parent
EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
MESSAGE_LIMIT = 4096
CODES = [*Code, *(code for code in TransferCode if code is not TransferCode.BLOCKED)]
INVENTED = ["internal", "crashed", "over_minutes"]
# The facts that the code's raiser gives.
FACTS: dict[str, dict[str, Value]] = {
    Code.TOO_LARGE: {"limit": 2_000_000_000, "actual": 2_500_000_000},
    Code.TOO_LONG: {"limit": 10_800.0, "actual": 11_000.5},
    Code.TOO_MANY_PIXELS: {"limit": 40_000_000, "actual": 40_000_001},
    Code.TOO_MANY_STREAMS: {"limit": 64, "actual": 65},
    Code.OUTPUT_TOO_LARGE: {"limit": 49_700_000, "least": 80_123_456},
    Code.TIMED_OUT: {"limit": 300.0},
    "over_minutes": {"limit": 3600, "actual": 250.4, "used": 3540},
    TransferCode.TOO_BIG_TO_FETCH: {"limit": 20 * 2**20, "actual": 30 * 2**20},
}
STATUSES = [
    Status(State.ACCEPTED),
    *(Status(State.WAITING, {"place": 3, "own": own}) for own in ("yes", "no")),
    Status(State.DOWNLOADING),
    Status(State.DOWNLOADING, {"percent": 99, "bytes": 5}),
    Status(State.CONVERTING, {"shrunk": "no"}),
    Status(State.CONVERTING, {"shrunk": "yes", "percent": 5, "speed": 1.5, "seconds": 3725}),
    Status(State.SENDING, {"bytes": 1}),
    Status(State.RETRYING, {"seconds": 8}),
    Status(State.NO_SPACE, {"seconds": 75}),
    Status(State.PAUSED),
    Status(State.CANCELLED),
    Status(State.STOPPED),
    Status(State.FAILED, code="internal", trace="01234567"),
    *(Status(State.FAILED, FACTS.get(code, {}), code=code) for code in [*CODES, *INVENTED]),
    # A file's own words about its tracks, as many as there may be.
    Status(
        State.FAILED,
        {"kind": "audio", "wanted": "<5>", "there": "\n".join(["1\t<b>\t" + "&" * 40] * 20)},
        code=Code.NO_TRACK,
    ),
]
NAMES = [
    "plain.mp4",
    "",
    "   ",
    "a" * 5000,
    "<b>&amp;</b>" * 400,
    "🎬" * 4000,
    "line\nbreak\r\x00.mkv",
    "gpj.\u202eevil\u2066.mp4",
    "'\"&<>" * 1000,
]


class Variables(Visitor):
    """The names of the variables in a pattern."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.found.add(node.id.name)


def catalogue(locale: str) -> dict[str, set[str]]:
    """Every key with the variables that it uses."""
    files = sorted((CATALOGUES / locale).glob("*.ftl"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    resource = FluentParser().parse(text)
    assert not [e for e in resource.body if isinstance(e, ast.Junk)]
    messages = [e for e in resource.body if isinstance(e, ast.Message)]
    found = {}
    for message in messages:
        visitor = Variables()
        visitor.visit(message)
        assert message.id.name not in found, "twice"
        found[message.id.name] = visitor.found
    return found


def make_job(name: str = "holiday.avi") -> Job:
    source = Source("file", "unique", name, 1)
    return Job(
        id="0123456789abcdef",
        platform="telegram",
        user_id="1",
        chat_id="1",
        message_id="1",
        locale="en",
        source=source,
        request=Request(),
        group=False,
        phase=Phase.QUEUED,
        attempt=0,
        failures=0,
        deaths=0,
        receipt=Receipt.NONE,
        status_message_id=None,
        error_code=None,
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


def make_result(
    action: Action = Action.ENCODE,
    *notes: Note,
    device: Device = Device.CPU,
    target: str = "mp4",
    after: MediaInfo = INFO,
) -> Result:
    plan = Plan(
        action=action,
        device=device,
        target=TARGETS[target],
        picture=None,
        sounds=(),
        max_bytes=1,
        max_seconds=1.0,
        threads=1,
    )
    return Result(Path("output.mp4"), None, plan, INFO, after, notes, 125.4, lost_seconds=2.0)


def made(action: Action = Action.ENCODE, *, target: str = "mp4", after: MediaInfo = INFO) -> Made:
    return Made.of(make_result(action, target=target, after=after))


def parsed(text: str) -> str:
    """What remains of a message once Telegram has read its HTML; only <b> is ours."""
    bare = re.sub(r"</?b>", "", as_html(text))
    assert "<" not in bare, text
    assert ">" not in bare, text
    assert not set(bare) & {BOLD, END}, text
    return html.unescape(bare)


@EVERY_LOCALE
def test_the_catalogues_hold_no_markup_of_one_messenger(locale: str) -> None:
    texts = Texts(locale)
    for path in sorted((CATALOGUES / locale).glob("*.ftl")):
        source = path.read_text(encoding="utf-8")
        assert not re.search(r"</?[a-z]", source), path
        # Marks over several lines aren't understood.
        assert "__" not in marked(source), path
    text = texts("start")
    assert text.count(BOLD) == text.count(END) == 1
    assert "__" not in text


@given(st.text(f"a<&_{BOLD}{END}", max_size=40))
def test_marks_that_somebody_sends_on_purpose_break_nothing(text: str) -> None:
    html_ = as_html(text)
    assert re.fullmatch(r"(?:[^<>]|<b>[^<>]*</b>)*", html_)
    assert html.unescape(re.sub(r"</?b>", "", html_)) == plain(text)
    assert not set(shown_name(text)) & {BOLD, END}


async def test_what_leaves_is_rendered_once_and_only_where_that_is_meant() -> None:
    sent: list[Any] = []

    async def send(bot: Bot, method: TelegramMethod[Any]) -> Any:  # noqa: ANN401
        sent.append(method)
        return Response(ok=True, result=True)

    words = f"{BOLD}a{END} & <b>"
    video = InputMediaVideo(media="x", caption=words)
    bot = Bot("1:" + "a" * 35)
    for method in (
        SendMessage(chat_id=1, text=words),
        EditMessageMedia(chat_id=1, message_id=1, media=video),
        SendMediaGroup(chat_id=1, media=[video, video]),
        AnswerCallbackQuery(callback_query_id="1", text=words),
        SendMessage(
            chat_id=1, text="a & b", entities=[MessageEntity(type="bold", offset=0, length=1)]
        ),
        SendMessage(chat_id=1, text="*a* & b", parse_mode="MarkdownV2"),
    ):
        await RenderTexts()(send, bot, method)
    html_ = "<b>a</b> &amp; &lt;b&gt;"
    assert sent[0].text == html_
    assert sent[1].media.caption == html_
    assert [one.caption for one in sent[2].media] == [html_, html_]
    assert sent[3].text == "a & <b>"
    assert [one.text for one in sent[4:]] == ["a & b", "*a* & b"]
    assert video.caption == words, "what is sent again is rendered again"


def test_both_catalogues_have_the_same_keys_with_the_same_variables() -> None:
    english, russian = catalogue("en"), catalogue("ru")
    assert english == russian


@EVERY_LOCALE
@pytest.mark.parametrize("code", [*CODES, *INVENTED])
def test_every_code_has_a_sentence_of_its_own(locale: str, code: str) -> None:
    texts = Texts(locale)
    sentence = cause(texts, code, FACTS.get(code, {}))
    assert texts.has(f"error-{code}")
    assert sentence.endswith(".")
    assert code == Code.FAILED or sentence != cause(texts, Code.FAILED, {})


@EVERY_LOCALE
def test_no_sentence_has_a_question_mark_for_what_is_not_known(locale: str) -> None:
    for path in sorted((CATALOGUES / locale).glob("*.ftl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        # Only the bot's own questions end in one.
        asking = (
            *("choose-cancel", "page-trim", "page-sound", "forget-ask", "admin-whom"),
            *("admin-quota-whom", "admin-stop-which", "admin-error-which"),
        )
        assert [line for line in lines if "?" in line and not line.startswith(asking)] == []


@EVERY_LOCALE
def test_a_sentence_is_for_one_code_alone(locale: str) -> None:
    texts = Texts(locale)
    told = [cause(texts, code, FACTS.get(code, {})) for code in [*CODES, *INVENTED]]
    assert len(set(told)) == len(told)


@EVERY_LOCALE
def test_a_code_of_another_version_gets_the_general_sentence(locale: str) -> None:
    texts = Texts(locale)
    assert cause(texts, "of the future", {"x": 1}) == cause(texts, Code.FAILED, {})


@EVERY_LOCALE
@pytest.mark.parametrize("code", list(FACTS))
def test_a_sentence_with_numbers_does_without_them(locale: str, code: str) -> None:
    """Not every raiser knows them, and after a crash only the code is left of an error."""
    texts = Texts(locale)
    told = cause(texts, code, {})
    if code == Code.OUTPUT_TOO_LARGE:
        assert told == cause(texts, TransferCode.UPLOAD_TOO_LARGE, {})
    else:
        assert told == cause(texts, Code.FAILED, {})


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (Code.TOO_LARGE, "2,500 MB, the limit is 2,000 MB"),
        (Code.TOO_LONG, "184 min long, the limit is 180 min"),
        (Code.TOO_MANY_PIXELS, "41 MP, the limit is 40 MP"),
        (Code.TOO_MANY_STREAMS, "65 tracks in the file, the limit is 64"),
        (Code.OUTPUT_TOO_LARGE, "fit 50 MB in watchable quality; the least is about 81 MB"),
        (Code.TIMED_OUT, "longer than 300 s"),
        (TransferCode.TOO_BIG_TO_FETCH, "more than 20 MB"),
    ],
)
def test_numbers_come_in_units_that_people_use(code: str, words: str) -> None:
    assert words in cause(Texts("en"), code, FACTS[code])


def test_every_kind_is_among_the_statuses_tried() -> None:
    assert {status.kind for status in STATUSES} == set(State)


@EVERY_LOCALE
@pytest.mark.parametrize("status", STATUSES, ids=lambda s: f"{s.kind}-{s.code}")
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_status_is_whole_and_fits_a_message(locale: str, status: Status, name: str) -> None:
    text = parsed(status_text(Texts(locale), make_job(name), status, output_limit=49_700_000))
    assert 0 < len(text.encode("utf-16-le")) // 2 <= MESSAGE_LIMIT
    assert shown_name(name) in text
    assert "\u202e" not in text


def test_a_conversion_says_how_far_how_fast_and_how_long() -> None:
    job = make_job("a.avi")
    full = Status(State.CONVERTING, {"percent": 42, "speed": 1.5, "seconds": 65, "shrunk": "yes"})
    assert parsed(status_text(Texts("en"), job, full, output_limit=50_000_000)) == (
        "⚙️ a.avi\nConverting… 42% · 1.5× · 1 min 5 s left\n"
        "🗜 The result would not fit 50 MB, so I'm making it smaller"
    )
    assert parsed(status_text(Texts("ru"), job, full, output_limit=50_000_000)) == (
        "⚙️ a.avi\nКонвертирую… 42% · 1,5× · осталось 1 мин 5 с\n"
        "🗜 Результат не поместится в 50 МБ, делаю поменьше"
    )


@EVERY_LOCALE
@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("device", Device)
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_caption_fits(locale: str, action: Action, device: Device, name: str) -> None:
    for target in TARGETS:
        result = make_result(action, *Note, device=device, target=target)
        for ready in (False, True):
            text = parsed(caption(Texts(locale), name, Made.of(result), ready=ready))
            assert 0 < len(text.encode("utf-16-le")) // 2 <= CAPTION_LIMIT
            assert text.startswith("✅ " + shown_name(name) + "\n")


def test_captions_say_what_was_done() -> None:
    texts = Texts("en")
    assert as_html(caption(texts, "a", made())) == (
        "✅ <b>a</b>\nRe-encoded on CPU in 2 min 5 s · 2.5 MB → 2.5 MB"
    )
    gpu = make_result(Action.ENCODE, Note.PARTIAL, device=Device.NVENC)
    assert "on GPU in" in caption(texts, "a", Made.of(gpu))
    assert "only the first 10 s of 12 s could be read" in caption(texts, "a", Made.of(gpu))
    assert "Remuxed in 2 min 5 s" in caption(texts, "a", made(Action.REMUX))
    assert "Only the sound" in caption(texts, "a", made(Action.AUDIO))


def test_what_is_told_of_a_result_that_was_ready_outlives_the_conversion() -> None:
    result = make_result(Action.ENCODE, Note.CUT, device=Device.NVENC, target="gif")
    kept = json.loads(json.dumps(Made.of(result).dump()))
    again = Made.load(kept)
    assert again == Made.of(result)
    assert again.whole
    assert caption(Texts("en"), "b", again, ready=True) == (
        f"✅ {BOLD}b{END}\n⚡ It was ready already: here it is at once · 2.5 MB\n"
        "✂️ Cut to the length that this format allows\n"
        "💡 Sent as a file: otherwise Telegram turns a GIF into a video"
    )
    changed: tuple[dict[str, Any], ...] = ({"action": "fly"}, {"colour": "red"}, {"notes": ["?"]})
    for wrong in ({}, *(kept | change for change in changed)):
        with pytest.raises((TypeError, ValueError)):
            Made.load(wrong)


@pytest.mark.parametrize("note", [Note.PARTIAL, Note.SOUND_LOST, Note.SUBTITLES_LOST])
def test_what_lacks_something_is_not_whole(note: Note) -> None:
    assert not Made.of(make_result(Action.ENCODE, note)).whole


def test_what_was_read_on_over_errors_is_not_whole() -> None:
    result = make_result()
    assert not Made.of(replace(result, plan=replace(result.plan, tolerant=True))).whole


@EVERY_LOCALE
@pytest.mark.parametrize("target", TARGETS)
def test_plays_everywhere_is_said_only_of_what_does(locale: str, target: str) -> None:
    texts = Texts(locale)
    promise = texts("result-nothing")
    for action in Action:
        said = promise in caption(texts, "a", made(action, target=target))
        assert said is (action is Action.NOTHING and target == "mp4")
    other = replace(INFO, videos=(replace(VIDEO, codec="hevc"),))
    assert promise not in caption(texts, "a", made(Action.NOTHING, after=other))
    loud = replace(INFO, audios=(replace(AUDIO, codec="mp3"),))
    assert promise not in caption(texts, "a", made(Action.NOTHING, after=loud))


@pytest.mark.parametrize(
    ("target", "action", "words"),
    [
        ("mp3", Action.AUDIO, "Sound encoded in"),
        ("m4a", Action.REMUX, "Sound taken as it is"),
        ("frame", Action.ENCODE, "Picture taken in"),
        ("mkv", Action.NOTHING, "It was like this already"),
        ("sticker", Action.ENCODE, "@Stickers"),
        ("hevc", Action.ENCODE, "some devices can't play it"),
    ],
)
def test_each_target_has_words_of_its_own(target: str, action: Action, words: str) -> None:
    assert words in caption(Texts("en"), "a", made(action, target=target))


def test_a_name_is_shown_as_it_is_not_as_markup() -> None:
    job = make_job("<b>&amp;\"'</b>.avi")
    text = status_text(Texts("en"), job, Status(State.ACCEPTED), output_limit=1)
    assert parsed(text) == "📥 <b>&amp;\"'</b>.avi accepted"


@EVERY_LOCALE
def test_numbers_in_help_are_the_operators_own(locale: str) -> None:
    bounds = Bounds(20 * 2**20, 50_000_000, 10_800, 5)
    text = bounds.help_text(Texts(locale))
    assert all(number in text for number in ("20", "50", "180", "5"))
    assert len(parsed(text)) <= MESSAGE_LIMIT
    none = Bounds(20 * 2**20, 50_000_000, 10_800, 0).help_text(Texts(locale))
    assert "no queue" in none or "без очереди" in none


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Остановлена 1 конвертация."),
        (3, "Остановлены 3 конвертации."),
        (5, "Остановлено 5 конвертаций."),
        (11, "Остановлено 11 конвертаций."),
        (21, "Остановлена 21 конвертация."),
    ],
)
def test_russian_counts_as_russians_do(count: int, words: str) -> None:
    assert Texts("ru")("cancelled-count", count=count) == f"✖️ {words}"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (1.4, "1 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (3725, "62 min 5 s")],
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(Texts("en"), seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (50, "50 s"), (90, "1 min 30 s"), (60, "1 min"), (1200.2, "20 min")],
)
def test_what_is_known_roughly(seconds: float, words: str) -> None:
    assert roughly(Texts("en"), seconds) == words


@pytest.mark.parametrize(
    ("locale", "seconds", "words"),
    [
        ("en", 1190.0, "Send this one again in about 20 min."),
        ("ru", 5.0, "Пришлите этот ещё раз примерно через 1 мин."),
        ("en", None, "Send this one again later."),
    ],
)
def test_a_crowd_says_when_to_come_back(locale: str, seconds: float | None, words: str) -> None:
    assert crowded(Texts(locale), seconds).endswith(words)


@EVERY_LOCALE
@pytest.mark.parametrize("act", Act)
def test_a_jobs_button_fits_what_telegram_carries(locale: str, act: Act) -> None:
    buttons = job_buttons(Texts(locale), "f" * 16, act)
    assert buttons is not None
    button = buttons.inline_keyboard[0][0]
    assert button.callback_data is not None
    assert len(button.callback_data.encode()) <= 64
    assert job_buttons(Texts(locale), "f" * 16) is None


@EVERY_LOCALE
def test_descriptions_of_commands_are_short_enough(locale: str) -> None:
    for name in ("start", "help", "status", "cancel"):
        assert 1 <= len(Texts(locale)(f"command-{name}")) <= 256


@EVERY_LOCALE
def test_a_callbacks_answer_is_short_enough(locale: str) -> None:
    for key in catalogue(locale):
        if key.startswith("tap-"):
            assert len(Texts(locale)(key)) <= 200


def test_mistakes_of_ours_are_loud() -> None:
    with pytest.raises(LookupError):
        Texts("en")("no-such-sentence")
    with pytest.raises(ValueError, match="status-accepted"):
        Texts("en")("status-accepted")


@pytest.mark.parametrize(
    ("code", "locale"),
    [
        *((code, "ru") for code in ("ru", "uk", "be", "kk", "ru-RU", "RU", "uk_UA", "kk-Cyrl-KZ")),
        *((code, "en") for code in ("en", "en-GB", "de", "zh-hans", "ruk", "", None, "x", "🎬")),
    ],
)
def test_the_language_of_a_person(code: str | None, locale: str) -> None:
    assert locale_for(code) == locale


def test_an_unknown_locale_is_english() -> None:
    assert Texts("tlh").locale == "en"


@given(st.text(max_size=300) | st.text("a🎬\u200d\u202e<\n", min_size=100, max_size=200))
def test_a_shown_name_is_one_harmless_line(name: str) -> None:
    shown = shown_name(name)
    assert shown
    assert not set(shown) & set("\n\r\u2028\u202e\u2066\x00")
    assert len(shown) <= 120
