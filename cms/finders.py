"""Courses, lessons and other pages, as their authors find them in the back office."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest
from django.urls import reverse
from wagtail.models import Page
from wagtail.permissions import policy_registry

from academy.core.finders import MOST, Hit, titled
from cms.models import CoursePage, LessonPage


def _find(are_courses: bool, request: HttpRequest, typed: str) -> Iterator[Hit]:
    may_edit = policy_registry.get_by_type(Page).instances_user_has_permission_for(request.user, "change")
    pages = may_edit.filter(alias_of=None, depth__gt=1)
    kinds = ContentType.objects.get_for_models(CoursePage, LessonPage).values()
    pages = pages.filter(content_type__in=kinds) if are_courses else pages.exclude(content_type__in=kinds)
    found = list(titled(pages, "draft_title", typed).select_related("content_type", "locale")[:MOST])
    above = _titles_above(found) if are_courses else {}
    for page in found:
        facts = [above.get(page.path, ""), page.page_type_display_name, page.locale.get_display_name()]
        url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        yield Hit(page.draft_title, url, " · ".join(filter(None, map(str, facts))), page.nearness)


def _titles_above(pages: list[Any]) -> dict[str, str]:
    """Return the title of the course of each lesson, by the lesson's path. One statement."""
    lessons = [page for page in pages if page.cached_content_type.model_class() is LessonPage]
    if not lessons:
        return {}
    step = Page.steplen
    titles = dict(
        Page.objects.filter(path__in={one.path[:-step] for one in lessons}).values_list("path", "draft_title")
    )
    return {one.path: titles[one.path[:-step]] for one in lessons}


find_courses = partial(_find, True)
find_pages = partial(_find, False)
