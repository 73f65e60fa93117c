"""A lesson, and a try at a quiz of each kind of question, as a screen reader hears them."""

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from academy.learning import quiz_services
from cms.models import LessonPage
from tests.e2e.test_lesson import lesson, reader
from tests.e2e.test_quiz import answer_by_keyboard, course_of_all_kinds
from tests.factories import VolunteerFactory, found
from tests.quizzes import right_answers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # Wagtail leaves the file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

__all__ = ["lesson"]  # the fixture

LESSON = (
    'progressbar "已学 0 节，共 1 节"',
    'heading "各种内容" [level=1]',
    'heading "先看现场" [level=2]',
    'figure "东门的楼道"',
    'img "一条楼道"',
    'figure "怎样按压 · 下载视频"',
    'group: "视频文字稿 : 怎样按压"',
    'group: "录音的文字稿 : 怎样按压"',
    'region "急救三件事"',
    'img "第 2 页，共 3 页：Push hard"',
    'heading "怎样拨打" [level=2]',
    'table "时间表"',
    'columnheader "时间"',
    'complementary "注意"',
    'complementary "想一想"',
    'region "测验"',
    'region "学完这一节"',
)

PLAYERS = """() => [...document.querySelectorAll("article :is(video, audio, iframe)")]
  .map((one) => `${one.tagName} ${one.getAttribute("aria-label") || one.title}`)"""

HOW = {
    "哪些是志愿服务的要点": "可以选几个，选出所有对的。",
    "排": "给每一项选好先后，1 是最先。",
    "连": "给每一项选出对应的内容。",
    "灭火器在哪里？": "在图片上选出位置。",
}

# The focused element, its name, and the sentences that explain it.
FOCUSED = """() => {
  const one = document.activeElement;
  const said = (id) => document.getElementById(id).innerText.trim();
  const words = (ids) => (ids || "").split(" ").filter(Boolean).map(said);
  const name = one.tagName === "FIELDSET" ? one.querySelector("legend").textContent : one.innerText;
  return [one.tagName, name.replace(/\\s+/g, ""), words(one.getAttribute("aria-describedby"))];
}"""


def test_a_lesson_says_what_each_of_its_parts_is(served: str, browser: Browser, lesson: LessonPage) -> None:
    page = reader(browser, served, lesson, viewport={"width": 1280, "height": 800})
    page.goto(f"{served}/zh-hans/academy/all/one/")
    heard = page.locator("main").aria_snapshot()
    assert [line for line in LESSON if line not in heard] == [], heard
    assert page.evaluate(PLAYERS) == ["VIDEO 怎样按压", "IFRAME 怎样按压", "AUDIO 怎样按压"]
    page.goto(f"{served}/zh-hans/academy/all/one/#done")
    assert page.evaluate("document.activeElement.id") == "done", "the answer to “Mark as done” is heard at once"
    page.context.close()


def test_what_is_missing_in_a_quiz_and_how_it_went_are_heard_at_once(served: str, desk: Page) -> None:
    home = found()
    course_page = course_of_all_kinds(home)
    one = LessonPage.objects.child_of(course_page).get()
    volunteer = VolunteerFactory(community=home, login=True)
    client = Client()
    client.force_login(volunteer.user)
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    desk.goto(served + reverse("quiz", args=[course_page.course.key, one.key]))
    for stem, how in HOW.items():
        expect(desk.get_by_role("group", name=stem)).to_have_accessible_description(how)

    # Nothing is answered: the focus stands on the sentence, whose links lead to the questions.
    desk.locator("form.quiz button").click()
    missing = desk.get_by_role("alert")
    expect(missing).to_be_focused()
    expect(missing).to_contain_text("还有题目没有答完")
    assert desk.title().startswith("还有题目没有答完")
    expect(missing.get_by_role("link")).to_have_count(6)
    for _link in range(6):
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    kind, name, explained = desk.evaluate(FOCUSED)
    assert kind == "FIELDSET" and "第6题，共6题：" in name
    assert explained[0] in {"这道题还没有答完。", "每一项要选不同的先后。"}
    order = desk.get_by_role("group", name="排").get_by_role("combobox")
    assert [box.get_attribute("aria-invalid") for box in order.all()] == ["true"] * 3
    assert order.first.locator("option").all_inner_texts() == ["请选择", "1（共 3 位）", "2（共 3 位）", "3（共 3 位）"]

    desk.reload()
    desk.goto(served + reverse("quiz", args=[course_page.course.key, one.key]))
    form = desk.locator("input[name=form]").input_value()
    sheet = quiz_services.read_form(volunteer=volunteer, course=course_page.course, lesson_key=one.key, form=form)
    assert isinstance(sheet, quiz_services.Sheet)
    answer_by_keyboard(desk, right_answers(sheet.drawn, wrong=2))
    desk.keyboard.press("Enter")
    result = desk.get_by_role("status").filter(has_text="6 题答对 4 题")
    expect(result).to_be_focused()
    assert desk.title().startswith("通过了！")
    heard = desk.locator("ol.graded").aria_snapshot()
    assert (heard.count("没答对"), heard.count("正确答案"), heard.count("答对了")) == (2, 2, 4)
