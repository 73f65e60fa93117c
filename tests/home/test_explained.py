"""A record explained, and what opening a page costs."""

import datetime as dt
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from academy.hours.described import settled_fields
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import notices, records
from tests.factories import UserFactory, sign_up
from tests.home.my_page import MY, agent_of, confirm
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def record(scene, volunteer, clock):
    """Nine to twelve, waiting for confirmation; it is a quarter past twelve."""
    [record] = scene.attend(volunteer, scene.activity().shifts.get())
    clock.move_to(moment("12:15"))
    return record


# A record explained


def address_of(record):
    return reverse("home:record", args=[record.pk])


def test_every_step_is_told_with_its_clause(scene, volunteer, sign_in, clock):
    shift = scene.activity(("09:00", "12:10"), breaks=(("11:30", "11:55"),)).shifts.get()
    [record] = scene.attend(volunteer, shift, "08:50", "12:10")
    client = sign_in(volunteer.user)
    assert f'href="{address_of(record)}"' in client.get(MY).content.decode()

    response = client.get(address_of(record))

    page = text_of(response)
    assert "From check-in to check-out: 200 min." in page
    assert "Before the start or after the end: 10 min do not count." in page
    assert "Breaks: 25 min do not count." in page
    assert "2 h 45 min" in page
    for code in ("H1", "H2", "H3"):
        url = f"{reverse('rulebook:clause', args=[record.rule_set_id, code])}?{urlencode({'next': address_of(record)})}"
        assert f'href="{url}"' in response.content.decode()
        assert f'href="{address_of(record)}"' in client.get(url).content.decode()  # and back


def test_the_scans_behind_a_record_are_shown(record, volunteer, sign_in):
    page = text_of(sign_in(volunteer.user).get(address_of(record)))

    assert "9:00 check-in · rotating code" in page
    assert "12:00 check-out · rotating code" in page


def test_what_a_rule_noticed_is_said_and_what_the_leader_looks_at_is_not(scene, volunteer, sign_in, clock):
    shift = scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"), rotating=False)
    clock.move_to(moment("23:00"))
    records.sweep_records(at=moment("23:00"))
    record = ServiceRecord.objects.get()

    page = text_of(sign_in(volunteer.user).get(address_of(record)))

    assert "A check-in has no check-out. Its time does not count" in page
    assert "The printed code was used." not in page


def test_it_is_explained_in_chinese_as_well(record, volunteer, sign_in):
    client = sign_in(volunteer.user)
    client.cookies["django_language"] = "zh-hans"

    response = client.get(address_of(record))

    assert response.headers["Content-Language"] == "zh-hans"
    assert 'lang="zh-hans"' in response.content.decode()
    assert "1月10日 周六 9:00–12:00" in text_of(response)


def test_a_confirmed_record_says_by_whom_and_by_when_it_counts(scene, record, volunteer, sign_in):
    confirm(record, scene.leading)

    page = text_of(sign_in(volunteer.user).get(address_of(record)))

    assert "Recorded 3.0 hours expected to take effect on 15 Jan" in page
    assert "Confirmed by 赵敏 · 10 Jan" in page


def test_an_effective_record_waits_for_nothing(scene, record, volunteer, sign_in):
    confirm(record, scene.leading)
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))

    page = text_of(sign_in(volunteer.user).get(address_of(record)))

    assert "Effective 3.0 hours" in page
    assert "expected" not in page


@pytest.mark.parametrize("state", [RecordState.AWAITING_MAKEUP, RecordState.CONTESTED, RecordState.WITHDRAWN])
def test_a_record_with_no_day_to_expect_promises_none(record, volunteer, sign_in, state):
    settled = {"confirmed_at": moment("12:30"), "effective_on": SATURDAY, **settled_fields(record.activity)}
    ServiceRecord.objects.update(state=state, **settled)

    response = sign_in(volunteer.user).get(address_of(record))

    assert response.status_code == 200
    assert "expected to take effect" not in text_of(response)


def test_a_record_is_for_those_alone_whose_it_is(scene, record, volunteer, sign_in):
    agent = UserFactory()
    agent_of(volunteer, agent)

    assert sign_in(volunteer.user).get(address_of(record)).status_code == 200
    assert sign_in(agent).get(address_of(record)).status_code == 200
    for user in (scene.leading, scene.social_worker, scene.volunteer("李建国", login=True).user, UserFactory()):
        assert sign_in(user).get(address_of(record)).status_code == 404
    assert sign_in(volunteer.user).get("/my/records/999999/").status_code == 404


# The effects and costs of opening a page


def test_opening_a_page_is_read_only(record, volunteer, sign_in):
    client = sign_in(volunteer.user)

    for address in (MY, address_of(record), "/lead/"):
        with Statements() as statements:
            assert client.get(address).status_code == 200
        assert statements.writing == []


@pytest.mark.parametrize("address", [MY, "/my/records/1/", "/lead/"])
def test_there_is_nothing_to_send(volunteer, sign_in, address):
    assert sign_in(volunteer.user).post(address).status_code == 405


@pytest.mark.slow
def test_a_longer_history_takes_no_more_statements(scene: Scene, record, volunteer, sign_in):
    client = sign_in(volunteer.user)
    client.get(MY)
    with Statements() as few:
        client.get(MY)

    for day in range(11, 18):
        activity = scene.activity(day=dt.date(2026, 1, day))
        scene.attend(volunteer, activity.shifts.get())
        sign_up(volunteer, scene.activity(day=dt.date(2026, 2, day)).shifts.get())
    with Statements() as many:
        response = client.get(MY)

    assert sum(len(month.rows) for month in response.context["records"].months) == 8
    assert len(response.context["coming"]) == 7
    assert len(many.sql) == len(few.sql)
