"""A reader of strangers' PDF files: a process of its own, with limits and without secrets.

`python -I file_reader.py < file.pdf` writes one line of JSON, and behind it the pages as grey pictures, each as it is
on the screen and as it is printed: layers of a file may differ in the two. It imports no other module of ours.
"""

import json
import resource
import sys
from typing import Any, BinaryIO

import pypdfium2

DOTS_PER_INCH = 100
MOST_PAGES = 12
MOST_LETTERS = 6_000  # of a page
MOST_ATTACHED = 200_000  # bytes
MOST_FILES = 3  # ours have one
A4 = (595.28, 841.89)  # points
_TOLERANCE = 1.0
_MEMORY = 1_500_000_000  # bytes of address space: pdfium maps more than it uses
_SECONDS = 10  # of a processor


def read(content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return what the file holds, and two pictures of each page.

    `fault` says why it cannot be read; then it has no picture. A letter is `[character, left, bottom, right, top]` in
    points. A page of another size than A4 has no picture.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        return {"fault": "locked" if "assword" in str(error) else "broken"}, []
    with document:
        if not 1 <= len(document) <= MOST_PAGES:
            return {"fault": "pages"}, []
        form_type, forms = document.get_formtype(), None
        if form_type != pypdfium2.raw.FORMTYPE_NONE:
            document.init_forms()  # else their fields are not drawn
            forms = document.formenv
        has_forms = form_type not in (pypdfium2.raw.FORMTYPE_NONE, pypdfium2.raw.FORMTYPE_ACRO_FORM)
        pages, pictures = [], []
        for page in document:
            size, text = page.get_size(), page.get_textpage()
            is_a4 = all(abs(have - want) < _TOLERANCE for have, want in zip(size, A4, strict=True))
            notes, fields = _notes(page, forms)
            has_forms = has_forms or fields > 0
            drawn = [_picture(page, mode) for mode in (None, "print")] if is_a4 else []
            pages.append(
                {
                    "size": size,
                    "letters": _letters(text),
                    "notes": notes,
                    "picture": [drawn[0][0], drawn[0][1]] if drawn else None,
                }
            )
            pictures += [dots for _width, _height, dots in drawn]
            page.close()
        return {"fault": "", "forms": has_forms, "pages": pages, "attached": _attached(document)}, pictures


def _notes(page: Any, forms: Any) -> tuple[int, int]:
    """Return the number of notes on the page, and how many of them are fields of a form.

    A signature without a place on the page, as a unit's own, is neither.
    """
    notes = fields = 0
    for number in range(pypdfium2.raw.FPDFPage_GetAnnotCount(page)):
        note = pypdfium2.raw.FPDFPage_GetAnnot(page, number)
        kind = pypdfium2.raw.FPDFAnnot_GetFormFieldType(forms, note) if forms else pypdfium2.raw.FPDF_FORMFIELD_UNKNOWN
        box = pypdfium2.raw.FS_RECTF()
        pypdfium2.raw.FPDFAnnot_GetRect(note, box)
        pypdfium2.raw.FPDFPage_CloseAnnot(note)
        is_drawn = box.left != box.right and box.bottom != box.top
        if is_drawn or kind != pypdfium2.raw.FPDF_FORMFIELD_SIGNATURE:
            notes += 1
            fields += kind > pypdfium2.raw.FPDF_FORMFIELD_UNKNOWN
    return notes, fields


def _letters(text: Any) -> list[list[Any]]:
    letters = []
    for number in range(min(text.count_chars(), MOST_LETTERS)):
        character = chr(pypdfium2.raw.FPDFText_GetUnicode(text, number))
        # Above U+FFFF pdfium gives the two halves of a pair.
        if not character.isspace() and (character.isprintable() or "\ud800" <= character <= "\udfff"):
            letters.append([character, *(round(side, 2) for side in text.get_charbox(number, loose=True))])
    return letters


def _picture(page: Any, mode: str | None) -> tuple[int, int, bytes]:
    drawn = page.render(scale=DOTS_PER_INCH / 72, grayscale=True, optimize_mode=mode).to_pil()
    return drawn.width, drawn.height, drawn.tobytes()


def _attached(document: Any) -> list[list[str]]:
    """Return name and content of the first attached files, as far as they are texts of a usual size."""
    files = []
    for number in range(min(document.count_attachments(), MOST_FILES)):
        attachment = document.get_attachment(number)
        try:
            content = bytes(attachment.get_data())
        except pypdfium2.PdfiumError:
            content = b""
        text = content.decode(errors="replace") if len(content) <= MOST_ATTACHED else ""
        files.append([attachment.get_name()[:200], text])
    return files


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read the file from `source` within limits, and write what it holds."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    found, pictures = read(source.read())
    sink.write(json.dumps(found).encode() + b"\n")
    for dots in pictures:
        sink.write(dots)


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
