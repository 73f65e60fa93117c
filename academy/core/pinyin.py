"""Chinese text found by letters: `wangxiuying`, `wangxy` or `wxy` (ADR 59).

Nothing is stored: a name has no second form that could differ from it.
"""

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice, product

from academy.core.text import HAN
from academy.core.typing_errors import has_one_error

WHOLE, BEGINNING, INSIDE = 0, 1, 2  # how near the typed letters are to a text
MOST_SPELLINGS = 24  # of a name whose characters have several readings
SHORTEST = 2  # one letter begins too many names

# Surnames that are read otherwise than their character usually is, with all readings that people type.
_SURNAMES = {
    "单": "shan dan chan",
    "曾": "zeng ceng",
    "查": "zha cha",
    "解": "xie jie",
    "仇": "qiu chou",
    "区": "ou qu",
    "朴": "piao pu",
    "盖": "ge gai",
    "乐": "yue le",
    "尉": "yu wei",
    "万": "wan mo",
    "长": "zhang chang",
    "澹": "tan dan",
    "翟": "zhai di",
    "覃": "qin tan",
    "缪": "miao mou",
    "种": "chong zhong",
    "员": "yun yuan",
    "宓": "mi fu",
    "秘": "bi mi",
    "折": "she zhe",
    "召": "shao zhao",
    "隗": "wei kui",
    "郇": "xun huan",
    "么": "yao me",
    "卜": "bu bo",
    "薄": "bo bao",
    "柏": "bai bo",
    "强": "qiang jiang",
    "都": "du dou",
    "褚": "chu zhu",
    "祭": "zhai ji",
    "牟": "mou mu",
    "繁": "po fan",
    "黑": "he hei",
    "适": "kuo shi",
    "洗": "xian xi",
    "重": "chong zhong",
    "车": "che ju",
    "谌": "chen shen",
}
_LATIN = re.compile("[^a-zü]+")
_IS_HAN = re.compile(f"[{HAN}]")


def letters(typed: str) -> str:
    """Return typed pinyin as it is compared: `Wang xiu'ying` → `wangxiuying`; else an empty text."""
    plain = typed.lower()
    if _IS_HAN.search(plain) or any(map(str.isdecimal, plain)):
        return ""
    found = _LATIN.sub("", plain).replace("ü", "v")
    return found if len(found) >= SHORTEST else ""


def nearness(text: str, typed: str) -> int | None:
    """Return how near typed `letters` are to a text with Han characters; None if they do not match.

    Each character may be typed in full or by its first letter, and the last one in part.
    """
    if not typed:
        return None
    spoken = [_readings(one, at == 0) for at, one in enumerate(text) if one.isalpha()]
    if not any(len(reading) > 1 for readings in spoken for reading in readings):
        return None  # no Han character; a search for parts of words finds it
    for start, readings in enumerate(spoken):
        begins = any(reading[0] == typed[0] for reading in readings)
        if begins and (found := _follow(spoken[start:], typed)) is not None:
            return found if start == 0 else INSIDE
    # A family name in one of its rarer readings, typed in full.
    for reading in _rare_readings(text[:1]):
        if typed.startswith(reading) and (found := _follow([(reading,), *spoken[1:]], typed)) is not None:
            return found
    return None


def is_misspelt(text: str, typed: str) -> bool:
    """Return whether typed `letters` are the whole pinyin of a text, but for one error."""
    spoken = [_readings(one, at == 0) for at, one in enumerate(text) if one.isalpha()]
    shortest = sum(min(map(len, readings)) for readings in spoken)
    longest = sum(max(map(len, readings)) for readings in spoken)
    if not shortest - 1 <= len(typed) <= longest + 1 or longest == len(spoken):
        return False
    return any(has_one_error("".join(one), typed) for one in islice(product(*spoken), MOST_SPELLINGS))


def sounds_like(text: str, other: str) -> bool:
    """Return whether two texts of the same length sound the same: 王秀瑛 is heard as 王秀英."""
    return all(
        one == two or set(_readings(one, at == 0)) & set(_readings(two, at == 0))
        for at, (one, two) in enumerate(zip(text, other, strict=True))
    )


def spelled(text: str) -> list[str]:
    """Return the usual reading of each character, by which a list of names on paper is sorted."""
    return [_readings(one, at == 0)[0] for at, one in enumerate(text)]


def _follow(spoken: Sequence[tuple[str, ...]], typed: str) -> int | None:
    """Return the nearness of `typed` to characters that begin here."""
    reached, begins = {0}, False
    for readings in spoken:
        further: set[int] = set()
        for place in reached:
            rest = typed[place:]
            if not rest:
                begins = True
                continue
            for reading in readings:
                if rest.startswith(reading):
                    further.add(place + len(reading))
                elif reading.startswith(rest):
                    begins = True
                if rest[0] == reading[0]:
                    further.add(place + 1)
        reached = further
        if not reached:
            break
    else:
        if len(typed) in reached:
            return WHOLE
    return BEGINNING if begins else None


@lru_cache(maxsize=20_000)
def _readings(character: str, is_first: bool) -> tuple[str, ...]:
    """Return the readings of a character without tones; a letter of another script reads as itself."""
    if not _IS_HAN.match(character):
        return (character.lower(),)
    if is_first and character in _SURNAMES:
        return tuple(_SURNAMES[character].split())
    found = list(dict.fromkeys(_dictionary(character)))
    found = found[:1] if is_first else found
    # Keyboards write ü as v, passports as yu, and many people as u.
    return tuple(dict.fromkeys(one.replace("v", form) for one in found for form in ("v", "u", "yu")))


@lru_cache(maxsize=2_000)
def _rare_readings(character: str) -> tuple[str, ...]:
    """Return the readings of a character that no family name usually has."""
    if not _IS_HAN.match(character):
        return ()
    usual = _readings(character, True)
    return tuple(one for one in dict.fromkeys(_dictionary(character)) if one not in usual)


def _dictionary(character: str) -> list[str]:
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # only characters are asked: a fifth of the memory
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return [reading for readings in found for reading in readings if reading]
