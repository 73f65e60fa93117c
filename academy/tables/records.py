"""Records of a workbook of Excel 97 to 2003 (BIFF8): their kinds, their numbers, their texts."""

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from academy.tables.package import Unreadable

BIFF8 = 0x0600
_HEAD = struct.Struct("<HH")
_WIDE, _WITH_MORE, _WITH_RUNS = 1, 4, 8  # flags of a text


class Kind(IntEnum):
    """Kinds of records that are read."""

    FORMULA = 0x0006
    EOF = 0x000A
    DATEMODE = 0x0022
    FILEPASS = 0x002F
    CONTINUE = 0x003C
    COLINFO = 0x007D
    BOUNDSHEET = 0x0085
    MULRK = 0x00BD
    RSTRING = 0x00D6
    XF = 0x00E0
    MERGEDCELLS = 0x00E5
    SST = 0x00FC
    LABELSST = 0x00FD
    NUMBER = 0x0203
    LABEL = 0x0204
    BOOLERR = 0x0205
    ROW = 0x0208
    RK = 0x027E
    FORMAT = 0x041E
    BOF = 0x0809


class Records:
    """The stream of records, with a limit for all that are read of it."""

    def __init__(self, stream: bytes, most: int) -> None:
        self.stream, self.left = stream, most

    def since(self, at: int) -> Iterator[tuple[int, bytes]]:
        """Yield kind and content of each record from a place on. A stream without an end is `corrupt`."""
        while at + _HEAD.size <= len(self.stream):
            self.left -= 1
            if self.left < 0:
                raise Unreadable("zip_bomb")
            kind, length = _HEAD.unpack_from(self.stream, at)
            at += _HEAD.size
            data = self.stream[at : at + length]
            if len(data) < length:
                break
            yield kind, data
            at += length
        raise Unreadable("corrupt")

    def of_part(self, at: int) -> Iterator[tuple[int, bytes]]:
        """Yield the records of the part that begins at a place, without those of charts within it."""
        depth = 0
        for kind, data in self.since(at):
            if kind == Kind.BOF:
                depth += 1
            elif depth == 0:
                break
            elif kind == Kind.EOF:
                depth -= 1
                if depth == 0:
                    return
            elif depth == 1:
                yield kind, data
        raise Unreadable("corrupt")


def unpacked(form: str, data: bytes, at: int = 0) -> tuple[Any, ...]:
    """Return the numbers at a place of a record."""
    try:
        return struct.unpack_from(form, data, at)
    except struct.error as error:
        raise Unreadable("corrupt") from error


def packed_number(packed: int) -> float:
    """Return a number of four bytes: a whole one or the upper half of a real one, perhaps in hundredths."""
    if packed & 2:
        value = float(packed >> 2 if packed < 1 << 31 else (packed >> 2) - (1 << 30))
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (packed & 0xFFFFFFFC) << 32))
    return value / 100 if packed & 1 else value


def text_at(data: bytes, at: int) -> str:
    """Return the text at a place of a record, whose length has two bytes."""
    length, flags = unpacked("<HB", data, at)
    return decoded(data[at + 3 :], length, is_wide=bool(flags & _WIDE))


def decoded(data: bytes, length: int, *, is_wide: bool) -> str:
    """Return a text of so many signs."""
    size = length * 2 if is_wide else length
    if len(data) < size:
        raise Unreadable("corrupt")
    return data[:size].decode("utf-16-le" if is_wide else "latin-1", "replace")


class SharedTexts:
    """The list of texts that cells point to. It may go on in further records, also within a text."""

    def __init__(self, parts: list[bytes]) -> None:
        self.parts, self.part, self.at = parts, 0, 0

    def all(self) -> list[str]:
        """Return the texts in their order."""
        _used, count = unpacked("<II", self._take(8))
        found = []
        for _number in range(count):
            if self.part >= len(self.parts) - 1 and self.at >= len(self.parts[-1]):
                break  # some programs count too many
            found.append(self._text())
        return found

    def _text(self) -> str:
        left, flags = unpacked("<HB", self._take(3))
        runs = unpacked("<H", self._take(2))[0] if flags & _WITH_RUNS else 0
        more = unpacked("<I", self._take(4))[0] if flags & _WITH_MORE else 0
        is_wide, signs = bool(flags & _WIDE), []
        while left:
            if self.at == len(self.parts[self.part]):
                is_wide = bool(self._take(1)[0] & _WIDE)  # each further record says it again
            size = 2 if is_wide else 1
            count = min(left, (len(self.parts[self.part]) - self.at) // size)
            if count == 0:
                raise Unreadable("corrupt")
            data = self._take(count * size)
            signs.append(data if is_wide else data.decode("latin-1").encode("utf-16-le"))
            left -= count
        self._take(4 * runs + more)
        return b"".join(signs).decode("utf-16-le", "replace")

    def _take(self, count: int) -> bytes:
        """Return the next bytes, also from the records that follow."""
        taken = []
        while count:
            if self.at == len(self.parts[self.part]):
                self.part, self.at = self.part + 1, 0
                if self.part == len(self.parts):
                    raise Unreadable("corrupt")
            data = self.parts[self.part][self.at : self.at + count]
            taken.append(data)
            self.at += len(data)
            count -= len(data)
        return b"".join(taken)
