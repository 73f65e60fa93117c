"""Practica of a course to come: shifts in which its learners serve beside somebody experienced (T5)."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from academy.activities.cards import Places, places_in
from academy.activities.later import without_later
from academy.activities.models import Activity, Role, Shift
from academy.people.models import Volunteer

SHOWN = 3


@dataclass(frozen=True)
class Practicum:
    """A shift with the places of the role that is the practicum."""

    shift: Shift
    places: Places


def coming(course_id: int, *, learner: Volunteer | None, at: dt.datetime) -> list[Practicum]:
    """Return the next practica of a course, and which the learner has a place in.

    Takes two statements, one without a practicum.
    """
    practised = Exists(Role.objects.filter(practicum_of=course_id, activity=OuterRef("activity")))
    shifts = list(_shifts(at).filter(practised).select_related("activity")[:SHOWN])
    places = places_in(shifts, people=[learner] if learner is not None else ()) if shifts else {}
    found = [(shift, one) for shift in shifts for one in places[shift.pk] if one.role.practicum_of_id == course_id]
    return [Practicum(shift, one) for shift, one in found]


def roles() -> QuerySet[Role]:
    """Return the roles to come that are the practicum of a course, for `learning.practica`."""
    found: QuerySet[Role] = Role.objects.filter(Exists(_shifts(timezone.now()).filter(activity=OuterRef("activity"))))
    return found


def _shifts(at: dt.datetime) -> QuerySet[Shift]:
    """Return the shifts that can still be joined, as lists show them."""
    shown = without_later(Activity.objects.published().filter(cancelled_at=None), at)
    found: QuerySet[Shift] = Shift.objects.filter(starts_at__gt=at, activity__in=shown.order_by().values("pk"))
    return found.order_by("starts_at", "pk")
