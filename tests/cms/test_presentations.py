"""A PowerPoint file in a lesson: its slides, how far they are, and what stops them."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents.models import Document
from wagtail.models import Collection

from academy.core.models import Community
from academy.paper import presentations
from academy.people.permissions import DutyRole
from cms import slides
from cms.blocks import BodyBlock
from cms.founding import academy_of
from cms.models import Deck, DeckRun, LessonPage
from cms.writing import write_course
from tests.cms.test_slides import pdf
from tests.factories import CommunityFactory, UserFactory, course_text

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


class Converter:
    """A stand-in for LibreOffice: makes a PDF file of seven pages, or fails with a code."""

    def __init__(self) -> None:
        self.calls, self.code, self.meanwhile = 0, "", lambda: None

    def __call__(self, content: bytes, suffix: str) -> bytes:
        self.calls += 1
        self.meanwhile()
        if self.code:
            raise presentations.Failure(self.code)
        return pdf(*["急救"] * 7)


@pytest.fixture(autouse=True)
def converter(monkeypatch: Any) -> Iterator[Converter]:
    made = Converter()
    monkeypatch.setattr(presentations, "converter", lambda: "/usr/bin/soffice")
    monkeypatch.setattr(presentations, "to_pdf", made)
    with time_machine.travel(NOW, tick=False):
        yield made


@pytest.fixture
def lesson(community: Community, settings: Any, tmp_path: Path) -> LessonPage:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    course = write_course(academy_page=academy_of(community), text=course_text(length=1), by=None)
    return LessonPage.objects.child_of(course).get()


@pytest.fixture
def talk(lesson: LessonPage) -> Document:
    file = ContentFile(b"PK\x03\x04", "talk.pptx")
    collection = Collection.objects.get(name=str(lesson.home.community))
    document = Document(title="急救", file=file, collection=collection)
    document._set_document_file_metadata()
    document.save()
    return document


def save(lesson: LessonPage, talk: Document) -> Any:
    lesson.body = [("slides", {"document": talk, "title": ""})]
    return lesson.save_revision()


def code_of(talk: Document) -> str:
    return slides.state_of(Document.objects.get(pk=talk.pk)).code


def refusal_at_submission(talk: Document) -> tuple[str, str]:
    block = BodyBlock().child_blocks["slides"]
    try:
        block.clean(block.normalize({"document": talk, "title": ""}))
    except ValidationError as error:
        found = error.block_errors["document"]  # type: ignore[attr-defined]
        return found.code, str(found.message)
    return "", ""


def test_its_pages_become_pictures_step_by_step(
    lesson: LessonPage, talk: Document, converter: Converter, django_capture_on_commit_callbacks: Any
) -> None:
    seen = [code_of(talk)]
    converter.meanwhile = lambda: seen.append(code_of(talk))
    with django_capture_on_commit_callbacks() as callbacks:
        save(lesson, talk).publish()
    seen.append(code_of(talk))
    for callback in callbacks:
        callback()
    assert [*seen, code_of(talk)] == ["unsaved", "waiting", "converting", "made"]
    page = Client().get(lesson.get_url()).content.decode()
    assert f'src="/slides/{talk.pk}/7/"' in page and talk.url in page
    assert not DeckRun.objects.exists()


def test_the_page_that_is_drawn_is_told(lesson: LessonPage, talk: Document, monkeypatch: Any) -> None:
    told: list[str] = []
    save_file = slides.private_files.save

    def look(name: str, content: Any) -> str:
        told.append(slides.state_of(talk).sentence)
        return str(save_file(name, content))

    monkeypatch.setattr(slides.private_files, "save", look)
    slides.make_deck.call(talk.pk)
    assert "7" in told[-1] and told[1] != told[-1]


@pytest.mark.parametrize("code", ["unreadable", "protected", "too_large", "too_slow", "no_converter"])
def test_what_stops_it_stands_at_the_block_and_stops_the_submission(
    lesson: LessonPage, talk: Document, converter: Converter, code: str, django_capture_on_commit_callbacks: Any
) -> None:
    converter.code = code
    with django_capture_on_commit_callbacks(execute=True):
        save(lesson, talk)
    state = slides.state_of(talk)
    assert (state.code, state.sentence, state.is_over) == (code, str(slides.FAULTS[code]), True)
    assert refusal_at_submission(talk) == (code, state.sentence)


def test_slides_that_are_not_ready_are_asked_for_at_the_submission_and_begin(
    talk: Document, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True) as begun:
        code, sentence = refusal_at_submission(talk)
    assert code == "slides_unfinished" and sentence and begun
    assert refusal_at_submission(talk) == ("", "")


def test_a_draft_keeps_slides_that_are_not_ready(lesson: LessonPage, talk: Document) -> None:
    save(lesson, talk)
    block = BodyBlock().child_blocks["slides"]
    block.defer_required = block.is_deferred_validation = True
    assert block.clean(block.normalize({"document": talk, "title": ""}))["document"] == talk


def test_a_save_does_not_begin_again_what_goes_on(
    lesson: LessonPage, talk: Document, django_capture_on_commit_callbacks: Any
) -> None:
    def begun() -> int:
        with django_capture_on_commit_callbacks() as callbacks:
            save(lesson, talk)
        return sum("prepare" in callback.__qualname__ for callback in callbacks)

    assert [begun(), begun()] == [1, 0]
    with time_machine.travel(NOW + dt.timedelta(minutes=11), tick=False):
        assert code_of(talk) == "silent"
        assert begun() == 1
        assert code_of(talk) == "waiting"


def test_a_file_on_which_two_workers_died_is_given_up(talk: Document, converter: Converter) -> None:
    class Killed(BaseException):
        pass

    def die() -> None:
        raise Killed

    converter.meanwhile = die
    for _worker in range(2):
        with pytest.raises(Killed):
            slides.make_deck.call(talk.pk)
        assert code_of(talk) == "converting"
    slides.make_deck.call(talk.pk)
    assert code_of(talk) == "gave_up" and converter.calls == 2


def test_a_worker_that_died_once_is_followed_by_another(talk: Document, converter: Converter) -> None:
    DeckRun.objects.create(document=talk, file_hash=talk.file_hash, step="converting", tries=1, seen_at=NOW)
    slides.make_deck.call(talk.pk)
    assert code_of(talk) == "made"


def test_without_a_converter_the_steps_to_a_pdf_file_are_named(talk: Document, monkeypatch: Any) -> None:
    monkeypatch.setattr(presentations, "converter", lambda: None)
    assert refusal_at_submission(talk) == ("bad_slides", str(slides.FAULTS["no_converter"]))
    assert code_of(talk) == "no_converter"


def test_slides_stay_when_the_converter_goes(talk: Document, monkeypatch: Any) -> None:
    slides.make_deck.call(talk.pk)
    monkeypatch.setattr(presentations, "converter", lambda: None)
    assert refusal_at_submission(talk) == ("", "")


def test_slides_begin_once_a_converter_is_there(
    lesson: LessonPage, talk: Document, converter: Converter, django_capture_on_commit_callbacks: Any
) -> None:
    converter.code = "no_converter"
    slides.make_deck.call(talk.pk)
    converter.code = ""
    with django_capture_on_commit_callbacks(execute=True):
        save(lesson, talk)
    assert code_of(talk) == "made" and Deck.objects.count() == 1


def test_who_writes_courses_here_reads_how_far_it_is(lesson: LessonPage, talk: Document, client: Client) -> None:
    ask = reverse("slides_state", args=[talk.pk])
    client.force_login(UserFactory(duties=[(lesson.home.community, DutyRole.TRAINER)]))
    answer = client.get(ask).json()
    assert (answer["code"], answer["over"]) == ("unsaved", False) and answer["sentence"]
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.TRAINER)]))
    assert client.get(ask).status_code == 404
