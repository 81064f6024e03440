"""Texts, captions and buttons of outgoing messages, checked as Telegram checks them."""

from typing import Any

from standin import entities
from standin.context import Call
from standin.errors import bad_request

Json = dict[str, Any]

_LONGEST_CALLBACK = 64
_LONGEST_COPY = 256
_STYLES = frozenset({"danger", "primary", "success"})


def text_content(call: Call, too_long: str) -> Json:
    """`{"text": …, "entities": […]}` from `text`, `parse_mode` and `entities`.

    ApiError 400 with `too_long` above the limit, which counts what is left after parsing.
    """
    text, found = _parsed(call, call.params, "text", "entities")
    if not text:
        raise bad_request("text must be non-empty")
    if entities.utf16_length(text) > call.state.limits.text:
        raise bad_request(too_long)
    return {"text": text, **({"entities": found} if found else {})}


def caption_content(call: Call, source: Json) -> Json:
    """`{"caption": …, "caption_entities": […]}`, or nothing without a caption."""
    text, found = _parsed(call, source, "caption", "caption_entities")
    if entities.utf16_length(text) > call.state.limits.caption:
        raise bad_request("message caption is too long")
    if not text:
        return {}
    return {"caption": text, **({"caption_entities": found} if found else {})}


def inline_keyboard(params: Json) -> Json | None:
    """The inline keyboard that stays on the message; other keyboards do not. ApiError 400."""
    markup = params.get("reply_markup")
    if markup is None or "inline_keyboard" not in markup:
        return None
    rows = [row for row in markup["inline_keyboard"] if row]
    for button in (button for row in rows for button in row):
        _check_button(button)
    return {"inline_keyboard": rows} if rows else None


def _check_button(button: Json) -> None:
    if not button["text"].strip():
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    actions = button.keys() - {"text", "icon_custom_emoji_id", "style"}
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    data = button.get("callback_data")
    if data is not None and not 1 <= len(data.encode()) <= _LONGEST_CALLBACK:
        raise bad_request("BUTTON_DATA_INVALID")
    if "copy_text" in button and not 1 <= len(button["copy_text"]["text"]) <= _LONGEST_COPY:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    if button.get("style") not in {None, *_STYLES}:  # in our own words
        raise bad_request("can't parse inline keyboard button: invalid button style specified")


def _parsed(call: Call, source: Json, name: str, entities_name: str) -> tuple[str, list[Json]]:
    text = source.get(name, "")
    mode = source.get("parse_mode", "").lower()
    if mode == "html":
        return entities.parse_html(text)
    if mode in {"markdown", "markdownv2"}:
        call.state.problems.append(f"{call.method}: parse_mode {mode} is not read")
        raise bad_request(f"parse_mode {mode} is not available in the stand-in")
    if mode:
        raise bad_request("unsupported parse_mode")
    return entities.plain(text, source.get(entities_name))
