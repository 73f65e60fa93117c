"""The blocks of a lesson: what each refuses where it stands, and what readers see of it."""

from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone, translation
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection

from academy.core.models import Community
from cms.blocks import BodyBlock
from cms.blocks.texts import CalloutBlock
from cms.founding import academy_of
from cms.models import LessonPage
from cms.writing import write_course
from tests.factories import ActivityFactory, course_text
from tests.word_files import png

pytestmark = pytest.mark.django_db

BILIBILI = "https://www.bilibili.com/video/BV1GJ411x7h7"
WORDS = "她打开手机，扫墙上的码，屏幕变绿。"


def refused(kind: str, **value: Any) -> dict[str, str]:
    """Return the codes with which a block refuses its fields."""
    block = BodyBlock().child_blocks[kind]
    filled = {name: WORDS if name == "transcript" else "字" for name in block.child_blocks} | value
    try:
        block.clean(block.normalize(filled))
    except ValidationError as error:
        return {name: one.code for name, one in error.block_errors.items()}  # type: ignore[attr-defined]
    return {}


@pytest.mark.parametrize(
    ("link", "code"),
    [
        (BILIBILI, None),
        ("看这里", "no_link"),
        ("https://b23.tv/abcdef", "short_link"),
        ("https://www.bilibili.com/", "no_video"),
        ("https://www.youtube.com/watch?v=1", "other_site"),
    ],
)
def test_a_video_site_is_allowed_by_its_name(link: str, code: str | None) -> None:
    assert refused("web_video", link=link) == ({"link": code} if code else {})


def test_another_site_is_named_in_the_refusal() -> None:
    block = BodyBlock().child_blocks["web_video"]
    with pytest.raises(ValidationError) as caught:
        block.clean(block.normalize({"link": "https://youtu.be/x", "caption": "字", "transcript": WORDS}))
    assert "youtu.be" in str(caught.value.block_errors["link"].messages)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("时间 | 地点\n9:00 | 服务台", None),
        ("一列\n没有竖线", "one_column"),
        (" | ".join("123456789"), "large_table"),
        ("a|b\n" * 61, "large_table"),
    ],
)
def test_a_table_must_fit_a_phone(cells: str, code: str | None) -> None:
    assert refused("table", cells=cells) == ({"cells": code} if code else {})


@pytest.mark.parametrize(
    ("kind", "field", "good", "bad", "code"),
    [
        ("video", "video", "film.mov", "film.avi", "bad_video"),
        ("audio", "audio", "talk.mp3", "talk.wav", "bad_audio"),
        ("slides", "document", "talk.pdf", "talk.docx", "bad_slides"),
    ],
)
def test_each_file_has_its_types(kind: str, field: str, good: str, bad: str, code: str) -> None:
    collection = Collection.get_first_root_node()
    files = [Document.objects.create(title="字", file=name, collection=collection) for name in (good, bad)]
    assert [refused(kind, **{field: file}) for file in files] == [{}, {field: code}]


@pytest.mark.parametrize("kind", ["video", "web_video", "audio"])
@pytest.mark.parametrize(
    ("words", "caption", "is_good"),
    [
        pytest.param(WORDS, "演示", True, id="what can be seen"),
        pytest.param("无声。她打开手机，点一下绿色的按钮。", "演示", True, id="without speech"),
        pytest.param("两分钟", "演示", False, id="a few characters"),
        pytest.param("……" * 10, "演示", False, id="signs"),
        pytest.param("见视频" * 5, "演示", False, id="the same over and over"),
        pytest.param("怎么用手机扫墙上的码签到", "怎么用手机扫墙上的码签到？", False, id="the caption"),
    ],
)
def test_what_stands_for_a_recording_says_what_is_in_it(kind: str, words: str, caption: str, is_good: bool) -> None:
    root = Collection.get_first_root_node()
    video, audio = (Document.objects.create(title="签到", file=name, collection=root) for name in ("a.mp4", "a.mp3"))
    value: dict[str, Any] = {"video": video, "audio": audio, "link": BILIBILI, "caption": caption}
    known = BodyBlock().child_blocks[kind].child_blocks
    asked = refused(kind, transcript=words, **{name: one for name, one in value.items() if name in known})
    assert asked == ({} if is_good else {"transcript": "no_transcript"})


