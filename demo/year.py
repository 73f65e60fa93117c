"""The year of the demonstration: 44 activities with 853 attendances, as the hours report counts them."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from academy.activities.models import Activity
from academy.core.models import Community
from academy.hours.models import ServiceRecord
from academy.people.models import User, Volunteer
from demo import accounts
from demo.earlier import import_register
from demo.recent import NIGHT_WATCH, hold_recent

ACTIVITIES, ATTENDANCES = 44, 853
ENTRIES = 38  # attendances of the volunteer of the demonstration
SINCE = dt.timedelta(weeks=12)  # until then the attendances were kept in a register


def add_year(community: Community, *, by: User, at: dt.datetime) -> None:
    """Add the rest of the year once: activities of the last months, and a register of those before.

    The other parts of the demonstration hold some activities, too; the register brings as many as are missing.
    """
    if Activity.objects.filter(community=community, title=NIGHT_WATCH).exists():
        return
    regular = Volunteer.objects.get(community=community, name=accounts.VOLUNTEER.name)
    with transaction.atomic():
        hold_recent(community, regular=regular, by=by, at=at)
        activities, attendances, entries = figures(community, regular, today=timezone.localdate(at))
        import_register(
            community,
            activities=ACTIVITIES - activities,
            attendances=ATTENDANCES - attendances,
            regular=regular,
            comes=ENTRIES - entries,
            by=by,
            at=at - SINCE,
        )


def figures(community: Community, regular: Volunteer, *, today: dt.date) -> tuple[int, int, int]:
    """Return activities and attendances of the year before today, and how many of these are the regular's."""
    effective = ServiceRecord.objects.effective().order_by()
    year = effective.filter(community=community, date__gte=today - dt.timedelta(days=365), date__lt=today)
    return year.values("activity").distinct().count(), year.count(), year.filter(volunteer=regular).count()
