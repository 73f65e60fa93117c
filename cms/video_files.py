"""The codings in a video file, read from its boxes: phones do not play all that others record.

MP4 and MOV files are boxes in boxes (ISO/IEC 14496-12); the sample description of each track names its coding.
"""

from collections.abc import Iterator
from typing import IO, Final

PLAYABLE: Final = frozenset({"avc1", "avc3", "vp09", "vp08"})  # every phone of the last ten years plays these
HEVC: Final = frozenset({"hvc1", "hev1", "dvh1", "dvhe"})  # an iPhone's “high efficiency”
_WEBM: Final = b"\x1a\x45\xdf\xa3"
_CONTAINERS: Final = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
_MOST_BOXES: Final = 10_000
_SAMPLES: Final = 4_096  # bytes of a sample description that are read: names come first


class Broken(Exception):
    """A file whose boxes cannot be read."""


def fault_of(file: IO[bytes]) -> str:
    """Return why a phone may not play this file; an empty text if it does.

    It is `hevc`, `unknown_coding`, `no_picture` or `broken`. The position in the file is put back to where it was.
    """
    place = file.tell()
    try:
        file.seek(0)
        head = file.read(12)
        if head[:4] == _WEBM:
            return ""
        if head[4:8] not in (b"ftyp", b"moov", b"wide", b"mdat", b"free", b"skip"):
            return "broken"
        codings = codings_of(file)
    except Broken:
        return "broken"
    finally:
        file.seek(place)
    if not codings:
        return "no_picture"
    if codings & HEVC:
        return "hevc"
    return "" if codings <= PLAYABLE else "unknown_coding"


def codings_of(file: IO[bytes]) -> frozenset[str]:
    """Return the codings of the tracks with pictures. Raises `Broken`."""
    size = file.seek(0, 2)
    found: set[str] = set()
    kind = b""
    boxes = 0
    waiting = [(0, size)]
    while waiting:
        start, end = waiting.pop()
        for name, first, last in _boxes(file, start, end):
            boxes += 1
            if boxes > _MOST_BOXES:
                raise Broken
            if name in _CONTAINERS:
                waiting.append((last, end))
                waiting.append((first, last))
                break
            if name == b"hdlr":
                file.seek(first)
                kind = file.read(12)[8:12]
            elif name == b"stsd" and kind == b"vide":
                file.seek(first)
                found.add(file.read(_SAMPLES)[12:16].decode("latin-1"))
    if not boxes:
        raise Broken
    return frozenset(found)


def _boxes(file: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the name of each box between these places, and where its content begins and ends."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        length, name, first = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if length == 1:
            length, first = int.from_bytes(head[8:16], "big"), start + 16
        elif length == 0:
            length = end - start
        last = start + length
        if last < first or last > end:
            raise Broken
        yield name, first, last
        start = last
