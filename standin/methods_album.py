"""The bot's albums: checked as a whole, so that a refused one leaves nothing behind."""

from typing import Any

from standin import albums, media, posting, texts
from standin.context import Call, Method
from standin.errors import ApiError, bad_request

Json = dict[str, Any]

# What Telegram's servers find out only when they have the file.
_FOUND_LATER = frozenset({"IMAGE_PROCESS_FAILED", "PHOTO_INVALID_DIMENSIONS"})


async def send_media_group(call: Call) -> list[Json]:
    """Two to ten files; one alone is sent as a plain message, which is noted as a problem."""
    items = call.params["media"]
    if not items:
        raise bad_request("there are no messages to send")
    _check(items)
    captions = [texts.caption_content(call, item) for item in items]
    chat = posting.chat_of(call)
    extra = posting.place(call, chat)
    made = [_content(call, number, item) for number, item in enumerate(items, start=1)]
    _check_kinds(items, [content for content, _ in made])
    if call.state.pace is not None:
        for _ in items:
            call.state.pace.send(chat.id, group=chat.type != "private")
    if len(items) >= albums.FEWEST:
        extra["media_group_id"] = albums.new_id(call.state)
    else:
        call.state.problems.append("sendMediaGroup: an album of one file is a plain message")
    return [
        call.state.post(
            chat, call.state.bot, content | caption, extra=dict(extra), passed=passed
        ).as_json()
        for (content, passed), caption in zip(made, captions, strict=True)
    ]


def _content(call: Call, number: int, item: Json) -> tuple[Json, Json]:
    kind = item["type"]
    if kind == "live_photo":
        call.state.problems.append("sendMediaGroup: live photos are not available in the stand-in")
        raise bad_request("live photos are not available in the stand-in")
    try:
        return media.from_params(call, kind, item, item["media"])
    except ApiError as error:
        reason = error.description.removeprefix("Bad Request: ")
        if reason in _FOUND_LATER:
            raise _not_sent(number, reason) from None
        raise


def _check(items: list[Json]) -> None:
    if len(items) > albums.MOST:
        raise bad_request("too many messages to send as an album")
    above = {item.get("show_caption_above_media", False) for item in items}
    if len(above) > 1:
        raise bad_request("parameter show_caption_above_media must be the same for all messages")
    strange = albums.unmixable(item["type"] for item in items)
    if strange is not None:
        raise bad_request(f"{strange} can't be mixed with other media types")


def _check_kinds(items: list[Json], contents: list[Json]) -> None:
    """An upload that is no file of its kind would come out as another, which fits no album.

    What Telegram's servers say of it is nowhere written down; this is the error that they have
    for a file that can't be in an album.
    """
    for number, (item, content) in enumerate(zip(items, contents, strict=True), start=1):
        if item["type"] not in content:
            raise _not_sent(number, "MEDIA_GROUPED_INVALID")


def _not_sent(number: int, reason: str) -> ApiError:
    return bad_request(f'failed to send message #{number} with the error message "{reason}"')


METHODS: dict[str, Method] = {"sendMediaGroup": send_media_group}
