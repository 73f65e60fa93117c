"""The pages of a run: for everybody, for learners, for instructor and assessors."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from academy.classes.models import AssessedBy, Assessor, ClassFeedback, Result, Signature
from academy.families import services as families
from academy.learning.award_models import Attendance
from tests.answers import messages_of
from tests.browsers import clock
from tests.classes.scene import LATER, PLANNED_AT, SECOND_DAY
from tests.edit_forms import read_phone_form
from tests.factories import workbook
from tests.hours.scene import SATURDAY, moment

__all__ = ["clock"]


@pytest.fixture
def sign_in(clock):
    """Return a function that gives a browser in Chinese, signed in as a volunteer."""

    def signed_in(volunteer):
        client = Client()
        client.force_login(volunteer.user)
        return client

    return signed_in


def page(name, scene, *args):
    return reverse(f"classes:{name}", args=[scene.run.pk, *args])


@pytest.fixture
def attended(scene):
    scene.join(scene.learner)
    scene.come(scene.learner)
    scene.come(scene.learner, day=SECOND_DAY)
    scene.confirm()
    return scene


def text_of(response):
    return response.content.decode()


def test_a_visitor_reads_the_timetable_and_no_name_of_a_learner(scene, client, clock):
    clock.move_to(PLANNED_AT)
    scene.join(scene.learner)
    said = text_of(client.get(page("run", scene)))
    assert "急救入门" in said and "14:00" in said and "活动中心" in said
    assert scene.learner.name not in said
    assert client.get(page("class", scene)).status_code == 302


def test_the_page_of_its_activity_leads_to_the_run(scene, client, clock):
    clock.move_to(PLANNED_AT)
    run = page("run", scene)
    activity = text_of(client.get(reverse("activities:detail", args=[scene.run.activity_id])))
    assert f'href="{run}"' in activity and "急救班 第 1 期" in activity
    service = text_of(client.get(reverse("activities:detail", args=[scene.activity(title="巡逻").pk])))
    assert run not in service


def test_a_volunteer_joins_in_one_tap(scene, sign_in, clock):
    clock.move_to(PLANNED_AT)
    client = sign_in(scene.learner)
    response = client.post(page("join", scene), {"volunteer": scene.learner.pk})
    assert response.status_code == 302
    assert scene.learner.sign_ups.filter(cancelled_at=None).count() == 2
    assert scene.learner.name in text_of(client.get(page("run", scene)))


def test_a_visitor_signs_in_first_and_nobody_joins_another_person(scene, client, sign_in, clock):
    clock.move_to(PLANNED_AT)
    assert client.post(page("join", scene)).status_code == 302
    other = scene.volunteer("李建国", login=True)
    assert sign_in(other).post(page("join", scene), {"volunteer": scene.learner.pk}).status_code == 404
    assert not scene.learner.sign_ups.exists()


def test_a_refusal_stands_on_the_page(scene, sign_in, clock):
    clock.move_to(LATER)
    response = sign_in(scene.learner).post(page("join", scene), {"volunteer": scene.learner.pk})
    assert response.status_code == 409
    assert 'data-refusal="too_late"' in text_of(response)


def test_a_learner_reads_what_is_missing_and_later_what_it_earned(scene, sign_in, clock):
    clock.move_to(LATER)
    scene.join(scene.learner)
    scene.come(scene.learner)
    client = sign_in(scene.learner)
    assert "出勤 50%" in text_of(client.get(page("run", scene)))


def test_the_page_costs_the_same_for_one_person_and_for_those_one_acts_for(
    scene, sign_in, clock, django_assert_max_num_queries
):
    clock.move_to(PLANNED_AT)
    client, user = sign_in(scene.learner), scene.learner.user
    with CaptureQueriesContext(connection) as alone:
        client.get(page("run", scene))
    for name in ("奶奶", "爷爷", "外婆"):
        elder = scene.volunteer(name)
        families.allow_agent(volunteer=elder, user=user, evidence="签字", by=None, at=PLANNED_AT)
        scene.join(elder)
    with django_assert_max_num_queries(len(alone)):
        said = text_of(client.get(page("run", scene)))
    assert all(name in said for name in ("奶奶", "爷爷", "外婆"))


def test_the_time_to_attend_is_that_of_the_version_that_was_planned(scene, sign_in, clock):
    scene.publish_course("first-aid", "急救入门", class_hours="4")  # twice as long, after the run was planned
    scene.join(scene.learner)
    for day in (SATURDAY, SECOND_DAY):
        scene.come(scene.learner, day=day)
    scene.confirm()
    clock.move_to(LATER)
    said = text_of(sign_in(scene.learner).get(page("run", scene)))
    assert "出勤 100%" in said


def test_two_assessors_sign_on_their_phones(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.CHECKLIST, items="判断意识\n胸外按压", signatures=2)
    second = attended.volunteer("李建国", login=True)
    Assessor.objects.create(run=attended.run, volunteer=second)
    form = {"text-0": "判断意识", "item-0": "yes", "text-1": "胸外按压", "item-1": "yes"}
    address = page("checklist", attended, attended.learner.pk)
    for assessor in (attended.instructor, second):
        client = sign_in(assessor)
        assert address in text_of(client.get(page("class", attended)))
        assert client.get(address).status_code == 200
        assert client.post(address, form).status_code == 302
    assert Signature.objects.count() == 4
    assert Attendance.objects.get().volunteer == attended.learner
    assert sign_in(attended.learner).get(address).status_code == 404


def test_a_checklist_that_changed_meanwhile_is_not_signed_by_mistake(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.CHECKLIST, items="判断意识")
    address = page("checklist", attended, attended.learner.pk)
    response = sign_in(attended.instructor).post(address, {"text-0": "旧的一项", "item-0": "yes"})
    assert response.status_code == 409
    assert 'data-refusal="unknown_item"' in text_of(response)


def test_the_whole_class_is_keyed_in_with_one_form(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.SCORE)
    client, field = sign_in(attended.instructor), f"result-{attended.learner.pk}"
    refused = client.post(page("results", attended), {field: "一百"})
    assert refused.status_code == 200
    assert "一百" in text_of(refused) and not Result.objects.exists()
    assert client.post(page("results", attended), {field: "9" * 5_000}).status_code == 200
    assert client.post(page("results", attended), {field: "88"}).status_code == 302
    assert Result.objects.get().score == 88
    assert Attendance.objects.count() == 1


def test_the_form_of_a_checklist_asks_who_signed_the_paper_and_where_it_is(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.CHECKLIST, items="判断意识")
    client, field = sign_in(attended.instructor), f"result-{attended.learner.pk}"
    assert "签字的核对表" in text_of(client.get(page("results", attended)))
    refused = client.post(page("results", attended), {field: "yes", "paper": "第 3 夹"})
    assert refused.status_code == 409 and 'data-refusal="needs_paper"' in text_of(refused)
    assert 'value="第 3 夹"' in text_of(refused)
    typed = {field: "yes", "paper": "第 3 夹", "signed_by": attended.instructor.pk}
    assert client.post(page("results", attended), typed).status_code == 302
    assert Result.objects.get().paper_signed_by == attended.instructor.number
    assert "第 3 夹" in text_of(client.get(page("class", attended)))


def test_a_spreadsheet_fills_the_form_and_stores_nothing(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.SCORE)
    client = sign_in(attended.instructor)
    content = workbook(["急救班成绩"], ["姓名", "成绩"], ["王秀英", 91], ["不认识", 70], ["王秀英", "缺考"])
    response = client.post(page("results", attended), {"sheet": "1", "file": SimpleUploadedFile("成绩.xlsx", content)})
    said = text_of(response)
    assert 'value="91"' in said and "不认识" in said
    assert len(response.context["read"].faults) == 2
    assert not Result.objects.exists()
    broken = client.post(
        page("results", attended), {"sheet": "1", "file": SimpleUploadedFile("a.xlsx", workbook(["甲", "乙"]))}
    )
    assert 'data-refusal="no_columns"' in text_of(broken)


def test_an_older_page_puts_no_result_back(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.SCORE)
    client, field, url = sign_in(attended.instructor), f"result-{attended.learner.pk}", page("results", attended)
    client.post(url, {field: "58"})
    older = read_phone_form(client.get(url))
    client.post(url, read_phone_form(client.get(url)) | {field: ["85"]})
    assert client.post(url, older).status_code == 302
    assert Result.objects.latest("pk").score == 85
    asked = client.post(url, older | {field: ["91"]})
    assert "85" in str(asked.context["form"].errors[field])


def test_results_read_from_a_file_are_stored_by_the_form_that_shows_them(attended, sign_in, clock):
    clock.move_to(LATER)
    attended.assess_by(AssessedBy.SCORE)
    client, url = sign_in(attended.instructor), page("results", attended)
    file = SimpleUploadedFile("成绩.xlsx", workbook(["姓名", "成绩"], ["王秀英", 91]))
    assert client.post(url, read_phone_form(client.post(url, {"sheet": "1", "file": file}))).status_code == 302
    assert Result.objects.get().score == 91


def test_a_learner_says_how_it_was_and_the_instructor_reads_no_name(attended, sign_in, clock):
    clock.move_to(LATER)
    client = sign_in(attended.learner)
    assert "说说感受" in text_of(client.get(page("run", attended)))
    empty = client.post(page("feedback", attended), {"liked": "分组练习"})
    assert "分组练习" in text_of(empty) and not ClassFeedback.objects.exists()
    done = client.post(page("feedback", attended), {"face": "5", "liked": "分组练习", "wish": ""})
    assert done.status_code == 302 and messages_of(done)
    said = text_of(sign_in(attended.instructor).get(page("class", attended)))
    assert "分组练习" in said
    assert said.count(attended.learner.name) == 1  # in the list of learners
    said = text_of(client.get(page("run", attended)))
    assert page("feedback", attended) in said and "修改您说过的感受" in said
    assert sign_in(attended.volunteer("李建国", login=True)).get(page("feedback", attended)).status_code == 404


def test_before_the_end_nobody_is_asked_and_a_form_sent_early_is_refused(scene, sign_in, clock):
    clock.move_to(moment("13:00", SECOND_DAY))
    scene.join(scene.learner)
    response = sign_in(scene.learner).post(page("feedback", scene), {"face": "5"})
    assert response.status_code == 409
    assert 'data-refusal="not_over"' in text_of(response)
