"""HTML as Telegram reads it."""

import html
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standin.entities import decode, parse_html, plain, utf16_length
from standin.errors import ApiError


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("plain &lt;text&gt;", "plain <text>", []),
        ("a<b>b</b>", "ab", [("bold", 1, 1)]),
        ("<strong>b</strong><em>i</em>", "bi", [("bold", 0, 1), ("italic", 1, 1)]),
        ("<b>x<i>y</i></b>", "xy", [("bold", 0, 2), ("italic", 1, 1)]),
        ("🎬<b>клип</b>", "🎬клип", [("bold", 2, 4)]),
        ("  <b> x </b>\n", "x", [("bold", 0, 1)]),
        ("<s>a</s><u>b</u>", "ab", [("strikethrough", 0, 1), ("underline", 1, 1)]),
        ('<span class="tg-spoiler">x</span>', "x", [("spoiler", 0, 1)]),
        ("<tg-spoiler>x</tg-spoiler>", "x", [("spoiler", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [("expandable_blockquote", 0, 1)]),
        ("<b></b>x", "x", []),
        ("<B>x</b>", "x", [("bold", 0, 1)]),
        ("x & y &nbsp; &#65; &#x42; &amp;lt;", "x & y &nbsp; A B &lt;", []),
    ],
)
def test_markup_becomes_entities(
    source: str, text: str, entities: list[tuple[str, int, int]]
) -> None:
    got, found = parse_html(source)
    assert got == text
    assert [(e["type"], e["offset"], e["length"]) for e in found] == entities


@pytest.mark.parametrize(
    ("source", "extra"),
    [
        ('<a href="https://e.org/?a=1&amp;b=2">x</a>', {"url": "https://e.org/?a=1&b=2"}),
        ("<a href='tg://user?id=5'>x</a>", {"type": "text_mention", "user": {"id": 5}}),
        ('<pre><code class="language-py">x</code></pre>', {"type": "pre", "language": "py"}),
        ("<pre>x</pre>", {"type": "pre"}),
        ('<code class="language-py">x</code>', {"type": "code"}),
        ('<tg-emoji emoji-id="77">x</tg-emoji>', {"custom_emoji_id": "77"}),
    ],
)
def test_attributes_are_read(source: str, extra: dict[str, Any]) -> None:
    text, found = parse_html(source)
    assert text == "x"
    assert len(found) == 1
    assert found[0].items() >= extra.items()


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("я<x>", 'Unsupported start tag "x" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_bad_markup_is_refused_with_its_place(source: str, complaint: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


@settings(deadline=None)
@given(st.text())
def test_escaped_text_comes_out_as_it_was(text: str) -> None:
    got, found = parse_html(html.escape(text, quote=False))
    assert got == text.strip()
    assert found == []


_PIECES = st.lists(
    st.sampled_from(["<b>", "</b>", "<i>", "</i>", "<a href='u.org'>", "</a>", "<", ">", "&", "&#"])
    | st.text(max_size=5)
)


@settings(deadline=None)
@given(_PIECES.map("".join))
def test_any_markup_is_read_or_refused(source: str) -> None:
    read = _read(source)
    if isinstance(read, ApiError):
        assert read.description.startswith("Bad Request: can't parse entities: ")
        return
    text, found = read
    assert text == text.strip()
    for entity in found:
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= utf16_length(text)


def _read(source: str) -> tuple[str, list[dict[str, Any]]] | ApiError:
    try:
        return parse_html(source)
    except ApiError as error:
        return error


@settings(deadline=None)
@given(st.text(), st.integers(0, 20), st.integers(1, 20))
def test_entities_sent_along_stay_inside_the_text(text: str, offset: int, length: int) -> None:
    got, found = plain(text, [{"type": "bold", "offset": offset, "length": length}])
    for entity in found:
        assert entity["offset"] + entity["length"] <= utf16_length(got)


@settings(deadline=None)
@given(st.text())
def test_length_counts_utf16(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert decode(html.escape(text, quote=False)) == text
