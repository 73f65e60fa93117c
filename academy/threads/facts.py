"""The content of a thread's line about one person, and the reasons to ask."""

from dataclasses import dataclass

from academy.threads.names import Shape
from academy.threads.numbers import Building


@dataclass(frozen=True)
class Doubt:
    """A reason to ask: a stable code, and a text that it speaks of."""

    code: str
    text: str = ""


@dataclass(frozen=True)
class Statement:
    """The content of a line about one person."""

    name: str
    shape: Shape
    count: int = 1
    withdrawn: bool = False
    note: str = ""
    doubts: tuple[Doubt, ...] = ()
    building: Building | None = None
    phone: str = ""  # eleven digits, or the last four
    digits: tuple[str, ...] = ()  # a room or the end of a phone, perhaps
    alias: str = ""
    comes_again: bool = False
    has_heads: bool = False  # the line gives a number of people
