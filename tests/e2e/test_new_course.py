"""A new trainer writes a course of five lessons, with quizzes, a Word file and slides, up to review."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Locator, Page, expect
from wagtail.models import WorkflowState

from academy.people.permissions import DutyRole
from cms.models import CoursePage, LessonPage
from cms.quiz_block import quiz_of
from tests.cms.test_slides import pdf
from tests.e2e.conftest import in_chinese
from tests.factories import UserFactory, found
from tests.quizzes import TEXT
from tests.word_files import paragraph, run, word_file

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Wagtail leaves the file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

PICTURES = os.environ.get("PICTURES", "")  # a directory: each step leaves its picture there
MOST_CLICKS, MOST_FIELDS = 27, 12

WORD = word_file(
    paragraph(run("怎样拨打 120"), style="1"),
    paragraph(run("先看清自己在哪里，再拨号。")),
    paragraph(run("三件事要说清"), style="2"),
    paragraph(run("地址"), number=2),
    paragraph(run("发生了什么"), number=2),
)


class Trainer:
    """A trainer at the desk, whose clicks and filled fields are counted."""

    def __init__(self, desk: Page) -> None:
        self.desk, self.clicks, self.fields, self.steps = desk, list[str](), list[str](), 0

    def click(self, target: Locator) -> None:
        self.clicks.append((target.inner_text() or str(target.get_attribute("title"))).strip())
        target.click()

    def fill(self, name: str, text: str) -> None:
        self.fields.append(name)
        self.desk.locator(f"[name={name}]").fill(text)

    def link(self, english: str) -> None:
        self.click(self.desk.get_by_role("link", name=in_chinese(english), exact=True).first)
        self.look()

    def save(self) -> None:
        self.click(self.desk.locator("footer button.action-save"))
        expect(self.desk.locator(".messages")).to_be_visible()
        self.look()

    def add_block(self, english: str, context: str = "") -> Locator:
        """Insert a block at the end of the lesson, and return it."""
        body = self.desk.locator("[data-contentpath=body]")
        self.click(body.locator("> .w-field__input > * > [data-streamfield-stream-container] > div > button").last)
        self.click(self.desk.get_by_role("option", name=in_chinese(english, context), exact=True))
        return body.locator("[data-streamfield-child]").last

    def write(self, text: str) -> None:
        self.add_block("Text")
        self.fields.append("text")
        expect(self.desk.locator("[contenteditable=true]:focus")).to_be_visible()
        self.desk.keyboard.type(text)

    def paste_quiz(self) -> None:
        block = self.add_block("Quiz")
        self.fields.append("quiz")
        block.locator("textarea[name$=pasted]").fill(TEXT)

    def look(self) -> None:
        self.steps += 1
        if PICTURES:
            self.desk.wait_for_timeout(1000)  # until nothing moves on the picture
            self.desk.screenshot(path=Path(PICTURES) / f"{self.steps:02}.png")


@pytest.mark.soak
def test_from_nothing_to_review(served: str, desk: Page, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    client = Client()
    client.force_login(UserFactory(duties=[(found(), DutyRole.TRAINER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    trainer = Trainer(desk)
    desk.goto(f"{served}/admin/")

    trainer.link("New course")
    trainer.fill("title", "急救入门")
    trainer.fill("intro", "学会在救护车来之前做对三件事。")
    trainer.save()

    trainer.link("Add a lesson")
    trainer.fill("title", "先看现场")
    trainer.write("先看有没有车、电、火，再走近。")
    trainer.save()

    trainer.link("Add the next lesson")
    trainer.fill("title", "会不会认")
    trainer.write("没有反应，没有正常呼吸，就按心跳骤停处理。")
    trainer.paste_quiz()
    trainer.save()

    trainer.link("A lesson from a Word file")
    trainer.fields.append("file")
    desk.locator("input[name=file]").set_input_files({"name": "120.docx", "mimeType": "", "buffer": WORD})
    trainer.click(desk.get_by_role("button", name=in_chinese("Make a lesson of it")))
    expect(desk.locator("[name=title]")).to_have_value("怎样拨打 120")
    trainer.look()

    trainer.link("Add the next lesson")
    trainer.fill("title", "看一遍幻灯片")
    slides = trainer.add_block("Slides")
    trainer.click(slides.locator(".unchosen [data-chooser-action-choose]"))
    trainer.look()
    trainer.click(desk.locator(".modal-dialog [role=tab][href='#tab-upload']"))
    trainer.fields.append("slides")
    upload = desk.locator(".modal-dialog form[enctype]")
    upload.locator("input[type=file]").set_input_files(
        {"name": "急救.pdf", "mimeType": "application/pdf", "buffer": pdf("Call 120", "Push hard")}
    )
    expect(upload.locator("input[name$=title]")).to_have_value("急救")  # a script writes it
    trainer.look()
    trainer.click(upload.locator("button[type=submit]"))
    expect(slides.locator(".chosen")).to_contain_text("急救")
    trainer.save()

    trainer.link("Add the next lesson")
    trainer.fill("title", "再考一次")
    trainer.paste_quiz()
    trainer.save()

    trainer.link("Submit it with its lessons")
    trainer.click(desk.get_by_role("button", name=in_chinese("Submit for review")))
    expect(desk.locator(".messages")).to_contain_text("6")
    trainer.look()

    course = CoursePage.objects.get(title="急救入门", alias_of=None)
    lessons = [page.get_latest_revision_as_object() for page in LessonPage.objects.child_of(course).order_by("path")]
    kinds = [[block.block_type for block in lesson.body] for lesson in lessons]
    assert kinds == [["text"], ["text", "quiz"], ["text"], ["slides"], ["quiz"]]
    quizzes = [quiz_of(block.value) for lesson in lessons for block in lesson.body if block.block_type == "quiz"]
    assert [len(quiz.questions) for quiz in quizzes] == [3, 3]
    assert WorkflowState.objects.active().count() == 6
    assert len(trainer.clicks) <= MOST_CLICKS, trainer.clicks
    assert len(trainer.fields) <= MOST_FIELDS, trainer.fields
