"""Streams in a compound file, the container of Office files before 2007 and of encrypted ones.

All numbers of the file are checked before they are followed: a chain that is longer than the file ends in `corrupt`.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from academy.tables.package import Unreadable

MAGIC = b"\xd0\xcf\x11\xe0"
_HEADER = struct.Struct("<30xHH6x4xII4xIIIII")  # from the start: sizes of sectors, then counts and first sectors
_HEADER_SIZE = 512
_IN_HEADER = 109  # sectors of the table of sectors that the header itself names
_SECTOR_SHIFTS = (9, 12)
_MINI_SHIFT = 6
_LAST = 0xFFFFFFFA  # numbers above are marks: the end of a chain, a free sector
_ENTRY = 128
_MOST_ENTRIES = 500
_STREAM, _ROOT = 2, 5


@dataclass(frozen=True)
class _Entry:
    name: str
    kind: int
    first: int
    size: int


class Compound:
    """A compound file. Raises `Unreadable` with `corrupt`."""

    def __init__(self, content: bytes) -> None:
        if len(content) < _HEADER_SIZE:
            raise Unreadable("corrupt")
        shift, mini_shift, _tables, first_entry, self.cutoff, self.first_mini, _minis, more, _more = (
            _HEADER.unpack_from(content)
        )
        if shift not in _SECTOR_SHIFTS or mini_shift != _MINI_SHIFT:
            raise Unreadable("corrupt")
        self.content, self.size = content, 1 << shift
        self.sectors = max(-(-len(content) // self.size) - 1, 0)
        self.next = self._table(more)
        listed = self._chained(first_entry, self.next, self._sector)[: _MOST_ENTRIES * _ENTRY]
        self.entries = [self._entry(data) for data in _pieces(listed, _ENTRY)]

    def stream(self, name: str) -> bytes | None:
        """Return the content of a stream; None without one of this name."""
        wanted = (one for one in self.entries if one.kind == _STREAM and one.name.lower() == name.lower())
        entry = next(wanted, None)
        if entry is None:
            return None
        if entry.size < self.cutoff:
            content = self._chained(entry.first, self._mini_next, self._mini_sector)
        else:
            content = self._chained(entry.first, self.next, self._sector)
        if len(content) < entry.size:
            raise Unreadable("corrupt")
        return content[: entry.size]

    def _table(self, more: int) -> list[int]:
        """Return the number of the next sector of each sector."""
        named = list(struct.unpack_from(f"<{_IN_HEADER}I", self.content, _HEADER_SIZE - 4 * _IN_HEADER))
        for _sector in range(self.sectors):
            if more >= _LAST:
                break
            *numbers, more = _numbers(self._sector(more))
            named += numbers
        found: list[int] = []
        for number in named:
            if number < _LAST and len(found) < self.sectors:  # the same one may be named twice
                found += _numbers(self._sector(number))
        return found

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self.size
        data = self.content[start : start + self.size]
        if not data:
            raise Unreadable("corrupt")
        return data.ljust(self.size, b"\0")  # some programs cut the last one

    @cached_property
    def _mini_next(self) -> list[int]:
        return _numbers(self._chained(self.first_mini, self.next, self._sector))

    @cached_property
    def _minis(self) -> bytes:
        """The stream that holds the small streams."""
        root = next((one for one in self.entries if one.kind == _ROOT), None)
        if root is None:
            raise Unreadable("corrupt")
        return self._chained(root.first, self.next, self._sector)

    def _mini_sector(self, number: int) -> bytes:
        data = self._minis[number << _MINI_SHIFT : (number + 1) << _MINI_SHIFT]
        if not data:
            raise Unreadable("corrupt")
        return data

    def _chained(self, number: int, following: list[int], sector_of: Callable[[int], bytes]) -> bytes:
        """Return the content of a chain of sectors."""
        parts: list[bytes] = []
        while number < _LAST:
            if number >= len(following) or len(parts) > len(following):
                raise Unreadable("corrupt")
            parts.append(sector_of(number))
            number = following[number]
        return b"".join(parts)

    @staticmethod
    def _entry(data: bytes) -> _Entry:
        length, kind = struct.unpack_from("<HB", data, 64)
        first, size = struct.unpack_from("<II", data, 116)
        return _Entry(data[: max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace"), kind, first, size)


def _numbers(data: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))


def _pieces(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data) - size + 1, size)]
