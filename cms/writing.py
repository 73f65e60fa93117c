"""Write published pages by program: a whole course in both languages."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.images.models import Image
from wagtail.log_actions import LogContext
from wagtail.models import Locale, Page

from academy.people.models import User
from cms.models import AcademyPage, CoursePage, LessonPage
from cms.models.home import CommunityPage

ORIGINAL, TRANSLATION = "zh-hans", "en"


@dataclass(frozen=True)
class LessonText:
    """A lesson to write; `body` is a list of (block, value) as `blocks.BodyBlock` takes them."""

    slug: str
    title: str
    class_hours: float
    body: list[tuple[str, Any]]


@dataclass(frozen=True)
class CourseText:
    """A course to write."""

    slug: str
    title: str
    tier: str
    intro: str
    lessons: list[LessonText]
    required: bool = True
    cover: Image | None = None
    valid_years: int | None = None


@transaction.atomic
def write_course(
    *, academy_page: AcademyPage, text: CourseText, by: User | None, translation: CourseText | None = None
) -> CoursePage:
    """Write and publish a course with its lessons, or return the academy's existing course with that slug.

    Without `translation` the other language shows the original, until an editor translates it.
    """
    present: CoursePage | None = CoursePage.objects.child_of(academy_page).filter(slug=text.slug).first()
    if present is not None:
        return present
    with LogContext(user=by):
        course_page = _add_course(academy_page, text)
        course_page.finished = True
        course_page.save_revision(user=by).publish(user=by)
        course_page.refresh_from_db()
        if translation is None:
            course_page.copy_for_translation(locale_of(TRANSLATION), alias=True)
            for lesson in LessonPage.objects.child_of(course_page):
                lesson.copy_for_translation(locale_of(TRANSLATION), alias=True)
        else:
            translated = _add_course(academy_page.get_translation(locale_of(TRANSLATION)), translation, of=course_page)
            translated.save_revision(user=by).publish(user=by)
        return course_page


def _add_course(parent: AcademyPage, text: CourseText, of: CoursePage | None = None) -> CoursePage:
    """Add the course as a draft with published lessons: publishing the course then freezes all at once."""
    course_page = CoursePage(
        title=text.title,
        slug=text.slug,
        tier=text.tier,
        required=text.required,
        intro=text.intro,
        cover=text.cover,
        valid_years=text.valid_years,
        live=False,
    )
    originals = list(LessonPage.objects.child_of(of).order_by("path")) if of else []
    if of is not None:
        course_page.translation_key = of.translation_key
    parent.add_child(instance=course_page)
    for number, lesson in enumerate(text.lessons):
        page = LessonPage(title=lesson.title, slug=lesson.slug, class_hours=lesson.class_hours, body=lesson.body)
        if originals:
            page.translation_key = originals[number].translation_key
        publish_under(course_page, page)
    return course_page


def locale_of(code: str) -> Locale:
    """Return the locale of a language code, created on first use."""
    return Locale.objects.get_or_create(language_code=code)[0]


def publish_under(parent: Page, page: CommunityPage) -> CommunityPage:
    """Add `page` as a published child of `parent`, with its first revision."""
    page.live = True
    parent.add_child(instance=page)
    page.save_revision(clean=False).publish()  # it was cleaned when it was added
    return page
