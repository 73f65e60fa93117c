"""The pages of a PDF or PowerPoint file as pictures, which the worker makes after a lesson was saved."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final
from uuid import uuid4

import pypdfium2
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from wagtail.documents.models import Document

from academy.core.files import delete_on_commit, private_files
from academy.paper import presentations
from academy.paper.pictures import pdfium_lock
from cms.models.slides import Deck, DeckRun

WIDTH: Final = 1280  # dots; a phone of two dots a pixel shows 720
MOST_PAGES: Final = 80
SILENCE: Final = dt.timedelta(minutes=10)  # a run without a step forward for so long is begun again at the next save
_MOST_TRIES: Final = 2
_HIGHEST: Final = 2 * WIDTH
_LONGEST: Final = 2_000  # characters of a page's words
_TOLD_EVERY: Final = 5  # pages

FAULTS: Final[dict[str, Any]] = {
    "broken": _("This PDF file cannot be opened. Open it on your computer, and save it as PDF once more."),
    "locked": _("This PDF file asks for a password. Save it without one and upload it again."),
    "too_many": _("These slides have more than 80 pages. Split them into several lessons."),
    "unreadable": _(
        "These slides cannot be opened here: the file may be damaged. Open it in PowerPoint or WPS, choose “Save as” "
        "and “PDF”, and upload the PDF."
    ),
    "protected": _("These slides ask for a password. Save them without one and upload them again."),
    "too_large": _(
        "These slides are too large to be turned into pictures here. Make their photos smaller (“Compress pictures”), "
        "or choose “Save as” and “PDF”, and upload the PDF."
    ),
    "too_slow": _(
        "Turning these slides into pictures took more than two minutes and was stopped. Open them in PowerPoint or "
        "WPS, choose “Save as” and “PDF”, and upload the PDF."
    ),
    "gave_up": _(
        "Turning these slides into pictures broke off twice. Open them in PowerPoint or WPS, choose “Save as” and "
        "“PDF”, and upload the PDF."
    ),
    "no_converter": _(
        "Every phone would show a PowerPoint file differently. Open it, choose “Save as” and “PDF”, and upload the PDF."
    ),
}


class _Fault(Exception):
    pass


@dataclass(frozen=True)
class State:
    """Progress of the slides of a file: a stable code, and a sentence for their author."""

    code: str  # made, unsaved, waiting, converting, drawing, silent, or a key of `FAULTS`
    sentence: str
    is_over: bool = False


def is_presentation(document: Document) -> bool:
    """Return whether a file is one of PowerPoint, WPS or LibreOffice, by its name."""
    return document.file_extension.lower() in presentations.SUFFIXES


def takes(document: Document) -> bool:
    """Return whether the pages of this kind of file can be shown."""
    is_pdf = document.file_extension.lower() == "pdf"
    return is_pdf or (is_presentation(document) and presentations.converter() is not None)


def deck_of(document: Document | None) -> Deck | None:
    """Return the slides of a file; None while the worker has not made them. One statement."""
    if document is None or not document.pk:
        return None
    return Deck.objects.filter(document=document, file_hash=document.file_hash).first()


def state_of(document: Document) -> State:
    """Return how far the slides of a file are."""
    deck = deck_of(document)
    if deck is not None and deck.fault:
        return State(deck.fault, str(FAULTS[deck.fault]), is_over=True)
    if deck is not None:
        pages = len(deck.pages)
        made = ngettext("The slide is ready: %(n)s page.", "The slides are ready: %(n)s pages.", pages)
        return State("made", made % {"n": pages}, is_over=True)
    if not takes(document):
        return _not_taken(document)
    run = DeckRun.objects.filter(document=document, file_hash=document.file_hash).first()
    if run is None:
        return State("unsaved", gettext("The pictures of the slides are made as soon as this page is saved."))
    if run.seen_at < timezone.now() - SILENCE:
        sentence = gettext(
            "The pictures of the slides have been waiting for a while. Save this page once more; if that does not "
            "help, tell the person who maintains the system: work in the background stands still."
        )
        return State("silent", sentence)
    return State(run.step, _step_in_words(run))


def _not_taken(document: Document) -> State:
    if is_presentation(document):
        return State("no_converter", str(FAULTS["no_converter"]), is_over=True)
    if presentations.converter() is None:
        return State("no_slides", gettext("Choose a PDF file."), is_over=True)
    return State(
        "no_slides", gettext("Choose a file of PowerPoint or WPS (PPTX, PPT, ODP), or a PDF file."), is_over=True
    )


def _step_in_words(run: DeckRun) -> str:
    if run.step == DeckRun.Step.CONVERTING:
        return gettext("The slides are being read, which takes up to two minutes. You may go on writing, or leave.")
    if run.step == DeckRun.Step.DRAWING:
        words = gettext("Page %(done)s of %(total)s is being drawn. You may go on writing, or leave.")
        return words % {"done": min(run.done + 1, run.total), "total": run.total}
    return gettext("The slides wait for their turn. You may go on writing, or leave.")


def prepare(documents: Iterable[Document]) -> None:
    """Have the worker make the missing slides, after the commit. A run under way is not begun again."""
    for document in documents:
        if not takes(document) or not _has_hash(document) or _is_settled(document):
            continue
        now = timezone.now()
        run = DeckRun.objects.filter(document=document, file_hash=document.file_hash).first()
        if run is not None and run.seen_at >= now - SILENCE:
            continue
        tries = run.tries if run is not None else 0
        fresh = {"file_hash": document.file_hash, "step": DeckRun.Step.WAITING, "tries": tries, "seen_at": now}
        DeckRun.objects.update_or_create(document=document, defaults=fresh)
        transaction.on_commit(lambda pk=document.pk: make_deck.enqueue(pk))  # type: ignore[misc]


def _has_hash(document: Document) -> bool:
    """Return whether the file is there, and have its hash stored."""
    try:
        return bool(document.get_file_hash())
    except OSError:
        return False


def _is_settled(document: Document) -> bool:
    """Return whether slides are made or cannot be; where LibreOffice was missing, they can be now."""
    deck = deck_of(document)
    return deck is not None and deck.fault != "no_converter"


def renew(document: Document) -> None:
    """Have the worker make the slides again if their file was replaced."""
    for old in (Deck.objects.filter(document=document).first(), DeckRun.objects.filter(document=document).first()):
        if old is not None and old.file_hash != document.file_hash:
            prepare([document])


@task()
def make_deck(document_id: int) -> None:
    """Make the slides of a file, unless they are made already or the file is gone.

    The pictures are written before the row that names them: a second worker makes a folder of its own.
    """
    document = Document.objects.filter(pk=document_id).first()
    if document is None or _is_settled(document):
        return
    try:
        with document.open_file() as file:
            content = file.read()
    except OSError:
        return
    deck = Deck(document=document, file_hash=document.get_file_hash(), folder=f"slides/{uuid4().hex}")
    run = _begin_run(deck)
    try:
        for number, (picture, page, total) in enumerate(_pictures(_as_pdf(document, content, run)), start=1):
            private_files.save(deck.path_of(number), ContentFile(picture))
            deck.pages.append(page)
            if number % _TOLD_EVERY == 1:
                _tell(run, DeckRun.Step.DRAWING, done=number, total=total)
    except _Fault as fault:
        delete_on_commit(_files_of(deck))
        deck.fault, deck.pages = str(fault), []
    _keep(deck)


def _begin_run(deck: Deck) -> DeckRun:
    """Return the run, with one try more: those before it died with their workers."""
    with transaction.atomic():
        run, _made = DeckRun.objects.select_for_update().get_or_create(
            document=deck.document, defaults={"file_hash": deck.file_hash, "seen_at": timezone.now()}
        )
        run.tries = run.tries + 1 if run.file_hash == deck.file_hash else 1
        run.file_hash, run.seen_at = deck.file_hash, timezone.now()
        run.save()
    return run


def _as_pdf(document: Document, content: bytes, run: DeckRun) -> bytes:
    if run.tries > _MOST_TRIES:
        raise _Fault("gave_up")
    if not is_presentation(document):
        return content
    _tell(run, DeckRun.Step.CONVERTING)
    try:
        return presentations.to_pdf(content, document.file_extension.lower())
    except presentations.Failure as failure:
        raise _Fault(str(failure)) from failure


def _tell(run: DeckRun, step: DeckRun.Step, *, done: int = 0, total: int = 0) -> None:
    DeckRun.objects.filter(pk=run.pk).update(step=step, done=done, total=total, seen_at=timezone.now())


def _keep(deck: Deck) -> None:
    with transaction.atomic():
        now = Document.objects.select_for_update().filter(pk=deck.document_id).first()
        if now is None or _is_settled(now) or now.file_hash != deck.file_hash:
            # The file was deleted or replaced meanwhile, or another worker was quicker.
            delete_on_commit(_files_of(deck))
            prepare([now] if now else [])
            return
        for old in Deck.objects.filter(document=deck.document_id):
            forget(old)
        DeckRun.objects.filter(document=deck.document_id, file_hash=deck.file_hash).delete()
        deck.save()


def forget(deck: Deck) -> None:
    """Delete slides and, after the commit, their pictures."""
    delete_on_commit(_files_of(deck))
    deck.delete()


def _files_of(deck: Deck) -> list[str]:
    return [deck.path_of(number) for number in range(1, len(deck.pages) + 1)]


def _pictures(content: bytes) -> Iterator[tuple[bytes, dict[str, Any], int]]:
    """Yield each page as JPEG, its size in dots with its words, and the number of pages. Raises `_Fault`.

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
            yield data.getvalue(), {"width": picture.width, "height": picture.height, "words": kept}, count
    except pypdfium2.PdfiumError as error:
        raise _Fault("locked" if "assword" in str(error) else "broken") from error
