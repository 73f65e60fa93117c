"""Names as lists have them: several in a cell, forms of address, notes, lost characters."""

import re
import unicodedata
from collections.abc import Iterator

from academy.core.text import HAN
from academy.people.names import tidy_name
from academy.roll.faults import Fault
from academy.tables.cells import Cell, text_of

LONGEST = 60
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖"
    "贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_DOUBLE = "欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|长孙|司徒|夏侯|端木|南宫|独孤|闻人|宇文|申屠|太史"
_SEPARATORS = re.compile(r"[、,，;；/／&＆+＋|｜\n\r]+")
_WORDS = re.compile(r"[和与及跟]")
_TOGETHER = re.compile(r"夫妇|夫妻|两口子|一家|全家|等\s*\d*\s*[人位]|母子|母女|父子|父女|姐妹$|兄弟$|姐弟$|兄妹$")
_TITLE = re.compile(  # 王阿姨 and 李姐; 王文姐 and 张国姨 are names
    rf"[{HAN}]{{1,3}}(?:阿姨|叔叔|大爷|大妈|大姐|大哥|大嫂|大伯|大叔|大娘|奶奶|爷爷|婆婆|公公|伯伯|伯母|娭毑|嗲嗲|老师|先生|女士|小姐|同志"
    rf"|书记|主任|师傅|医生|大夫|嫂子|老板|经理|某某)|[{HAN}][二三四小老]?[姨叔嫂姐哥某]"
)
_FAMILIAR = re.compile(rf"[小老阿][{HAN}]")
_NOTE = re.compile(r"[(（\[【<《].*?[)）\]】>》]?$")
_HIDDEN = re.compile(r"[*＊×✱●○]|[xX]{2,}")
_LOST = re.compile("[?？□■◻◼〓�\ue000-\uf8ff\U000f0000-\U0010fffd]")
_RARE = re.compile("[\u3400-\u4dbf\U00020000-\U0003ffff]")
_WHOLE = re.compile(rf"[{HAN}](?:[{HAN}·]*[{HAN}])?|[^\W\d_](?:[^\W\d_]|[ ·.'’-])*")


def read_name(cell: Cell) -> tuple[str, list[Fault]]:
    """Return the name that the cell would store, and its faults; an empty text where it holds no name."""
    raw, text = str(cell or "").strip(), text_of(cell)
    if not text:
        return "", [Fault("no_name")]
    if _LOST.search(raw):
        return tidy_name(text), [Fault("broken_character")]
    if _HIDDEN.search(text):
        return tidy_name(text), [Fault("masked_name")]
    if _are_several(raw):
        return tidy_name(text), [Fault("several_people")]
    faults = []
    alone = text
    if (note := _NOTE.search(text)) and (alone := text[: note.start()].strip()):
        faults.append(Fault("name_with_note", {"text": note[0], "name": tidy_name(alone)}))
    name = tidy_name(alone)
    return name, faults + list(_faults_of(name))


def is_plausible(text: str) -> bool:
    """Return whether a text may be a Chinese name: two to four characters, the first a common family name."""
    name = tidy_name(text)
    return re.fullmatch(rf"[{HAN}]{{2,4}}", name) is not None and name[0] in _SURNAMES


def _faults_of(name: str) -> Iterator[Fault]:
    if len(name) > LONGEST:
        yield Fault("long_name")
    elif _WHOLE.fullmatch(name) is None:
        yield Fault("odd_name")
    elif len(name) == 1:
        yield Fault("short_name")
    elif _TITLE.fullmatch(name) or _FAMILIAR.fullmatch(name):
        yield Fault("title_name", {"name": name})
    if rare := _RARE.search(name):
        yield Fault("rare_character", {"sign": rare[0]})


def _are_several(raw: str) -> bool:
    text = unicodedata.normalize("NFKC", re.sub(r"[(（\[【].*?[)）\]】]", "", raw)).strip()
    if _TOGETHER.search(text):
        return True
    parts = [part.strip() for part in _SEPARATORS.split(text) if part.strip()]
    if len(parts) > 1:
        return True
    words = text.split()
    if len(words) > 1 and all(re.fullmatch(rf"[{HAN}]{{2,}}", word) for word in words):
        return re.fullmatch(_DOUBLE, words[0]) is None or len(words) > 2
    return any(
        is_plausible(text[: word.start()]) and is_plausible(text[word.end() :]) for word in _WORDS.finditer(text)
    )
