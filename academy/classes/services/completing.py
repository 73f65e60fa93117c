"""Services that complete a class for its learners (T4), and credit the units that helped (T7)."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.activities.models import LED_FOR, Shift
from academy.classes import selectors
from academy.classes.models import CourseRun
from academy.core.links import link_to
from academy.core.one_by_one import each_alone
from academy.learning.attendance import record_attendance
from academy.learning.award_models import Attendance
from academy.learning.message_kinds import HONOUR
from academy.messaging import services as messaging
from academy.messaging.models import Tone
from academy.units.models import ContributionKind
from academy.units.services import record_contribution

logger = logging.getLogger(__name__)

AT_ONCE = 20  # runs that one tick looks at
EVERY = dt.timedelta(minutes=5)  # the time between two looks at a run


@transaction.atomic
def complete_due(run: CourseRun, *, at: dt.datetime) -> list[Attendance]:
    """Complete the course for each learner who has all that it asks for; send a message (T4).

    Effective time alone counts (K1): a leader has confirmed it, and its notice is over. A completion stands when a
    record is corrected later (T8).
    """
    day = selectors.last_day(run)
    if day is None:
        return []
    done = []
    for one in selectors.learners_of(run):
        if one.earned is not None or not one.standing.is_complete:
            continue
        answer = record_attendance(
            volunteer=one.volunteer,
            course=run.course,
            source=run.source,
            title=run.title,
            organiser=run.activity.organiser,
            held_on=day,
            minutes=one.standing.minutes,
            version=run.version,
            at=at,
        )
        if isinstance(answer, Attendance):
            done.append(answer)
    text = gettext_lazy("You have completed “%(course)s” in class: %(hours)s class hours. Well done.")
    drafts = [
        messaging.Draft(
            HONOUR,
            volunteer=one.volunteer,
            key=f"class:{run.pk}",
            text=messaging.fill_in(text, course=run.course.title, hours=f"{one.class_hours.normalize():f}"),
            path=link_to("tiers"),
            tone=Tone.GOOD,
        )
        for one in done
    ]
    messaging.send_all(drafts, at=at)
    return done


def look_at_runs(*, at: dt.datetime) -> int:
    """Complete the due courses of a part of the runs that have begun. Return how many it looked at.

    The hours of a class become effective when their notice ends: this look finds them then. A run is looked at until
    60 days after its last class.
    """
    waiting = CourseRun.objects.filter(Q(looked_at=None) | Q(looked_at__lte=at - EVERY), closed_at=None)
    begun = waiting.filter(Exists(Shift.objects.filter(activity=OuterRef("activity"), starts_at__lte=at)))
    ids = list(begun.order_by(F("looked_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)[:AT_ONCE])
    found = selectors.runs().filter(pk__in=ids)
    each_alone(found, lambda run: _look_at(run, at), failed="%s: the class is not completed yet", log=logger)
    CourseRun.objects.filter(pk__in=ids).update(looked_at=at)
    return len(ids)


@transaction.atomic
def _look_at(run: CourseRun, at: dt.datetime) -> None:
    complete_due(run, at=at)
    if not selectors.is_over(run, at):
        return
    if run.credited_at is None:
        credit_units(run, at=at)
    last = max((shift.ends_at for shift in selectors.timetable(run)), default=at)
    if at - last > LED_FOR:
        CourseRun.objects.filter(pk=run.pk).update(closed_at=at)


def credit_units(run: CourseRun, *, at: dt.datetime) -> None:
    """Record what units gave to the run, venue and instructor, once. It gives no person hours (T7)."""
    if run.activity.cancelled_at is not None:
        return
    if not CourseRun.objects.filter(pk=run.pk, credited_at=None).update(credited_at=at):
        return
    days = [shift.date for shift in selectors.timetable(run)]
    given = [
        (run.venue.unit if run.venue else None, ContributionKind.VENUE, _("%(venue)s for the class “%(run)s”")),
        (run.unit, ContributionKind.INSTRUCTORS, _("An instructor for the class “%(run)s”")),
    ]
    for unit, kind, word in given:
        if unit is not None:
            named = word % {"run": run.title, "venue": run.venue.name if run.venue else ""}
            record_contribution(
                unit=unit, kind=kind, word=named, since=min(days), until=max(days), by=run.created_by, at=at
            )
