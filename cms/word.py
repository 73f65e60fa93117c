"""A Word file as parts of a lesson. mammoth reads it; pictures that cannot come along are counted.

The file is foreign: its size, parts and tags are counted before any of it is read.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import mammoth
from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from cms import table_text

MOST_BYTES: Final = 20_000_000
MOST_PICTURES: Final = 40
_MOST_OF_PICTURE: Final = 10_000_000
_MOST_OF_PICTURES: Final = 60_000_000  # read for all; the file may show one part many times
_MOST_UNPACKED: Final = 80_000_000
_MOST_PARTS: Final = 2_000
_MOST_TAGS: Final = 400_000
_CHUNK: Final = 65_536
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF")  # no XML begins like these
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_DECLARED: Final = (b"<!DOCTYPE", b"<!ENTITY")
_OLD_WORD: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .doc, and a .docx with a password
PICTURE_TYPES: Final = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}
_HEADINGS: Final = {"h1", "h2", "h3", "h4", "h5", "h6"}
_KEPT: Final = {"p", "ul", "ol", "li", "a", "b", "i", "br"}
_RENAMED: Final = {"strong": "b", "em": "i"}
_GUESSED_ALT: Final = re.compile("自动生成|generated", re.IGNORECASE)  # Word's own guess at a picture's content


class Unreadable(Exception):
    """A file that cannot become a lesson: `old_word`, `no_word`, `too_large`, `broken`, `empty`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """A picture of the file, and what its author wrote about it."""

    content: bytes
    suffix: str
    alt: str


@dataclass
class WordText:
    """A Word file as a title and parts: ("text", HTML), ("table", text with bars) or ("picture", Picture)."""

    title: str = ""
    parts: list[tuple[str, Any]] = field(default_factory=list)
    lost: int = 0  # pictures of a kind that browsers cannot show, too large, or too many


def read(content: bytes) -> WordText:
    """Read a .docx file. Raises `Unreadable`."""
    _check(content)
    pictures: list[Picture | None] = []
    left, kept = _MOST_OF_PICTURES, 0

    def keep(image: Any) -> dict[str, str]:
        nonlocal left, kept
        suffix = PICTURE_TYPES.get(image.content_type)
        picture = None
        if suffix is not None and left > 0 and kept < MOST_PICTURES:
            alt = " ".join((image.alt_text or "").split())[:200]
            most = min(_MOST_OF_PICTURE, left)
            with image.open() as file:
                drawn = file.read(most + 1)
            left -= len(drawn)
            if len(drawn) <= most:
                kept += 1
                picture = Picture(drawn, suffix, "" if _GUESSED_ALT.search(alt) else alt)
        pictures.append(picture)
        return {"src": str(len(pictures) - 1)}

    try:
        html = mammoth.convert_to_html(io.BytesIO(content), convert_image=mammoth.images.img_element(keep)).value
        word = _in_parts(BeautifulSoup(html, "html.parser"), pictures)
    except Exception as error:  # mammoth has no error of its own for a file that is not as it expects
        raise Unreadable("broken") from error
    if not word.parts:
        raise Unreadable("empty")
    return word


def _check(content: bytes) -> None:
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large")
    if content.startswith(_OLD_WORD):
        raise Unreadable("old_word")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            if "word/document.xml" not in {part.filename for part in parts}:
                raise Unreadable("no_word")
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise Unreadable("too_large")
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("old_word")
            if sum(_tags_in(package, part) for part in parts) > _MOST_TAGS:
                raise Unreadable("too_large")
    except zipfile.BadZipFile as error:
        raise Unreadable("no_word") from error
    except (NotImplementedError, EOFError, OSError, ValueError) as error:
        raise Unreadable("broken") from error


def _tags_in(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Count the tags of a part, which may be read as XML. Refuse what can hide some, or entities."""
    with package.open(part) as stream:
        chunk = stream.read(_CHUNK)
        if chunk.startswith(_PICTURES):
            return 0
        begin = chunk.removeprefix(b"\xef\xbb\xbf").lstrip(b"\0 \t\r\n")
        is_xml = begin.startswith(b"<") or not begin or part.filename.endswith((".xml", ".rels"))
        tags, end = 0, b""
        if chunk.startswith(_UTF_16):
            raise Unreadable("broken")
        while chunk:
            tags += chunk.count(b"<")
            seen = end + chunk
            if any(one in seen for one in _DECLARED) or (is_xml and b"\0" in chunk):
                raise Unreadable("broken")
            end = seen[-8:]  # one byte less than a declaration's beginning
            chunk = stream.read(_CHUNK)
        return tags


def _in_parts(soup: BeautifulSoup, pictures: list[Picture | None]) -> WordText:
    word = WordText(lost=sum(one is None for one in pictures))
    text: list[str] = []

    def close() -> None:
        if text:
            word.parts.append(("text", "".join(text)))
            text.clear()

    for element in soup.find_all(recursive=False):
        drawn = [pictures[int(str(image["src"]))] for image in element.find_all("img")]
        if element.name == "table":
            rows = table_text.text_of([_cells(row) for row in element.find_all("tr")])
            close()
            word.parts.append(("table", rows))
        elif element.name in _HEADINGS and not word.title and not word.parts and not text:
            word.title = _plain(element)
        elif element.name in _HEADINGS:
            text.append(f"<h3>{_escaped(_plain(element))}</h3>" if _plain(element) else "")
        elif element.name in _KEPT and _plain(element):
            text.append("".join(_cleaned(element)))
        for picture in drawn:
            if picture is not None:
                close()
                word.parts.append(("picture", picture))
    close()
    word.parts = [part for part in word.parts if part[1]]
    return word


def _cells(row: Tag) -> list[str]:
    return [_plain(cell) for cell in row.find_all(["td", "th"], recursive=False)]


def _plain(element: Tag) -> str:
    return " ".join(element.get_text(" ").split()) if element.name != "p" else " ".join(element.get_text().split())


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cleaned(node: Any) -> Iterator[str]:
    """Yield the HTML of a node with the tags alone that our rich text has."""
    if isinstance(node, NavigableString):
        yield _escaped(str(node))
        return
    name = _RENAMED.get(node.name, node.name)
    inside = [part for child in node.children for part in _cleaned(child)]
    if name == "br":
        yield "<br/>"
    elif name == "a" and str(node.get("href", "")).startswith(("http://", "https://", "mailto:", "tel:")):
        yield f'<a href="{_escaped(str(node["href"])).replace(chr(34), "&quot;")}">'
        yield from inside
        yield "</a>"
    elif name in _KEPT - {"a", "br"}:
        yield f"<{name}>"
        yield from inside
        yield f"</{name}>"
    else:
        yield from inside
