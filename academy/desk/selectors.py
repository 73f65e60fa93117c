"""Queries for the first page of the back office."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from academy.activities.later import without_later
from academy.activities.models import Activity, Role, Shift
from academy.activities.seats import heads_in_places
from academy.core import clock_jumps, health, workdays
from academy.hours.models import Category, ServiceRecord
from academy.hours.models.records import NOTICE_STATES
from academy.people.models import User
from academy.people.permissions import Right
from academy.transfers.models import Handover, PlatformWorkbook
from academy.transfers.services import handing_over

COMING = dt.timedelta(days=7)
TAKEN_DOWN = dt.timedelta(days=3)
FORMS = 3
SHOWN = 10  # shifts of the next days


def activities_now(communities: object, at: dt.datetime) -> list[Activity]:
    """Return the activities with a shift running at `at`, each with the counts `inside` and `scanned`."""
    return list(
        Activity.objects.in_communities(communities)
        .published()
        .filter(cancelled_at=None, shifts__starts_at__lte=at, shifts__ends_at__gt=at)
        .annotate(
            inside=Count("shifts__visits__volunteer", filter=Q(shifts__visits__closed_at=None), distinct=True),
            scanned=Count("shifts__visits__volunteer", distinct=True),
        )
        .order_by("title")
    )


def led_lately(user: User, at: dt.datetime) -> list[Activity]:
    """Return the activities of a fortnight ago and later that the user leads, by first shift."""
    led = without_later(Activity.objects.led_lately_by(user, at), at)
    return sorted(led, key=lambda activity: (min(shift.starts_at for shift in activity.shifts.all()), activity.pk))


@dataclass(frozen=True)
class ComingShift:
    """A shift of the next days, with the places that are taken and those that there are."""

    shift: Shift
    taken: int
    places: int

    @property
    def is_published(self) -> bool:
        return self.shift.activity.published_at is not None


def coming_shifts(communities: object, at: dt.datetime) -> list[ComingShift]:
    """Return the shifts of the next seven days, drafts too, in time order. Takes two statements."""
    shifts = (
        Shift.objects.filter(
            starts_at__gt=at,
            starts_at__lt=at + COMING,
            activity__community__in=communities,
            activity__cancelled_at=None,
            activity__imported=False,
        )
        .select_related("activity")
        .annotate(taken=heads_in_places("sign_ups"))
        .order_by("starts_at", "pk")
    )
    found = list(shifts)
    roles = Role.objects.filter(activity__in={shift.activity_id for shift in found}).values("activity")
    places = {row["activity"]: row["places"] for row in roles.annotate(places=Sum("capacity"))}
    return [ComingShift(shift, shift.taken, places.get(shift.activity_id, 0)) for shift in found]


def hours_waiting(communities: object) -> dict[str, int]:
    """Return how many records wait for confirmation, and of how many activities. One statement."""
    waiting = ServiceRecord.objects.awaiting_confirmation().in_communities(communities)
    return waiting.aggregate(records=Count("pk"), activities=Count("activity", distinct=True))


@dataclass(frozen=True)
class NoticeBatch:
    """The records of a community that were confirmed on one day, with the last day of their notice."""

    community: str
    slug: str
    day: dt.date
    last_day: dt.date
    count: int


def notices_begun(communities: Any, today: dt.date) -> list[NoticeBatch]:
    """Return the batches confirmed today or since the last working day: their sheet is to hang."""
    since = today - dt.timedelta(days=1)
    while not workdays.is_working_day(since):
        since -= dt.timedelta(days=1)
    on_notice = ServiceRecord.objects.filter(state__in=NOTICE_STATES, confirmed_at__date__gte=since)
    return _batches(on_notice.in_communities(communities))


def notices_ended(communities: Any, today: dt.date) -> list[NoticeBatch]:
    """Return the batches whose notice ended within three days: their sheet is to be taken down."""
    over = ServiceRecord.objects.effective().filter(effective_on__gt=today - TAKEN_DOWN, effective_on__lte=today)
    ended = _batches(over.exclude(confirmed_at__date=F("effective_on")).in_communities(communities))
    if not ended:
        return []
    days = {batch.day for batch in ended}
    still = ServiceRecord.objects.filter(state__in=NOTICE_STATES, confirmed_at__date__in=days)
    hanging = {(batch.slug, batch.day) for batch in _batches(still.in_communities(communities))}
    return [batch for batch in ended if (batch.slug, batch.day) not in hanging and batch.last_day < today]


def _batches(records: Any) -> list[NoticeBatch]:
    confirmed = records.order_by().annotate(day=TruncDate("confirmed_at"))
    rows = confirmed.values("community__name", "community__slug", "day").annotate(
        count=Count("pk"), until=Max("effective_on")
    )
    return [
        NoticeBatch(
            row["community__name"],
            row["community__slug"],
            row["day"],
            row["until"] - dt.timedelta(days=1),
            row["count"],
        )
        for row in rows.order_by("day", "community__slug")
    ]


@dataclass(frozen=True)
class HandoverLeft:
    """A form of a higher platform with the records of this year that were not handed over on it."""

    workbook: PlatformWorkbook
    records: int


def handovers_left(communities: Any, today: dt.date) -> list[HandoverLeft]:
    """Return the newest forms, each with what it still has to hold; a community has one or two."""
    forms = PlatformWorkbook.objects.filter(community__in=communities).exclude(columns={}).order_by("-uploaded_at")
    found = []
    for workbook in forms[:FORMS]:
        new = handing_over.records_for(workbook, since=today.replace(month=1, day=1), until=today)
        found.append(HandoverLeft(workbook, new.order_by().count()))
    return [one for one in found if one.records]


def handovers_unconfirmed(communities: Any) -> list[Handover]:
    """Return the filled forms of which nobody has said that they were handed in."""
    return list(
        Handover.objects.filter(workbook__community__in=communities, handed_over_at=None).order_by("made_at", "pk")
    )


@dataclass(frozen=True)
class Figures:
    """The effective service of a year: people, attendances and minutes, each counted apart (G3)."""

    people: int
    attendances: int
    minutes: int


def figures_of(communities: object, year: int) -> Figures:
    """Return the effective service of these communities in a calendar year. One statement."""
    served = ServiceRecord.objects.effective().filter(
        category=Category.SERVICE, minutes__gt=0, date__gte=dt.date(year, 1, 1), date__lte=dt.date(year, 12, 31)
    )
    stays = Coalesce("volunteer__merged_into", "volunteer")
    sums = served.in_communities(communities).aggregate(
        people=Count(stays, distinct=True), attendances=Count("pk"), minutes=Sum("minutes", default=0)
    )
    return Figures(**sums)


def calendar_missing(user: User) -> dict[str, Any]:
    """Return the year whose holidays are not entered yet, and whether this user may enter them."""
    year = workdays.year_to_enter(timezone.localdate())
    keeps = year is not None and Right.KEEP_CALENDAR in user.rights
    return {"year_to_enter": year, "keeps_calendar": keeps}


def failed_parts() -> dict[str, Any]:
    """Return since when no tick was done, if that is too long, and whether worker and files failed."""
    return {
        "clock_stands_since": clock_jumps.standing_since(timezone.now()),
        "worker_stands": not health.worker_is_alive(),
        "files_are_full": not health.files_have_room(),
    }
