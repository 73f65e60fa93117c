"""Reads for the pages about runs: the timetable, and where each learner stands."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from operator import itemgetter

from django.db.models import DurationField, Exists, F, OuterRef, Prefetch, QuerySet, Subquery, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.activities.models import Activity, Break, CountsAs, Shift, SignUp
from academy.classes import standing as rules
from academy.classes.models import AssessedBy, Assessment, Assessor, ClassFeedback, CourseRun, Result, Signature
from academy.core.together import Together
from academy.hours.models import Category, RecordState, ServiceRecord
from academy.learning.award_models import Attendance
from academy.learning.models import Course
from academy.people import namesakes
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


@dataclass(frozen=True)
class KnownResult:
    """The latest result that was keyed in for a learner."""

    score: int | None
    passed: bool
    paper: str  # where it is kept


@dataclass(frozen=True)
class Learner:
    """A learner of a run, with where they stand."""

    volunteer: Volunteer
    name: str  # with what tells namesakes apart
    standing: rules.Standing
    result: KnownResult | None
    earned: Decimal | None  # class hours, once the class is completed


def runs() -> QuerySet[CourseRun]:
    """Return the runs with all that their pages read of them."""
    length = Sum(F("ends_at") - F("starts_at"), output_field=DurationField())
    rests = Break.objects.filter(shift=OuterRef("pk")).order_by().values("shift").values(length=length)
    shifts = Shift.objects.order_by("starts_at").annotate(resting=Subquery(rests))
    places = ("activity__community", "unit", "venue__unit")
    related = ("course__assessment", "version", "instructor__merged_into", *places)
    return CourseRun.objects.select_related(*related).prefetch_related(Prefetch("activity__shifts", shifts))


def timetable(run: CourseRun) -> list[Shift]:
    """Return the shifts that teach the run's course, and those of its activity without a course."""
    return [shift for shift in run.activity.shifts.all() if shift.teaches_id in (run.course_id, None)]


def assessment_of(run: CourseRun) -> Assessment | None:
    """Return how the course of the run is assessed; None if it asks for attendance alone."""
    return assessment_of_course(run.course)


def assessment_of_course(course: Course) -> Assessment | None:
    """Return how the course is assessed; None if it asks for attendance alone."""
    found: Assessment | None = getattr(course, "assessment", None)
    return found


def minutes_planned(run: CourseRun) -> int:
    """Return the minutes that attendance is measured by.

    They are those of the timetable without breaks, and at least those of the class hours.
    """
    version = run.taught_version
    stated = Fraction(str(version.class_hours)) if version else Fraction(0)
    return rules.planned_minutes(map(_minutes_of, timetable(run)), stated)


def assessors_of(run: CourseRun) -> list[Volunteer]:
    """Return the people who may sign a checklist of the run: its instructor, then its assessors by name."""
    beside = Assessor.objects.filter(run=run).select_related("volunteer__merged_into").order_by("volunteer__name", "pk")
    return list(dict.fromkeys([run.instructor.stays, *(one.volunteer.stays for one in beside)]))


