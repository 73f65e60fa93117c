"""People whose two entries are joined, for tests."""

import datetime as dt

import time_machine
from django.test import TestCase

from academy.checkin.models import Visit
from academy.hours.models import ServiceRecord
from academy.people.models import Volunteer
from academy.people.services import merging
from tests.hours.scene import Scene, moment

LATER = moment("18:00", dt.date(2026, 2, 2))  # every notice of January is over


def join(scene: Scene, goes: Volunteer, stays: Volunteer, at: dt.datetime = LATER) -> Volunteer:
    """Merge `goes` into `stays`, and run the hooks on commit."""
    with time_machine.travel(at, tick=False), TestCase.captureOnCommitCallbacks(execute=True):
        joined = merging.merge(volunteer=goes, into=stays, by=scene.social_worker, at=at)
    assert isinstance(joined, Volunteer), joined
    goes.refresh_from_db()
    return joined


def live(*people_: Volunteer) -> list[tuple[Volunteer, dt.date, int]]:
    records = ServiceRecord.objects.live().filter(volunteer__in=people_).order_by("date", "shift", "volunteer")
    return [(record.volunteer, record.date, record.minutes) for record in records]


def visits_of(volunteer: Volunteer) -> list[tuple[str, str]]:
    found = Visit.objects.filter(volunteer=volunteer).order_by("opened_at")
    return [(f"{visit.opened_at.astimezone(moment('09:00').tzinfo):%H:%M}", _time(visit.closed_at)) for visit in found]


def _time(at: dt.datetime | None) -> str:
    return f"{at.astimezone(moment('09:00').tzinfo):%H:%M}" if at else ""
