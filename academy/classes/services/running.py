"""Services that plan a run of a course, and let a learner join all its classes at once."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.log_actions import log

from academy.activities import services as activities
from academy.activities.models import Activity, CountsAs, Kind, SignUp, Subject
from academy.classes import selectors, standing
from academy.classes.models import Assessor, CourseRun
from academy.classes.refusals import (
    FOREIGN,
    NEEDS_TIME,
    NO_CLASS_LEFT,
    NO_LEARNER_ROLE,
    NOT_PUBLISHED,
    NOT_STAFF,
    TOO_SHORT,
)
from academy.core.refusals import Refusal
from academy.learning import refusals as learning_refusals
from academy.learning.models import Course
from academy.learning.services import current_version
from academy.messaging import services as messaging
from academy.messaging.kinds import WORK
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import Right
from academy.units.models import Unit
from academy.venues import services as venues
from academy.venues.models import Booking, Venue

Span = tuple[dt.datetime, dt.datetime]
ASSISTANTS = 3


@transaction.atomic
def plan_run(
    *,
    course: Course,
    title: str,
    instructor: Volunteer,
    issuer: Issuer,
    classes: Sequence[Span],
    places: int,
    place: str = "",
    venue: Venue | None = None,
    unit: Unit | None = None,
    assessors: Sequence[Volunteer] = (),
    by: User,
    at: dt.datetime,
) -> CourseRun | Refusal:
    """Plan and publish a run: a training activity with a shift for each of `classes`, start and end.

    The instructor leads it and has a place in each class, which is service time (T7); learners take the other places.
    A `venue` of a unit is booked for each class. Refuses with `not_allowed`, `other_community`,
    `course_not_published`, `course_not_whole`, `needs_shift`, `timetable_too_short` (T4), and as `venues.book`,
    `publish_activity` and `sign_up` do. After a refusal no part is planned.
    """
    community = course.community
    if not by.has_right(Right.RUN_ACTIVITIES, community):
        return NOT_STAFF
    named: list[Any] = [instructor, issuer, *assessors, unit, venue.unit if venue else None]
    if {one.community_id for one in named if one is not None} != {community.pk}:
        return FOREIGN
    version = current_version(course)
    if version is None:
        return NOT_PUBLISHED
    if not version.whole:
        return learning_refusals.NOT_WHOLE
    if not classes or min(classes)[0] <= at:
        return NEEDS_TIME
    minutes = sum(int((end - start).total_seconds() // 60) for start, end in classes)
    if minutes < Fraction(str(version.class_hours)) * standing.CLASS_HOUR * standing.LEAST_SHARE:
        return TOO_SHORT
    with transaction.atomic():
        answer = _plan(
            CourseRun(
                course=course,
                version=version,
                title=title.strip(),
                instructor=instructor,
                unit=unit,
                venue=venue,
                created_at=at,
            ),
            issuer=issuer,
            classes=classes,
            places=places,
            place=venue.place if venue and not place.strip() else place,
            by=by,
            at=at,
        )
        if isinstance(answer, Refusal):
            transaction.set_rollback(True)
            return answer
    Assessor.objects.bulk_create(Assessor(run=answer, volunteer=one) for one in dict.fromkeys(assessors))
    log(answer, "wagtail.create", user=by, timestamp=at)
    _tell_teaching(answer, assessors, at=at)
    return answer


def _tell_teaching(run: CourseRun, assessors: Sequence[Volunteer], *, at: dt.datetime) -> None:
    """Send instructor and assessors the way to the page of the class."""
    teaching = gettext_lazy("You teach the class “%(run)s”. Its learners and their assessment stand on this page.")
    assessing = gettext_lazy("You assess the class “%(run)s”. Its learners stand on this page: sign their checklists.")
    texts = {**dict.fromkeys(assessors, assessing), run.instructor: teaching}
    drafts = [
        messaging.Draft(
            WORK,
            volunteer=one,
            key=f"run:{run.pk}",
            text=messaging.fill_in(text, run=run.title),
            path=reverse("classes:class", args=[run.pk]),
        )
        for one, text in texts.items()
    ]
    messaging.send_all(drafts, at=at)


def _plan(
    run: CourseRun, *, issuer: Issuer, classes: Sequence[Span], places: int, place: str, by: User, at: dt.datetime
) -> CourseRun | Refusal:
    activity = activities.plan_activity(
        community=run.course.community,
        title=run.title,
        kind=Kind.TRAINING,
        subject=Subject.LEARNING,
        place=place,
        service_content=_("Class: %(course)s") % {"course": run.course.title},
        leader=run.instructor,
        organiser=run.unit.name if run.unit else issuer.name,
        issuer=issuer,
        shifts=[{"starts_at": start, "ends_at": end, "teaches": run.course} for start, end in sorted(classes)],
        roles=[
            {"name": _("learner"), "counts_as": CountsAs.LEARNER, "capacity": places},
            {"name": _("volunteer instructor"), "counts_as": CountsAs.INSTRUCTOR, "capacity": 1},
            {"name": _("assistant"), "counts_as": CountsAs.ASSISTANT, "capacity": ASSISTANTS},
        ],
        by=by,
    )
    run.activity, run.created_by = activity, by
    run.full_clean(exclude=["created_by"])
    run.save()
    published = activities.publish_activity(activity=activity, by=by, at=at)
    if isinstance(published, Refusal):
        return published
    teaching = activity.roles.get(counts_as=CountsAs.INSTRUCTOR)
    for shift in activity.shifts.select_related("activity").order_by("starts_at"):
        if run.venue is not None:
            booked = venues.book(
                venue=run.venue,
                activity=activity,
                starts_at=shift.starts_at,
                ends_at=shift.ends_at,
                purpose=run.title,
                by=by,
                at=at,
            )
            if not isinstance(booked, Booking):
                return booked
        seat = activities.sign_up(volunteer=run.instructor, shift=shift, role=teaching, by=by, at=at)
        if isinstance(seat, Refusal):
            return seat
    return run


@transaction.atomic
def join(*, run: CourseRun, volunteer: Volunteer, by: User, at: dt.datetime) -> list[SignUp] | Refusal:
    """Give the learner a place in each class that has not begun, or in none of them.

    Classes where they have a place already are left as they are. Refuses with `too_late`, `no_place`, and as
    `activities.sign_up` does.
    """
    activity: Activity = run.activity
    role = activity.roles.filter(counts_as=CountsAs.LEARNER).order_by("pk").first()
    if role is None:
        return NO_LEARNER_ROLE
    left = [shift for shift in selectors.timetable(run) if shift.starts_at > at]
    if not left:
        return NO_CLASS_LEFT
    taken: list[SignUp] = []
    with transaction.atomic():
        for shift in left:
            shift.activity = activity
            answer = activities.sign_up(volunteer=volunteer, shift=shift, role=role, by=by, at=at)
            if isinstance(answer, SignUp):
                taken.append(answer)
            elif answer.code != activities.ALREADY_SIGNED_UP.code:
                transaction.set_rollback(True)
                return answer
    return taken