class Lesson:
    """A published lesson of one block, as a visitor reads it."""

    def __init__(self, community: Community) -> None:
        course = write_course(academy_page=academy_of(community), text=course_text(length=1), by=None)
        self.page = LessonPage.objects.child_of(course).get()
        self.files = Collection.objects.get(name=community.name)

    def read(self, *body: tuple[str, Any]) -> Any:
        self.page.body = list(body)
        self.page.save_revision().publish()
        response = Client().get(self.page.get_url())
        assert response.status_code == 200
        return response


@pytest.fixture
def lesson(community: Community, settings: Any, tmp_path: Any) -> Lesson:
    settings.MEDIA_ROOT = str(tmp_path)
    return Lesson(community)


@pytest.mark.slow
def test_a_player_is_framed_on_its_own_page_alone(lesson: Lesson) -> None:
    shown = lesson.read(("web_video", {"link": BILIBILI, "caption": "演示", "transcript": "两分钟"}))
    page = shown.content.decode()
    assert 'src="https://player.bilibili.com/player.html?bvid=BV1GJ411x7h7&amp;page=1' in page
    assert "frame-src https://player.bilibili.com;" in shown["Content-Security-Policy"] + ";"
    assert "两分钟" in page

    plain = lesson.read(("text", "<p>没有视频</p>"))
    assert "frame-src" not in plain["Content-Security-Policy"]


@pytest.mark.slow
def test_texts_of_all_kinds_are_read_and_found(lesson: Lesson) -> None:
    image = Image.objects.create(title="照片", file=ContentFile(png(), "1.png"), collection=lesson.files)
    page = lesson.read(
        (
            "steps",
            {"title": "怎么签到", "steps": [{"text": "打开微信", "image": image}, {"text": "扫一扫", "image": None}]},
        ),
        ("checklist", {"title": "带上", "items": ["水杯", "帽子"]}),
        ("table", {"caption": "时间表", "cells": "时间 | 地点\n9:00 | 服务台"}),
        ("quote", {"text": "有时去治愈", "source": "特鲁多"}),
        ("thought", {"question": "您会怎么做？", "answer": "先问一问"}),
        (
            "gallery",
            {
                "pictures": [
                    {"image": image, "alt": "门口", "caption": ""},
                    {"image": image, "alt": "大厅", "caption": "里面"},
                ]
            },
        ),
    ).content.decode()
    for text in (
        "打开微信",
        "<li>水杯</li>",
        '<th scope="col">地点</th>',
        "<td>服务台</td>",
        "特鲁多",
        "您会怎么做？",
        "先问一问",
    ):
        assert text in page
    assert page.count('alt="门口"') == page.count('alt="大厅"') == 1
    found = " ".join(lesson.page.searchable_text())
    assert all(word in found for word in ("扫一扫", "帽子", "服务台", "有时去治愈", "先问一问"))


def test_the_search_finds_the_text_of_a_callout_and_not_its_kind(lesson: Lesson) -> None:
    with translation.override("zh-hans"):
        lesson.read(("callout", {"kind": "caution", "text": "<p>先断电源</p>"}))
        found = " ".join(lesson.page.searchable_text())
    assert "先断电源" in found and str(CalloutBlock.Kind.CAUTION.label) not in found


@pytest.mark.slow
def test_an_activity_stands_in_the_lesson_until_it_is_over(lesson: Lesson, community: Community) -> None:
    with time_machine.travel("2026-01-01T00:00+08:00", tick=False):
        activity = ActivityFactory(community=community)
        elsewhere = ActivityFactory()
        assert (
            "敬老院探访"
            in lesson.read(("activity", {"link": f"https://a.example/activities/{activity.pk}/"})).content.decode()
        )
        assert refused("activity", link=str(activity.pk)) == {}
        assert refused("activity", link="999999") == refused("activity", link="下周六") == {"link": "no_activity"}
        assert "敬老院探访" not in lesson.read(("activity", {"link": str(elsewhere.pk)})).content.decode()
    with time_machine.travel("2026-01-11T00:00+08:00", tick=False):
        page = lesson.read(("activity", {"link": str(activity.pk)}), ("text", "<p>正文</p>")).content.decode()
        assert "敬老院探访" not in page and "正文" in page
    assert timezone.now()
