"""A reviewer's comment at a sentence of a lesson: its author finds, answers and resolves it."""

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect
from wagtail.models import Comment

from academy.people.models import User
from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import LessonPage
from cms.writing import LessonText, write_course
from tests.e2e.conftest import PATIENCE
from tests.factories import UserFactory, course_text, found

pytestmark = pytest.mark.django_db(transaction=True)

SENTENCE = "先看有没有车。"
QUESTION, ANSWER = "是哪一种车？", "电动车，我写清楚。"

Desk = Callable[[User], Page]


@pytest.fixture
def desk_of(served: str, browser: Browser) -> Iterator[Desk]:
    """Return a function that opens a computer at which this user is signed in."""
    contexts = []

    def open_for(user: User) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN", base_url=served)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
        return context.new_page()

    yield open_for
    for context in contexts:
        context.close()


def submitted_lesson(trainer: User, home: object) -> LessonPage:
    """Return a lesson that the trainer wrote and submitted."""
    body = [("text", f"<p>{SENTENCE}再慢慢走近。</p><p>最后拨打电话。</p>")]
    text = course_text(lessons=[LessonText("one", "第一节", 1, body)])
    course = write_course(academy_page=academy_of(home), text=text, by=None)
    LessonPage.objects.child_of(course).update(owner=trainer)
    lesson = LessonPage.objects.child_of(course).get()
    lesson.title = "走近之前"
    lesson.save_revision(user=trainer)
    lesson.get_workflow().start(lesson, trainer)
    return lesson


def save(page: Page) -> None:
    """Save the draft; the page comes again."""
    page.locator("footer .action-save").click()
    expect(page.locator(".messages .success")).to_be_visible()


def test_a_comment_at_a_sentence_is_answered_and_resolved(desk_of: Desk) -> None:
    home = found()
    trainer = UserFactory(duties=[(home, DutyRole.TRAINER)], first_name="李老师")
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)], first_name="孙丽")
    lesson = submitted_lesson(trainer, home)
    address = f"/admin/pages/{lesson.pk}/edit/"

    # The social worker marks the sentence, asks, and sends the lesson back.
    desk = desk_of(worker)
    desk.goto(address)
    desk.locator(".public-DraftEditor-content").get_by_text(SENTENCE).click()
    desk.keyboard.press("Home")
    for _sign in SENTENCE:
        desk.keyboard.press("Shift+ArrowRight")
    desk.locator(".Draftail-FloatingToolbar button[aria-label*=评论]").click()
    desk.locator(".comment--mode-creating textarea").fill(QUESTION)
    desk.locator(".comment--mode-creating button[type=submit]").click()
    save(desk)
    desk.locator("footer [data-workflow-action-name=reject]").click()
    desk.locator(".modal textarea[name=comment]").fill("请看句子旁的意见")
    desk.locator(".modal [type=submit]").click()
    expect(desk.locator("footer [data-workflow-action-name=reject]")).to_have_count(0)

    # The trainer finds the question on home, and at its sentence, and answers.
    own = desk_of(trainer)
    own.goto("/admin/")
    mine = own.locator("#my-courses-section")
    expect(mine).to_contain_text(QUESTION)
    mine.get_by_role("link", name="去回复").click()
    expect(own.locator(".public-DraftEditor-content [data-annotation]")).to_have_text(SENTENCE)
    comment = own.locator("#comments .comment")
    expect(comment).to_contain_text("孙丽")
    expect(comment.locator(".comment__text")).to_have_text(QUESTION)
    comment.locator(".comment__reply-input").fill(ANSWER)
    comment.get_by_role("button", name="回复").click()
    save(own)
    own.goto("/admin/")
    expect(mine).to_contain_text("请看句子旁的意见")
    expect(mine).not_to_contain_text(QUESTION)

    # Both read the answer; the trainer resolves it, and the sentence is plain again.
    desk.goto(f"{address}?comment={Comment.objects.get().pk}")
    expect(desk.locator("#comments .comment")).to_contain_text(ANSWER)
    own.goto(f"{address}?comment={Comment.objects.get().pk}")
    comment.get_by_label("更多动作").first.click()  # the reply has its own
    comment.get_by_role("menuitem", name="解决").click()
    save(own)
    expect(own.locator("#comments .comment")).to_have_count(0)
    expect(own.locator(".public-DraftEditor-content [data-annotation]")).to_have_count(0)
    resolved = Comment.objects.get()
    assert resolved.resolved_by == trainer and resolved.replies.get().text == ANSWER
