"""Many PDFs of ours as one, piece by piece: memory holds one of them and the places of objects.

The files are those that `press` writes. Only what their pages show is taken over; what they carry along stays with the
single ones. A part that several files share byte by byte, such as the picture of a seal, is written once.
"""

import hashlib
import re
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from academy.paper.double_sided import needs_blank

_CATALOG: Final = 1
_PAGES: Final = 2
# A string, which may look like a reference, or a reference.
_REFERENCE: Final = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f]+>|(?<![\w.])(\d+) 0 R(?!\w)", re.DOTALL)
_PARENT: Final = re.compile(rb"/Parent \d+ 0 R")
_START: Final = re.compile(rb"startxref\s+(\d+)")
_BLANK: Final = b"%d 0 obj\n<</Type /Page /Parent %d 0 R /MediaBox %b /Resources <<>>>>\nendobj\n"
_HEAD: Final = re.compile(rb"\d+ 0 obj\n")


class _Object(NamedTuple):
    """An object of a PDF: its dictionary or value, and its stream with the words around it."""

    value: bytes
    stream: bytes = b""


def bound(files: Iterable[bytes]) -> Iterator[bytes]:
    """Yield one PDF with the pages of these files, in order."""
    return bound_in_order(([place], file) for place, file in enumerate(files))


def bound_in_order(files: Iterable[tuple[Sequence[int], bytes]], *, double_sided: bool = False) -> Iterator[bytes]:
    """Yield one PDF with the pages of these files, each in its place among all.

    A file has a place for each of its pages, or a single one for all of them. With `double_sided`, the pages of each
    place begin on a front side (`academy.paper.double_sided`).
    """
    binding = _Binding()
    yield binding.begin()
    for places, file in files:
        yield binding.add(file, places)
    if double_sided:
        yield binding.add_blanks()
    yield binding.end()


class _Binding:
    """The numbers and places of all that is written so far."""

    def __init__(self) -> None:
        self.places = array("Q", [0, 0, 0])  # by number; those of the catalog and the pages come last
        self.pages: list[tuple[float, int]] = []  # the place of each page, and its number
        self.sizes: dict[int, bytes] = {}  # by the page's number
        self.shared: dict[bytes, int] = {}
        self.length = 0

    def begin(self) -> bytes:
        head = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
        self.length = len(head)
        return head

    def add(self, file: bytes, places: Sequence[int]) -> bytes:
        """Return the bytes of this file's pages, which come at these places."""
        objects, root = _read(file)
        pages = _references(objects[_references(_entry(objects[root], b"Pages"))[0]].value, after=b"/Kids")
        for page in pages:
            rest = _PARENT.sub(b"", objects[page].value)
            objects[page] = objects[page]._replace(value=rest.replace(b"<<", b"<</Parent 0 0 R ", 1))
        numbers = {0: _PAGES}
        parts = []
        for key in _children_first(objects, pages):
            value = _renumbered(objects[key].value, numbers)
            mark = hashlib.sha256(value + objects[key].stream).digest()
            if key not in pages and mark in self.shared:
                numbers[key] = self.shared[mark]
                continue
            numbers[key] = self.shared[mark] = len(self.places)
            self.places.append(self.length)
            parts.append(b"%d 0 obj\n%b%b\nendobj\n" % (numbers[key], value, objects[key].stream))
            self.length += len(parts[-1])
        each = places if len(places) > 1 else [*places] * len(pages)
        self.pages += zip(each, (numbers[page] for page in pages), strict=True)
        self.sizes |= {numbers[page]: _entry(objects[page], b"MediaBox") for page in pages}
        return b"".join(parts)

    def add_blanks(self) -> bytes:
        """Return the bytes of the blank pages, each behind a place with an odd number of pages."""
        of_place: dict[float, list[int]] = {}
        for place, page in sorted(self.pages):
            of_place.setdefault(place, []).append(page)
        parts = []
        for place, blank in zip(of_place, needs_blank([*map(len, of_place.values())]), strict=True):
            if blank:
                number, size = len(self.places), self.sizes[of_place[place][-1]]
                parts.append(_BLANK % (number, _PAGES, size))
                self.pages.append((place + 0.5, number))
                self.places.append(self.length)
                self.length += len(parts[-1])
        return b"".join(parts)

    def end(self) -> bytes:
        kids = b" ".join(b"%d 0 R" % page for _place, page in sorted(self.pages))
        catalog = b"%d 0 obj\n<</Type /Catalog /Pages %d 0 R>>\nendobj\n" % (_CATALOG, _PAGES)
        pages = b"%d 0 obj\n<</Type /Pages /Count %d /Kids [%b]>>\nendobj\n" % (_PAGES, len(self.pages), kids)
        self.places[_CATALOG], self.places[_PAGES] = self.length, self.length + len(catalog)
        start = self.length + len(catalog) + len(pages)
        lines = [b"0000000000 65535 f \n", *(b"%010d 00000 n \n" % place for place in self.places[1:])]
        trailer = b"trailer\n<</Size %d /Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(self.places), _CATALOG, start)
        return b"".join([catalog, pages, b"xref\n0 %d\n" % len(self.places), *lines, trailer])


