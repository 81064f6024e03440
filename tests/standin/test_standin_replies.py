"""Answers: the message that is answered comes whole, whatever it and the answer are."""

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from standin import StandIn

Ask = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]
KINDS = [
    *["animation", "audio", "document", "photo", "sticker", "video", "video_note", "voice"],
]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_file_answers_a_file(
    kind: str, standin: StandIn, clip: Path, begun: Callable[[str], Path]
) -> None:
    user = standin.user()
    film = await user.send_document(clip, caption="the film")
    answer = await user.send_file(kind, begun(kind), reply_to=film)
    update = standin.pending_updates[-1]["message"]
    assert answer.reply_to == film.id
    assert kind in update
    replied = update["reply_to_message"]
    assert replied["message_id"] == film.id
    assert replied["caption"] == "the film"
    assert replied["document"] == film.raw.content["document"]


async def test_an_answer_to_the_bots_film_holds_the_film(
    standin: StandIn, ask: Ask, clip: Path, jpeg: Path
) -> None:
    user = standin.user()
    first = await user.send_text("hi")
    await ask(
        "sendVideo",
        files={"video": clip},
        chat_id=user.id,
        reply_parameters={"message_id": first.id},
    )
    film = user.bot_messages[0]
    await user.send_photo(jpeg, reply_to=film, caption="the cover")
    replied = standin.pending_updates[-1]["message"]["reply_to_message"]
    assert replied["from"]["is_bot"] is True
    assert replied["video"]["file_id"] == film.video.file_id
    assert "reply_to_message" not in replied, "an answer inside an answer is left out"


async def test_what_was_deleted_is_answered_no_more(standin: StandIn, clip: Path) -> None:
    user = standin.user()
    film = await user.send_video(clip)
    user.delete(film)
    await user.send_text("/convert", reply_to=film)
    assert "reply_to_message" not in standin.pending_updates[-1]["message"]


async def test_an_answer_in_a_supergroup_names_a_thread_that_is_no_topic(
    standin: StandIn, ask: Ask, clip: Path
) -> None:
    anna = standin.user()
    group = standin.group([anna], kind="supergroup")
    film = await group.member(anna).send_video(clip)
    answer = await group.member(anna).send_text("/convert", reply_to=film)
    update = standin.pending_updates[-1]["message"]
    assert update["message_thread_id"] == film.id
    assert "is_topic_message" not in update
    assert answer.thread is None
    status, refusal = await ask(
        "sendMessage", chat_id=group.id, text="x", message_thread_id=film.id
    )
    assert (status, refusal["description"]) == (400, "Bad Request: message thread not found")
