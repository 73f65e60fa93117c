"""Queries for the first page of the back office."""

import datetime as dt
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from academy.activities.models import Activity
from academy.core import clock_jumps, health, workdays
from academy.hours.models import RecordState
from academy.people.models import User
from academy.people.permissions import Right


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


def activities_waiting(communities: object) -> list[Activity]:
    """Return the activities with records that wait for confirmation, the oldest first."""
    return list(
        Activity.objects.in_communities(communities)
        .filter(service_records__state=RecordState.AWAITING_CONFIRMATION)
        .annotate(waiting=Count("service_records"))
        .order_by("id")
    )


def calendar_missing(user: User) -> dict[str, Any]:
    """Return the year whose holidays are not entered yet, and whether this user may enter them."""
    year = workdays.year_to_enter(timezone.localdate())
    keeps = year is not None and user.communities_for(Right.KEEP_CALENDAR).exists()
    return {"year_to_enter": year, "keeps_calendar": keeps}


def failed_parts() -> dict[str, Any]:
    """Return since when no tick was done, if that is too long, and whether worker and files failed."""
    return {
        "clock_stands_since": clock_jumps.standing_since(timezone.now()),
        "worker_stands": not health.worker_is_alive(),
        "files_are_full": not health.files_have_room(),
    }
