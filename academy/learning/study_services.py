"""The place at which a volunteer stopped, and their own notes."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from academy.core.refusals import Refusal
from academy.families import belongings
from academy.learning.models import Course, Enrolment, Note
from academy.learning.refusals import COURSE_ELSEWHERE, NOTE_TOO_LONG
from academy.learning.services import NOT_YOURS, UNKNOWN_LESSON, current_version
from academy.people.models import User, Volunteer

LEFT_BY_ANOTHER = "\n\n———\n\n"  # between two texts of one note that were saved on two devices


def open_lesson(*, volunteer: Volunteer, course: Course, lesson_key: str, at: dt.datetime) -> None:
    """Keep the lesson as the one opened last, for a volunteer who is enrolled in the course.

    One statement; the caller asks only when the place changes.
    """
    Enrolment.objects.of(volunteer).filter(course=course).update(lesson_key=lesson_key, opened_at=at)


def note_of(*, volunteer: Volunteer, lesson_key: str) -> Note | None:
    """Return the volunteer's note at a lesson, the latest if two people were merged."""
    return Note.objects.of(volunteer).filter(lesson_key=lesson_key).order_by("-saved_at", "-pk").first()


@transaction.atomic
def save_note(
    *, volunteer: Volunteer, course: Course, lesson_key: str, text: str, seen: str, by: User, at: dt.datetime
) -> Note | Refusal | None:
    """Keep the note of a lesson and return it; an empty text removes it and returns None.

    `seen` is the stamp of the note that the form showed (`stamp_of`). Where another device saved meanwhile, both texts
    stay, one below the other.

    Refuses with `not_yours`, `course_elsewhere`, `unknown_lesson`, and `note_too_long` beyond 4,000 characters.
    """
    if volunteer not in belongings.people_of(by):
        return NOT_YOURS
    if course.community_id != volunteer.community_id:
        return COURSE_ELSEWHERE
    version = current_version(course)
    if version is None or lesson_key not in version.lesson_keys:
        return UNKNOWN_LESSON
    if len(text) > Note.MOST_CHARACTERS:
        return NOTE_TOO_LONG
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    present = note_of(volunteer=volunteer, lesson_key=lesson_key)
    text = text.strip()
    if present is not None and stamp_of(present.saved_at) != seen and present.text not in text:
        text = f"{present.text}{LEFT_BY_ANOTHER}{text}" if text and text not in present.text else present.text
        if len(text) > Note.MOST_CHARACTERS:
            return NOTE_TOO_LONG
    if not text:
        Note.objects.of(volunteer).filter(lesson_key=lesson_key).delete()
        return None
    if present is None:
        return Note.objects.create(volunteer=volunteer, course=course, lesson_key=lesson_key, text=text, saved_at=at)
    present.text, present.saved_at = text, at
    present.save(update_fields=["text", "saved_at"])
    return present


def erase_notes(*, people: list[Volunteer]) -> None:
    """Delete the notes of these rows of a person (V3)."""
    Note.objects.filter(volunteer__in=people).delete()


def stamp_of(saved_at: dt.datetime | None) -> str:
    """Return the stamp of a note that a form sends back, to show whether another device saved meanwhile."""
    return timezone.localtime(saved_at).isoformat() if saved_at is not None else ""
