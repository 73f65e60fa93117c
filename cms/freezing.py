"""Freeze the published courses as versions in `learning`, which volunteers complete."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.text import slugify
from wagtail.log_actions import get_active_log_context

from academy.core.keys import random_key
from academy.core.models import Community
from academy.learning.models import Course, CourseVersion
from academy.learning.services import publish_course, waits_for
from cms.models import CoursePage, LessonPage
from cms.quizzes import frozen_quizzes


@transaction.atomic
def freeze_course(*, course_page: CoursePage) -> CourseVersion | None:
    """Freeze the published lessons of a course as its version, and link its translations to that course.

    Return None without a lesson to complete: the page or all of its lessons are not published, or the page is a
    translation or an alias, which shows the version of its original.
    """
    if course_page.alias_of_id is not None:
        source = CoursePage.objects.filter(pk=course_page.alias_of_id).values_list("course", flat=True).first()
        CoursePage.objects.filter(pk=course_page.pk).update(course=source)
        return None
    community = course_page.home.community
    original = course_page.original
    if original is None:
        return None
    if original.pk != course_page.pk:
        _copy_decided(original, CoursePage.objects.filter(pk=course_page.pk))
        _copy_class_hours(original, _lessons_of(original))
        if original.course is not None:  # its version holds the quizzes in all languages
            freeze_course(course_page=original)
        return None
    lessons = _lessons_of(course_page)
    if not course_page.live or not lessons:
        return None
    version = publish_course(
        community=community,
        key=_course_key(course_page, community),
        title=course_page.title,
        tier=course_page.tier,
        required=course_page.required,
        lessons=[
            {"key": key, "title": page.title, "class_hours": page.class_hours, "body": _content(page)}
            | frozen_quizzes(page, course_page)
            for key, page in lessons.items()
        ],
        whole=course_page.finished,
        requires=_asked_first(course_page),
        valid_years=course_page.valid_years,
        by=get_active_log_context().user,
        at=timezone.now(),
    )
    course_page.course = version.course
    of_course = Q(pk__in=course_page.family.order_by().values("pk")) | Q(alias_of=course_page)
    _copy_decided(course_page, CoursePage.objects.filter(of_course))
    _copy_class_hours(course_page, lessons)
    return version


def _asked_first(course_page: CoursePage) -> list[str] | None:
    """Return the keys of the courses to complete first; None leaves those of before.

    The form refuses a circle. The later of two drafts that ask for each other would still close one.
    """
    wanted = list(course_page.requires.filter(community=course_page.home.community_id))  # the page may have moved
    if course_page.course is not None and waits_for(course=course_page.course, requires=wanted):
        return None
    return [course.key for course in wanted]


def _lessons_of(course_page: CoursePage) -> dict[str, LessonPage]:
    """Return the published lessons in their order, by their keys: a lesson and its alias are one lesson."""
    lessons: dict[str, LessonPage] = {}
    for page in LessonPage.objects.child_of(course_page).live().select_related("alias_of").order_by("path"):
        lessons.setdefault(page.key, page)
    return lessons


def _copy_decided(original: CoursePage, pages: QuerySet[CoursePage]) -> None:
    """Give these translations and aliases the course of their original, and what it decides."""
    decided = {name: getattr(original, name) for name in CoursePage.OF_THE_ORIGINAL}
    pages.update(course=original.course_id, **decided)
    asked = set(original.requires.values_list("pk", flat=True))
    links = CoursePage.requires.through.objects
    others = set(pages.exclude(pk=original.pk).values_list("pk", flat=True))
    links.filter(coursepage__in=others).exclude(course__in=asked).delete()
    wanted = [CoursePage.requires.through(coursepage_id=page, course_id=course) for page in others for course in asked]
    links.bulk_create(wanted, ignore_conflicts=True)


def _copy_class_hours(original: CoursePage, lessons: Mapping[str, LessonPage]) -> None:
    """Give the translations of these lessons, and their aliases, the class hours of the original."""
    below = Q(pk__in=[])
    for path in original.family.exclude(pk=original.pk).values_list("path", flat=True):
        below |= Q(path__startswith=path) | Q(alias_of__path__startswith=path)
    for lesson in lessons.values():
        same = Q(translation_key=lesson.translation_key) | Q(alias_of__translation_key=lesson.translation_key)
        differing = LessonPage.objects.filter(below, same).exclude(class_hours=lesson.class_hours)
        LessonPage.objects.filter(pk__in=list(differing.values_list("pk", flat=True))).update(
            class_hours=lesson.class_hours
        )


def _course_key(course_page: CoursePage, community: Community) -> str:
    """Return the course's permanent key in addresses, from the page's slug at its first publication."""
    # A page moved to another community becomes another course there.
    if course_page.course is not None and course_page.course.community_id == community.pk:
        return str(course_page.course.key)
    key = slugify(course_page.slug)[:40] or "course"
    return f"{key}-{random_key(25).lower()}" if Course.objects.filter(key=key).exists() else key


def _content(page: LessonPage) -> list[dict[str, Any]]:
    """Return the lesson's body as data, without the ids that an editor's browser gives to blocks.

    The quiz, which is frozen beside it, leaves only its place.
    """
    return [
        {"type": block["type"], "value": None if block["type"] == "quiz" else block["value"]}
        for block in page.body.get_prep_value()
    ]
