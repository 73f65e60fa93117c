"""A quiz of all kinds, answered by the keyboard alone, over a network that goes away once."""

from io import BytesIO

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from PIL import Image as PillowImage
from playwright.sync_api import Error, Page, expect
from wagtail.images.models import Image

from academy.core.models import Community
from academy.learning import quiz_services
from academy.learning.models import LessonCompletion, QuizAttempt
from academy.learning.quiz.questions import Kind, Option, Question, Quiz
from cms.founding import academy_of
from cms.models import CoursePage, LessonPage
from cms.quiz_block import QuizBlock, as_quiz_value
from cms.writing import LessonText, write_course
from tests.e2e.conftest import beside_screen, in_chinese
from tests.factories import VolunteerFactory, course_text, found
from tests.quizzes import quiz, right_answers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Wagtail leaves the file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

FURTHER = "四、排序题\n4. 排\nA. 一\nB. 二\nC. 三\n答案：ABC\n五、连线题\n5. 连\nA. 119 — 火警\nB. 120 — 急救\n"

CROWDED = """() => {
  const [tab, display] = [".tabs a:last-of-type", ".display a"].map((one) => document.querySelector(one));
  return tab.getBoundingClientRect().right > display.getBoundingClientRect().left;
}"""

# Roles and names, as a screen reader hears them.
HEARD = (
    ' 题，共 6 题： 火警电话是（ ）":',
    'radio "119"',
    ' 哪些是志愿服务的要点":',
    'checkbox "自愿"',
    ' 电梯着火时可以乘坐。":',
    'radio "错"',
    ' 排":',
    'combobox "一"',
    'option "3（共 3 位）"',
    ' 连":',
    'combobox "119"',
    'option "急救"',
    ' 灭火器在哪里？":',
    'img "楼道：左下是红色箱子，右上是灰色箱子"',
    'radio "位置 ',
    ": 灭火器箱",
    'button "提交答案"',
)


def a_picture() -> Image:
    data = BytesIO()
    PillowImage.new("RGB", (1280, 720), "#6b7a52").save(data, "PNG")
    return Image.objects.create(title="楼道", file=ContentFile(data.getvalue(), "1.png"))


def course_of_all_kinds(home: Community) -> CoursePage:
    """Return a course of one lesson, whose quiz has a question of each kind."""
    spot = Question(
        Kind.SPOT,
        "灭火器在哪里？",
        (Option("灭火器箱", cell="B3"), Option("配电箱", cell="D1")),
        (0,),
        why="红色箱子里是灭火器。",
        image=a_picture().pk,
        alt="楼道：左下是红色箱子，右上是灰色箱子",
    )
    whole = Quiz((*quiz().questions, *quiz(FURTHER).questions, spot))
    value = as_quiz_value(QuizBlock(), whole)
    lessons = [LessonText("lesson-1", "第一节", 1, [("text", "<p>正文</p>"), ("quiz", value)])]
    course_page = write_course(academy_page=academy_of(home), text=course_text("safety", lessons=lessons), by=None)
    course_page.refresh_from_db()
    return course_page


def answer_by_keyboard(page: Page, wanted: dict[str, list[str]]) -> None:
    """Go through the form with Tab, choose what is wanted, and stop at its button."""
    for _stop in range(80):
        page.keyboard.press("Tab")
        kind, name, value = page.evaluate(
            "() => { const e = document.activeElement; return [e.type || e.tagName, e.name || '', e.value || ''] }"
        )
        if kind == "submit" and page.evaluate("() => document.activeElement.closest('form.quiz') !== null"):
            return
        if kind == "checkbox" and value in wanted[name]:
            page.keyboard.press("Space")
        elif kind == "select-one":
            for _step in range(int(wanted[name][0])):
                page.keyboard.press("ArrowDown")
        elif kind == "radio":
            page.keyboard.press("Space")
            while page.evaluate("() => document.activeElement.value") != wanted[name][0]:
                page.keyboard.press("ArrowDown")
    raise AssertionError("the button was not reached")


def faults_in_other_dresses(page: Page) -> list[str]:
    """Return what axe finds on this page on a small dark phone in elder mode, and in English."""
    found: list[str] = []
    served = page.evaluate("location.origin")
    for width, scheme, cookie in ((360, "dark", ("elder", "2")), (1280, "light", ("django_language", "en"))):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.context.add_cookies([{"name": cookie[0], "value": cookie[1], "url": served}])
        page.reload()
        found += [f"{cookie}: {one['id']}" for one in Axe().run(page).response["violations"]]
        if beside_screen(page):
            found.append(f"{cookie}: wider than the screen")
        if width > 1000 and page.evaluate(CROWDED):
            found.append(f"{cookie}: the last tab lies under the first display link")
        page.context.clear_cookies(name=cookie[0])
    page.reload()
    return found


def test_a_quiz_is_passed_by_keyboard_and_survives_the_network(served: str, desk: Page) -> None:
    home = found()
    course_page = course_of_all_kinds(home)
    lesson = LessonPage.objects.child_of(course_page).get()
    volunteer = VolunteerFactory(community=home, login=True)
    client = Client()
    client.force_login(volunteer.user)
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])

    address = served + reverse("quiz", args=[course_page.course.key, lesson.key])
    desk.goto(served + lesson.get_url())
    expect(desk.locator(f'a[href="{address.removeprefix(served)}"]')).to_have_count(
        2
    )  # at the questions, and where the lesson ends
    desk.goto(address)
    assert Axe().run(desk).response["violations"] == []
    assert faults_in_other_dresses(desk) == []
    sheet = quiz_services.read_form(
        volunteer=volunteer,
        course=course_page.course,
        lesson_key=lesson.key,
        form=desk.locator("input[name=form]").input_value(),
    )
    assert isinstance(sheet, quiz_services.Sheet)
    missing = [line for line in HEARD if line not in desk.locator("form.quiz").aria_snapshot()]
    assert not missing, desk.locator("form.quiz").aria_snapshot()
    answer_by_keyboard(desk, right_answers(sheet.drawn))

    desk.context.set_offline(True)
    with desk.expect_event("requestfailed"):
        desk.keyboard.press("Enter")
    assert not QuizAttempt.objects.exists()
    desk.context.set_offline(False)
    try:
        desk.goto(address)
    except Error:  # the failed page was still coming
        desk.goto(address)
    expect(desk.locator("[data-quiz-kept]")).to_be_visible()
    desk.locator("form.quiz button").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator(".quiz-result")).to_be_visible()
    expect(desk.locator(".graded-right")).to_have_count(6)
    expect(desk.locator(".graded .spot-mark.spot-b3 .icon")).to_have_count(1)
    told = desk.locator("main").aria_snapshot()
    assert "- status:" in told and told.count(in_chinese("Right", "answer")) >= 6 and "红色箱子里是灭火器。" in told
    assert Axe().run(desk).response["violations"] == []
    assert faults_in_other_dresses(desk) == []
    attempt = QuizAttempt.objects.get()
    assert (attempt.key, attempt.passed, attempt.right) == (sheet.key, True, 6)
    assert LessonCompletion.objects.get().lesson_key == lesson.key
