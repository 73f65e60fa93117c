"""Numbers in a thread: those of the lines, of buildings, of phones, of heads."""

import re
from dataclasses import dataclass, replace

from academy.threads.folding import HAN, clean
from academy.threads.names import ONLY_ONE, PARENTS, RELATION

_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九十")} | {"两": 2, "俩": 2, "仨": 3, "〇": 0}
_C = "[一二三四五六七八九十]{1,3}"


def number_of(text: str) -> int:
    """Return a number of digits or of Chinese numerals below 100: 十二 → 12."""
    if text.isascii():
        return int(text)
    tens, ten, ones = text.partition("十")
    if ten:
        return (_DIGITS.get(tens, 0) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
    return _DIGITS.get(text[0], 0)


# Numbers of lines

_NOT_A_LINE = (
    r"(?!\d)(?!\s*(?:栋|幢|号楼|号院|座|单元|#|楼|室|弄|区|期|[:/-]\d|[.]\d{1,2}(?![\d栋幢号座楼#-])))"
    r"(?!组|门|人|名|个|月|日|年|点|时|分|元|块|岁|小时|周(?=$|[\s内后前以])|度|级)"
)
_STRONG = re.compile(
    rf"^(?:no\.?\s*(?=\d+\s)(\d{{1,3}})|(?:no\.?\s*|第\s*)?(?:[(\[【<]\s*(\d{{1,3}})\s*[)\]】>]|(\d{{1,3}}){_NOT_A_LINE}\s*(?:[.。、,:;)]|位[:.、\s])))[\s.、:)]*(.*)$",
    re.IGNORECASE,
)
_NUMERAL = re.compile(rf"^(?:\(({_C})\)|({_C})[、.)])\s*(.*)$")
_WEAK = re.compile(
    rf"^(\d{{1,3}}){_NOT_A_LINE}(?:号(?=[\s{HAN}])(?!楼|院))?\s*-?\s*(?=[{HAN}A-Za-z@(\"'~]|$|\s|\+|\d)(.*)$"
)
_FURTHER = re.compile(r"(?<=[\s,;。])(?=(\d{1,3})\s*[.、)]\s*\D)")


def numbered(text: str, before: int) -> tuple[int, str] | None:
    """Return the number and the rest of a clean line; `before` is the number of the line before, or 0.

    A number without a sign after it counts only where the list goes on: 302 王芳 is a room.
    """
    if found := _STRONG.match(text):
        return int(found[1] or found[2] or found[3]), found[4]
    if found := _NUMERAL.match(text):
        return number_of(found[1] or found[2]), found[3]
    if found := _WEAK.match(text):
        number = int(found[1])
        if (0 <= number - before <= 10 and number) or number == 1:
            return number, found[2].strip()
    return None


def items_in(text: str, before: int) -> list[tuple[int, str]]:
    """Return the numbered items in a clean line; several where they stand on one line: 1.张三 2.李四."""
    first = numbered(text, before)
    if first is None:
        return []
    number, rest = first
    items: list[tuple[int, str]] = []
    start = 0
    for found in _FURTHER.finditer(rest):
        if int(found[1]) == number + 1:
            items.append((number, rest[start : found.start()].strip()))
            number += 1
            start = found.start() + re.match(r"\d+\s*[.、)]\s*", rest[found.start() :]).end()  # type: ignore[union-attr]
    return [*items, (number, rest[start:].strip())]


# Buildings and phones

_NAMED = rf"(?:[{HAN}]{{1,4}}(?:苑|园|小区|村|城|公寓|社区|府|庭|里))?"
_BUILDING = re.compile(
    rf"{_NAMED}(?<![\dA-Za-z+])(?P<b>\d{{1,3}}|{_C}|[A-Za-z])\s*"
    rf"(?:号楼|号院|栋|幢|座|#楼?|号(?=$|[\s,)(、-]|[{HAN}])(?!码|线|下午|上午|早|晚|楼|不|取|来|去|退)|楼(?=$|[\s,)(、\d]|[{HAN}])(?!道|下|上|长|主|栋|梯|层))\s*-?\s*"
    rf"(?:(?P<u>\d{{1,2}}|{_C})\s*单元\s*|(?P<u2>\d)-)?(?:(?P<r>\d{{3,4}})(?!\d)\s*(?:室|房|号)?)?"
)
_DASHED = re.compile(
    r"(?<![\d-])(?P<b>\d{1,3}|[A-Za-z])-(?:(?P<u>\d{1,2})-)?(?P<r>\d{3,4})(?![\d-])|(?<![\d-])(?P<b2>\d{1,2})-(?P<u2>\d)(?![\d:点-])"
)
_BEFORE_NAME = re.compile(rf"^\s*(?P<b>\d{{1,2}})\s*-\s*(?=[{HAN}])")  # 3-张桂兰
_UNIT = re.compile(rf"(?P<u>\d{{1,2}}|{_C})\s*单元\s*(?P<r>\d{{3,4}})?\s*(?:室|房)?")
_MOBILE = re.compile(
    r"(?:电话|手机|联系方式|tel)?\s*[:.]?\s*(?<!\d)(?:\+?86[ -]?)?(1[3-9]\d[ -]?\d{4}[ -]?\d{4})(?!\d)", re.I
)
_MASKED = re.compile(r"(?<!\d)1[3-9]\d\s*[*x]{3,5}\s*(\d{4})(?!\d)", re.IGNORECASE)
_TAIL = re.compile(r"(?:电话|手机)?(?:尾号|尾数|后四位|后4位)\s*(?:是|为|[:.])?\s*(\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3}-?\d{7,8})(?!\d)")


@dataclass(frozen=True)
class Building:
    """A building, with the unit and the room if they are known."""

    number: str
    unit: str = ""
    room: str = ""

    def meets(self, other: "Building") -> bool:
        """Return whether both may be one address."""
        same_unit = not (self.unit and other.unit) or self.unit == other.unit
        same_room = not (self.room and other.room) or self.room == other.room
        return self.number == other.number and same_unit and same_room


def _plain(text: str | None) -> str:
    if not text:
        return ""
    return text.upper() if text.isalpha() and text.isascii() else str(number_of(text))


def take_buildings(text: str) -> tuple[list[Building], str]:
    """Return the buildings in a text, and the text with a blank in the place of each."""
    found: list[tuple[int, Building]] = []

    def keep(match: re.Match[str]) -> str:
        parts = match.groupdict()
        room = parts.get("r") or ""
        number, unit = parts.get("b") or parts.get("b2"), parts.get("u") or parts.get("u2")
        found.append((match.start(), Building(_plain(number), _plain(unit), room)))
        return " " * len(match[0])

    text = _BUILDING.sub(keep, _DASHED.sub(keep, text))
    text = _BEFORE_NAME.sub(keep, text) if not found else text
    return [building for _at, building in sorted(found, key=lambda one: one[0])], _UNIT.sub(" ", text)


def building_of(text: str) -> Building | None:
    """Return the building of the roll's own field: 3栋, 3号楼2单元, 5-302, or 3 alone."""
    text = clean(text)
    if re.fullmatch(rf"\d{{1,3}}|{_C}|[A-Za-z]", text):
        return Building(_plain(text))
    found, _rest = take_buildings(text)
    return found[0] if found else None


def take_phones(text: str) -> tuple[list[str], str]:
    """Return phones and ends of phones (four digits) in a text, and the text without them."""
    found: list[tuple[int, str]] = []

    def keep(match: re.Match[str]) -> str:
        found.append((match.start(), re.sub(r"\D", "", match[1])))
        return " " * len(match[0])

    for pattern in (_MOBILE, _MASKED, _TAIL, _LANDLINE):
        text = pattern.sub(keep, text)
    return [phone for _at, phone in sorted(found)], text


def is_phone_of(written: str, phone: str) -> bool:
    """Return whether a written phone, or the end of one, is the phone of the roll."""
    digits = re.sub(r"\D", "", phone)
    digits = re.sub(r"^86(?=1\d{10}$)", "", digits)
    return bool(digits) and (digits == written or (len(written) == 4 and digits.endswith(written)))


# Heads

_N = r"(\d{1,9}|[一二两三四五六七八九十俩仨])"
_OF = rf"(?:{RELATION.pattern})"
_EXTRA = re.compile(
    rf"(?:\+|(?<!参)加)\s*{_N}(?!\d|[点号栋:])\s*(?:个|位|名)?\s*(?:人|{_OF})?"
    rf"|(?:另外?|还有|再加|外加|又)\s*{_N}\s*(?:个|位|名|人)+{_OF}?"
    rf"|(?<![可能以没别])(?<!(?<!带)不)[带领携](?:着|上)?\s*{_N}\s*(?:(?:个|位|名)(?:人|{_OF})?|人|{_OF}|(?=$|[\s,;)。!]))(?![{HAN}]*(?:袋|瓶|把|副|包|箱|具))"
    rf"|(?<![可能以没别])(?<!(?<!带)不)[带领携](?:着|上|了)?\s*(?:{_OF}(?:和|、|与|跟)?)+(?:{_N}个人?)?"
)
_AND_RELATION = re.compile(
    rf"([+和与跟及同、,&/\s]|还有|以及|外加|(?<!参)加上?|连同|另有|[叫喊]上)\s*{_N}?\s*(?:个|位|名)?({_OF}|{PARENTS.pattern})(?:\s*{_N}\s*(?:(?:个|位|名)人?|人)?)?"
    r"(?=$|[\s,;、。!)+和]|一起|都|来|去|参加|报|也|俩)"
)
_SUM = re.compile(r"(?<![\d.+])(?<!\+\s)([1-9])\s*\+\s*([1-9])(?!\d)")  # 2+1: two and a child; not +1+1
_TOTAL = re.compile(
    rf"(?:共|一共|总共|合计|报|来|去|我们|一行)?\s*{_N}\s*(?:人(?![份均次桌])|位|名额|个人|个名额|名(?!额)|口(?!子)人?)(?![{HAN}]*(?:袋|瓶|把))(?:一起)?"
    rf"|(?<![A-Za-z])[x*]\s*{_N}(?!\d)|一?家{_N}口|{_N}口之家"
    rf"|(?<![{HAN}\d]){_N}\s*大\s*(?:人)?\s*{_N}\s*小(?:孩)?"
    r"|(夫妇|夫妻俩?|[老小]?两口子?|母女俩?|母子俩?|父子俩?|父女俩?|祖孙俩?|姐妹俩|兄弟俩|姐弟俩|兄妹俩|俩人|俩$)|(?:报|来|共)\s*{_N}\s*个(?:$|\s)".replace(
        "{_N}", _N
    ),
    re.IGNORECASE,
)
_OFFERS = re.compile(rf"(?:可以?|能|还可)[带坐载]\s*{_N}\s*(?:个|位|名)?人?")
_WHOLE_FAMILY = re.compile(
    "(?:^|\\s)-\\s?\\d(?!\\d)|我们[两俩三几]|全家|一家人|一家子|一大家|我们家|几个人|若干|等人|好几个|一帮|大家一起"
)
_ALONG_IN_ENGLISH = re.compile(
    r"(?:\b(?:and|with|plus|bringing)|[+&])\s*(?:(?:my|his|her|an?|one|1)\s+)?"
    r"(?:wife|husband|son|daughter|kid|child|friend|mother|mom|mum|father|dad|boyfriend|girlfriend|partner)(ren|s)?\b"
    r"|\bplus\s+(?:one|1)\b",
    re.IGNORECASE,
)
_EDITED = re.compile(
    r"^(.*\S)\s*(?:改(?:成|为|到|报)?|更[正改](?:为|成)?:?|变(?:成|为)?|调整为|->|=>|→|现在?(?:只有|是|为)?)\s*:?\s*(\S.*)$"
)
LARGEST = 20  # heads for one line; more is asked about


@dataclass(frozen=True)
class Heads:
    """Heads of a line besides the person: `extra` ones, or a `total`; `unclear` if it gives no figure."""

    extra: int = 0
    total: int | None = None
    unclear: bool = False


def take_heads(text: str) -> tuple[Heads, list[str], str]:
    """Return the heads that a text gives, the words for them, and the text without them.

    The second figure of +1改成+2 counts; without a second one it is unclear.
    """
    if edited := _EDITED.match(text):
        before, said, rest_before = _take_heads(edited[1])
        if before != Heads():
            after, _words, rest = _take_heads(edited[2])
            if after == Heads():
                alone = re.match(rf"{_N}\s*(?:个|人|位|名)?了?$", edited[2])
                after = Heads(total=number_of(alone[1])) if alone else replace(before, unclear=True)
            return after, [text[len(rest_before.rstrip()) :].strip()] if said else [], f"{rest_before} {rest}"
    return _take_heads(text)


def _take_heads(text: str) -> tuple[Heads, list[str], str]:
    said: list[str] = []
    extra, unclear = 0, False
    totals: list[int] = []

    def count_with(joined: str, relation: str, number: int) -> None:
        """Count 和老公两个, which is two in all, +孩子两个, which is three, and 和孩子两个, which may be either."""
        nonlocal extra, unclear
        if ONLY_ONE.search(relation) and number == 2:
            totals.append(number)
        else:
            extra += number
            unclear = unclear or (number > 1 and joined in "和与跟及同带")

    def add(match: re.Match[str]) -> str:
        nonlocal extra
        if counted := re.search(rf"({_OF})\s*{_N}个人?$", match[0]):
            count_with("带", counted[1], number_of(counted[2]))
            said.append(match[0].strip(" ,、"))
            return " "
        numbers = [number_of(one) for one in match.groups()[:6] if one and not RELATION.fullmatch(one)]
        relations = re.findall(RELATION.pattern, match[0])
        extra += numbers[0] if numbers else max(1, len(relations))
        said.append(match[0].strip(" ,、"))
        return " "

    def add_relation(match: re.Match[str]) -> str:
        nonlocal extra, unclear
        if match[4] and not match[2]:
            count_with(match[1], match[3], number_of(match[4]))
        else:
            extra += number_of(match[2]) if match[2] else 2 if PARENTS.fullmatch(match[3]) else 1
            unclear = unclear or (match[1].isspace() and not match[2])  # 张三 老公: both, or one of them
        said.append(match[0].strip(" ,、"))
        return " "

    def count(match: re.Match[str]) -> str:
        numbers = [number_of(one) for one in match.groups() if one and (one.isdecimal() or one in _DIGITS)]
        totals.append(sum(numbers) if numbers else 2)
        said.append(match[0].strip())
        return " "

    def add_up(match: re.Match[str]) -> str:
        totals.append(int(match[1]) + int(match[2]))
        return " "

    def offer(match: re.Match[str]) -> str:
        nonlocal unclear
        unclear = unclear or re.search("[车驾载坐]", match.string) is None  # a driver offers seats
        said.append(match[0].strip())
        return " "

    def add_in_english(match: re.Match[str]) -> str:
        nonlocal extra, unclear
        extra += 1
        unclear = unclear or match[1] is not None  # kids: how many
        said.append(match[0].strip())
        return " "

    text = _ALONG_IN_ENGLISH.sub(add_in_english, text)
    text = _EXTRA.sub(add, _SUM.sub(add_up, _OFFERS.sub(offer, text)))
    text = _TOTAL.sub(count, text)
    text = _AND_RELATION.sub(add_relation, text)
    total = totals[-1] if totals else None
    unclear = unclear or _WHOLE_FAMILY.search(text) is not None or len(set(totals)) > 1
    if total is not None and extra:
        unclear = unclear or total < extra + 1
    return Heads(extra, total, unclear), said, text
