"""Certificates on photos: the codes that are read from them, and what could not be read."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.certificates.pasted import PastedLine, read_code
from academy.core.refusals import Refusal
from academy.core.text import visible
from academy.paper import photos

MOST_PHOTOS: Final = 10
_SECONDS: Final = 25  # for all photos of one request
_ADDRESS: Final = re.compile(r"/verify/([0-9a-z]+)/?\Z", re.IGNORECASE)


@dataclass
class CodesFound:
    """The codes on some photos, each once, and sentences about what could not be read."""

    lines: list[PastedLine] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def read(files: Iterable[tuple[str, bytes]]) -> CodesFound:
    """Return the codes on these photos, given by name and content.

    A photo without a code of ours, and a damaged code, give a line that says so: a receipt counts them. All of them
    together get `_SECONDS`; the rest is answered `photos_busy`, as are those behind a photo that was answered so.
    """
    found, seen = CodesFound(), set()
    until, is_busy = monotonic() + _SECONDS, False
    for number, (name, content) in enumerate(files, 1):
        answer = photos.PHOTOS_BUSY if is_busy else photos.read_codes(content, until=until)
        is_busy = answer == photos.PHOTOS_BUSY or monotonic() >= until
        where = _("Photo %(number)d (%(name)s)") % {"number": number, "name": visible(name)[:60]}
        if isinstance(answer, Refusal):
            found.lines.append(PastedLine(on_photo=True))
            found.remarks.append(f"{where}: {answer}")
            continue
        codes = [code for text in answer.texts if (code := _code_in(text))]
        found.lines += [PastedLine(code=code) for code in dict.fromkeys(codes) if code not in seen]
        seen.update(codes)
        found.lines += [PastedLine(on_photo=True)] * (answer.damaged or not codes)
        found.remarks += [f"{where}: {remark}" for remark in _remarks(answer, len(codes))]
    return found


def _remarks(answer: photos.CodesOnPhoto, ours: int) -> Iterable[str]:
    if answer.damaged:
        yield ngettext(
            "%(n)d code is too blurred or damaged to be read. Type it, or take the photo again from nearer by.",
            "%(n)d codes are too blurred or damaged to be read. Type them, or take the photo again from nearer by.",
            answer.damaged,
        ) % {"n": answer.damaged}
    elif not answer.texts:
        yield _("No code was found. Take the photo again from nearer by and in good light, or type the code.")
    if others := len(answer.texts) - ours:
        yield ngettext("%(n)d code belongs to no certificate.", "%(n)d codes belong to no certificate.", others) % {
            "n": others
        }


def _code_in(text: str) -> str:
    """Return the verification code in the text of a square code: an address, or the code alone."""
    address = _ADDRESS.search(text.strip())
    return read_code(address[1] if address else text)
