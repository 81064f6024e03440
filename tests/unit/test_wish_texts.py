"""What is said of wishes: each option in words, and why one can't be granted, in both languages."""

from dataclasses import replace

import pytest

from bot.cli.options import called
from bot.texts import LOCALES, Texts
from bot.texts.sentences import cause
from bot.texts.wishes import help_text, takes_text
from converter.errors import Code, Refused
from converter.options import OPTIONS
from converter.request import parse
from tests.support.facts import AUDIO, INFO, PAINTED, TEXT, plans

EVERY_LOCALE = pytest.mark.parametrize("locale", LOCALES)
THREE = replace(
    INFO,
    audios=(
        replace(AUDIO, language="eng"),
        replace(AUDIO, language="rus", title="Extra"),
        replace(AUDIO, title="<b>"),
    ),
    subtitles=(TEXT, PAINTED),
)
DEAF = replace(INFO, audios=())
# The wish, the file, and what is said in English and in Russian.
SAID = [
    (
        {"audio": "5"},
        THREE,
        (
            "There is no sound track 5 in this file; there are: "
            "1 (eng), 2 (rus, Extra), 3 (unknown language, <b>)."
        ),
        "В файле нет звуковой дорожки 5; есть: 1 (eng), 2 (rus, Extra), 3 (язык неизвестен, <b>).",
    ),
    (
        {"audio": "fr"},
        DEAF,
        "There is no sound track fr in this file, and no other that could be heard.",
        "В файле нет ни звуковой дорожки fr, ни другой, которую можно услышать.",
    ),
    (
        {"subtitles": "burn", "subtitle": "fr"},
        THREE,
        "There are no subtitles fr in this file; there are: 1 (rus), 2 (eng).",
        "В файле нет субтитров fr; есть: 1 (rus), 2 (eng).",
    ),
    (
        {"subtitles": "burn"},
        INFO,
        "There are no subtitles in this file that could be burned in.",
        "В файле нет субтитров, которые можно впечатать.",
    ),
    (
        {"start": 10.5},
        INFO,
        "“beginning” lies outside of the file, which is 10 s long.",
        "«начало»: это за пределами файла, в нём всего 10 с.",
    ),
    (
        {"start": 200},
        replace(INFO, duration=95.96, videos=(replace(INFO.videos[0], duration=95.96),)),
        "“beginning” lies outside of the file, which is 1 min 35 s long.",
        "«начало»: это за пределами файла, в нём всего 1 мин 35 с.",
    ),
    (
        {"target": "frame", "at": 3},
        replace(INFO, duration=2.96, videos=(replace(INFO.videos[0], duration=2.96),)),
        "“moment” lies outside of the file, which is 2.9 s long.",
        "«момент»: это за пределами файла, в нём всего 2,9 с.",
    ),
    (
        {"target": "gif", "loudness": -16},
        INFO,
        "“loudness” means nothing for gif.",
        "«громкость»: для gif это ничего не значит.",
    ),
    (
        {"target": "animation", "subtitles": "keep"},
        INFO,
        "“subtitles: keep” means nothing for animation.",
        "«субтитры: keep»: для animation это ничего не значит.",
    ),
    (
        {"subtitle": "ru"},
        INFO,
        "“subtitle track” means nothing without “subtitles: burn”.",
        "«дорожка субтитров»: без «субтитры: burn» это ничего не значит.",
    ),
    (
        {"mute": True, "audio": "2"},
        INFO,
        "“sound track” means nothing beside “no sound”.",
        "«звуковая дорожка»: вместе с «без звука» это ничего не значит.",
    ),
    (
        {"start": 5, "end": 2},
        INFO,
        "“end” has to come after “beginning”.",
        "«конец»: нужно время позже, чем «начало».",
    ),
    (
        {"height": "72O"},
        INFO,
        "“height” takes a whole number from 16 to 16,384.",
        "«высота»: нужно указать целое число от 16 до 16\xa0384.",
    ),
    ({"nonsense": 1}, INFO, "There is no option “nonsense”.", "Параметра «nonsense» нет."),
]


@pytest.mark.parametrize(("wish", "info", "english", "russian"), SAID, ids=range(len(SAID)))
def test_why_a_wish_is_not_granted(
    wish: dict[str, object], info: object, english: str, russian: str
) -> None:
    with pytest.raises(Refused) as told:
        plans(info, parse(wish))  # type: ignore[arg-type]  # a MediaInfo
    error = told.value
    assert cause(Texts("en"), error.code, error.facts) == english
    assert cause(Texts("ru"), error.code, error.facts) == russian


COMMANDS = [
    ({"target": "m4a", "exact": False, "height": 5}, "--height takes a whole number from 16"),
    ({"target": "m4a", "height": 480}, "--height means nothing for m4a."),
    ({"target": "gif", "exact": False}, "--keyframe means nothing for gif."),
    ({"start": 5, "end": 2}, "--to has to come after --from."),
    ({"subtitle": "1"}, "--subtitle means nothing without --subtitles burn."),
    ({"mute": True, "loudness": -16}, "--loudness means nothing beside --mute."),
    ({"target": "sticker", "subtitles": "keep"}, "--subtitles keep means nothing for sticker."),
    ({"max_fps": 0}, "--fps takes a number from 1 to 240."),
]


@pytest.mark.parametrize(("wish", "said"), COMMANDS)
def test_at_a_terminal_options_are_called_as_they_are_typed(
    wish: dict[str, object], said: str
) -> None:
    with pytest.raises(Refused) as told:
        parse(wish)
    assert cause(Texts("en"), told.value.code, told.value.facts, called).startswith(said)


@EVERY_LOCALE
@pytest.mark.parametrize("name", OPTIONS)
def test_every_option_has_its_words(locale: str, name: str) -> None:
    texts = Texts(locale)
    assert texts(f"option-{name}")
    assert not help_text(texts, OPTIONS[name]).endswith(".")
    assert takes_text(texts, OPTIONS[name].takes)


@EVERY_LOCALE
@pytest.mark.parametrize("code", [Code.BAD_REQUEST, Code.NO_TRACK])
@pytest.mark.parametrize("facts", [{}, {"why": "of the future"}, {"kind": "of the future"}])
def test_without_its_facts_an_error_still_has_a_sentence(
    locale: str, code: Code, facts: dict[str, str]
) -> None:
    texts = Texts(locale)
    assert cause(texts, code, facts) == texts(f"error-{code}")