def _read(file: bytes) -> tuple[dict[int, _Object], int]:
    """Return the objects of a file of ours by number, and the number of its catalog."""
    table = _object(file, int(_START.findall(file)[-1]))
    rows = [int(length) for length in re.findall(rb"\d+", _entry(table, b"W"))]
    fields = zlib.decompress(_content(table))
    whole: dict[int, _Object] = {}
    packed: list[tuple[int, int]] = []  # the stream that holds an object, and its place there
    for number, at in enumerate(range(0, len(fields), sum(rows))):
        kind, second, third = _fields(fields[at : at + sum(rows)], rows)
        if kind == 1:
            whole[number] = _object(file, second)
        elif kind == 2:
            packed.append((second, third))
    for holder in {holder for holder, _place in packed}:
        whole |= _unpacked(whole[holder])
    return whole, _references(_entry(table, b"Root"))[0]


def _fields(row: bytes, lengths: list[int]) -> tuple[int, int, int]:
    first, second, _third = lengths
    parts = (row[:first], row[first : first + second], row[first + second :])
    kind, place, rest = (int.from_bytes(part, "big") for part in parts)
    return kind, place, rest


def _object(file: bytes, place: int) -> _Object:
    head = _HEAD.match(file, place)
    if head is None:
        raise ValueError("This PDF is not as our press writes it.")
    begins = head.end()
    stream, plain = file.find(b"\nstream\n", begins), file.index(b"\nendobj", begins)
    if stream == -1 or stream > plain:
        return _Object(file[begins:plain])
    length = re.search(rb"/Length (\d+)", file[begins:stream])
    assert length is not None
    ends = stream + len(b"\nstream\n") + int(length[1])
    return _Object(file[begins:stream], file[stream : file.index(b"endstream", ends) + len(b"endstream")])


def _content(one: _Object) -> bytes:
    return one.stream.removeprefix(b"\nstream\n").removesuffix(b"endstream").removesuffix(b"\n")


def _unpacked(holder: _Object) -> dict[int, _Object]:
    """Return the objects that a stream of objects holds."""
    first = int(re.findall(rb"/First (\d+)", holder.value)[0])
    content = zlib.decompress(_content(holder))
    numbers = [int(number) for number in content[:first].split()]
    starts = [first + start for start in numbers[1::2]]
    ends = [*starts[1:], len(content)]
    return {
        number: _Object(content[start:end].strip())
        for number, start, end in zip(numbers[::2], starts, ends, strict=True)
    }


def _entry(one: _Object, name: bytes) -> bytes:
    """Return the beginning of the text after this name of a dictionary."""
    found = re.search(rb"/%b\b\s*(\[[^\]]*\]|\d+ 0 R)" % name, one.value)
    assert found is not None
    return found[1]


def _references(value: bytes, after: bytes = b"") -> list[int]:
    """Return the numbers of the objects that a value names, in order."""
    start = value.index(after) if after else 0
    end = value.index(b"]", start) if after else len(value)
    return [int(found[1]) for found in _REFERENCE.finditer(value, start, end) if found[1]]


def _children_first(objects: Mapping[int, _Object], pages: list[int]) -> list[int]:
    """Return the numbers of the pages and of all that they need, each after what it names itself."""
    found: dict[int, None] = {}

    def visit(number: int) -> None:
        if number and number not in found:
            for child in _references(objects[number].value):
                visit(child)
            found[number] = None

    for page in pages:
        visit(page)
    return list(found)


def _renumbered(value: bytes, numbers: Mapping[int, int]) -> bytes:
    return _REFERENCE.sub(lambda found: b"%d 0 R" % numbers[int(found[1])] if found[1] else found[0], value)
