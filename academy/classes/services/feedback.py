"""The learner's word at the end of a class: one of five faces, and two questions."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from academy.classes import selectors
from academy.classes.models import ClassFeedback, CourseRun
from academy.classes.refusals import BAD_FACE, NO_LEARNER, NOT_OVER
from academy.core.refusals import Refusal
from academy.people.models import Volunteer


@transaction.atomic
def give_feedback(
    *, run: CourseRun, volunteer: Volunteer, face: int, liked: str = "", wish: str = "", at: dt.datetime
) -> ClassFeedback | Refusal:
    """Store the learner's word; a second one replaces the first.

    Refuses with `bad_face`, `not_over`, `not_a_learner`.
    """
    if not 1 <= face <= 5:
        return BAD_FACE
    if not selectors.is_over(run, at):
        return NOT_OVER
    if selectors.learner_of(run, volunteer) is None:
        return NO_LEARNER
    said = {"face": face, "liked": liked.strip(), "wish": wish.strip(), "given_at": at}
    found, _created = ClassFeedback.objects.update_or_create(run=run, volunteer=volunteer.stays, defaults=said)
    return found


def erase_words(*, people: Iterable[Volunteer]) -> None:
    """Clear what these people wrote; the faces stay, without a word (V3)."""
    ClassFeedback.objects.filter(volunteer__in=people).update(liked="", wish="")
