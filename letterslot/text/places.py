"""Find where somebody lives or works, as far as a language has a firm way of writing it.

A small table by language. Each pattern wants firm signs (a street word with a house number; a
first person with a verb of work), because a warning given too often is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["place", "workplace"]

_DIGIT: Final = re.compile(r"\d")


@dataclass(frozen=True)
class _Pattern:
    """One way to write a place in one language. A text that holds no sign is not searched."""

    kind: Kind
    language: str
    signs: tuple[str, ...]
    pattern: re.Pattern[str]


def _place(language: str, signs: str, pattern: str) -> _Pattern:
    return _Pattern("place", language, tuple(signs.split()), re.compile(pattern))


def _workplace(language: str, signs: str, pattern: str) -> _Pattern:
    return _Pattern("workplace", language, tuple(signs.split()), re.compile(pattern))


# Capitalised words and a name's small words, as they stand between a street word and a number.
_LATIN: Final = r"[A-ZÀ-ÖØ-ÞĀ-ž][\w'’.-]{0,24}"
_CYRILLIC: Final = r"[А-ЯЁІЇЄҐ][\w'’.-]{0,24}"
_PATTERNS: Final = (
    # Addresses.
    _place("ko", "로 길",  # 종로구 새문안로 12, 한강대로12길 3-4: after a district, or with 길
        r"(?<!\w)(?:[가-힣]{1,6}(?:시|군|구|읍|면|동)\s?){1,3}[가-힣]{1,8}\d{0,3}[가-힣]?(?:로|길)"
        r"\s?\d{1,4}(?:번?길\s?\d{1,4})?(?:-\d{1,4})?(?!\d|[.,]\d"
        r"|\s?(?:명|번째|년|월|시|분|%|원|개|회|대|위))"
        r"|(?<!\w)[가-힣]{2,8}(?:로|길)\s?\d{1,4}번?길\s?\d{1,4}(?:-\d{1,4})?(?!\d)"),
    _place("ko", "번지 호",  # 성내동 123-4번지, 101동 1203호
        r"(?<!\w)[가-힣]{1,6}(?:동|리|가)\s?(?:산\s?)?\d{1,4}(?:-\d{1,4})?\s?번지"
        r"|(?<!\w)(?:[가-힣A-Za-z]{2,12}(?:아파트|빌라)\s?)?\d{1,4}동\s?\d{1,4}호"),
    _place("en", "Street St Road Rd Avenue Ave Lane Boulevard Blvd Crescent Terrace Drive",
        rf"(?<![\w.,/-])\d{{1,5}}[A-Za-z]?\s+(?:(?:[NSEW]\.?|{_LATIN})\s+){{1,3}}"
        r"(?:Street|St\b(?!\.\s[A-Z])|Road|Rd|Avenue|Ave|Lane|Boulevard|Blvd|Crescent|Terrace|Drive)"
        r"(?!\w)"),
    _place("en", "Flat flat Apartment apartment Apt apt",
        r"(?<!\w)(?:[Ff]lat|[Aa]partment|[Aa]pt\.?)\s+(?:no\.?\s*|#)?\d{1,4}[A-Za-z]?(?![\w%]|[.,]\d)"),
    _place("de", "straße strasse str. Straße Strasse Str. gasse allee Allee weg",
        rf"(?<!\w)(?:[A-ZÄÖÜ][\w-]{{1,24}}(?:straße|strasse|gasse|allee)|[A-ZÄÖÜ][a-zäöüß]{{2,20}}str\."
        rf"|[A-ZÄÖÜ][a-zäöüß]{{3,20}}weg|{_LATIN}[ -](?:Straße|Strasse|Str\.|Allee|Weg))"
        r"\s+\d{1,4}(?!\d|[.,]\d|\s?(?:%|€|km|m\b|Meter|Minuten|Uhr|Prozent))(?:\s?[a-k])?(?!\w)"),
    _place("fr", "rue avenue boulevard chemin impasse allée quai",
        r"(?<![\w.,/-])\d{1,4}(?:\s?(?:bis|ter))?,?\s+(?:rue|avenue|boulevard|chemin|impasse|allée"
        rf"|quai)\s+(?:(?:de|du|des|la|le|les)\s+|de\s+la\s+|[dl]['’]){{0,2}}{_LATIN}"),
    _place("es", "alle venida vda. aseo",
        rf"(?<!\w)(?:[Cc]alle|[Aa]venida|[Aa]vda\.|[Pp]aseo)\s+(?:(?:de|del|la|las|los|el)\s+){{0,2}}"
        rf"{_LATIN}(?:\s+{_LATIN}){{0,2}},?\s+(?:(?:n[.º°]{{0,2}}|[Nn]úmero)\s?)?\d{{1,4}}(?![\w%]|[.,]\d)"),
    _place("tr", "addesi Cad. okak okağı Sok.",
        rf"(?<!\w){_LATIN}\s+(?:Caddesi|Cad\.|Sokak|Sokağı|Sok\.)[\s,]+No\s?[.:]{{0,2}}\s?\d{{1,4}}(?!\d)"),
    _place("vi", "đường phố ngõ hẻm ngách",
        r"(?<![\w.,/-])\d{1,4}[A-Za-z]?(?:/\d{1,4}){0,3}\s+(?:đường|phố|ngõ|hẻm|ngách)\s+"
        r"(?:[A-ZĐÀ-Ỹ]\w{0,12}|\d{1,4})(?!\w)"
        r"|(?<!\w)[Ss]ố\s+(?:nhà\s+)?\d{1,4}[A-Za-z]?,?\s+(?:đường|phố|ngõ|hẻm|ngách)(?!\w)"),
    _place("ru", "улиц ул. проспект пр-т переул пер.",
        rf"(?<!\w)(?:[Уу]лиц[аеы]|[Уу]л\.|[Пп]роспекте?|[Пп]р-т|[Пп]ереул(?:ок|ке)|[Пп]ер\.)\s?{_CYRILLIC}"
        rf"(?:\s+{_CYRILLIC}){{0,2}},?\s+(?:(?:д\.|дом|доме)\s?)?\d{{1,4}}[а-я]?(?![\w%]|[.,]\d)"),
    _place("uk", "вул проспект просп. провул",
        rf"(?<!\w)(?:[Вв]улиц[яії]|[Вв]ул\.|[Пп]роспекті?|[Пп]росп\.|[Пп]ровул(?:ок|ку))\s?{_CYRILLIC}"
        rf"(?:\s+{_CYRILLIC}){{0,2}},?\s+(?:(?:буд\.|будинок|д\.)\s?)?\d{{1,4}}[а-я]?(?![\w%]|[.,]\d)"),
    _place("zh", "号 號",
        r"[\u4e00-\u9fff]{1,8}(?:路|街|巷|弄|大道|胡同)\s?[东西南北中]?\s?\d{1,5}(?:弄\s?\d{1,4})?\s?[号號]"
        r"(?!\s?(?:线|線|公交|车|車))"),
    _place("zh", "室 單元 单元",
        r"\d{1,4}\s?(?:栋|幢|棟|号楼|號樓)\s?\d{0,2}\s?(?:单元|單元)?\s?\d{2,4}\s?[室号號]"),
    _place("ja", "丁目 〒",
        r"[\u4e00-\u9fff]{1,8}\s?[\d０-９一二三四五六七八九]{1,2}丁目\s?[\d０-９]{1,3}(?:番地?|[-−－‐])"
        r"|〒\s?[\d０-９]{3}[-−－‐][\d０-９]{4}"),
    _place("fa", "پلاک",
        r"(?<!\w)(?:خیابان|کوچه|بلوار)\s+\w{2,20}(?:\s+\w{1,20}){0,3}?\s*[،,]?\s+پلاک\s*\d{1,4}"),
    _place("ar", "شارع",
        r"(?<!\w)شارع\s+\w{2,20}(?:\s+\w{1,20}){0,3}?\s*[،,]?\s+(?:رقم|بناية|عمارة|منزل|مبنى)\s*\d{1,4}"),
    _place("my", "အမှတ်",
        r"အမှတ်\s*[(（]?\s?\d{1,4}[)）]?\s?[၊,]?\s?[\u1000-\u109f\s]{2,30}?လမ်း"),
    # Workplaces and schools, in the first person.
    _workplace("en", " work I am I'm I’m I teach I study my ",
        r"(?<!\w)(?:[Mm]y\s+(?:husband|wife|mother|father|mum|mom|dad|brother|sister|son|daughter"
        r"|boss)\s+(?:works|worked|teaches|studies)"
        r"|I(?:['’]ve|\s+have|\s+had|['’]m|\s+am|\s+was|\s+used\s+to)?\s+(?:been\s+)?(?:still\s+|also\s+|now\s+)?"
        r"(?:work|working|worked|employed|teach|taught|teaching|study|studying|studied)"
        r"|I(?:['’]m|\s+am)\s+an?\s+[a-z]{3,20}(?:\s+[a-z]{3,20})?)"
        r"(?:\s+here)?(?:\s+as\s+an?\s+[a-z]{3,20}(?:\s+[a-z]{3,20})?)?\s+(?:at|for|in)\s+(?:the\s+|our\s+)?"
        rf"{_LATIN}(?:\s+{_LATIN}){{0,3}}(?<![.])"),
    _workplace("ko", "일하 일합 일했 근무 재직 다니 다녔 다닙",
        r"(?<!\w)(?:저는|난|나는|제가|내가|저도|나도)\s(?:[^\s.,!?]{1,12}\s){0,2}?[^\s.,!?]{2,16}(?:에서|에)\s?"
        r"(?:일하고|일하는|일합|일했|근무|재직|다니고|다니는|다닙|다녔)"),
    _workplace("zh", "工作 上班 任职 就职 上学 读书",
        r"(?:我|本人)(?:现在|目前|就|也|曾经?|一直)?在[^\s，。！？、,.!?我的了]{2,12}?(?:公司|厂|医院|学校|大学|中学"
        r"|小学|单位|局|银行|集团|部队|店)(?:里)?(?:工作|上班|任职|就职|上学|读书)"),
    _workplace("de", " ich Ich",
        r"(?<!\w)[Ii]ch\s+(?:arbeite(?:te)?\s+(?:als\s+\w{3,24}\s+)?(?:bei|beim|bei\s+der|bei\s+den)"
        r"|(?:unterrichte|studiere)\s+(?:\w{3,20}\s+)?(?:an|an\s+der|am|im|in\s+der))"
        rf"\s+(?!Nacht|Tag|Abend|Regen|Bedarf|Licht|Alter){_LATIN}(?:\s+{_LATIN}){{0,2}}"),
    _workplace("ru", "работа преподаю учусь",
        rf"(?<!\w)[Яя]\s+(?:работаю|работал[аи]?|преподаю|учусь)\s+(?:\w{{3,20}}\s+)?(?:в|на)\s+"
        rf"(?:{_CYRILLIC}(?:\s+{_CYRILLIC}){{0,2}}|(?:школе|больнице|заводе|лицее)\s+(?:№\s?|имени\s+)?[\dА-Я]\w{{0,20}})"),
)  # fmt: skip


def find(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Kind, start and end of each passage, in the order of the table. Whatever the language.

    People write in other languages than the story's, so every pattern is tried.
    """
    numbered = _DIGIT.search(text) is not None
    for row in _PATTERNS:
        if (numbered or row.kind == "workplace") and any(sign in text for sign in row.signs):
            for match in row.pattern.finditer(text):
                yield row.kind, match.start(), match.end()
