"""A Word file becomes the draft of a lesson; its pictures go to the pictures of the community."""

import datetime as dt
import html
import re
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.people.models import User
from cms import forms, pictures, word
from cms.models import CoursePage, LessonPage

_HEADING = re.compile("<h3>(.+?)</h3>")  # `word` writes them without tags inside

UNREADABLE = {
    code: Refusal(code, sentence)
    for code, sentence in {
        "old_word": _(
            "This is an old Word file, or one with a password. Open it in Word or WPS, choose “Save as” and “.docx”, "
            "and send that file."
        ),
        "no_word": _("This is no Word file. Choose a file that ends in .docx."),
        "too_large": _(
            "This file is too large for one lesson. Send at most 20 MB: split it, or make pictures smaller."
        ),
        "broken": _("This file cannot be read. Open it in Word or WPS, save it as .docx once more, and send it again."),
        "empty": _("This file holds no text and no picture that a page could show."),
    }.items()
}


@dataclass(frozen=True)
class NewLesson:
    """The lesson that a Word file became, and how many of its pictures are missing or have no description."""

    lesson: LessonPage
    lost: int
    without_description: int


def make(*, course_page: CoursePage, content: bytes, name: str, by: User, at: dt.datetime) -> NewLesson | Refusal:
    """Make the draft of a lesson from a Word file called `name`, as the last of the course.

    The caller has checked that `by` may add lessons. Refuses with the codes of `UNREADABLE`, and `quota_full` and
    `no_room` for its pictures. The file is read outside of the transaction.
    """
    try:
        read = word.read(content)
    except word.Unreadable as fault:
        return UNREADABLE[fault.code]
    return _store(course_page, read, name.rpartition(".")[0] or name, by, at)


@transaction.atomic
def _store(course_page: CoursePage, read: word.WordText, name: str, by: User, at: dt.datetime) -> NewLesson | Refusal:
    title = (read.title or name)[:100]
    size = sum(len(part.content) for kind, part in read.parts if kind == "picture")
    if size and (refusal := forms.take_quota(by, size, at)):
        return refusal
    body: list[tuple[str, Any]] = []
    heading = title
    lost, without = read.lost, 0
    for kind, part in read.parts:
        if kind == "text":
            body.append(("text", part))
            heading = next(reversed(_HEADING.findall(part)), heading)
        elif kind == "table":
            body.append(("table", {"caption": html.unescape(heading)[:100], "cells": part}))
        else:
            number = sum(block == "picture" for block, _value in body) + 1
            name = f"word.{part.suffix}"
            image = pictures.store(content=part.content, name=name, title=f"{title} {number}", by=by)
            if image is None:
                lost += 1
                continue
            without += not part.alt
            body.append(("picture", {"image": image, "alt": part.alt, "caption": ""}))
    lesson = LessonPage(title=title, body=body, owner=by, live=False)
    course_page.add_child(instance=lesson)
    lesson.save_revision(user=by, log_action="wagtail.create", clean=False)
    return NewLesson(lesson, lost, without)
