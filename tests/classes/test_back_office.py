"""The back office: plan a run with one form, say how a course is assessed."""

from django.test import Client
from django.urls import reverse

from academy.classes import selectors
from academy.classes.models import Assessment, CourseRun
from academy.learning.models import Course
from tests.browsers import clock
from tests.classes.scene import LATER, PLANNED_AT
from tests.hours.scene import moment

__all__ = ["clock"]


def desk(scene):
    client = Client()
    client.force_login(scene.social_worker)
    return client


def form_of(scene, **changed):
    return {
        "course": scene.course.pk,
        "title": "急救班 第 3 期",
        "instructor": scene.instructor.pk,
        "place": "活动中心",
        "day": "2026-01-17",
        "begins": "900",
        "ends": "1030",
        "times": "2",
        "every": "7",
        "places": "12",
        "assessor": scene.leader.pk,
        "issuer": scene.issuer.pk,
        **changed,
    }


def test_a_run_is_planned_with_one_form(scene, clock):
    clock.move_to(PLANNED_AT)
    response = desk(scene).post(reverse("run:add"), form_of(scene))
    assert response.status_code == 302, response.context["form"].errors
    run = selectors.runs().get(title="急救班 第 3 期")
    assert [shift.starts_at.date().isoformat() for shift in selectors.timetable(run)] == ["2026-01-17", "2026-01-24"]
    assert selectors.timetable(run)[0].starts_at == moment("09:00", selectors.timetable(run)[0].date)
    assert [one.volunteer for one in run.assessors.all()] == [scene.leader]
    assert reverse("classes:class", args=[run.pk]) in desk(scene).get(reverse("run:index")).content.decode()


def test_the_lists_show_the_next_class_and_how_a_course_is_assessed(scene, clock):
    clock.move_to(PLANNED_AT)
    runs = desk(scene).get(reverse("run:index")).content.decode()
    assert "下次课" in runs and "1月10日 周六 14:00" in runs
    clock.move_to(LATER)
    assert "已结束" in desk(scene).get(reverse("run:index")).content.decode()
    assert "不考核" in desk(scene).get(reverse("course_rules:index")).content.decode()
    scene.assess_by("score")
    assert "60 分" in desk(scene).get(reverse("course_rules:index")).content.decode()


def test_bad_input_gets_a_sentence_and_keeps_what_was_typed(scene, clock):
    clock.move_to(PLANNED_AT)
    before = CourseRun.objects.count()
    bad = desk(scene).post(reverse("run:add"), form_of(scene, place="", ends="800"))
    assert {"place", "ends"} <= bad.context["form"].errors.keys()
    assert "急救班 第 3 期" in bad.content.decode()
    short = desk(scene).post(reverse("run:add"), form_of(scene, ends="930", times="1"))
    assert short.context["form"].errors.as_data()["__all__"][0].code == "timetable_too_short"
    assert CourseRun.objects.count() == before


def test_the_assessment_and_the_equivalent_of_a_course_are_set_on_one_page(scene):
    elective = scene.publish_course("spoken-aid", "口头急救", required=False)
    page = reverse("course_rules:edit", args=[elective.pk])
    client = desk(scene)
    assert scene.course.title in client.get(page).content.decode()
    wanted = {"stands_for": scene.course.pk, "kind": "checklist", "items": "呼救\n拨打 120", "signatures": "2"}
    assert client.post(page, wanted).status_code == 302
    assert Course.objects.get(pk=elective.pk).stands_for == scene.course
    assert Assessment.objects.get(course=elective).lines == ["呼救", "拨打 120"]
    refused = client.post(page, {**wanted, "items": ""})
    assert refused.context["form"].errors.as_data()["__all__"][0].code == "needs_items"
    assert Assessment.objects.get(course=elective).lines == ["呼救", "拨打 120"]
