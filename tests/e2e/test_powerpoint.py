"""A trainer uploads a PowerPoint file: the editor shows how far it is, and a phone its pages."""

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from academy.paper import presentations
from academy.people.permissions import DutyRole
from cms import slides
from cms.founding import academy_of
from cms.models import Deck, DeckRun, LessonPage
from cms.writing import write_course
from tests.cms.test_slides import pdf
from tests.e2e.conftest import beside_screen, in_chinese
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.django_db(transaction=True)

PICTURES = os.environ.get("PICTURES", "")  # a directory: each step leaves its picture there


def look(page: Page, name: str, shown: Locator) -> None:
    if PICTURES:
        shown.scroll_into_view_if_needed()
        page.wait_for_timeout(1000)  # until nothing moves on the picture
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_progress_stands_below_the_file_and_a_fault_keeps_what_was_typed(
    served: str, desk: Page, new_phone: Any, tmp_path: Path, settings: Any, monkeypatch: Any
) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    make = slides.make_deck
    monkeypatch.setattr(slides, "make_deck", SimpleNamespace(enqueue=lambda _pk: None))  # the worker is busy
    monkeypatch.setattr(presentations, "converter", lambda: "/usr/bin/soffice")
    monkeypatch.setattr(presentations, "to_pdf", lambda *_file: pdf(*[f"Step {number}" for number in range(1, 6)]))
    home = found()
    course = write_course(academy_page=academy_of(home), text=course_text(length=1), by=None)
    lesson = LessonPage.objects.child_of(course).get()
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])

    desk.goto(f"{served}/admin/pages/{lesson.pk}/edit/")
    body = desk.locator("[data-contentpath=body]")
    body.locator("> .w-field__input > * > [data-streamfield-stream-container] > div > button").last.click()
    desk.get_by_role("option", name=in_chinese("Slides"), exact=True).click()
    block = body.locator("[data-streamfield-child]").last
    block.locator("input[name$='-value-title']").fill("急救五步")
    block.locator(".unchosen [data-chooser-action-choose]").click()
    desk.locator(".modal-dialog [role=tab][href='#tab-upload']").click()
    upload = desk.locator(".modal-dialog form[enctype]")
    upload.locator("input[type=file]").set_input_files(
        {"name": "五步.pptx", "mimeType": "application/octet-stream", "buffer": b"PK\x03\x04"}
    )
    expect(upload.locator("input[name$=title]")).to_have_value("五步")  # a script writes it
    upload.locator("button[type=submit]").click()
    state = block.locator(".slides-state")
    expect(state).to_have_attribute("data-code", "waiting")  # the editor has saved the page by itself
    expect(state).to_have_text(in_chinese("The slides wait for their turn. You may go on writing, or leave."))
    look(desk, "1-waiting", block)

    desk.locator("button[name=action-submit]").first.click()
    expect(block.locator(".w-field__errors").first).to_contain_text("还没做好")
    expect(block.locator("input[name$='-value-title']")).to_have_value("急救五步")
    look(desk, "2-refused", block)

    document = DeckRun.objects.get().document
    make.call(document.pk)
    expect(state).to_have_attribute("data-code", "made")
    expect(state).to_contain_text("5")
    look(desk, "3-made", block)

    LessonPage.objects.get(pk=lesson.pk).get_latest_revision().publish()
    phone = new_phone()
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(f"{served}{lesson.get_url()}")
    assert beside_screen(phone) == 0
    pictures = phone.locator(".slides img")
    assert pictures.count() == 5
    look(phone, "4-phone", pictures.first)

    Deck.objects.update(fault="protected", pages=[])
    desk.reload()
    expect(state).to_have_attribute("data-code", "protected")
    expect(state).to_have_text(str(slides.FAULTS["protected"]))
    look(desk, "5-protected", block)
