"""Pages that readers can open, for they and all pages above them are published, and their documents.

Wagtail leaves the pages below an unpublished page published. Its own view does not look at the pages above either.
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Substr
from wagtail.documents.models import Document
from wagtail.models import Page, ReferenceIndex

from academy.learning.models import Course
from cms.bounds import visible_to
from cms.models import CoursePage, LessonPage


def reachable(pages: Any) -> Any:
    """Return those of `pages` that a reader can open."""
    return pages.live().exclude(_below_closed())


def reachable_for_search(pages: Any) -> Any:
    """Return those of `pages` that a reader can open, by a filter that a search accepts."""
    return pages.live().exclude(pk__in=Page.objects.filter(_below_closed()).values("pk"))


class LessonPages:
    """The pages on which the lessons of courses are read, for `learning.open_lessons`."""

    def is_open(self, *, course: Course, lesson_key: str) -> bool:
        """Return whether a reader can open this lesson on a page of this course, in any language."""
        below = Q()
        for path, depth in CoursePage.objects.filter(course=course).values_list("path", "depth"):
            below |= Q(path__startswith=path, depth=depth + 1)
        lessons = reachable(LessonPage.objects.filter(below)).select_related("alias_of") if below else []
        return any(page.key == lesson_key for page in lessons)

    def readable(self, courses: Collection[int]) -> set[int]:
        """Return which of these courses have a page with a lesson that a reader can open."""
        pages = reachable(CoursePage.objects.filter(course__in=courses).with_lessons())
        return set(pages.values_list("course", flat=True))

    def moved_to(self, *, course: Course, lesson_key: str) -> Course | None:
        """Return the other course of the community in which a reader can open this lesson."""
        try:
            key = UUID(lesson_key)
        except ValueError:  # somebody's own words in the address
            return None
        found = reachable(LessonPage.objects.filter(translation_key=key, alias_of=None)).order_by("pk")
        courses = (page.course_page.course for page in found)
        here = (one for one in courses if one is not None and one.community_id == course.community_id)
        return next((one for one in here if one.pk != course.pk), None)


def pages_using(document: Document) -> Any:
    """Return the pages whose published text or facts use a document."""
    pages = ReferenceIndex.objects.filter(
        base_content_type=ContentType.objects.get_for_model(Page),
        to_content_type=ContentType.objects.get_for_model(Document),
        to_object_id=str(document.pk),
    ).values_list("object_id", flat=True)
    # Ids are texts in the index, and PostgreSQL does not compare them with numbers.
    return Page.objects.filter(pk__in=[int(pk) for pk in pages])


def may_read(user: Any, document: Document) -> bool:
    """Return whether `user` may read a document.

    Everybody may if a page that readers can open uses it, else only users who may choose or change it.
    """
    if reachable(pages_using(document)).exists():
        return True
    return bool(user.is_authenticated and visible_to(user, Document).filter(pk=document.pk).exists())


def _below_closed() -> Exists:
    above = Substr(OuterRef("path"), 1, F("depth") * Page.steplen)
    return Exists(Page.objects.filter(live=False, path=above))
