"""People of a thread named several times: in two lines of one list, in copies of a list, in two lists."""

from dataclasses import dataclass, field

from academy.threads.facts import Doubt, Statement
from academy.threads.folding import fold
from academy.threads.matching import Match, Person


@dataclass
class Entry:
    """One person of the thread. `lines` are the numbers of the lines that it rests on."""

    name: str
    said: Statement
    match: Match
    lines: list[int]
    count: int
    withdrawn: bool
    note: str
    doubts: list[Doubt]
    titles: list[str] = field(default_factory=list)  # of the lists that name the person

    @property
    def person(self) -> Person | None:
        return self.match.person

    @property
    def is_uncertain(self) -> bool:
        return bool(self.doubts)


@dataclass
class Item:
    """The content of one line about one person."""

    line: int
    number: int
    said: Statement
    match: Match


@dataclass
class Block:
    """One list of a paste: its title, what its lines say, the lines that name no person."""

    title: str = ""
    items: list[Item] = field(default_factory=list)
    numbers: dict[int, list[Item]] = field(default_factory=dict)
    last_number: int = 0
    numbered: int = 0
    lost: dict[int, str] = field(default_factory=dict)


def _entry(item: Item) -> Entry:
    said, match = item.said, item.match
    doubts = [*match.doubts, *said.doubts]
    return Entry(said.name, said, match, [item.line], said.count, said.withdrawn, said.note, doubts)


def merge_within(block: Block) -> list[Entry]:
    entries: list[Entry] = []
    for item in block.items:
        fresh = _entry(item)
        if (same := next((one for one in entries if _are_same(one, fresh)), None)) is not None:
            _join(same, fresh)
        else:
            entries.append(fresh)
    return entries


def _are_same(one: Entry, other: Entry) -> bool:
    """Return whether two lines of one list are of one person."""
    if one.person and other.person:
        if one.person.id != other.person.id:
            return False
        if one.said.shape.kind == other.said.shape.kind or fold(one.name) == fold(other.name):
            return True
        vague = one if one.said.shape.kind == "address" else other
        vague.doubts.append(Doubt("perhaps_same", one.person.name))
        vague.match = Match(None, (), (one.person,))
        return False
    if one.person or other.person:
        return _is_followed_up(one, other)
    if fold(one.name) != fold(other.name):
        return False
    if one.said.building and other.said.building and not one.said.building.meets(other.said.building):
        return False
    is_whole = one.said.shape.kind == "full" and len(one.match.choices) < 2
    return (
        is_whole
        or other.withdrawn
        or other.said.comes_again
        or any(doubt.code == "by_number" for doubt in other.doubts)
    )


def _is_followed_up(one: Entry, other: Entry) -> bool:
    """Return whether a later line without the building ends what an earlier line with it began."""
    return fold(one.name) == fold(other.name) and other.withdrawn and one.person in other.match.choices


def _join(entry: Entry, later: Entry) -> None:
    """Let a later line change an entry."""
    entry.lines = sorted({*entry.lines, *later.lines})
    entry.titles = list(dict.fromkeys([*entry.titles, *later.titles]))
    known = {doubt.code for doubt in entry.doubts}
    if later.withdrawn:
        entry.doubts = [doubt for doubt in entry.doubts if doubt.code not in ("depends", "heads")]
        known = {doubt.code for doubt in entry.doubts}
    elif entry.withdrawn and not later.said.comes_again:
        later.doubts.append(Doubt("comes_again"))
    elif later.count < entry.count:
        later.count = entry.count
        if later.said.has_heads:
            later.doubts.append(Doubt("heads"))
    entry.withdrawn = later.withdrawn
    entry.count = later.count
    entry.note = " ".join(dict.fromkeys(filter(None, [entry.note, later.note])))
    entry.doubts += [doubt for doubt in later.doubts if doubt.code not in known]


def is_copy(entries: list[Entry], own: list[Entry], block: Block, title: str) -> bool:
    """Return whether a block is the earlier list again, with changes."""
    if block.numbered == 0:
        return False
    shared = sum(any(_is_counterpart(one, other) for other in own) for one in entries)
    if title and block.title and fold(title) != fold(block.title):
        return shared * 5 >= len(entries) * 4
    return shared * 2 >= min(len(entries), len(own)) and shared > 0


def _is_counterpart(one: Entry, other: Entry) -> bool:
    if one.person and other.person:
        return bool(one.person.id == other.person.id)
    return fold(one.name) == fold(other.name)


def lay_over(entries: list[Entry], own: list[Entry], changes: list[tuple[str, str]]) -> list[Entry]:
    """Return the later copy of a list, with the people of the earlier one whom it lacks."""
    left = list(own)
    result = []
    for old in entries:
        new = next((one for one in left if _is_counterpart(old, one)), None)
        if new is None:
            if not old.withdrawn:
                old.doubts.append(Doubt("missing_later"))
            changes.append(("missing", old.name))
            result.append(old)
            continue
        left.remove(new)
        if (new.count, new.withdrawn, new.note) != (old.count, old.withdrawn, old.note):
            changes.append(("changed", new.name))
        new.lines = sorted({*old.lines, *new.lines})
        result.append(new)
    for new in left:
        changes.append(("new", new.name))
    return result + left


def unite(entries: list[Entry], own: list[Entry]) -> list[Entry]:
    """Return the people of two lists, each once."""
    for fresh in own:
        if (same := next((one for one in entries if _are_same(one, fresh)), None)) is not None:
            _join(same, fresh)
        else:
            entries.append(fresh)
    return entries
