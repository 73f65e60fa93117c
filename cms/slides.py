"""The pages of a PDF file as pictures, rendered by the worker after a lesson with slides was saved."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

import pypdfium2
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from wagtail.documents.models import Document

from academy.core.files import delete_on_commit, private_files
from academy.paper.pictures import pdfium_lock
from cms.models.slides import Deck

WIDTH: Final = 1280  # dots; a phone of two dots a pixel shows 720
MOST_PAGES: Final = 80
_HIGHEST: Final = 2 * WIDTH
_LONGEST: Final = 2_000  # characters of a page's words

FAULTS: Final[dict[str, Any]] = {
    "broken": _("This PDF file cannot be opened. Open it on your computer, and save it as PDF once more."),
    "locked": _("This PDF file asks for a password. Save it without one and upload it again."),
    "too_many": _("This PDF file has more than 80 pages. Split it into several lessons."),
}


class _Fault(Exception):
    pass


def deck_of(document: Document | None) -> Deck | None:
    """Return the slides of a file; None while the worker has not made them. One statement."""
    if document is None or not document.pk:
        return None
    return Deck.objects.filter(document=document, file_hash=document.file_hash).first()


def prepare(documents: Iterable[Document]) -> None:
    """Have the worker make the slides that are missing, after the commit."""
    for document in documents:
        if document.file_extension.lower() == "pdf" and deck_of(document) is None:
            transaction.on_commit(lambda pk=document.pk: make_deck.enqueue(pk))  # type: ignore[misc]


def renew(document: Document) -> None:
    """Have the worker make the slides again if their file was replaced."""
    old = Deck.objects.filter(document=document).first()
    if old is not None and old.file_hash != document.file_hash:
        prepare([document])


@task()
def make_deck(document_id: int) -> None:
    """Make the slides of a file, unless they are made already or the file is gone.

    The pictures are written before the row that names them: a second worker makes a folder of its own.
    """
    document = Document.objects.filter(pk=document_id).first()
    if document is None or deck_of(document) is not None:
        return
    try:
        with document.open_file() as file:
            content = file.read()
    except OSError:
        return
    deck = Deck(document=document, file_hash=document.get_file_hash(), folder=f"slides/{uuid4().hex}")
    try:
        for number, (picture, page) in enumerate(_pictures(content), start=1):
            private_files.save(deck.path_of(number), ContentFile(picture))
            deck.pages.append(page)
    except _Fault as fault:
        delete_on_commit(_files_of(deck))
        deck.fault, deck.pages = str(fault), []
    with transaction.atomic():
        now = Document.objects.select_for_update().filter(pk=document.pk).first()
        if now is None or deck_of(now) is not None or now.file_hash != deck.file_hash:
            # The file was deleted or replaced meanwhile, or another worker was quicker.
            delete_on_commit(_files_of(deck))
            prepare([now] if now else [])
            return
        for old in Deck.objects.filter(document=document):
            forget(old)
        deck.save()


def forget(deck: Deck) -> None:
    """Delete slides and, after the commit, their pictures."""
    delete_on_commit(_files_of(deck))
    deck.delete()


def _files_of(deck: Deck) -> list[str]:
    return [deck.path_of(number) for number in range(1, len(deck.pages) + 1)]


def _pictures(content: bytes) -> Iterator[tuple[bytes, dict[str, Any]]]:
    """Yield each page as JPEG, with its size in dots and its words. Raises `_Fault`.

    pdfium serves one thread at a time; between two pages another one may print.
    """
    try:
        with pdfium_lock:
            document = pypdfium2.PdfDocument(content)
            count = len(document)
        if count > MOST_PAGES:
            raise _Fault("too_many")
        for index in range(count):
            with pdfium_lock:
                page = document[index]
                width, height = page.get_size()
                scale = min(WIDTH / max(width, 1), _HIGHEST / max(height, 1))
                picture = page.render(scale=scale).to_pil().convert("RGB")
                words = page.get_textpage().get_text_bounded()
                page.close()
            data = BytesIO()
            picture.save(data, "JPEG", quality=82, optimize=True, progressive=True)
            kept = " ".join(words.replace("\0", " ").split())[:_LONGEST]
            yield data.getvalue(), {"width": picture.width, "height": picture.height, "words": kept}
    except pypdfium2.PdfiumError as error:
        raise _Fault("locked" if "assword" in str(error) else "broken") from error
