"""The list of people for the insurer and the platform: masked, or whole where it is asked for (V2)."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from academy.core.models import Community
from academy.insurance.services import lists
from academy.profiles.services import keeping_documents
from tests.factories import sign_up, workbook
from tests.hours.scene import moment
from tests.insurance.policies import THURSDAY, policy_for

pytestmark = pytest.mark.django_db
NUMBER = "34052419800101001X"
AT = moment("09:00", THURSDAY)
PAGE = "/admin/filings/1/list.xlsx"


@pytest.fixture
def activity(scene):
    activity = scene.activity()
    with_number, without = scene.volunteer("王秀英", phone="13900008000"), scene.volunteer("李建国")
    for person in (with_number, without):
        sign_up(person, activity.shifts.get())
    kept = keeping_documents.keep_document(
        volunteer=with_number, kind="resident_id", number=NUMBER, evidence="签字", by=scene.social_worker, at=AT
    )
    assert not hasattr(kept, "code"), kept
    return activity


def looks():
    return ModelLogEntry.objects.filter(action="people.view_document")


def lines(scene, activity, *, whole=False, by=None):
    return lists.lines_for(activity=activity, whole=whole, page=PAGE, by=by or scene.social_worker, at=AT)


def form_of(scene, headings=("序号", "姓名", "证件号码", "岗位", "活动日期", "保单号")):
    answer = lists.add_workbook(
        community=scene.community,
        recipient="platform",
        name="报备表.xlsx",
        data=workbook(list(headings)),
        by=scene.social_worker,
        at=AT,
    )
    assert not hasattr(answer, "code"), answer
    return answer


def fill(scene, form, activity):
    answer = lists.fill_workbook(workbook=form, activity=activity, page=PAGE, by=scene.social_worker, at=AT)
    assert isinstance(answer, bytes), answer
    rows = load_workbook(BytesIO(answer)).active.iter_rows(values_only=True)
    return [row for row in rows if any(cell is not None for cell in row)]


def test_numbers_are_masked_and_no_look_is_logged(scene, activity):
    policy_for(scene)

    answer = lines(scene, activity)

    assert [(row["name"], row["document"], row["role"], row["starts"], row["policy"]) for row in answer.rows] == [
        ("王秀英", "3****************X", "志愿者", "9:00", "PICC-2026-8"),
        ("李建国", "", "志愿者", "9:00", "PICC-2026-8"),
    ]
    assert not looks().exists()


def test_whole_numbers_are_logged_at_each_person_with_the_page(scene, activity):
    answer = lines(scene, activity, whole=True)

    assert [row["document"] for row in answer.rows] == [NUMBER, ""]
    assert answer.whole_numbers == 1
    look = looks().get()
    assert (look.data["page"], look.user) == (PAGE, scene.social_worker)
    assert str(look.object_id) == str(activity.shifts.get().sign_ups.get(volunteer__name="王秀英").volunteer_id)


def test_a_list_of_whole_numbers_is_asked_for_by_the_policy_alone(scene, activity):
    assert not lists.asks_documents(activity)
    policy_for(scene, asks_documents=True)
    assert lists.asks_documents(activity)


def test_the_leader_gets_no_list(scene, activity):
    assert lines(scene, activity, by=scene.leading).code == "not_allowed"


def test_the_recipients_form_is_filled_with_masked_numbers_until_whole_ones_are_chosen(scene, activity):
    form = form_of(scene)
    assert {place: one["field"] for place, one in form.columns.items()} == {
        "0": "index",
        "1": "name",
        "2": "document_masked",
        "3": "role",
        "4": "date",
        "5": "policy",
    }
    assert fill(scene, form, activity)[1][:4] == (1, "王秀英", "3****************X", "志愿者")
    assert not looks().exists()

    columns = {**form.columns, "2": {"field": "document"}, "5": {"text": "自填"}}
    lists.set_columns(workbook=form, header_row=1, first_row=2, columns=columns, by=scene.social_worker)

    rows = fill(scene, form, activity)
    assert (rows[1][2], rows[1][5], len(rows)) == (NUMBER, "自填", 3)
    assert looks().count() == 1


def test_a_form_without_columns_is_not_filled(scene, activity):
    form = form_of(scene)
    lists.set_columns(workbook=form, header_row=1, first_row=2, columns={}, by=scene.social_worker)

    answer = lists.fill_workbook(workbook=form, activity=activity, page=PAGE, by=scene.social_worker, at=AT)

    assert answer.code == "no_columns"


def test_a_form_that_cannot_be_filled_is_no_look(scene, activity):
    form = form_of(scene)
    lists.set_columns(
        workbook=form, header_row=1, first_row=1, columns={"2": {"field": "document"}}, by=scene.social_worker
    )
    form.file.save("x.xlsx", BytesIO(workbook(["证件号码"], ["1"], ["2"], ["3"])), save=True)

    answer = lists.fill_workbook(workbook=form, activity=activity, page=PAGE, by=scene.social_worker, at=AT)

    assert answer.code == "not_empty"
    assert not looks().exists()


def test_what_is_no_workbook_and_who_runs_no_activities_is_refused(scene):
    adding = {"community": scene.community, "recipient": "insurer", "name": "1.xlsx", "at": AT}
    assert lists.add_workbook(data=b"1", by=scene.social_worker, **adding).code
    assert lists.add_workbook(data=workbook(["姓名"]), by=scene.leading, **adding).code == "not_allowed"
    form = form_of(scene)
    refused = lists.set_columns(workbook=form, header_row=1, first_row=2, columns={}, by=scene.leading)
    assert refused.code == "not_allowed"


def test_practice_fills_no_form(scene, activity):
    form = form_of(scene)
    practice = Community.objects.create(name="演练", slug="practice", practice_of=scene.community)
    activity.community = practice

    answer = lists.fill_workbook(workbook=form, activity=activity, page=PAGE, by=scene.social_worker, at=AT)

    assert answer.code == "practice_stays_here"
