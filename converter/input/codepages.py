"""Bytes of a subtitle track made into words: which code page they were written in. Pure.

Tables of what languages use, and how well a reading looks like one of them. General detectors need
a page of text; a cue may be three words long. Measurements: docs/decisions/0011-subtitles.md.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

# How much of the foreign text is looked at, in bytes: more would tell nothing new.
_SAMPLE: Final = 8 * 1024
# A reading under this is a guess.
_LEAST: Final = 0.5
_TAGGED: Final = 0.7
# Bytes that no code page explains: a line that was cut off, at most one in fifty.
_MOST_BROKEN: Final = 0.02
_BROKEN: Final = "\ufffd"
# Two bytes a letter: so many of the pairs have one byte that the others have too.
_ONE_SCRIPT: Final = 0.8
# What no text has, but halves of letters are.
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_AT_THE_END: Final = re.compile("[ךםןףץ](?![א-ת])")
_PUNCTUATION: Final = frozenset("«»„“”‘’—–…№§©®™°·¿¡‹›•£€\u00a0\u00ad\u200e\u200f′♪")
_WIDE_PUNCTUATION: Final = frozenset(
    "、。，．・：；？！「」『』（）〔〕【】《》〈〉～…―－—“”‘’　·♪♫☆★〜ー々"
)


@dataclass(frozen=True, slots=True)
class _Row:
    """A code page and a language in it: codes of the language, letters from the most frequent.

    `wide`: of two bytes a letter, where those that `letters` leaves out are possible too.
    """

    codec: str
    languages: tuple[str, ...]
    letters: str
    wide: bool = False


_RUSSIAN: Final = "оеаинтслвркдмупяьыгбзчйхжшюцщэфъё"
_UKRAINIAN: Final = "оаинівретслкдмупзяьбгчйхцїжюєшщфґыё"
_SERBIAN: Final = "аоиенртсуклпмвдјзгбчшцжљњхћђфџ"
_ARABIC: Final = "المينرتبوعدهسفكقحجشطصخذزغضءئثظىأةإآؤپچژگکی،؟؛ًٌٍَُِّْـ"
_THAI: Final = "นรากเงอมยลวดทสตะปบคหแจพชขใไโผถกำศธณภซษฟฉญฮฐฝฎฏฆฬ่้ีิัุู็์ืึ๊๋ๆฯำาๅ"
_KANJI: Final = (
    "人日何一大言私出本行今来見分事時思気上前手生間下方知子年中後自者先家話待会男女死父母"
    "度誰君彼俺僕少当聞入持取最同物多長立名場小食付目心作国殺明世界体帰教学新力全実無道戦"
    "天好良"
)
_SIMPLIFIED: Final = (
    "的一是了我不在人们有来他这上着个地到大里说就去子得也和那要下看天时过出小么起你都把好还"
    "多没为又可家学只以主会样年想生同老中十从自面前头道它后然走很像见两用她国动进成回什边作"
    "对开而己些现山民候经发工向事命给长水几义三声于高手知理眼志点心战二问但身方实吃做叫当住"
    "听革打呢真全才四已所敌之最光产情路分总条白话东席次亲如被花口放儿常气五第使写军吧文运再"
    "果怎定许快明行因别飞外树物活部门无往船望新带队先力完却站代员机更九您每风级跟笑啊孩万少"
    "直意夜比阶连车重便斗马哪化太指变社似士者干石满日决百原拿群究各六本思解立河村八难早论吗"
    "根共让相研今其书坐接应关信觉步反处记将千找争领或师结块跑谁草越字加脚紧爱等习阵怕月青半"
    "火法题建赶位唱海七女任件感准张团屋离色脸片科倒睛利世刚且由送切星导晚表够整认响雪流未场"
    "该并底深刻平伟忙提确近亮轻讲农古黑告界拉名呀土清阳照办史改历转画造嘴此治北必服雨穿内识"
    "验传业菜爬睡兴形量咱观苦体众通冲合破友度术饭公旁房极南枪读沙岁线野坚空收算至政城劳落钱"
    "特围弟胜教热展包歌类渐强数乡呼性音答哥际旧神座章帮啦受系令跳非何牛取入岸敢掉忽种装顶急"
    "林停息句区衣般报叶压慢叔背细气"
)
_TRADITIONAL: Final = (
    "的一是了我不在人們有來他這上著個地到大裡說就去子得也和那要下看天時過出小麼起你都把好還"
    "多沒為又可家學只以主會樣年想生同老中十從自面前頭道它後然走很像見兩用她國動進成回什邊作"
    "對開而己些現山民候經發工向事命給長水幾義三聲於高手知理眼志點心戰二問但身方實吃做叫當住"
    "聽打呢真全才四已所敵之最光產情路分總條白話東次親如被花口放兒常氣五第使寫軍吧文運再果怎"
    "定許快明行因別飛外樹物活部門無往船望新帶隊先力完卻站代員機更九您每風級跟笑啊孩萬少直意"
    "夜比連車重便馬哪化太指變社似士者石滿日決百原拿群各六本思解立早論嗎根共讓相今其書坐接應"
    "關信覺步反處記將千找爭領或師結塊跑誰字加緊愛等習怕月青半火法題建位唱海七女任件感準張離"
    "色臉片利世剛且由送切星晚表夠整認響雪流未場該並底深刻平忙提確近亮輕講古黑告界拉名呀土清"
    "陽照辦改歷轉畫造此治北必服雨穿內識傳業睡興形量體眾通合破友度術飯公房極南讀歲線野空收算"
    "至政城落錢特弟勝教熱包歌類強數性音答哥神座幫啦受系令跳非何牛取入敢掉忽種裝頂急林停息句"
    "區衣般報慢細"
)
_HANGUL: Final = (
    "이다는을에의가고지하은한를기어도나사그로아인서자있리으라해여대시게정들수것일보주만구안니"
    "제부네요습당오거면러야무말우장전상내저신스마과비까모데생던동성연방소세었와남조할원공유"
    "선미간했중음못물려분때진실계없터건눈문복관같람살경용심발않위차집불후너뭐왜잘갈볼돼죠예"
    "날씨좋늘계녕감됐겠싶찾친빨"
)

_ROWS: Final = (
    *(_Row(c, ("rus", "ru", "bul", "bg"), _RUSSIAN) for c in ("cp1251", "koi8_r", "cp866")),
    *(_Row(c, ("rus", "ru"), _RUSSIAN) for c in ("iso8859_5", "mac_cyrillic")),
    *(_Row(c, ("ukr", "uk", "bel", "be"), f"{_UKRAINIAN}ў") for c in ("cp1251", "koi8_u")),
    _Row("cp1251", ("srp", "scc", "mac", "mkd", "sr", "mk"), f"{_SERBIAN}ѓќѕ"),
    _Row("cp1252", ("fre", "fra", "fr"), "éèàêçùôîâïûëœæ"),
    _Row("cp1252", ("ger", "deu", "de"), "üäößÜÄÖ"),
    _Row("cp1252", ("spa", "es", "ita", "it", "cat"), "óíáéñúèòàìùü¿¡ç"),
    _Row("cp1252", ("por", "pt"), "ãáçéõóêíúâôàü"),
    _Row(
        "cp1252",
        ("swe", "nor", "dan", "fin", "ice", "isl", "sv", "no", "da", "fi"),
        "äåöøæéðþóáíúý",
    ),
    _Row("cp1252", ("dut", "nld", "eng", "en", "nl"), "éëïèöü"),
    *(_Row(c, ("pol", "pl"), "łęąóśżćńź") for c in ("cp1250", "iso8859_2")),
    *(
        _Row(c, ("cze", "ces", "slo", "slk", "cs", "sk"), "áíéěžčřšýůúťďňóľôĺŕä")
        for c in ("cp1250", "iso8859_2")
    ),
    *(_Row(c, ("hun", "hu"), "áéőöíóüúű") for c in ("cp1250", "iso8859_2")),
    *(_Row(c, ("rum", "ron", "ro"), "ăşţîâ") for c in ("cp1250", "iso8859_2")),
    *(_Row(c, ("hrv", "slv", "bos", "srp", "hr", "sl"), "čšžćđ") for c in ("cp1250", "iso8859_2")),
    _Row("cp1254", ("tur", "aze", "tr", "az"), "ıüşğçöİâî"),
    _Row("cp1257", ("lit", "lav", "est", "lt", "lv", "et"), "šėųžįčūąęāīēņļķģõäöü"),
    _Row("cp1253", ("gre", "ell", "el"), "αοιετσνηυρπκμλςωθγδβφχξζψάέίόύήώϊϋΐΰ"),
    _Row("cp1255", ("heb", "he", "iw"), "יוהלאתרבשמנםכעדפקחטזסגצןךףץ"),
    _Row("cp1256", ("ara", "per", "fas", "urd", "ar", "fa"), _ARABIC),
    _Row("cp874", ("tha", "th"), _THAI),
    *(_Row(c, ("jpn", "ja"), _KANJI, wide=True) for c in ("cp932", "euc_jp")),
    _Row("gb18030", ("chi", "zho", "zh"), _SIMPLIFIED, wide=True),
    _Row("big5hkscs", ("chi", "zho", "zh"), _TRADITIONAL, wide=True),
    _Row("cp949", ("kor", "ko"), _HANGUL, wide=True),
)


def clean(parts: Sequence[bytes]) -> bool:
    """Whether these are words in UTF-8 as they stand."""
    return all(_plain(part) is not None for part in parts)


def decode(parts: Sequence[bytes], language: str = "") -> list[str] | None:
    """The words of each part, None when nobody can read them.

    What is UTF-8 is left so, part by part; all the others are read in the one code page that makes
    the most of them. `language` (ISO 639, "" unknown) tips the scales.
    """
    texts = [_plain(part) for part in parts]
    foreign = [part for part, text in zip(parts, texts, strict=True) if text is None]
    if not foreign:
        return [text or "" for text in texts]
    codec = code_page(foreign, language)
    if codec is None:
        return None
    return [
        part.decode(codec, "replace").lstrip("\ufeff") if text is None else text
        for part, text in zip(parts, texts, strict=True)
    ]


def code_page(parts: Sequence[bytes], language: str = "") -> str | None:
    """The code page, by Python's name, in which these parts, none of them UTF-8, make sense; None
    when there is none."""
    sample = b"\n".join(parts)[:_SAMPLE]
    if _CONTROLS.search(sample) or any(part.startswith(_MARKS) for part in parts):
        return _two_bytes(parts)
    if b"\x1b$" in sample:
        return "iso2022_jp"
    scores = [(_score(row, sample, language), -n, row) for n, row in enumerate(_ROWS)]
    best, _, row = max(scores, key=lambda score: score[:2])
    return row.codec if best >= _LEAST else None


def _plain(part: bytes) -> str | None:
    if _CONTROLS.search(part) or b"\x1b$" in part or part.startswith(_MARKS):
        return None
    try:
        return part.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _two_bytes(parts: Sequence[bytes]) -> str | None:
    """UTF-16 by its mark, else by which byte of each pair is nearly always the same: letters of one
    script lie together."""
    for mark, codec in zip(_MARKS, ("utf-16-le", "utf-16-be"), strict=True):
        if any(part.startswith(mark) for part in parts):
            return codec
    even, odd = (b"".join(part[n::2] for part in parts)[:_SAMPLE] for n in (0, 1))
    first, second = (sum(n for _, n in Counter(half).most_common(2)) for half in (even, odd))
    if max(first, second) < _ONE_SCRIPT * len(odd):
        return None
    return "utf-16-be" if first > second else "utf-16-le"


def _score(row: _Row, sample: bytes, language: str) -> float:
    """How much the sample looks like this language when it is read so: 1.0 is a plain text."""
    text = sample.decode(row.codec, "replace")
    # The sample may end within a letter.
    broken = text[:-1].count(_BROKEN)
    strange = [letter for letter in text if not letter.isascii()]
    if not strange or broken > len(strange) * _MOST_BROKEN:
        return -1.0
    weigh = _weight_wide if row.wide else _weight
    ranks = {letter: 1.5 - 1.1 * n / len(row.letters) for n, letter in enumerate(row.letters)}
    total = sum(weigh(letter, ranks) for letter in strange) - _stumbles(text, row)
    tagged = _TAGGED if language in row.languages else 0.0
    return total / len(strange) + tagged


def _weight(letter: str, ranks: dict[str, float]) -> float:
    known = ranks.get(letter) or ranks.get(letter.lower())
    if known is not None:
        return known
    if letter in _PUNCTUATION:
        return 0.4
    return -1.0 if letter.isalpha() else -2.0


def _weight_wide(letter: str, ranks: dict[str, float]) -> float:
    if letter in ranks:
        return 1.2
    kana = "\u3041" <= letter <= "\u30fa"
    if kana:
        return 1.2 if ranks.get("私") else -1.0
    if "\uac00" <= letter <= "\ud7a3":
        return 0.4
    if "\u4e00" <= letter <= "\u9fff":
        return 0.2 if "的" in ranks or "私" in ranks else -0.5
    if letter in _WIDE_PUNCTUATION or "\uff01" <= letter <= "\uff5e":
        return 0.6
    return -2.0


def _stumbles(text: str, row: _Row) -> float:
    """What words of one language don't do: change to capitals, or to another script, in their
    middle; heap accents."""
    if row.wide:
        return 0.0
    # Five Hebrew letters look otherwise at the end of a word, and nowhere else.
    found = -0.7 * len(_AT_THE_END.findall(text)) if "ם" in row.letters else 0.0
    latin = row.letters[0] < "\u0370"
    for before, letter in itertools.pairwise(text):
        if not (before.isalpha() and letter.isalpha()):
            continue
        found += 1.5 if before.islower() and letter.isupper() else 0.0
        other = before.isascii() != letter.isascii()
        if latin:
            found += 0.0 if before.isascii() or letter.isascii() else 0.7
        else:
            found += 1.5 if other else 0.0
    return found
