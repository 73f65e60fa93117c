"""Translate a course: its pages in the other language stop mirroring the original.

Until a text of its own is published, a page goes on showing the original's text, and says so.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.models import Locale, Page

from academy.core.refusals import Refusal
from academy.people.models import User
from cms.models import CoursePage, LessonPage

IS_TRANSLATION = Refusal(
    "is_translation", _("This course is a translation itself. Open the original course and translate that one.")
)


def other_locales(course_page: CoursePage) -> list[Locale]:
    """Return the languages that a course can be translated into."""
    return list(Locale.objects.exclude(pk=course_page.locale_id).order_by("pk"))


def translation_of(course_page: CoursePage, locale: Locale) -> CoursePage | None:
    """Return the page that was made for translating the course, or None: an alias is none."""
    found: CoursePage | None = course_page.family.filter(locale=locale, alias_of=None).first()
    return found


@transaction.atomic
def begin(*, course_page: CoursePage, locale: Locale, by: User) -> CoursePage | Refusal:
    """Make pages to translate of the course and its lessons; return the course's page.

    The caller has checked that `by` may edit the course. Ask again after a lesson was added: pages that were begun stay
    as they are. Refuses with `is_translation`.
    """
    if course_page.is_translation or course_page.alias_of_id is not None:
        return IS_TRANSLATION
    Page.objects.select_for_update().get(pk=course_page.pk)
    translated: CoursePage = _begin_page(course_page, locale, by)
    for lesson in LessonPage.objects.child_of(course_page).filter(alias_of=None).order_by("path"):
        _begin_page(lesson, locale, by)
    return translated


def _begin_page(page: CoursePage | LessonPage, locale: Locale, by: User) -> Any:
    found = page.get_translation_or_none(locale)
    if found is None:
        found = page.copy_for_translation(locale, copy_parents=True, alias=True)
    if found.alias_of_id is None:
        return found
    ConvertAliasPageAction(found, user=by).execute(skip_permission_checks=True)
    converted = type(page).objects.get(pk=found.pk)
    type(page).objects.filter(pk=found.pk).update(text_language=page.locale.language_code, owner=by)
    converted.refresh_from_db()
    return converted


def note(page: CoursePage | LessonPage) -> None:
    """Note, when a page is published, that its text is no longer the original's."""
    if not page.text_language:
        return
    original = page.translated_from
    if original is None or text_of(original) != text_of(page):
        type(page).objects.filter(pk=page.pk).update(text_language="")
        page.text_language = ""


def text_of(page: CoursePage | LessonPage) -> object:
    """Return what a translator writes of a page, in a form that can be compared."""
    if isinstance(page, CoursePage):
        return (page.title, page.intro)
    return (page.title, [(block["type"], block["value"]) for block in page.body.get_prep_value()])
