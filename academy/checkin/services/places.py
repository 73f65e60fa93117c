"""Places of people who come without signing up."""

import datetime as dt

from academy.activities import services as activities
from academy.people.models import User, Volunteer


def take_place(
    *, volunteer: Volunteer, shift_id: int, activity_id: int, walk_ins: bool, by: User | None, at: dt.datetime
) -> str:
    """Give a walk-in a place in the shift. Return an empty text, or the code of the refusal.

    The codes are `not_signed_up`, `shift_full` and `role_asks_more`. `walk_ins`: whether this person may come to the
    shift without signing up.
    """
    if not walk_ins:
        return "not_signed_up"
    place = activities.place_walk_in(volunteer=volunteer, shift_id=shift_id, activity_id=activity_id, by=by, at=at)
    return next((no.code for no in (activities.SHIFT_FULL, activities.ROLE_ASKS_MORE) if place is no), "")
