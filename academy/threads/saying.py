"""One line of a thread: the people whom it names, their heads, and what it says of them."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace

from academy.threads import cues
from academy.threads.facts import Doubt, Statement
from academy.threads.folding import HAN, fold
from academy.threads.names import RELATION, Shape, is_plausible, is_relation, relative_of, shape_of
from academy.threads.numbers import take_buildings, take_heads, take_phones
from academy.threads.stating import statement_of

LONGEST = 160  # signs of a line; a longer one is no sign-up
LONGEST_NICK = 12
MOST_PEOPLE = 12  # on a line; one with more is no sign-up
LONGEST_PAIR = 40  # signs of a word that may hold two names

_PARENS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_SPLIT = re.compile(r"(\s*(?:[、,;/|&+。!]|\.{2,}|-+|(?<!\d):|:(?!\d)|~+)\s*|\s+)")
_AND = re.compile("[和与跟及同]")
_AND_ALONE = re.compile(rf"(?<=\S)\s+{_AND.pattern}\s+(?=\S)")  # 马丽 和 小李
_BETWEEN_PEOPLE = re.compile("[、/&+和与跟及同]")
_TAKES_ALONG = re.compile("^(?:带|携|领|叫)(?:上|着|了)?")
_MENTIONED = re.compile(r"@\s?([^\s@,、()]+)")
_SELF = re.compile("^(?:我们?|本人|自己|俺)")
_POLITE = re.compile(
    "^(?:(?:[Mm]rs?\\.?\\s|[Mm]s\\.?\\s|[Mm]iss\\s|志愿者|姓名|名字|我是|我叫|业主|住户|居民|网格员|楼栋?长|单元长|老?党员|队长|组长|物业|社区|社工|居委会|业委会|保安|骨干|@)[:\\s-]*)+(?=.)"
)
_ROOM_FIRST = re.compile(rf"^(\d{{3,4}})\s*(?:室|房)?\s*-?\s*(?=[{HAN}])")  # 302李建国
_NO_NAME = re.compile(rf"^[^{HAN}A-Za-z]*$")


@dataclass
class _Part:
    """A person while their line is read."""

    name: str
    shape: Shape
    rest: list[str] = field(default_factory=list)
    along: bool = False
    alias: str = ""
    doubts: list[Doubt] = field(default_factory=list)
    extra: int = 0  # relatives with this person's name: 周杰 周杰爱人


class _Line:
    """The reading of one line; `names` are those of the roll, folded."""

    def __init__(self, text: str, names: Collection[str], *, nicknames: bool) -> None:
        self.names, self.nicknames = names, nicknames
        self.parts: list[_Part] = []
        self.before: list[str] = []  # remarks before any name
        self.doubts: list[Doubt] = []
        self.signed_by = ""  # the words for somebody who signs all of them up
        phones, text = take_phones(text)
        self.buildings, text = take_buildings(text)
        self.phones = [phone for phone in phones]
        self.inside = [next(filter(None, found), "") for found in _PARENS.findall(text)]
        main = _PARENS.sub(" ", text).strip()
        self.rooms = [found[1]] if (found := _ROOM_FIRST.match(main)) else []
        main = self.read_proxy(_POLITE.sub("", _ROOM_FIRST.sub("", main)))
        self.heads, self.words_of_heads, main = take_heads(main)
        self.read_main(main.replace("?", " ? ").strip())
        self.read_inside()
        self.ask_about_mentions(text)
        for part in self.parts if self.signed_by else ():
            part.rest.append(self.signed_by)
        takes_relative = any(re.match("[带领携].*" + RELATION.pattern, word) for word in self.words_of_heads)
        if takes_relative and len(self.parts) == 2:
            self.parts[1].along = True  # 周杰带老婆肖玲

    def ask_about_mentions(self, text: str) -> None:
        """Ask about @name beside another person: it may be called, and not signed up."""
        mentioned = {fold(name) for name in _MENTIONED.findall(text)}
        if len(self.parts) > 1 or "我" in text:
            for part in self.parts:
                if fold(part.name) in mentioned:
                    part.doubts.append(Doubt("remark_or_name", part.name))

    def is_name(self, text: str) -> bool:
        return fold(text) in self.names

    def name_at_start(self, text: str) -> tuple[str, Shape, str] | None:
        """Return the name at the start of a word, its shape, and the rest, which is empty or a remark."""
        text = text.strip()
        if not text or len(text) > 60:
            return None
        if self.is_name(text):
            text = text.strip(" ·•._~-@")
            return text, Shape("full", text), ""
        best: tuple[tuple[int, int, int], tuple[str, Shape, str]] | None = None
        for length in range(min(len(text), 16), 1, -1):
            name, rest = text[:length], text[length:].strip()
            surety = cues.begins_remark(rest)
            if not surety and not (length > 2 and len(rest) > 1 and self.is_name(name)):
                continue
            if self.is_name(name):
                shape, kind = Shape("full", name), 3 if surety else 1
            else:
                shape = shape_of(name)
                kind = {"full": 2, "address": 2, "relative": 1}.get(shape.kind, 0)
                if shape.kind == "full" and self.is_name(shape.name):
                    name, kind = shape.name, 3
            if kind and (not best or (kind, surety, -length) > best[0]):
                best = (kind, surety, -length if rest and surety == 2 else 0), (name, shape, rest)
        return best[1] if best else None

    def read_main(self, text: str) -> None:
        pieces = _SPLIT.split(_AND_ALONE.sub("、", text))
        queue = [(pieces[at - 1] if at else "", pieces[at]) for at in range(0, len(pieces), 2)]
        queue = self.join_single_signs(queue)
        while queue:
            separator, piece = queue.pop(0)
            if not piece.strip():
                continue
            if two := self.split_at_and(piece):
                queue[:0] = [(separator, two[0]), ("和", two[1])]
                continue
            if names := self.names_in_a_row(piece):
                for name in names:
                    self.parts.append(_Part(name, Shape("full", name)))
                continue
            self.read_piece(piece.strip(), separator, queue)

    def names_in_a_row(self, piece: str) -> list[str]:
        """Return the names of the roll that a word consists of, two or more: 邓翠英邓翠芳."""
        found: list[str] = []
        rest = piece.strip()
        while rest:
            name = next((rest[:at] for at in range(min(len(rest), 8), 1, -1) if self.is_name(rest[:at])), None)
            if name is None:
                return []
            found.append(name)
            rest = rest[len(name) :]
        return found if len(found) > 1 else []

    def join_single_signs(self, queue: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """Join a name that has a blank inside: 张 三, 欧阳 明."""
        joined: list[tuple[str, str]] = []
        for separator, piece in queue:
            if joined and separator.isspace():
                whole = joined[-1][1] + piece
                short = len(joined[-1][1]) == 1 or len(piece) == 1 or joined[-1][1] in ("欧阳", "司马", "上官", "诸葛")
                short = short and piece != "我" and piece[0].isalpha()
                if whole.isascii():
                    whole = f"{joined[-1][1]} {piece}"
                if (piece[0].isalpha() and self.is_name(whole)) or (
                    short and is_plausible(fold(whole)) and not cues.REMARK.match(piece)
                ):
                    joined[-1] = (joined[-1][0], whole)
                    continue
            joined.append((separator, piece))
        return joined

    def split_at_and(self, piece: str) -> tuple[str, str] | None:
        if len(piece) > LONGEST_PAIR or self.is_name(piece):
            return None
        for found in _AND.finditer(piece):
            left, right = piece[: found.start()], piece[found.end() :]
            if self.is_name(left + found[0] + right[:1]) or not left or not right:
                continue
            one, two = self.name_at_start(left), self.name_at_start(right)
            if two and (_SELF.fullmatch(left) or (one and not one[2])):
                return left, right
        for found in cues.INSTEAD.finditer(piece):
            one, two = self.name_at_start(piece[: found.start()]), self.name_at_start(piece[found.end() :])
            if one and two and not one[2]:
                self.doubts.append(Doubt("substitutes", found[0]))
                return piece[: found.start()], piece[found.end() :]
        return None

    def read_proxy(self, text: str) -> str:
        """Return the text without the words of somebody who signs another one up."""
        if (found := cues.PROXY_LIST.match(text)) and not self.is_name(text):
            self.signed_by = f"{found['by']}代报"
            return str(found["who"])
        found = cues.PROXY.match(text) or cues.PROXY_SHORT.match(text)
        if found is None or self.is_name(text):
            return text
        who, by = found["who"], found.groupdict().get("by") or ""
        whole = [one for one in (self.name_at_start(cues.NEIGHBOUR.sub("", part)) for part in _split_names(who)) if one]
        if not whole or any(rest for _name, _shape, rest in whole):
            return text
        for name, shape, _rest in whole:
            self.parts.append(_Part(name, shape, [f"{by}代报".strip()]))
        if by and re.search(r"[,\s]$", text[: len(by) + 1]) and (signer := self.name_at_start(by)):
            part = _Part(signer[0], signer[1])
            part.doubts.append(Doubt("signs_for", who))
            self.parts.append(part)
        return ""

    def read_piece(self, piece: str, separator: str, queue: list[tuple[str, str]]) -> None:
        last = self.parts[-1] if self.parts else None
        if _TAKES_ALONG.match(piece) and last:
            along = _TAKES_ALONG.sub("", piece)
            if found := self.name_at_start(along):
                self.add(found, queue, along=True)
                return
        if last is None and _SELF.match(piece):
            self.parts.append(_Part("我", Shape("self", "我"), [_SELF.sub("", piece)] if len(piece) > 1 else []))
            return
        if _SELF.fullmatch(piece):
            return
        if is_relation(fold(piece)) and last:
            last.rest.append(piece)
            return
        found = self.name_at_start(piece)
        whose = relative_of(fold(found[0])) if found and found[1].kind == "relative" else ""
        if whose and (own := next((part for part in self.parts if fold(part.name) == whose), None)):
            own.extra += 1
            own.rest.append(piece)
            return
        is_new = found is not None and not self.is_name(found[0])
        if found and is_new and last and separator.isspace() and not _may_be_a_person(found[1], piece):
            found = None
        if found and found[1].kind == "relative" and last and not _BETWEEN_PEOPLE.search(separator):
            found = None
        if found:
            is_loose = separator.isspace() or separator.strip() in (",", ";", ".", "。", "-", ":")
            if last and is_loose and is_new and found[1].kind == "full":
                self.doubts.append(Doubt("remark_or_name", found[0]))
            if last and last.shape.kind == "nick" and not re.search("[、/&+,;|]", separator):
                last.alias, last.name, last.shape = last.name, found[0], found[1]
                if found[2]:
                    queue.insert(0, (" ", found[2]))
                return
            self.add(found, queue)
        elif last is None and not self.before and self.nicknames and (nick := self.nickname(piece)):
            self.parts.append(_Part(nick[0], Shape("nick", nick[0]), [nick[1]] if nick[1] else []))
        elif last:
            last.rest.append(piece)
        else:
            self.before.append(piece)

    def add(self, found: tuple[str, Shape, str], queue: list[tuple[str, str]], *, along: bool = False) -> None:
        name, shape, rest = found
        self.parts.append(_Part(name, shape, along=along))
        if rest:
            queue.insert(0, (" ", rest))

    def nickname(self, piece: str) -> tuple[str, str] | None:
        """Return a nickname and the remark after it; no number and no sentence is one."""
        if _NO_NAME.match(piece) or cues.begins_remark(piece) == 2 or cues.FIGURES.match(piece):
            return None
        for at in range(2, len(piece)):
            if cues.begins_remark(piece[at:]) == 2 and not piece[at].isdecimal():
                return piece[:at], piece[at:]
        return (piece, "") if len(piece) <= LONGEST_NICK else None

    def read_inside(self) -> None:
        """Read what stands in brackets: heads, names, remarks."""
        for text in self.inside:
            heads, words, rest = take_heads(text)
            self.heads = replace(
                heads,
                extra=self.heads.extra + heads.extra,
                total=heads.total if heads.total is not None else self.heads.total,
                unclear=heads.unclear or self.heads.unclear,
            )
            self.words_of_heads += words
            for piece in filter(None, map(str.strip, _SPLIT.split(rest)[::2])):
                self.read_bracket(piece, bool(words))

    def read_bracket(self, piece: str, with_heads: bool) -> None:
        found = None if piece.endswith("代") else self.name_at_start(_TAKES_ALONG.sub("", piece))
        first = self.parts[0] if self.parts else None
        if found is None or found[1].kind not in ("full", "address") or found[2]:
            if found and found[2] and found[1].kind == "full" and first and "代" in found[2]:
                first.rest.append(piece)
            elif first:
                self.parts[-1].rest.append(piece)
            else:
                self.before.append(piece)
        elif first is None:
            self.parts.append(_Part(found[0], found[1]))
        elif with_heads or _TAKES_ALONG.match(piece):
            self.parts.append(_Part(found[0], found[1], along=True))
        elif found[1].kind == "address":
            first.alias = found[0]
        elif first.shape.kind == "full" and fold(first.name) != fold(found[0]):
            first.doubts.append(Doubt("two_names", found[0]))
            first.rest.append(found[0])
        else:
            first.alias, first.name, first.shape = first.name, found[0], found[1]


def _may_be_a_person(shape: Shape, piece: str) -> bool:
    """Return whether a word after a name may be one more person, and not a remark."""
    remarks = (cues.REMARK, cues.DEPENDS, cues.WITHDRAWS)
    return shape.kind in ("full", "address") and not any(remark.match(piece) for remark in remarks)


def _split_names(text: str) -> list[str]:
    return [part for part in re.split("[、,/和与&+]|\\s+", text) if part]


def read_item(
    text: str, names: Collection[str], *, nicknames: bool = True, struck: bool = False
) -> list[Statement] | None:
    """Return what a clean line without its number says, or None if it names no person.

    Without `nicknames` the line has no number: only names and forms of address count, and no sentence does.
    """
    if len(text) > LONGEST or cues.HOSTILE.search(text):
        return None
    line = _Line(text, names, nicknames=nicknames)
    if not 0 < len(line.parts) <= MOST_PEOPLE:
        return None
    remark = " ".join([*line.before, *(one for part in line.parts for one in part.rest)])
    if not nicknames and (len(remark) > 24 or _is_prose(line)):
        return None
    return [statement_of(line, at, struck) for at in range(len(line.parts))]


def _is_prose(line: _Line) -> bool:
    return bool(line.before) and not any(cues.WITHDRAWS.search(one) or cues.SAYS_YES.match(one) for one in line.before)
