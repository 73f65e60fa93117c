"""The leader and the contacts of units, who are told when another person moves or cancels an activity."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext

from academy.activities import concerned
from academy.activities.models import Activity, Shift
from academy.activities.signals import ask_who_speaks
from academy.core import formats
from academy.core.links import link_to
from academy.messaging.kinds import WORK
from academy.messaging.services import Draft, send_all
from academy.people.models import User, Volunteer


@dataclass(frozen=True)
class Responsible:
    """A person in charge: the leader, or with `unit` (its name) the contact of a unit asked to come."""

    person: Volunteer
    unit: str = ""


def in_charge(activity: Activity, shifts: list[Shift], *, by: User | None) -> list[Responsible]:
    """Return the leader and the contacts of units with a link to these shifts, each once.

    People with a place in them are left out, who are told as such; so is the person who makes the change.
    """
    found = {activity.leader.stays.pk: Responsible(activity.leader.stays)}
    for _receiver, answer in ask_who_speaks.send(sender=Activity, shifts=shifts):
        speakers: Any = answer
        for person, unit in speakers:
            found.setdefault(person.stays.pk, Responsible(person.stays, unit))
    own = by.own_volunteer if by is not None else None
    told = {person.pk for person in concerned.people_in(shifts)} | ({own.stays.pk} if own is not None else set())
    return [one for pk, one in found.items() if pk not in told]


def tell_moved(
    activity: Activity,
    before: list[Shift],
    *,
    was_at: str,
    without_leader: bool = False,
    by: User | None,
    at: dt.datetime,
) -> int:
    """Send those in charge what moved; `before` are the shifts as they were."""
    now = {shift.pk: concerned.span_of(shift) for shift in Shift.objects.filter(pk__in=[one.pk for one in before])}
    spans = [(concerned.span_of(shift), now[shift.pk]) for shift in before]
    if not before or (was_at == activity.where and all(old == new for old, new in spans)):
        return 0
    people = [one for one in in_charge(activity, before, by=by) if one.unit or not without_leader]
    news = concerned.moved_in_words
    return _tell(activity, people, lambda: news(spans, (was_at, activity.where)), f"moved:{activity.pk}", at=at)


def tell_cancelled(activity: Activity, *, by: User | None, at: dt.datetime) -> int:
    """Send the people in charge a message that the activity is cancelled."""
    coming = concerned.to_come(activity, at)
    if not coming:
        return 0
    spans = [concerned.span_of(shift) for shift in coming]
    people = in_charge(activity, coming, by=by)
    return _tell(activity, people, lambda: concerned.cancelled_in_words(spans), f"cancelled:{activity.pk}", at=at)


def _in_words(title: str, news: Callable[[], str], unit: str) -> str:
    values = {"title": formats.inner_quotes(title), "news": news(), "unit": unit}
    if not unit:
        return gettext("“%(title)s”, which you lead, %(news)s.") % values
    return gettext("“%(title)s” %(news)s. Please tell the people of %(unit)s.") % values


_said = lazy(_in_words, str)  # worded in its own language when it is sent


def _tell(activity: Activity, people: list[Responsible], news: Callable[[], str], key: str, *, at: dt.datetime) -> int:
    drafts = [
        Draft(
            WORK,
            one.person,
            f"{key}:{at.timestamp():.3f}",
            _said(activity.title, news, one.unit),
            reverse("activities:detail", args=[activity.pk]) if one.unit else link_to("leader_page", activity.pk),
            event=concerned.event_of(activity),
        )
        for one in people
    ]
    return send_all(drafts, at=at) if drafts else 0