def learners_of(run: CourseRun, *, only: Collection[Volunteer] | None = None) -> list[Learner]:
    """Return the learners of the run by name, or those `only`: who signed up, came, or has a result.

    The instructor is none. Takes two statements for any number of learners, and one for those `only`.
    """
    shifts = [shift.pk for shift in timetable(run)]
    places = SignUp.objects.filter(shift__in=shifts, cancelled_at=None, role__counts_as=CountsAs.LEARNER)
    time = ServiceRecord.objects.live().filter(shift__in=shifts, category=Category.TRAINING)
    signed, results = Signature.objects.filter(run=run), Result.objects.filter(run=run)
    attended = Attendance.objects.filter(source=run.source)
    if only is not None:
        places, time, signed = places.of_all(only), time.of_all(only), signed.of_all(only)
        results, attended = results.of_all(only), attended.of_all(only)
    together = Together()
    with_place = together.add(places.with_person(), "person")
    minutes_of = together.add(time.with_person(), "person", "minutes", "state")
    marks_of = together.add(signed.with_person(), "at", "pk", "person", "by", "item", "passed")
    results_of = together.add(results.with_person(), "at", "pk", "person", "score", "passed", "paper")
    hours_of = together.add(attended.with_person(), "person", "class_hours")
    effective: dict[int, int] = defaultdict(int)
    waiting: dict[int, int] = defaultdict(int)
    for person, minutes, state in minutes_of():
        (effective if state == RecordState.EFFECTIVE else waiting)[person] += minutes
    signatures: dict[int, list[rules.SignatureFact]] = defaultdict(list)
    for _at, _pk, person, by, item, passed in sorted(marks_of()):
        signatures[person].append(rules.SignatureFact(by, item, bool(passed)))
    latest = {row[2]: KnownResult(row[3], bool(row[4]), row[5]) for row in sorted(results_of(), key=itemgetter(0, 1))}
    done = {person: Decimal(str(hours)) for person, hours in hours_of()}
    ids = {*(person for (person,) in with_place()), *effective, *waiting, *signatures, *latest, *done}
    ids.discard(run.instructor.stays.pk)
    planned, assessment = minutes_planned(run), assessment_of(run)
    found = []
    people = (
        list(Volunteer.objects.filter(pk__in=ids).order_by("name", "pk"))
        if only is None
        else sorted({one.stays for one in only if one.stays.pk in ids}, key=lambda one: (one.name, one.pk))
    )
    tails = namesakes.tails(people)
    for person in people:
        result = latest.get(person.pk)
        items: tuple[rules.Item, ...] = ()
        assessed: bool | None = None
        if assessment is not None and assessment.by == AssessedBy.CHECKLIST:
            items = rules.items_of(assessment.lines, signatures[person.pk], assessment.signatures)
            assessed = rules.verdict(items)
        # A result that was keyed in counts for every way: a practical may have been signed on paper.
        if assessed is None and result is not None:
            assessed = result.passed
        where = rules.Standing(
            minutes=effective[person.pk],
            waiting=waiting[person.pk],
            planned=planned,
            assessed=assessed,
            needs_assessment=assessment is not None,
            items=items,
        )
        found.append(Learner(person, _apart(person.name, tails.get(person.pk, "")), where, result, done.get(person.pk)))
    return found


def learner_of(run: CourseRun, volunteer: Volunteer) -> Learner | None:
    """Return the person as a learner of the run; None if they are none."""
    return next(iter(learners_of(run, only=[volunteer])), None)


def run_of(volunteer: Volunteer, course: Course) -> CourseRun | None:
    """Return the latest run of the course in which the person has a place as a learner, or None."""
    places = SignUp.objects.of(volunteer).filter(
        shift__activity=OuterRef("activity"), cancelled_at=None, role__counts_as=CountsAs.LEARNER
    )
    held = runs().filter(Exists(places), course=course, activity__cancelled_at=None)
    return held.order_by("-pk").first()


def may_teach(user: User, run: CourseRun, *, at: dt.datetime) -> bool:
    """Return whether `user` may see and assess the learners.

    Staff who run activities may. Instructor and assessors may until 60 days after the last class (ADR 37).
    """
    if user.has_right(Right.RUN_ACTIVITIES, run.activity.community):
        return True
    own = user.own_volunteer if user.is_active else None
    if own is None or not Activity.objects.led_at(at).filter(pk=run.activity_id).exists():
        return False
    return own.pk == run.instructor.stays.pk or Assessor.objects.of(own).filter(run=run).exists()


def feedback_on(run: CourseRun) -> list[ClassFeedback]:
    """Return the words about the run without the names behind them, the better ones first."""
    return list(ClassFeedback.objects.filter(run=run).order_by("-face", "pk"))


def last_day(run: CourseRun) -> dt.date | None:
    """Return the day of the last class."""
    ends = [shift.ends_at for shift in timetable(run)]
    return timezone.localdate(max(ends)) if ends else None


def is_over(run: CourseRun, at: dt.datetime) -> bool:
    """Return whether the last class has ended."""
    return all(shift.ends_at <= at for shift in timetable(run))


def _apart(name: str, tail: str) -> str:
    return _("%(name)s (%(tail)s)") % {"name": name, "tail": tail} if tail else name


def _minutes_of(shift: Shift) -> int:
    if hasattr(shift, "resting"):  # `runs` annotates it
        resting = shift.resting or dt.timedelta()
    else:
        resting = sum((rest.ends_at - rest.starts_at for rest in shift.breaks.all()), dt.timedelta())
    return int((shift.ends_at - shift.starts_at - resting).total_seconds() // 60)
