"""No-shows (A4), as the leader notes them: private, and without any effect on hours."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities.absence_models import Absence, AbsenceNote
from academy.activities.belongings import may_see_people
from academy.activities.models import Activity, PlanChange, Shift, SignUp
from academy.activities.seats import has_place
from academy.activities.signals import ask_who_was_there
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.refusals import NOT_ALLOWED

COUNTED_FOR = dt.timedelta(days=90)
MANY = 3  # unexcused ones in that time are told to the social worker alone

NOT_BEGUN = Refusal(
    "too_early", _("This shift has not begun. A person who tells you now gives the place back: withdraw them.")
)
WITHDREW = Refusal("already_withdrawn", _("This person gave the place back before. That is no no-show."))
GIVEN_ON = Refusal(
    "place_given_on", _("Another person has this place by now. Check this person in when they come; the note stays.")
)
CAME = Refusal("they_came", _("This person was there: a check-in is on record. A no-show cannot be noted."))


@transaction.atomic
def note(*, sign_up: SignUp, absence: str, by: User, at: dt.datetime) -> SignUp | Refusal:
    """Note that the person did not come: `excused` or `unexcused`; an empty text takes the note back.

    From then on the place is free for somebody else; the sign-up and the hours stay as they are. The same note again
    adds none. Refuses with `not_allowed`, `too_early`, `already_withdrawn`, `they_came`, and with `place_given_on` if
    a note is taken back after another person got the place.
    """
    if not may_see_people(by, sign_up.shift.activity, at=at):
        return NOT_ALLOWED
    if at < sign_up.shift.starts_at:
        return NOT_BEGUN
    place = (
        SignUp.objects.select_for_update(no_key=True, of=("self",))
        .select_related("volunteer", "role")
        .get(pk=sign_up.pk)
    )
    if place.cancelled_at is not None:
        return WITHDREW
    absence = Absence(absence).value if absence else ""
    if absence == place.absence:
        return place
    if absence and place.volunteer.stays.pk in there([place.shift_id]):
        return CAME
    if not absence and place.volunteer.stays.pk not in there([place.shift_id]):
        Shift.objects.select_for_update(no_key=True, of=("self",)).get(pk=place.shift_id)
        if not has_place(place.role, place.shift_id):
            return GIVEN_ON
    AbsenceNote.objects.create(sign_up=place, absence=absence, noted_at=at, noted_by=by)
    place.absence = absence
    place.save(update_fields=["absence"])
    return place


def there(shifts: Iterable[int]) -> set[int]:
    """Return the ids of the people who were at one of these shifts; the apps above know."""
    answers: Any = ask_who_was_there.send(sender=PlanChange, shifts=list(shifts))
    return {person for _receiver, found in answers for person in found}


def missing_from(shift: Shift) -> list[SignUp]:
    """Return the sign-ups of those who have a place in the shift and did not come, by number."""
    places = SignUp.objects.filter(shift=shift, cancelled_at=None)
    came = there([shift.pk])
    found = places.select_related("volunteer__merged_into", "role").order_by("volunteer__number", "pk")
    return [place for place in found if place.volunteer.stays.pk not in came]


def missed_by(people: Sequence[Volunteer], activity: Activity) -> list[SignUp]:
    """Return the noted no-shows of these people at the activity. A person who came after all is left out."""
    if not people:
        return []
    noted = SignUp.objects.of_all(people).filter(shift__activity=activity, cancelled_at=None).exclude(absence="")
    found = list(noted.select_related("volunteer__merged_into", "shift").order_by("shift__starts_at", "pk"))
    return [place for place in found if place.volunteer.stays.pk not in there([place.shift_id])]
