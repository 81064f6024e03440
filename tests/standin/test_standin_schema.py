"""The table of the Bot API: what it accepts, and that no text of any request breaks it."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standin import schema
from standin.errors import ApiError
from standin.make_schema import trim

TABLE = schema.load()


def test_the_table_is_of_this_version_and_holds_facts_alone() -> None:
    assert TABLE.version == "10.3"
    assert TABLE.method("sendvideo") == "sendVideo"


@pytest.mark.parametrize(
    ("raw", "typed"),
    [
        ({"chat_id": "5", "text": "x"}, {"chat_id": 5, "text": "x"}),
        ({"chat_id": 5, "text": 7}, {"chat_id": 5, "text": "7"}),
        ({"chat_id": "@channel", "text": "x"}, {"chat_id": "@channel", "text": "x"}),
        (
            {"chat_id": 1, "text": "x", "protect_content": "True"},
            {"chat_id": 1, "text": "x", "protect_content": True},
        ),
        (
            {"chat_id": 1, "text": "x", "reply_parameters": '{"message_id": 3}'},
            {"chat_id": 1, "text": "x", "reply_parameters": {"message_id": 3}},
        ),
        (
            {"chat_id": 1, "text": "x", "reply_markup": {"remove_keyboard": True}},
            {"chat_id": 1, "text": "x", "reply_markup": {"remove_keyboard": True}},
        ),
    ],
)
def test_values_get_their_types(raw: dict[str, Any], typed: dict[str, Any]) -> None:
    checked = TABLE.check("sendMessage", raw)
    assert (checked.params, checked.unknown) == (typed, [])


def test_the_kind_of_media_decides_which_fields_it_knows() -> None:
    video = {"type": "video", "media": "attach://a", "supports_streaming": True}
    checked = TABLE.check("editMessageMedia", {"media": json.dumps(video)})
    assert checked.params["media"] == video
    photo = {"type": "photo", "media": "attach://a", "supports_streaming": True}
    checked = TABLE.check("editMessageMedia", {"media": photo})
    assert checked.unknown == ["media.supports_streaming"]


def test_an_upload_under_the_parameters_own_name_counts_as_the_file() -> None:
    checked = TABLE.check("sendVideo", {"chat_id": 1}, {"video"})
    assert checked.params["video"] == "attach://video"


def test_scopes_are_told_apart_by_their_type() -> None:
    scope = {"type": "chat", "chat_id": 5}
    checked = TABLE.check("setMyCommands", {"commands": "[]", "scope": scope})
    assert checked.params["scope"] == scope
    with pytest.raises(ApiError, match="can't parse scope"):
        TABLE.check("setMyCommands", {"commands": "[]", "scope": {"type": "moon"}})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
_METHODS = st.sampled_from(
    ["sendMessage", "editMessageMedia", "sendVideo", "setMyCommands", "getUpdates"]
)
_NAMES = st.sampled_from(
    [
        *["chat_id", "text", "media", "reply_markup", "entities", "scope", "commands"],
        *["limit", "timeout", "video", "allowed_updates", "reply_parameters", "something"],
    ]
)


@settings(deadline=None)
@given(_METHODS, st.dictionaries(_NAMES, _JSON | _JSON.map(json.dumps)))
def test_any_parameters_are_typed_or_refused(method: str, params: dict[str, Any]) -> None:
    checked = _checked(method, params)
    if isinstance(checked, ApiError):
        assert checked.status == 400
        assert checked.description.startswith("Bad Request: ")
    else:
        assert set(checked.params) <= set(params)
        assert TABLE.check(method, checked.params).params == checked.params


def _checked(method: str, params: dict[str, Any]) -> schema.Checked | ApiError:
    try:
        return TABLE.check(method, params)
    except ApiError as error:
        return error


def test_json_nested_without_end_is_refused() -> None:
    deep = '{"blocks":[' * 5000
    with pytest.raises(ApiError) as caught:
        TABLE.check("editMessageText", {"rich_message": deep})
    assert caught.value.status == 400


def test_trimming_keeps_types_and_drops_sentences() -> None:
    def field(
        name: str, kind: str, *, required: bool, description: str = "Words"
    ) -> dict[str, Any]:
        return {"name": name, "type": kind, "required": required, "description": description}

    def item(
        name: str, category: str, fields: list[Any], description: str = "Words"
    ) -> dict[str, Any]:
        whole = {"name": name, "category": category, "annotations": fields}
        return whole | {"description": description}

    fixed = field("type", "String", required=True, description="Kind, must be one")
    source = {
        "api": {"version": "1.0"},
        "items": [
            {
                "children": [
                    item(
                        "doIt",
                        "methods",
                        [field("things", "Array of Array of Thing", required=True)],
                    ),
                    item("Thing", "types", [], "One of\n - ThingOne\n - ThingTwo"),
                    item("ThingOne", "types", [fixed]),
                    item("ThingTwo", "types", [field("x", "Integer or String", required=False)]),
                    item("Unused", "types", [fixed]),
                ]
            }
        ],
    }
    assert trim(source) == {
        "version": "1.0",
        "methods": {"doIt": {"things": "Array<Array<Thing>>!"}},
        "types": {"ThingOne": {"type": "String=one!"}, "ThingTwo": {"x": "Integer|String"}},
        "unions": {"Thing": ["ThingOne", "ThingTwo"]},
    }
