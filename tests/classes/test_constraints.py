"""The database refuses what no service stores: each constraint on both sides."""

import pytest
from django.db import IntegrityError, transaction

from academy.classes.models import Assessment, Assessor, ClassFeedback, CourseRun, Result
from academy.learning.models import Course
from tests.classes.scene import LATER


def refused(make, **fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        make(**fields)


def test_an_assessment_has_a_known_way_items_and_one_to_five_assessors(scene):
    good = {"course": scene.course, "by": "checklist", "items": "甲", "signatures": 5}
    make = Assessment.objects.create
    for bad in ({"by": "oral"}, {"items": ""}, {"signatures": 0}, {"signatures": 6}):
        refused(make, **{**good, **bad})
    make(**good)


def test_an_activity_has_one_run_of_a_course_and_each_assessor_once(scene):
    run = scene.run
    refused(
        CourseRun.objects.create,
        course=run.course,
        activity=run.activity,
        title="再来一次",
        instructor=run.instructor,
        created_at=LATER,
    )
    Assessor.objects.create(run=run, volunteer=scene.learner)
    refused(Assessor.objects.create, run=run, volunteer=scene.learner)


def test_sixty_points_pass(scene):
    common = {"run": scene.run, "volunteer": scene.learner, "by": scene.social_worker, "at": LATER}
    for score, passed in ((101, True), (60, False), (59, True)):
        refused(Result.objects.create, score=score, passed=passed, **common)
    for score, passed in ((100, True), (60, True), (59, False), (None, True), (None, False)):
        Result.objects.create(score=score, passed=passed, **common)


def test_a_learner_has_one_face_of_five(scene):
    common = {"run": scene.run, "volunteer": scene.learner, "given_at": LATER}
    refused(ClassFeedback.objects.create, face=0, **common)
    refused(ClassFeedback.objects.create, face=6, **common)
    ClassFeedback.objects.create(face=1, **common)
    refused(ClassFeedback.objects.create, face=5, **common)


def test_a_course_is_valid_for_a_year_or_for_ever(scene):
    refused(Course.objects.filter(pk=scene.course.pk).update, valid_years=0)
    Course.objects.filter(pk=scene.course.pk).update(valid_years=1)
