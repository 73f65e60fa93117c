"""A lesson with a block of each kind: access, width and words in different dresses; the keyboard."""

import datetime as dt
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from PIL import Image as PillowImage
from playwright.sync_api import Browser, Page, expect
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from cms import slides
from cms.blocks import BodyBlock
from cms.founding import academy_of
from cms.models import LessonPage
from cms.quiz_block import written_quiz
from cms.writing import LessonText, write_course
from tests.cms.test_slides import pdf
from tests.e2e.test_faces import dress, look_at
from tests.factories import ActivityFactory, VolunteerFactory, course_text, found
from tests.quizzes import TEXT

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Wagtail leaves the file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

DRESSES = [dress(320, elder=2, dark=True), dress(360), dress(1280, dark=True, english=True)]


def body_of_all_kinds(community: Community) -> list[tuple[str, Any]]:
    collection = Collection.objects.get(name=community.name)

    def file(name: str, content: bytes = b"x") -> Document:
        return Document.objects.create(title=name, file=ContentFile(content, name), collection=collection)

    data = BytesIO()
    PillowImage.new("RGB", (1280, 720), "#6b7a52").save(data, "PNG")
    image = Image.objects.create(title="楼道", file=ContentFile(data.getvalue(), "1.png"), collection=collection)
    picture = {"image": image, "alt": "一条楼道", "caption": "东门的楼道"}
    starts_at = timezone.now() + dt.timedelta(days=3)
    activity = ActivityFactory(community=community, starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2))
    talk = file("talk.pdf", pdf("Call 120", "Push hard", "Do not stop"))
    told = {"caption": "怎样按压", "transcript": "掌根放在胸口正中，又快又深。"}
    return [
        ("text", "<h3>先看现场</h3><p>先看有没有车、电、火，再<b>走近</b>。</p><ul><li>看</li><li>叫</li></ul>"),
        ("picture", picture),
        ("gallery", {"pictures": [picture, {**picture, "caption": ""}]}),
        ("video", {"video": file("demo.mp4"), **told}),
        ("web_video", {"link": "https://www.bilibili.com/video/BV1GJ411x7h7", **told}),
        ("audio", {"audio": file("demo.mp3"), **told}),
        ("slides", {"document": talk, "title": "急救三件事"}),
        ("file", {"document": talk, "title": "讲义"}),
        (
            "steps",
            {"title": "怎样拨打", "steps": [{"text": "看清", "image": image}, {"text": "拨 120", "image": None}]},
        ),
        ("checklist", {"title": "带上", "items": ["水杯", "帽子"]}),
        ("table", {"caption": "时间表", "cells": "时间 | 地点\n9:00 | 服务台"}),
        ("callout", {"kind": "caution", "text": "<p>先断电源。</p>"}),
        ("quote", {"text": "有时去治愈，常常去帮助。", "source": "特鲁多"}),
        ("thought", {"question": "您会怎么做？", "answer": "先问一问自己：这里安全吗？"}),
        ("activity", {"link": str(activity.pk)}),
        ("quiz", written_quiz(TEXT)),
    ]


@pytest.fixture
def lesson(served: str, tmp_path: Path, settings: Any) -> LessonPage:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = str(tmp_path / "media"), str(tmp_path / "private")
    community = found()
    body = body_of_all_kinds(community)
    assert {kind for kind, _value in body} == set(BodyBlock().child_blocks), "each kind of block is looked at"
    text = course_text("all", lessons=[LessonText("one", "各种内容", 1, body)])
    course = write_course(academy_page=academy_of(community), text=text, by=None)
    for document in Document.objects.filter(file__endswith=".pdf"):
        slides.make_deck.call(document.pk)
    return LessonPage.objects.child_of(course).get()


def reader(browser: Browser, served: str, lesson: LessonPage, **options: Any) -> Page:
    """Return the browser of a volunteer who reads in this dress; no player of a video site answers."""
    cookies = dict(options.pop("cookies", {}))
    client = Client()
    client.force_login(VolunteerFactory(community=lesson.home.community, login=True).user)
    cookies["sessionid"] = client.cookies["sessionid"].value
    context = browser.new_context(locale="zh-CN", **options)
    context.add_cookies([{"name": name, "value": value, "url": served} for name, value in cookies.items()])
    player = '<!DOCTYPE html><html lang="zh"><title>播放器</title><body></body></html>'
    context.route("https://player.bilibili.com/**", lambda route: route.fulfill(body=player, content_type="text/html"))
    return context.new_page()


def test_every_kind_of_block_is_good_in_every_dress(served: str, browser: Browser, lesson: LessonPage) -> None:
    wrong = []
    for one in DRESSES:
        language = "en" if "django_language" in one["cookies"] else "zh-hans"
        page = reader(browser, served, lesson, **one)
        wrong += look_at(page, served, f"/{language}/academy/all/one/")
        assert page.locator(".slides img").count() == 3
        page.context.close()
    assert wrong == []


def test_a_lesson_is_read_by_keyboard_alone(served: str, browser: Browser, lesson: LessonPage) -> None:
    page = reader(browser, served, lesson, viewport={"width": 360, "height": 780})
    page.goto(f"{served}/zh-hans/academy/all/one/")
    pictures = page.locator(".slides li")
    for number in (1, 2):
        onward = pictures.nth(number - 1).locator("a").last
        onward.focus()
        page.keyboard.press("Enter")
        expect(pictures.nth(number)).to_be_in_viewport(ratio=0.9)
    pictures.nth(2).locator("a").focus()
    page.keyboard.press("Enter")
    expect(pictures.nth(1)).to_be_in_viewport(ratio=0.9)

    answer = page.get_by_text("先问一问自己")
    expect(answer).to_be_hidden()
    page.locator(".thought summary").focus()
    page.keyboard.press("Enter")
    expect(answer).to_be_visible()
    page.context.close()


VOICE = """
window.said = [];
window.stopped = 0;
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", {
  value: { speak: (one) => window.said.push([one.text.trim(), one.lang]), cancel: () => { window.stopped += 1; } },
});
"""


def test_a_lesson_is_read_aloud_where_the_browser_can(served: str, browser: Browser, lesson: LessonPage) -> None:
    page = reader(browser, served, lesson, viewport={"width": 360, "height": 780})
    page.add_init_script(VOICE)
    page.goto(f"{served}/zh-hans/academy/all/one/")
    button = page.locator("[data-read-aloud] button")

    button.click()

    said = page.evaluate("window.said")
    assert {language for _text, language in said} == {"zh-CN"}
    texts = [text for text, _language in said]
    places = [texts.index(text) for text in ("各种内容", "先看现场", "先看有没有车、电、火，再走近。", "看", "叫")]
    assert places == sorted(places)
    quiz = page.locator(".quiz-card").first.inner_text().splitlines()[0]
    assert not any(quiz and quiz in text for text in texts) and "朗读" not in texts
    stop = button.inner_text()
    button.click()
    assert page.evaluate("window.stopped") == 1 and button.inner_text() != stop
    page.context.close()


def test_the_button_to_read_aloud_is_hidden_where_no_browser_voice_is(
    served: str, browser: Browser, lesson: LessonPage
) -> None:
    page = reader(browser, served, lesson)
    page.add_init_script("delete window.SpeechSynthesisUtterance;")
    page.goto(f"{served}/zh-hans/academy/all/one/")
    expect(page.locator("[data-read-aloud]")).to_be_hidden()
    page.context.close()
