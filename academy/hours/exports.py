"""Hours in the exports of lists: of records and ledger entries, of people on the roll, of activities.

Service time and learning time are two figures (T2), so each has its columns and its sum.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.checkin.models import Visit
from academy.core.spreadsheets import ExportColumn, time_columns
from academy.core.workbooks import COUNT
from academy.hours.models import DEAD_STATES, Category, HoursTotal, ServiceRecord
from academy.people.models import Volunteer

SERVICE = (_("service time (hours)"), _("service time (minutes)"))
LEARNING = (_("learning time (hours)"), _("learning time (minutes)"))


def of_category(minutes_of: Callable[[Any], int | None]) -> list[ExportColumn]:
    """Return the columns of service time and of learning time of rows with a category."""

    def minutes(category: Category, row: Any) -> int | None:
        return minutes_of(row) if row.category == category else None

    return [
        *time_columns("minutes", *SERVICE, value=partial(minutes, Category.SERVICE)),
        *time_columns("minutes", *LEARNING, value=partial(minutes, Category.TRAINING)),
    ]


def minutes_that_count(record: ServiceRecord) -> int | None:
    """Return a record's minutes; none for one that was withdrawn or corrected, so that no sum holds them."""
    return None if record.state in DEAD_STATES else record.minutes


class Hours(NamedTuple):
    """The minutes of a person: service this year and in all, learning; and the last check-in."""

    this_year: int
    in_all: int
    learned: int
    last_seen: Any


def hours_of(people: Sequence[Volunteer]) -> Mapping[int, Hours]:
    """Return the hours of each person by id, in three statements."""
    year = timezone.localdate().year
    effective = ServiceRecord.objects.effective().of_all(people).filter(date__year=year, category=Category.SERVICE)
    this_year = _by_person(effective, Sum("minutes"))
    totals = HoursTotal.objects.of_all(people)
    in_all, learned = _by_person(totals, Sum("service_minutes")), _by_person(totals, Sum("training_minutes"))
    seen = _by_person(Visit.objects.of_all(people), Max("opened_at"))
    return {
        person.pk: Hours(
            this_year.get(person.pk, 0), in_all.get(person.pk, 0), learned.get(person.pk, 0), seen.get(person.pk)
        )
        for person in people
    }


def _by_person(facts: Any, figure: Any) -> dict[int, Any]:
    return dict(facts.order_by().with_person().values_list("person").annotate(figure))


OF_PEOPLE = [
    *time_columns(
        "this_year",
        _("service time this year (hours)"),
        _("service time this year (minutes)"),
        value=lambda hours: hours.this_year,
        load=hours_of,
    ),
    *time_columns(
        "in_all",
        _("service time in all (hours)"),
        _("service time in all (minutes)"),
        value=lambda hours: hours.in_all,
        load=hours_of,
    ),
    *time_columns("learned", *LEARNING, value=lambda hours: hours.learned, load=hours_of),
    ExportColumn("last_seen", _("last check-in"), lambda hours: hours.last_seen, hours_of),
]


class Done(NamedTuple):
    """Attendances of an activity, and minutes of service that are in force."""

    attendances: int
    minutes: int


def done_at(activities: Iterable[Activity]) -> Mapping[int, Done]:
    """Return what happened at each activity by its id, in one statement."""
    records = ServiceRecord.objects.live().filter(activity__in=activities).order_by()
    service = Q(state="effective", category=Category.SERVICE)
    figures = records.values_list("activity").annotate(
        there=Count("pk"), effective=Sum("minutes", filter=service, default=0)
    )
    return {pk: Done(*rest) for pk, *rest in figures}


OF_ACTIVITIES = [
    ExportColumn("attendances", _("attendances"), lambda done: done.attendances, done_at, COUNT),
    *time_columns(
        "effective",
        _("effective service time (hours)"),
        _("effective service time (minutes)"),
        value=lambda done: done.minutes,
        load=done_at,
    ),
]
