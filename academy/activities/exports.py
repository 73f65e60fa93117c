"""The columns of an activity in its list's export: its time, its places and its sign-ups."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db.models import Count, Max, Min, Sum
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Role, Shift, SignUp
from academy.core.spreadsheets import ExportColumn
from academy.core.workbooks import COUNT


class Plan(NamedTuple):
    """Times and numbers of an activity, of all its shifts together."""

    starts_at: Any
    ends_at: Any
    shifts: int
    places: int
    sign_ups: int


def plans_of(activities: Sequence[Activity]) -> Mapping[int, Plan]:
    """Return the plan of each activity by its id, in three statements."""
    shifts = Shift.objects.filter(activity__in=activities).order_by().values_list("activity")
    times = {pk: rest for pk, *rest in shifts.annotate(Min("starts_at"), Max("ends_at"), Count("pk"))}
    roles = Role.objects.filter(activity__in=activities).order_by().values_list("activity")
    places = dict(roles.annotate(Sum("capacity")))
    signed_up = SignUp.objects.filter(shift__activity__in=activities, cancelled_at=None).order_by()
    people = dict(signed_up.values_list("shift__activity").annotate(Count("pk")))
    return {
        pk: Plan(starts_at, ends_at, shifts, places.get(pk, 0) * shifts, people.get(pk, 0))
        for pk, (starts_at, ends_at, shifts) in times.items()
    }


PLAN = [
    ExportColumn("starts_at", _("starts"), lambda plan: plan.starts_at, plans_of),
    ExportColumn("ends_at", _("ends"), lambda plan: plan.ends_at, plans_of),
    ExportColumn("shifts", _("number of shifts"), lambda plan: plan.shifts, plans_of, COUNT),
    ExportColumn("places", _("places"), lambda plan: plan.places, plans_of, COUNT),
    ExportColumn("sign_ups", _("people signed up"), lambda plan: plan.sign_ups, plans_of, COUNT),
]
