"""Agencies as both sides see them under settings: who acts for whom, and the latest acts."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.checkin.models import Scan
from academy.core.sql import any_of
from academy.families.agency_services import ACTED, ACTS
from academy.families.belongings import people_of
from academy.families.models import Agency
from academy.people import ages
from academy.people.models import User, Volunteer

ACTS_SHOWN = 10


@dataclass(frozen=True)
class Act:
    """One thing that X did for Y."""

    at: dt.datetime
    by: str
    act: str
    what: str


def of_both_sides(user: User) -> QuerySet[Agency]:
    """Return the agencies in which `user` acts, and those of others over the user."""
    mine = Agency.objects.filter(user=user).values("pk")
    over_me = Agency.objects.filter(volunteer__in=Volunteer.objects.of_login(user)).values("pk")
    return Agency.objects.filter(pk__in=any_of(mine, over_me)).select_related("user__volunteer", "volunteer", "consent")


def for_settings(user: User) -> dict[str, Any]:
    """Return the agents of the user, the people whom the user acts for, the latest acts, and minors."""
    both = list(of_both_sides(user))
    own = user.own_volunteer
    return {
        "own_volunteer": own,
        "agents": [one for one in both if one.user_id != user.pk],
        "acts_for": [one for one in both if one.user_id == user.pk],
        "acts": acts_for(own) if own is not None else [],
        "minors": [person for person in people_of(user) if ages.is_minor(person.birth_date, timezone.localdate())],
    }


def acts_for(volunteer: Volunteer) -> list[Act]:
    """Return what others did for this person lately, on their phones: sign-ups, requests, check-ins."""
    agents = Agency.objects.filter(volunteer=volunteer).values("user")
    logged = ModelLogEntry.objects.filter(
        Q(action=ACTED) | Q(user__in=agents),
        content_type=ContentType.objects.get_for_model(Volunteer),
        object_id=str(volunteer.pk),
    )
    acts = [
        _logged_act(entry) for entry in logged.select_related("user__volunteer").order_by("-timestamp")[:ACTS_SHOWN]
    ]
    scans = Scan.objects.of(volunteer).filter(operator__in=agents, refusal="")
    scans = scans.select_related("operator__volunteer", "checkpoint__activity").order_by("-happened_at")
    acts += [
        Act(scan.happened_at, str(scan.operator), scan.get_direction_display(), str(scan.checkpoint.activity))
        for scan in scans[:ACTS_SHOWN]
    ]
    return sorted(acts, key=lambda one: one.at, reverse=True)[:ACTS_SHOWN]


def _logged_act(entry: ModelLogEntry) -> Act:
    words = ACTS.get(entry.data.get("act", "")) or entry.message
    what = entry.data.get("what") or entry.data.get("shift") or ""
    return Act(entry.timestamp, str(entry.user or ""), str(words), str(what))
