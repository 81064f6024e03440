"""What Telegram makes of the files that a bot sends: the kind that was meant, another, or none."""

import subprocess
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn, User

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
Begun = Callable[[str], Path]


@pytest.fixture
async def user(standin: StandIn) -> AsyncIterator[User]:
    user = standin.user()
    await user.send_text("/start")
    yield user
    assert standin.unknown_parameters == []


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two real MP4s of two seconds: a wide one and a square one."""
    folder = tmp_path_factory.mktemp("films")
    made = {}
    for name, size in (("wide", "320x180"), ("square", "96x96")):
        made[name] = folder / f"{name}.mp4"
        source = f"testsrc2=size={size}:rate=10:duration=2"
        command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p"]
        subprocess.run([*command, str(made[name])], check=True)
    return made


@pytest.mark.parametrize(
    ("method", "field", "really", "kind"),
    [
        # Not a sticker, whatever is asked for: tdlib/telegram-bot-api#355.
        ("sendSticker", "sticker", b"\x1aE\xdf\xa3\x9fB\x82\x84webm", "document"),
        ("sendVideo", "video", b"\x1aE\xdf\xa3\x9fB\x82\x88matroska", "document"),
        ("sendVideo", "video", b"\0\0\0\x14ftypqt  ", "document"),
        ("sendVoice", "voice", b"fLaC", "audio"),
        ("sendVoice", "voice", b"nothing known", "document"),
        ("sendAudio", "audio", b"OggS", "audio"),
        ("sendDocument", "document", b"GIF89a", "animation"),
    ],
)
async def test_a_file_of_another_kind_becomes_another(
    method: str, field: str, really: bytes, kind: str, user: User, ask: Ask, tmp_path: Path
) -> None:
    path = tmp_path / "file.bin"
    path.write_bytes(really + bytes(100))
    status, answer = await ask(method, files={field: path}, chat_id=user.id)
    assert status == 200, answer
    assert user.bot_messages[0].kind == kind


async def test_a_document_stays_one_where_detection_is_off(
    user: User, ask: Ask, begun: Begun
) -> None:
    files = {"document": begun("animation")}
    await ask("sendDocument", files=files, chat_id=user.id, disable_content_type_detection=True)
    assert user.bot_messages[0].kind == "document"


async def test_a_photo_must_be_a_picture_of_a_bearable_shape(
    user: User, ask: Ask, begun: Begun, make_jpeg: Callable[[int, int], Path]
) -> None:
    for path, complaint in (
        (begun("video"), "IMAGE_PROCESS_FAILED"),
        (make_jpeg(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (make_jpeg(210, 10), "PHOTO_INVALID_DIMENSIONS"),
    ):
        _, answer = await ask("sendPhoto", files={"photo": path}, chat_id=user.id)
        assert answer["description"] == f"Bad Request: {complaint}"
    assert user.bot_messages == []


async def test_what_is_said_of_a_film_must_be_true(
    user: User, ask: Ask, films: dict[str, Path], standin: StandIn
) -> None:
    files = {"video": films["wide"]}
    for said in ({"width": 320, "height": 180}, {"width": 180, "height": 320}):
        await ask("sendVideo", files=files, chat_id=user.id, duration=2, **said)
    assert standin.problems == []
    await ask("sendVideo", files=files, chat_id=user.id, width=320, height=240, duration=9)
    assert standin.problems == [
        "sendVideo: 320x240 said of a picture of 320x180",
        "sendVideo: 9 s said of 2.0 s",
    ]


async def test_only_a_square_is_a_round_note(
    user: User, ask: Ask, films: dict[str, Path], standin: StandIn
) -> None:
    for name in ("square", "wide"):
        files = {"video_note": films[name]}
        await ask("sendVideoNote", files=files, chat_id=user.id, length=96, duration=2)
    assert [message.kind for message in user.bot_messages] == ["video_note", "video"]
    assert standin.problems == []


@pytest.mark.parametrize(
    ("method", "field"), [("sendVoice", "voice"), ("sendVideoNote", "video_note")]
)
async def test_a_person_may_take_no_voices(
    method: str, field: str, user: User, ask: Ask, begun: Begun
) -> None:
    user.forbid_voices()
    status, answer = await ask(method, files={field: begun(field)}, chat_id=user.id)
    assert (status, answer["description"]) == (400, "Bad Request: VOICE_MESSAGES_FORBIDDEN")
    assert user.bot_messages == []
    status, _ = await ask("sendAudio", files={"audio": begun("voice")}, chat_id=user.id)
    assert status == 200


@pytest.mark.parametrize("kind", ["animation", "audio", "document", "photo", "video"])
async def test_a_text_becomes_any_of_these(kind: str, user: User, ask: Ask, begun: Begun) -> None:
    await ask("sendMessage", chat_id=user.id, text="working")
    media = {"type": kind, "media": "attach://a", "caption": "done"}
    place = {"chat_id": user.id, "message_id": user.bot_messages[0].id}
    status, answer = await ask("editMessageMedia", files={"a": begun(kind)}, **place, media=media)
    assert status == 200, answer
    [message] = user.bot_messages
    assert (message.kind, message.caption) == (kind, "done")


@pytest.mark.parametrize("kind", ["voice", "video_note", "sticker"])
async def test_what_is_only_ever_sent_is_not_edited(
    kind: str, user: User, ask: Ask, begun: Begun
) -> None:
    method = "send" + "".join(word.capitalize() for word in kind.split("_"))
    await ask(method, files={kind: begun(kind)}, chat_id=user.id)
    place = {"chat_id": user.id, "message_id": user.bot_messages[0].id}
    media = {"type": "video", "media": "attach://a"}
    files = {"a": begun("video")}
    _, answer = await ask("editMessageMedia", files=files, **place, media=media)
    assert answer["description"] == "Bad Request: message media can't be edited"
    media["type"] = kind
    status, answer = await ask("editMessageMedia", files=files, **place, media=media)
    complaint = f'can\'t parse InputMedia: type "{kind}" is unsupported'
    assert (status, answer["description"]) == (400, f"Bad Request: {complaint}")
