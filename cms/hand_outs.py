"""Print a course as a hand-out for its learners."""

import datetime as dt
from base64 import b64encode
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.template.defaultfilters import capfirst
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from academy.core.files import private_files
from academy.core.refusals import Refusal
from academy.learning.templatetags.learning import class_hours
from academy.paper.library import address_of
from academy.paper.pdf import print_sheet
from academy.paper.press import PHOTO
from cms.models import CoursePage, LessonPage
from cms.parts import Part, parts_of
from cms.sheets import HandOutLesson, HandOutPart, HandOutSheet

NO_LESSON = Refusal("no_lesson_to_print", _("This course has no lesson yet. Write one, then print the hand-out."))
_SIZE: Final = "max-1000x1000|jpegquality-80"


Tell = Callable[[int], None]  # takes how many pictures are done


def count_pictures(course_page: CoursePage) -> int:
    """Return the number of pictures on the hand-out of a course, each page of slides one."""
    return sum(_pictures(part) for lesson in _lessons(course_page)[0] for part in parts_of(lesson))


def print_course(
    *, course_page: CoursePage, at: dt.datetime, practice: bool, tell: Tell = lambda _done: None
) -> bytes | Refusal:
    """Return the published lessons of a course as a PDF; without any, the drafts, marked so.

    Calls `tell` after each part with pictures.
    Refuses with `no_lesson_to_print`, and `missing_glyphs`.
    """
    language = course_page.locale.language_code
    lessons, is_draft = _lessons(course_page)
    if not lessons:
        return NO_LESSON
    with translation.override(language):
        sheet = _sheet(course_page, lessons, is_draft, tell)
    return print_sheet(sheet, practice=practice, language=language, created=at)


def _lessons(course_page: CoursePage) -> tuple[list[LessonPage], bool]:
    """Return the published lessons, else the drafts, and whether these are drafts."""
    lessons = LessonPage.objects.child_of(course_page).order_by("path")
    if published := list(lessons.live()):
        return published, False
    return [lesson.get_latest_revision_as_object() for lesson in lessons], True


def _sheet(course_page: CoursePage, lessons: list[LessonPage], is_draft: bool, tell: Tell) -> HandOutSheet:
    hours = sum((lesson.class_hours for lesson in lessons), Decimal(0))
    done = 0

    def printed(part: Part) -> HandOutPart:
        nonlocal done
        sheet_part = _printed(part)
        if pictures := _pictures(part):
            done += pictures
            tell(done)
        return sheet_part

    course = course_page.course
    path = reverse("course", args=[course.key]) if course is not None and not is_draft else ""
    return HandOutSheet(
        community=str(course_page.home.community),
        title=course_page.title,
        about=f"{capfirst(course_page.get_tier_display())} · {class_hours(hours)}",
        intro=course_page.intro,
        lessons=tuple(
            HandOutLesson(
                number=str(number),
                title=lesson.title,
                class_hours=str(class_hours(lesson.class_hours)),
                parts=tuple(printed(part) for part in parts_of(lesson)),
            )
            for number, lesson in enumerate(lessons, start=1)
        ),
        url=f"{settings.PUBLIC_URL}{path}" if path else "",
        is_draft=is_draft,
    )


def _pictures(part: Part) -> int:
    return len(part.images) + (len(part.deck.pages) if part.deck else 0)


def _printed(part: Part) -> HandOutPart:
    head, *rows = part.rows or ((),)
    return HandOutPart(
        kind=part.kind, text=part.text, items=part.items, head=head, rows=tuple(rows), photos=tuple(_photos(part))
    )


def _photos(part: Part) -> Iterator[str]:
    for image in part.images:
        if photo := address_of(image, _SIZE):
            yield photo
    for number in range(1, len(part.deck.pages) + 1) if part.deck else ():
        try:
            with private_files.open(part.deck.path_of(number)) as file:
                yield PHOTO + b64encode(file.read()).decode()
        except OSError:
            continue
