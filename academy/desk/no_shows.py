"""People with several unexcused no-shows: for the social worker alone (A4)."""

import datetime as dt
from collections.abc import Collection

from django.db.models import Count, Exists, Max, OuterRef

from academy.activities.absence_models import Absence
from academy.activities.absences import COUNTED_FOR, MANY
from academy.activities.models import SignUp
from academy.checkin.models import Visit
from academy.core.models import Community
from academy.people.models import Volunteer

SHOWN_FOR = dt.timedelta(days=14)  # after the latest note: by then the social worker has had a word with them


def frequent(communities: Collection[Community], at: dt.datetime) -> list[tuple[Volunteer, int]]:
    """Return the people with three unexcused no-shows within 90 days or more, and how many, by number.

    A person who came after all is not counted there. Two statements at most.
    """
    came = Visit.objects.filter(shift=OuterRef("shift"), volunteer=OuterRef("volunteer"))
    missed = SignUp.objects.filter(
        absence=Absence.UNEXCUSED,
        cancelled_at=None,
        shift__starts_at__gt=at - COUNTED_FOR,
        shift__activity__community__in=communities,
    )
    counted = missed.exclude(Exists(came)).with_person().order_by().values("person")
    counted = counted.annotate(times=Count("pk", distinct=True), latest=Max("absence_notes__noted_at"))
    times = {one["person"]: one["times"] for one in counted.filter(times__gte=MANY, latest__gt=at - SHOWN_FOR)}
    people = Volunteer.objects.filter(pk__in=times).order_by("number") if times else []
    return [(person, times[person.pk]) for person in people]
