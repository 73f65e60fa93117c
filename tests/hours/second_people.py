"""Requests and the people who decide them, for tests."""

import datetime as dt

from academy.hours.services import make_ups
from academy.people.models import User, Volunteer
from tests.factories import photo
from tests.hours.scene import SATURDAY, moment

EVENING = moment("18:00")
MONDAY, TUESDAY, WEDNESDAY = (moment("10:00", SATURDAY + dt.timedelta(days=days)) for days in (2, 3, 4))


def ask(volunteer: Volunteer, shift, witness: Volunteer, by: User):
    made = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=shift,
        came_at=moment("09:00"),
        left_at=moment("12:00"),
        reason="手机没电了",
        by=by,
        at=EVENING,
        witness=witness,
        evidence=[photo()],
    )
    assert not hasattr(made, "code"), made
    return made
