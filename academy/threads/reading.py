"""A thread of sign-ups (接龙) from a chat group, read as a careful person reads it.

An uncertain reading is asked about and never guessed. A paste may hold the list several times, as WeChat posts it with
each sign-up: the last copy counts, and the differences are named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from academy.threads import cues
from academy.threads.facts import Doubt, Statement
from academy.threads.folding import clean, lines_of, struck_parts
from academy.threads.matching import Person, Roll, SoundsLike
from academy.threads.merging import Block, Entry, Item, is_copy, lay_over, merge_within, unite
from academy.threads.numbers import items_in, numbered
from academy.threads.saying import read_item

_HEADER = re.compile(r"^[#\s]*接龙(?!的)[:：]?\s*")
_RULE = re.compile(r"^[\W_]*$")
_DAY = re.compile(r"^[—\-=\s]*\d{2,4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?[—\-=\s]*$")
_WHEN = (
    r"(?:\d{2,4}[-/.年]\d{1,2}(?:[-/.月]\d{1,2}日?)?|\d{1,2}月\d{1,2}日|星期.|昨天|今天|周.)?\s*"
    r"(?:上午|下午|晚上|凌晨|中午|早上)?\s*\d{1,2}:\d{2}(?::\d{2})?"
)
_AUTHOR = re.compile(
    rf"^(?P<who>.{{1,24}}?)(?:\(\w+\))?[:：]?\s+(?P<when>{_WHEN})[:：]?$|^(?P<when2>{_WHEN})\s+(?P<who2>.{{1,24}}?)[:：]?$"
)
_SPEAKER = re.compile(
    r"^(?P<who>(?!.*(?:名单|人员|报名|时间|地点|要求|注意|备注|集合|内容|对象|人数|接龙|通知))[^:,，。!?]{1,16}):$"
)
_OWN = re.compile("^(?:那就?|好的?,?)?(?:算|加)?(?:我|本人|[+]1|俺|报名|参加)")
_MENTION = re.compile(r"^@\S{1,20}\s+")
_BY_NUMBER = re.compile(r"^第?(\d{1,2})(?:号|个|位|楼)?\s*(?:的)?(取消|退出|不来|不去|来不了|去不了|不参加)")


@dataclass
class Reading:
    """A thread as it was read: people, lines that name no person, changes between copies of the list."""

    entries: list[Entry] = field(default_factory=list)
    not_understood: dict[int, str] = field(default_factory=dict)
    passed_over: set[int] = field(default_factory=set)  # headings, rules, figures, thanks
    changes: list[tuple[str, str]] = field(default_factory=list)  # a code, and a name
    copies: int = 0
    lists: int = 0  # that differ: of two days, perhaps


def read(text: str, roll: Iterable[Person], *, sounds_like: SoundsLike | None = None) -> Reading:
    """Return the people whom a pasted thread signs up or withdraws.

    `sounds_like` compares two names of one length by ear, so that 王秀瑛 is asked about beside 王秀英.
    """
    reader = _Reader(Roll(roll, sounds_like))
    reader.take(lines_of(text))
    return reader.result()


class _Reader:
    def __init__(self, roll: Roll) -> None:
        self.roll = roll
        self.names = frozenset(roll.by_name)
        self.reading = Reading()
        self.blocks = [Block()]
        self.author: tuple[str, int] | None = None

    def take(self, lines: list[str]) -> None:
        self.will_be_numbered = any(items_in(_HEADER.sub("", clean(line[:400])), 0) for line in lines)
        cleaned = [clean(line[:400]) for line in lines]
        following = [""] * len(lines)  # the next line that is not blank
        for at in range(len(lines) - 1, 0, -1):
            following[at - 1] = (cleaned[at] or "…") if lines[at].strip() else following[at]
        for at, raw in enumerate(lines):
            self.take_line(at + 1, raw, cleaned[at], following[at])

    @property
    def block(self) -> Block:
        return self.blocks[-1]

    def pass_over(self, line: int) -> None:
        self.reading.passed_over.add(line)

    def take_line(self, line: int, raw: str, text: str, following: str) -> None:
        if len(raw) > 400:
            self.lose(line, text)
            return
        parts, rest = struck_parts(raw)
        if parts:
            self.take_struck(line, parts, clean(rest))
            return
        if not text or (_RULE.match(text) and not re.search(r"\+", text)) or _DAY.match(text):
            self.pass_over(line)
            return
        if _HEADER.match(text):
            self.open_block()
            text = _HEADER.sub("", text)
            self.author = None
            if not items_in(text, 0):
                self.block.title = text
                self.pass_over(line)
                return
        if cues.EXAMPLE.match(text):
            self.pass_over(line)
            return
        if _BY_NUMBER.match(text):
            self.take_loose(line, text)
            return
        if self.author and re.fullmatch(r"\+?1", text) and self.take_authors(line, text):
            return
        items = items_in(text, self.block.last_number)
        if not items and (found := _SPEAKER.match(text)) and following and not _SPEAKER.match(following):
            self.author = (found["who"], line)
            self.pass_over(line)
            return
        if not items and (found := _AUTHOR.match(text)) and following and not _AUTHOR.match(following):
            self.author = (found["who"] or found["who2"], line)
            self.pass_over(line)
            return
        if items:
            for number, said in items:
                self.take_item(line, number, said)
        else:
            self.take_loose(line, text)

    def open_block(self) -> None:
        if self.block.items or self.block.lost:
            self.blocks.append(Block())
        self.block.last_number = 0
        self.block.title = ""

    def begin_again(self) -> None:
        """Begin a list whose numbers begin again; a line right before it is its title, such as 周日."""
        before = self.block
        last = max([item.line for item in before.items], default=0)
        titles = {line: text for line, text in before.lost.items() if line > last}
        self.blocks.append(Block(title=" ".join(titles.values())))
        for line in titles:
            del before.lost[line]
            self.pass_over(line)

    def take_item(self, line: int, number: int, text: str, *, struck: bool = False) -> None:
        if number == 1 and self.block.last_number >= 1 and 1 in self.block.numbers:
            self.begin_again()
        block = self.block
        block.last_number = number
        block.numbered += 1
        block.numbers.setdefault(number, [])
        if not text or (_RULE.match(text) and "+" not in text):
            self.pass_over(line)
            return
        if (found := _BY_NUMBER.match(text)) and block.numbers.get(int(found[1])):
            self.take_loose(line, text)
            return
        said = read_item(text, self.names, struck=struck)
        if said is None:
            self.lose(line, text)
            return
        self.add(line, number, said)

    def take_struck(self, line: int, parts: list[str], rest: str) -> None:
        items = items_in(rest, self.block.last_number)
        number = items[0][0] if items else 0
        if items:
            rest = items[0][1]
            self.block.last_number = number
            self.block.numbers.setdefault(number, [])
        for part in parts:
            struck = clean(part)
            found = numbered(struck, self.block.last_number)
            if found:
                number, struck = found
                self.block.last_number = number
                self.block.numbers.setdefault(number, [])
            said = read_item(struck, self.names, struck=True)
            if said is not None:
                self.add(line, number, said)
            elif not _RULE.match(struck):
                self.lose(line, struck)
            else:
                self.pass_over(line)
        if rest and not _RULE.match(rest):
            said = read_item(rest, self.names, nicknames=False)
            if said is not None:
                self.add(line, number, said)

    def take_loose(self, line: int, text: str) -> None:
        """Read a line without a number: of a person, of an author of the chat, or of no person."""
        if (found := _BY_NUMBER.match(text)) and (items := self.block.numbers.get(int(found[1]))):
            for item in list(items):
                doubts = (*item.said.doubts, Doubt("by_number", text))
                self.add_said(line, item.number, replace(item.said, doubts=doubts, withdrawn=False))
            return
        if self.author:
            if self.take_authors(line, text):
                return
        elif cues.CHATTER.match(text):
            self.pass_over(line)
            return
        before = not self.block.items and not self.block.numbers
        if cues.FIGURES.match(text):
            self.pass_over(line)
            return
        if before and self.will_be_numbered:
            self.block.title = self.block.title or text
            self.pass_over(line)
            return
        said = read_item(text, self.names, nicknames=False)
        if said is not None and not text.startswith("@"):
            self.add(line, 0, said)
        elif before:
            self.block.title = self.block.title or text
            self.pass_over(line)
        else:
            self.lose(line, text)

    def take_authors(self, line: int, text: str) -> bool:
        """Read a message of the chat by which its author signs up or withdraws."""
        assert self.author is not None
        name, at = self.author
        if cues.CHATTER.match(text):
            self.pass_over(line)
            return True
        text = _MENTION.sub("", text)
        if cues.PROXY.match(text) and (proxied := read_item(text, self.names)):
            self.add(line, 0, proxied)
            return True
        is_own = bool(_OWN.match(text) or cues.SAYS_YES.match(text))
        depends = cues.condition_in(text) or cues.SUBSTITUTES.search(text)
        is_own = is_own or ("我" in text and bool(depends) and "?" not in text)
        gone = cues.WITHDRAWS.search(text) and not read_item(text, self.names, nicknames=False)
        if not is_own and not gone:
            return False
        if cues.SAYS_YES.match(text):
            text = ""
        rest = re.sub("^(?:那就?|好的?,?)?(?:算|加)?(?:我(?!们)|本人|俺)", "", text)
        blank = "" if re.match("[和与跟+]", rest) else " "
        said = read_item(f"{clean(name)}{blank}{rest}".strip(), self.names)
        if said is None:
            return False
        self.add(line, 0, said, also=at)
        return True

    def add(self, line: int, number: int, said: list[Statement], *, also: int | None = None) -> None:
        for one in said:
            self.add_said(line, number, one)
        if also is not None:
            self.reading.passed_over.add(also)

    def add_said(self, line: int, number: int, said: Statement) -> None:
        item = Item(line, number, said, self.roll.match(said))
        self.block.items.append(item)
        self.block.numbers.setdefault(number, []).append(item)

    def lose(self, line: int, text: str) -> None:
        self.block.lost[line] = text[:120]

    def result(self) -> Reading:
        reading = self.reading
        entries: list[Entry] = []
        blocks = [block for block in self.blocks if block.items or block.lost]
        reading.copies = len([block for block in blocks if block.numbered > 1])
        for at, block in enumerate(blocks):
            for line, text in block.lost.items():
                if not any(text in later.lost.values() for later in blocks[at + 1 :]):
                    reading.not_understood[line] = text
                else:
                    reading.passed_over.add(line)
            own = merge_within(block)
            for entry in own:
                entry.titles = [block.title] if block.title else []
            if at and is_copy(entries, own, block, blocks[at - 1].title):
                entries = lay_over(entries, own, reading.changes)
            else:
                entries = unite(entries, own)
                reading.lists += block.numbered > 0
        if reading.lists > 1:
            for entry in entries:
                entry.note = " ".join(filter(None, [*entry.titles, entry.note]))
        reading.entries = entries
        taken = {line for entry in entries for line in entry.lines}
        reading.passed_over -= taken | set(reading.not_understood)
        return reading
