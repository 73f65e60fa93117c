"""Text pasted from Word and from WeChat, as their clipboards hold it, comes out clean and complete."""

from base64 import b64encode
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from playwright.sync_api import Page, expect

from academy.people.permissions import DutyRole
from cms.founding import academy_of
from cms.models import LessonPage
from cms.writing import write_course
from tests.e2e.conftest import in_chinese
from tests.factories import UserFactory, course_text, found
from tests.word_files import png

pytestmark = pytest.mark.django_db(transaction=True)

CLIPBOARDS = Path(__file__).parent / "clipboards"
WORD = (CLIPBOARDS / "word.html").read_text(encoding="utf-8")

WECHAT = (CLIPBOARDS / "wechat.html").read_text(encoding="utf-8")

FIELD = "[data-contentpath=body] [contenteditable=true]"
TAKEN = "Each pasted picture stands in a block of its own. Write for each what it shows, in one sentence."
NAMED = (
    "Some pictures did not come along: the clipboard does not hold them. Copy each picture by itself and paste it "
    "here, or make a lesson of the Word file.",
    "A pasted table stands as lines here. Paste it into the block “Table”, which shows it as one.",
)


@pytest.fixture
def editor(served: str, desk: Page) -> Page:
    home = found()
    course = write_course(academy_page=academy_of(home), text=course_text(length=1), by=None)
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.TRAINER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    lesson = LessonPage.objects.child_of(course).get()
    lesson.body = [("text", "<p></p>")]
    lesson.save_revision()
    desk.goto(f"{served}/admin/pages/{lesson.pk}/edit/")
    return desk


def hand_over(editor: Page, html: str = "", rtf: str = "", picture: bytes = b"") -> None:
    """Paste into the text block, as the browser hands a clipboard over."""
    field = editor.locator(FIELD).first
    field.click()
    field.evaluate(
        """(field, [html, rtf, picture]) => {
          const data = new DataTransfer();
          if (html) data.setData("text/html", html);
          if (html) data.setData("text/plain", "text");
          if (rtf) data.setData("text/rtf", rtf);
          if (picture.length) data.items.add(new File([new Uint8Array(picture)], "image.png", {type: "image/png"}));
          field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
        }""",
        [html, rtf, list(picture)],
    )


def drop(editor: Page, html: str) -> None:
    hand_over(editor, html)
    expect(editor.locator(FIELD).first).to_contain_text("急救")


def paste(editor: Page, html: str) -> str:
    """Paste, save, and return the block's HTML as it was stored."""
    drop(editor, html)
    editor.wait_for_timeout(600)  # the editor hands its text over to the form after a quarter of a second
    editor.locator("footer button.action-save").first.click()
    expect(editor.locator(".messages")).to_be_visible()
    expect(editor.locator(FIELD).first).to_contain_text("急救")
    draft = LessonPage.objects.get(locale__language_code="zh-hans").get_latest_revision_as_object()
    return str(draft.body[0].value.source)


def shape(html: str) -> list[tuple[str, str]]:
    return [
        (element.name, "|".join(item.get_text() for item in element.find_all("li")) or element.get_text())
        for element in BeautifulSoup(html, "html.parser").find_all(recursive=False)
    ]


def test_word_keeps_headings_lists_and_links_and_names_the_rest(editor: Page) -> None:
    stored = paste(editor, WORD)
    assert shape(stored) == [
        ("h3", "1. 怎样拨打急救电话"),
        ("p", "先看清自己在哪里。"),
        ("h3", "三件事"),
        ("ol", "地址|电话"),
        ("ul", "带上证件"),
        ("p", "情况 | 怎么说"),
        ("p", "摔倒 | 有没有意识"),
        ("p", "更多"),
    ]
    assert "<b>看清</b>" in stored and 'href="https://www.120.example/"' in stored
    assert "style" not in stored and "class" not in stored and "file:" not in stored


def test_wechat_keeps_paragraphs_and_names_its_pictures(editor: Page) -> None:
    stored = paste(editor, WECHAT)
    assert shape(stored) == [
        ("p", "一、为什么要学急救"),
        ("p", "黄金四分钟，就在身边。"),
        ("p", "第二段没有段落标记"),
        ("ul", "先呼救"),
    ]
    assert "<b>就在身边</b>" in stored and "style" not in stored and "iframe" not in stored


def test_what_the_clipboard_cannot_bring_is_said_below_the_editor(editor: Page) -> None:
    drop(editor, WORD)
    told = editor.locator(".paste-told")
    for sentence in NAMED:
        expect(told).to_contain_text(in_chinese(sentence))


def address_of(picture: bytes) -> str:
    return f"data:image/png;base64,{b64encode(picture).decode()}"


def saved(editor: Page) -> list[tuple[str, str]]:
    """Save, and return kind and content of each block as it was stored; of a picture its width."""
    editor.wait_for_timeout(600)  # the editor saves by itself half a second after the last change
    editor.locator("footer button.action-save").first.click()
    expect(editor.locator(".messages")).to_be_visible()
    draft = LessonPage.objects.get(locale__language_code="zh-hans").get_latest_revision_as_object()
    return [
        (
            block.block_type,
            str(block.value["image"].width) if block.block_type == "picture" else str(block.value.source),
        )
        for block in draft.body
    ]


def words(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


def test_a_text_is_split_at_its_pictures(editor: Page) -> None:
    first, second = address_of(png(20, 20)), address_of(png(30, 30))
    pictures = editor.locator("[data-contentpath=body] .image-chooser img")
    hand_over(
        editor,
        html=f'<p>急救一</p><p><img src="{first}">图下的话</p><p>急救二</p><img src="https://a.example/3.png">'
        f'<p>急救三</p><p>先看<img src="{second}"></p>',
    )
    expect(pictures).to_have_count(2)
    expect(editor.locator(".paste-told").first).to_contain_text(in_chinese(NAMED[0]))  # that of the other site

    stored = [(kind, words(value) if kind == "text" else value) for kind, value in saved(editor)]
    assert stored == [("text", "急救一"), ("picture", "20"), ("text", "图下的话急救二急救三先看"), ("picture", "30")]


def test_pictures_of_every_kind_of_clipboard_become_blocks(editor: Page) -> None:
    first, second = png(20, 20), png(30, 30)
    told, pictures = editor.locator(".paste-told").first, editor.locator("[data-contentpath=body] .image-chooser img")

    hand_over(editor, picture=first)  # copied alone
    expect(pictures).to_have_count(1)
    expect(told).to_have_text(in_chinese(TAKEN))
    digits = rf"{{\rtf1 {{\*\shppict{{\pict\picscalex100\pngblip\bliptag7{{\*\blipuid 00ff}}{second.hex()}}}}}}}"
    hand_over(editor, html='<p>急救三</p><img src="file:///C:/1.png"><img src="file:///C:/2.png">', rtf=digits)
    expect(pictures).to_have_count(2)
    expect(told).to_contain_text(in_chinese(NAMED[0]))  # the second one is missing

    stored = saved(editor)
    assert [(kind, value if kind == "picture" else "") for kind, value in stored] == [
        ("text", ""),
        ("picture", "20"),
        ("picture", "30"),
    ]
    assert "急救三" in stored[0][1]
