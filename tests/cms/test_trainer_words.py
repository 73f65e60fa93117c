"""A trainer's screens speak of courses and lessons: no word of Wagtail's that a trainer would not say."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from academy.core.models import Community
from academy.people.models import User
from cms import translating
from cms.founding import academy_of
from cms.models import LessonPage
from cms.writing import TRANSLATION, locale_of, write_course
from tests.factories import course_text
from tests.forbidden_words import Texts, forbidden_in

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Beside the words that no screen may say: those of Wagtail that social workers may meet, and trainers not.
ALSO = re.compile(
    "集合|推荐|推广|提升|子级|父级|实例|元数据|站点历史|这些页面|选择的页面|下级页面|日志条目|域名|http://domain|(?i:slug|snippet|promote|stream|revision|block|draftail)"
)


@pytest.fixture
def screens(community: Community, trainer: User, settings: Any, tmp_path: Path) -> dict[str, str]:
    settings.MEDIA_ROOT = str(tmp_path)
    course = write_course(academy_page=academy_of(community), text=course_text(length=1), by=None)
    lesson = LessonPage.objects.child_of(course).get()
    lesson.title = "改了题目"
    lesson.save_revision(user=trainer)
    translating.begin(course_page=course, locale=locale_of(TRANSLATION), by=trainer)
    english = lesson.get_translation(locale_of(TRANSLATION))
    pages = [
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_pages:add", args=["cms", "coursepage", course.get_parent().pk]),
        reverse("wagtailadmin_pages:add", args=["cms", "lessonpage", course.pk]),
        *(reverse(f"course_{name}", args=[course.pk]) for name in ("submit", "word", "changes", "translate")),
        *(
            reverse(f"wagtailadmin_pages:{name}", args=[page.pk])
            for page in (course, lesson, english)
            for name in ("edit", "history", "copy")
        ),
        *(reverse("wagtailadmin_explore", args=[page.pk]) for page in (course, course.get_parent())),
        reverse("wagtailadmin_explore", args=[course.pk]) + "?ordering=title",
        *(
            reverse("wagtail_bulk_action", args=["wagtailcore", "page", act]) + f"?id={lesson.pk}"
            for act in ("delete", "move", "publish", "unpublish")
        ),
        reverse("wagtaildocs:index"),
        reverse("wagtaildocs:add"),
        reverse("wagtailimages:index"),
        reverse("wagtailimages:add"),
        reverse("wagtailimages:index") + "?layout=list",
        reverse("quizzes"),
        reverse("quiz_from_file", args=[lesson.pk]),
        reverse("wagtailadmin_account"),
        *(f"{reverse(f'wagtail{kind}_chooser:choose')}?multiple=0" for kind in ("images", "docs")),
    ]
    client = Client()
    client.force_login(trainer)
    answers = {page: client.get(page) for page in pages}
    assert {page: answer.status_code for page, answer in answers.items() if answer.status_code != 200} == {}
    return {page: text_of(answer) for page, answer in answers.items()}


def text_of(answer: Any) -> str:
    """Return the page, or that of a dialogue, which comes as JSON."""
    is_dialogue = answer["Content-Type"].startswith("application/json")
    return str(answer.json()["html"]) if is_dialogue else answer.content.decode()


def test_every_screen_speaks_a_trainers_words(screens: dict[str, str]) -> None:
    said: dict[str, list[str]] = {}
    for page, content in screens.items():
        reader = Texts()
        reader.feed(content)
        said[page] = [*forbidden_in(content), *sorted({text[:60] for text in reader.found if ALSO.search(text)})]
    assert {page: words for page, words in said.items() if words} == {}
