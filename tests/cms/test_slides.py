"""A PDF file in a lesson, shown page by page."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image as Picture
from reportlab.pdfgen import canvas
from wagtail.documents.models import Document
from wagtail.models import Collection

from academy.core.models import Community
from cms import slides
from cms.founding import academy_of
from cms.models import Deck, LessonPage
from cms.parts import parts_of
from cms.writing import write_course
from tests.factories import UserFactory, course_text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def pdf(*texts: str, size: tuple[float, float] = (960, 540), password: str = "") -> bytes:
    data = io.BytesIO()
    page = canvas.Canvas(data, pagesize=size, encrypt=password or None)
    for text in texts:
        page.drawString(100, 300, text)
        page.showPage()
    page.save()
    return data.getvalue()


@pytest.fixture
def lesson(community: Community, settings: Any, tmp_path: Path) -> LessonPage:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    course = write_course(academy_page=academy_of(community), text=course_text(length=1), by=None)
    return LessonPage.objects.child_of(course).get()


def upload(lesson: LessonPage, content: bytes) -> Document:
    collection = Collection.objects.get(name=str(lesson.home.community))
    return Document.objects.create(title="急救", file=ContentFile(content, "talk.pdf"), collection=collection)


def show(lesson: LessonPage, document: Document, run: Any) -> str:
    lesson.body = [("slides", {"document": document, "title": "急救十页"})]
    with run(execute=True):
        lesson.save_revision().publish()
    return Client().get(lesson.get_url()).content.decode()


@pytest.fixture
def run(django_capture_on_commit_callbacks: Any) -> Any:
    return django_capture_on_commit_callbacks


def test_each_page_is_a_picture_with_its_words(lesson: LessonPage, run: Any) -> None:
    document = upload(lesson, pdf("Call 120", "Push hard"))
    page = show(lesson, document, run)
    assert f'src="/slides/{document.pk}/2/"' in page and "Push hard" in page and "急救十页" in page
    picture = Client().get(f"/slides/{document.pk}/1/")
    assert picture["Content-Type"] == "image/jpeg"
    assert Picture.open(io.BytesIO(b"".join(picture.streaming_content))).size == (1280, 720)
    assert Client().get(f"/slides/{document.pk}/3/").status_code == 404
    assert Client().get(f"/slides/{document.pk}/0/").status_code == 404
    assert "Call 120" in " ".join(LessonPage.objects.get(pk=lesson.pk).searchable_text())


def test_slides_without_a_name_bear_that_of_their_file(lesson: LessonPage, run: Any) -> None:
    block = LessonPage.body.field.stream_block.child_blocks["slides"]
    value = block.clean(block.to_python({"document": upload(lesson, pdf("Call 120")).pk, "title": ""}))
    assert value.name == "急救"
    lesson.body = [("slides", value)]
    with run(execute=True):
        lesson.save_revision().publish()
    assert 'aria-label="急救"' in Client().get(lesson.get_url()).content.decode()
    assert [part.text for part in parts_of(LessonPage.objects.get(pk=lesson.pk))] == ["急救"]


def test_only_readers_of_the_file_see_its_slides(lesson: LessonPage, run: Any) -> None:
    document = upload(lesson, pdf("secret"))
    show(lesson, document, run)
    lesson.unpublish()
    assert Client().get(f"/slides/{document.pk}/1/").status_code == 404
    stranger = Client()
    stranger.force_login(UserFactory())
    assert stranger.get(f"/slides/{document.pk}/1/").status_code == 404


def test_a_file_that_was_replaced_has_new_slides(lesson: LessonPage, run: Any) -> None:
    document = upload(lesson, pdf("old"))
    show(lesson, document, run)
    old = Deck.objects.get()
    document.file = ContentFile(pdf("new one", "and two"), "talk.pdf")
    document._set_document_file_metadata()
    with run(execute=True):
        document.save()
    new = Deck.objects.get()
    assert [page["words"] for page in new.pages] == ["new one", "and two"]
    assert not slides.private_files.exists(old.path_of(1)) and slides.private_files.exists(new.path_of(2))


def test_a_deleted_file_takes_its_slides_with_it(lesson: LessonPage, run: Any) -> None:
    document = upload(lesson, pdf("gone"))
    show(lesson, document, run)
    path = Deck.objects.get().path_of(1)
    with run(execute=True):
        document.delete()
    assert not Deck.objects.exists() and not slides.private_files.exists(path)


def test_the_worker_makes_them_once(lesson: LessonPage, run: Any) -> None:
    document = upload(lesson, pdf("once"))
    show(lesson, document, run)
    deck = Deck.objects.get()
    slides.make_deck.call(document.pk)
    assert Deck.objects.get() == deck
    slides.make_deck.call(document.pk + 1)  # deleted meanwhile


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        pytest.param(b"no pdf", "broken", id="another file"),
        pytest.param(pdf("x", password="geheim"), "locked", id="a password"),
        pytest.param(pdf(*["x"] * 81), "too_many", id="81 pages"),
    ],
)
def test_a_file_without_slides_is_offered_as_a_file(lesson: LessonPage, run: Any, content: bytes, fault: str) -> None:
    document = upload(lesson, content)
    page = show(lesson, document, run)
    assert Deck.objects.get().fault == fault
    assert "/slides/" not in page and document.url in page and str(slides.FAULTS[fault]) not in page
    preview = (
        LessonPage.objects.get(pk=lesson.pk).make_preview_request(Client().get("/").wsgi_request, "").content.decode()
    )
    assert str(slides.FAULTS[fault]) in preview


def test_a_tall_page_is_a_small_picture(lesson: LessonPage, run: Any) -> None:
    document = upload(lesson, pdf("tall", size=(100, 5_000)))
    show(lesson, document, run)
    [page] = Deck.objects.get().pages
    assert page["height"] <= 2_560
