"""“全部签退” as a leader taps it who sees all people that are in."""

import datetime as dt
from collections.abc import Collection

from academy.activities.models import Activity
from academy.checkin.models import Visit
from academy.checkin.services import leading
from academy.people.models import User


def check_everybody_out(*, activity: Activity, by: User, at: dt.datetime, staying: Collection[int] = ()) -> int:
    inside = Visit.objects.open().filter(shift__activity=activity).exclude(volunteer__in=staying)
    people = list(inside.values_list("volunteer", flat=True))
    return leading.check_everybody_out(activity=activity, people=people, by=by, at=at)
