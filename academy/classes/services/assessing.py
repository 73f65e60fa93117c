"""Services of assessments: signatures to a checklist, results keyed in (T4, K4)."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from wagtail.log_actions import log

from academy.classes import selectors
from academy.classes.models import LEAST_SCORE, MOST_ITEMS, AssessedBy, Assessment, CourseRun, Result, Signature
from academy.classes.refusals import (
    BAD_SCORE,
    NEEDS_ITEMS,
    NO_ASSESSMENT,
    NO_LEARNER,
    NOT_STAFF,
    NOT_TEACHING,
    OWN_RESULT,
    UNKNOWN_ITEM,
    needs_paper,
)
from academy.classes.services import completing
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.learning import services as learning
from academy.learning.models import Course
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


@dataclass(frozen=True)
class Mark:
    """A result to key in: points, or a verdict alone."""

    passed: bool
    score: int | None = None


def by_points(score: int) -> Mark | Refusal:
    """Return the result of so many points (T4: 60 or more pass). Refuses with `bad_score`."""
    return Mark(score >= LEAST_SCORE, score) if 0 <= score <= 100 else BAD_SCORE


@transaction.atomic
def set_assessment(
    *, course: Course, kind: str, items: str = "", signatures: int = 1, by: User, at: dt.datetime
) -> Assessment | Refusal | None:
    """Set the assessment of a course in the room; an empty `kind` asks for attendance alone.

    From then on a class completes the course, and no longer its lessons (T4); earlier completions stay. Without an
    assessment it is completed now for those who have read all its lessons.

    Refuses with `not_allowed`, `needs_items`.
    """
    if not by.has_right(Right.PUBLISH_COURSES, course.community):
        return NOT_STAFF
    lines = [line.strip() for line in items.splitlines() if line.strip()]
    if kind == AssessedBy.CHECKLIST and not (0 < len(lines) <= MOST_ITEMS and max(map(len, lines)) <= 200):
        return NEEDS_ITEMS
    log(course, "classes.assess", user=by, timestamp=at, data={"kind": kind})
    if not kind:
        if Assessment.objects.filter(course=course).delete()[0]:
            learning.complete_for_readers(course=course)
        return None
    found, _created = Assessment.objects.update_or_create(
        course=course,
        defaults={"by": AssessedBy(kind), "items": "\n".join(dict.fromkeys(lines)), "signatures": signatures},
    )
    return found


@transaction.atomic
def sign(
    *, run: CourseRun, volunteer: Volunteer, marks: Mapping[str, bool], by: User, at: dt.datetime
) -> list[Signature] | Refusal:
    """Sign items of the checklist for one learner: passed, or not yet.

    A later signature replaces an earlier one. Items with the same signature as before are ignored.
    Completes the class for a learner who has all.
    Refuses with `not_allowed`, `own_matter` (K4), `no_assessment`, `not_a_learner`, `unknown_item`.
    """
    if refusal := _refuse(run, [volunteer], by=by, at=at):
        return refusal
    assessment = selectors.assessment_of(run)
    if assessment is None or assessment.by != AssessedBy.CHECKLIST:
        return NO_ASSESSMENT
    if marks.keys() - set(assessment.lines):
        return UNKNOWN_ITEM
    mine = Signature.objects.of(volunteer).filter(run=run, by=by).order_by("at", "pk")
    known = dict(mine.values_list("item", "passed"))
    new = [
        Signature(run=run, volunteer=volunteer.stays, item=item, passed=passed, by=by, at=at)
        for item, passed in marks.items()
        if known.get(item) is not passed
    ]
    Signature.objects.bulk_create(new)
    completing.complete_due(run, at=at)
    return new


@transaction.atomic
def key_in(
    *,
    run: CourseRun,
    results: Mapping[Volunteer, Mark],
    paper_signed_by: Collection[Volunteer] = (),
    paper: str = "",
    by: User,
    at: dt.datetime,
) -> list[Result] | Refusal:
    """Key in the results of a class at once, from paper or a spreadsheet.

    A later result replaces an earlier one. Results that stand already are ignored.
    Passing a checklist names as many of the run's assessors as an item asks for, who signed all of it on paper, and
    where the paper is kept. Completes the class for each learner who has all.
    Refuses with `not_allowed`, `own_matter` (K4), `no_assessment`, `not_a_learner`, `needs_paper`.
    """
    if refusal := _refuse(run, list(results), by=by, at=at):
        return refusal
    assessment = selectors.assessment_of(run)
    if assessment is None:
        return NO_ASSESSMENT
    latest = {one.person: one for one in Result.objects.filter(run=run).with_person().order_by("at", "pk")}
    new = [
        Result(run=run, volunteer=person.stays, score=mark.score, passed=mark.passed, by=by, at=at)
        for person, mark in results.items()
        if not ((known := latest.get(person.stays.pk)) and (known.score, known.passed) == (mark.score, mark.passed))
    ]
    passing = [one for one in new if one.passed]
    if assessment.by == AssessedBy.CHECKLIST and passing:
        signed = {one.stays for one in paper_signed_by} & set(selectors.assessors_of(run))
        if signed & {one.volunteer for one in passing}:
            return OWN_RESULT
        if len(signed) < assessment.signatures or not paper.strip():
            return needs_paper(n=assessment.signatures)
        for one in passing:
            one.paper_signed_by, one.paper = " ".join(sorted(person.number for person in signed)), paper.strip()
    Result.objects.bulk_create(new)
    completing.complete_due(run, at=at)
    return new


def _refuse(run: CourseRun, people: Sequence[Volunteer], *, by: User, at: dt.datetime) -> Refusal | None:
    if not selectors.may_teach(by, run, at=at):
        return NOT_TEACHING
    if own_people(by, people):
        return OWN_RESULT
    learners = {one.volunteer.pk for one in selectors.learners_of(run)}
    return None if {one.stays.pk for one in people} <= learners else NO_LEARNER
