"""Qualifications: completions that expire (T6). Each suspends itself alone; a renewal is a new record."""

import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.links import link_to
from academy.core.look import lazy_day
from academy.core.months import months_before
from academy.learning import in_room
from academy.learning.award_models import Attendance, Qualification
from academy.learning.models import Course, CourseCompletion
from academy.messaging import kinds
from academy.messaging import services as messaging
from academy.messaging.kinds import MessageKind
from academy.messaging.models import Message
from academy.people.models import Volunteer

REMINDED_FOR = dt.timedelta(days=60)  # before the expiry (D)
EXPIRY = kinds.register(
    MessageKind("expiry", pgettext_lazy("kind of message", "A qualification that expires"), order=70, by_telephone=True)
)
AT_ONCE = 100  # one tick takes so many, and the next one goes on

RENEW_IN_CLASS = _("“%(course)s” expires on %(day)s. Renew it in a class; nothing else is affected.")
RENEW_BY_READING = _(
    "“%(course)s” expires on %(day)s. Open the course and renew it there, or come to a class; nothing else is affected."
)


def read_online(courses: Collection[int]) -> set[int]:
    """Return which of these courses, by id, are renewed by reading: they have no assessment in the room."""
    return set(courses) - in_room.assessed(courses)


@transaction.atomic
def qualify(*, volunteer: Volunteer, course: Course, on: dt.date, at: dt.datetime) -> Qualification | None:
    """Record the qualification of a completion on this day; None if the course never expires.

    Ignore a second call for the same day.
    """
    if not course.valid_years:
        return None
    volunteer = volunteer.stays
    known = Qualification.objects.of(volunteer).filter(course=course, obtained_on=on).first()
    return known or Qualification.objects.create(
        volunteer=volunteer,
        course=course,
        obtained_on=on,
        expires_on=months_before(on, -12 * course.valid_years),
        recorded_at=at,
    )


def latest_of(volunteers: Iterable[Volunteer]) -> list[Qualification]:
    """Return the latest qualification of each person in each course; earlier ones were renewed."""
    found: dict[tuple[int, int], Qualification] = {}
    held = Qualification.objects.of_all(volunteers).with_person().select_related("course", "volunteer__merged_into")
    for one in held.order_by("expires_on", "pk"):
        found[one.person, one.course_id] = one
    return list(found.values())


def expiring(*, communities: Iterable[int], day: dt.date) -> list[Qualification]:
    """Return the qualifications that expire within 60 days and were not renewed, by their day."""
    return _not_renewed(_soon(day).filter(course__community__in=communities), day)


def _soon(day: dt.date) -> Any:  # with the annotation `person`
    return Qualification.objects.filter(expires_on__gt=day, expires_on__lte=day + REMINDED_FOR).with_person()


def _not_renewed(soon: Any, day: dt.date) -> list[Qualification]:
    """Return what expires soon of the people of `soon`, by its day."""
    people = list(Volunteer.objects.present().filter(pk__in=soon.values("person")).select_related("merged_into"))
    limit = day + REMINDED_FOR
    return sorted(
        (one for one in latest_of(people) if day < one.expires_on <= limit), key=lambda one: (one.expires_on, one.pk)
    )


def record_missing(*, at: dt.datetime) -> int:
    """Record the qualifications that completions by reading gave, a part in each call. Return how many.

    A course may get its years of validity after people completed it: they count from the completion on.
    Where it is assessed in the room, a completion by reading alone gives none, an earlier one neither (T4).
    """
    recorded = Qualification.objects.filter(course=OuterRef("course"))
    own = recorded.filter(volunteer=OuterRef("volunteer"))
    stays = recorded.filter(volunteer=OuterRef("volunteer__merged_into"))
    bare = CourseCompletion.objects.filter(~Exists(own), ~Exists(stays), course__valid_years__isnull=False)
    person = Q(volunteer=OuterRef("volunteer")) | Q(volunteer=OuterRef("volunteer__merged_into"))
    came = Attendance.objects.filter(person, course=OuterRef("course")).order_by("-held_on").values("held_on")[:1]
    bare = bare.annotate(held_on=Subquery(came)).filter(~in_room.is_assessed() | Q(held_on__isnull=False))
    found: Any = bare.select_related("course", "volunteer__merged_into").order_by("pk")[:AT_ONCE]
    count = 0
    for completion in found:
        on = completion.held_on or timezone.localdate(completion.completed_at)
        count += qualify(volunteer=completion.volunteer, course=completion.course, on=on, at=at) is not None
    return count


def remind(*, at: dt.datetime) -> int:
    """Remind people once of what expires within 60 days, a part in each call. Return how many."""
    day = timezone.localdate(at)
    of_person = Q(volunteer=OuterRef("person")) | Q(volunteer=OuterRef("volunteer"))
    key = Concat(Value("expiry:"), Cast(OuterRef("pk"), CharField()))
    bare = _soon(day).filter(~Exists(Message.objects.filter(of_person, key=key)))
    waiting = set(bare.values_list("pk", flat=True))
    if not waiting:
        return 0
    found = [one for one in _not_renewed(bare, day) if one.pk in waiting][:AT_ONCE]
    by_reading = read_online({one.course_id for one in found})
    return messaging.send_all(
        [
            messaging.Draft(
                EXPIRY,
                volunteer=one.volunteer.stays,
                key=f"expiry:{one.pk}",
                text=messaging.fill_in(
                    RENEW_BY_READING if one.course_id in by_reading else RENEW_IN_CLASS,
                    course=one.course.title,
                    day=lazy_day(one.expires_on, at),
                ),
                path=link_to("tiers"),
            )
            for one in found
        ],
        at=at,
    )
