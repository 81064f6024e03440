"""Which code page a few words were written in."""

import random

import pytest

from converter.input import codepages

# Not one of these helped to choose the tables.
WORDS = [
    ("Где ты была вчера вечером?", ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic")),
    ("Ладно.", ("cp1251", "koi8_r")),
    ("- Кто там?\n- Это я.", ("cp1251", "koi8_r", "cp866")),
    ("НЕ СТРЕЛЯЙТЕ!", ("cp1251", "cp866")),
    ("Я тебе чекаю вже цілу годину", ("cp1251", "koi8_u")),
    ("Къде отиваш, момче?", ("cp1251",)),
    ("Nie wiem, o czym mówisz. Chodźmy stąd.", ("cp1250", "iso8859_2")),
    ("Řekni mu, ať přijde později.", ("cp1250", "iso8859_2")),
    ("Nem tudom, mit akarsz tőlem. Szörnyű.", ("cp1250", "iso8859_2")),
    ("Ça ne fait rien, on y était déjà.", ("cp1252",)),
    ("Ich weiß nicht, ob er für uns fährt.", ("cp1252",)),
    ("¿Dónde está mi sueño? Mañana.", ("cp1252",)),
    ("Bugün hava çok güzel, değil mi? Işık", ("cp1254",)),
    ("Πού πας; Έλα εδώ, σε παρακαλώ.", ("cp1253",)),
    ("אני לא יודע מה קרה", ("cp1255",)),
    ("لا أعرف ماذا حدث هنا", ("cp1256",)),
    ("ไม่เป็นไร ไปกันเถอะ", ("cp874",)),
    ("どこへ行くの？", ("shift_jis", "euc_jp")),
    ("待って！話がある。", ("shift_jis", "euc_jp")),
    ("我们走吧，没有时间了。", ("gbk",)),
    ("我們走吧，沒有時間了。", ("big5",)),
    ("지금 어디 가는 거야?", ("euc_kr",)),
    ("Что-то пошло не так", ("utf-16-le", "utf-16-be", "utf-16")),
    ("ひらがなとカタカナ", ("iso2022_jp", "utf-16")),
]


@pytest.mark.parametrize(
    ("words", "page"), [(words, page) for words, pages in WORDS for page in pages]
)
def test_one_line_is_enough(words: str, page: str) -> None:
    assert codepages.decode([words.encode(page)]) == [words]


def test_a_language_tips_the_scales() -> None:
    # The same byte in every part of Europe.
    line = "ý".encode("cp1250")
    assert codepages.decode([line], "tur") == ["ı"]
    assert codepages.decode([line], "cze") == ["ý"]


def test_what_is_right_stays() -> None:
    parts = ["Ёжик".encode(), b"plain", "日本".encode("utf-8-sig"), b""]
    assert codepages.clean(parts)
    assert codepages.decode(parts) == ["Ёжик", "plain", "日本", ""]


def test_every_line_by_itself() -> None:
    parts = ["Первая".encode(), "Вторая строка".encode("cp1251"), b"third"]
    assert not codepages.clean(parts)
    assert codepages.decode(parts) == ["Первая", "Вторая строка", "third"]


def test_a_line_that_was_cut_off_costs_no_other() -> None:
    lines = ["どこへ行くの？".encode("shift_jis")] * 30
    lines[7] = lines[7][:-1]
    found = codepages.decode(lines)
    assert found is not None
    assert found.count("どこへ行くの？") == 29


@pytest.mark.parametrize("seed", range(8))
def test_nonsense_is_no_text(seed: int) -> None:
    noise = random.Random(seed).randbytes(60)  # noqa: S311 - no secret
    assert codepages.decode([bytes(0x80 | byte for byte in noise)]) is None


def test_a_long_text_is_read_in_no_time() -> None:
    line = "Съешь же ещё этих мягких французских булок".encode("koi8_r")
    found = codepages.decode([line] * 50_000)
    assert found is not None
    assert found[-1].startswith("Съешь")
