"""The leader confirms, and what that costs."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from academy.activities.models import Activity
from academy.checkin.models import Visit
from academy.hours.models import Confirmation, RecordState, ServiceRecord
from academy.hours.services.confirmation import OWN_HOURS
from academy.hours.services.records import sweep_records
from academy.messaging.models import Message
from tests.answers import messages_of
from tests.factories import ActivityFactory, compute_records
from tests.hours.scene import Scene, moment
from tests.lead.leading import GETS, POSTS, address, states
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene: Scene) -> Activity:
    return scene.activity()


@pytest.fixture
def shift(activity):
    return activity.shifts.get()


@pytest.fixture
def waiting(scene, shift, clock):
    """Records of three people who came from nine to twelve; it is a quarter past twelve."""
    names = ("王秀英", "李建国", "张桂兰")
    records = [record for name in names for record in scene.attend(scene.volunteer(name), shift)]
    clock.move_to(moment("12:15"))
    return records


# Confirming


def test_all_that_wait_are_confirmed_with_the_heads_counted(scene, activity, waiting, sign_in):
    client = sign_in(scene.leading)
    page = text_of(client.get(address("activity", activity)))
    assert all(record.volunteer.name in page for record in waiting)

    response = client.post(address("confirm", activity), {"heads": "3"})

    assert (response.status_code, response["Location"]) == (302, address("activity", activity))
    assert messages_of(response) == ["Confirmed: 3."]
    assert states(waiting) == [RecordState.ON_NOTICE] * 3
    confirmation = Confirmation.objects.get()
    assert (confirmation.heads, confirmation.scanned, confirmation.confirmed_by) == (3, 3, scene.leading)
    page = text_of(client.get(address("activity", activity)))
    assert "confirmed 10 Jan 12:15 · 3 here, 3 scanned" in page
    assert "Nothing waits for you." in page


def test_heads_need_not_be_counted_where_the_code_rotated(scene, activity, waiting, sign_in):
    sign_in(scene.leading).post(address("confirm", activity), {"heads": " "})

    assert states(waiting) == [RecordState.ON_NOTICE] * 3
    assert Confirmation.objects.get().heads is None


@pytest.mark.parametrize("heads", ["-1", "18.5", "many", "²", "10000", "9" * 30])
def test_heads_that_are_no_number_are_refused(scene, activity, waiting, sign_in, heads):
    page = sign_in(scene.leading).post(address("confirm", activity), {"heads": heads}, follow=True)

    assert "The number of heads is a whole number, e.g. 18." in text_of(page)
    assert BeautifulSoup(page.content, "html.parser").find(id="heads")["value"] == heads[:20]
    assert states(waiting) == [RecordState.AWAITING_CONFIRMATION] * 3
    assert not Confirmation.objects.exists()


def test_heads_may_be_typed_by_a_chinese_keyboard(scene, activity, waiting, sign_in):
    sign_in(scene.leading).post(address("confirm", activity), {"heads": "３"})

    assert Confirmation.objects.get().heads == 3


def test_a_posters_scans_are_confirmed_by_a_head_count_alone(scene, activity, shift, sign_in, clock):
    [record] = scene.attend(scene.volunteer(), shift, rotating=False)
    clock.move_to(moment("12:15"))
    client = sign_in(scene.leading)
    page = text_of(client.get(address("activity", activity)))
    assert "Scans of the printed poster are confirmed with your head count." in page
    assert "one by one" not in page

    without = client.post(address("confirm", activity), follow=True)
    assert states([record]) == [RecordState.AWAITING_CONFIRMATION]
    field = BeautifulSoup(without.content, "html.parser").find(id="heads")
    assert field["aria-describedby"] == "heads-error"
    assert "1 scan of the poster is not confirmed yet: first type how many people you counted." in text_of(without)
    assert "Something stands out" not in text_of(without)

    client.post(address("confirm", activity), {"heads": "1"})
    assert states([record]) == [RecordState.ON_NOTICE]


def test_fewer_heads_than_scans_leave_the_posters_scans_to_be_looked_at(scene, activity, shift, sign_in, clock):
    records = [record for _ in range(2) for record in scene.attend(scene.volunteer(), shift, rotating=False)]
    clock.move_to(moment("12:15"))

    client = sign_in(scene.leading)
    client.post(address("confirm", activity), {"heads": "1", "sure": "1:2"})

    assert states(records) == [RecordState.AWAITING_CONFIRMATION] * 2


@pytest.fixture
def flagged(scene, shift, clock):
    """The record of a volunteer who never checked out; it is late in the evening."""
    scene.scan(scene.volunteer("刘伟"), shift, "in", moment("09:00"))
    clock.move_to(moment("23:00"))
    sweep_records(at=moment("23:00"))
    return ServiceRecord.objects.get(volunteer__name="刘伟")


def test_what_stands_out_is_opened_and_confirmed_singly(scene, activity, waiting, flagged, sign_in):
    client = sign_in(scene.leading)
    response = client.get(address("activity", activity))
    page = text_of(response)
    assert "Look at these one by one: 刘伟 Sat 10 Jan A check-in has no check-out. Its time does not count" in page

    response = client.post(address("confirm", activity), {"heads": "4"})
    assert messages_of(response) == ["Confirmed: 3.", "Something stands out: open these one by one."]
    assert states([flagged]) == [RecordState.AWAITING_CONFIRMATION]

    page = client.get(address("record", activity, flagged)).content.decode()
    assert f'name="record" value="{flagged.pk}"' in page
    assert messages_of(client.post(address("confirm", activity), {"record": flagged.pk})) == ["Confirmed: 1."]
    assert states([flagged]) == [RecordState.ON_NOTICE]


def test_one_record_is_confirmed_and_the_others_wait(scene, activity, waiting, sign_in):
    sign_in(scene.leading).post(address("confirm", activity), {"record": waiting[1].pk})

    assert states(waiting) == [
        RecordState.AWAITING_CONFIRMATION,
        RecordState.ON_NOTICE,
        RecordState.AWAITING_CONFIRMATION,
    ]


@pytest.mark.parametrize("nonsense", ["", "x", "²", "9" * 30, "999999"])
def test_an_unknown_record_is_ignored(scene, activity, waiting, sign_in, nonsense):
    response = sign_in(scene.leading).post(address("confirm", activity), {"record": nonsense})

    assert messages_of(response) == ["Nothing waits for confirmation here."]
    assert states(waiting) == [RecordState.AWAITING_CONFIRMATION] * 3


def test_another_activitys_record_is_not_confirmed_here(scene, activity, waiting, sign_in):
    other = ActivityFactory(leader__login=True)
    client = sign_in(other.leader.user)

    response = client.post(address("confirm", other), {"record": waiting[0].pk})

    assert messages_of(response) == ["Nothing waits for confirmation here."]
    assert states(waiting[:1]) == [RecordState.AWAITING_CONFIRMATION]


def test_confirming_twice_confirms_once(scene, activity, waiting, sign_in):
    client = sign_in(scene.leading)
    client.post(address("confirm", activity))

    assert messages_of(client.post(address("confirm", activity))) == [
        "Confirmed: 3.",
        "Nothing waits for confirmation here.",
    ]
    assert Confirmation.objects.count() == 1


def test_ones_own_record_is_left_to_somebody_else(scene, activity, shift, waiting, sign_in):
    [own] = scene.attend(scene.leader, shift)
    client = sign_in(scene.leading)
    said = "Your own record, or that of a person you act for, is confirmed by somebody else."
    assert said in text_of(client.get(address("activity", activity)))
    alone = client.get(address("record", activity, own))
    assert said in text_of(alone)
    assert 'name="record"' not in alone.content.decode()

    all_of_them = client.post(address("confirm", activity), {"heads": "4"})
    assert messages_of(all_of_them) == ["Confirmed: 3.", str(OWN_HOURS)]
    client.post(address("confirm", activity), {"record": own.pk})
    assert states([own]) == [RecordState.AWAITING_CONFIRMATION]

    sign_in(scene.social_worker).post(address("confirm", activity))
    assert states([own]) == [RecordState.ON_NOTICE]


def test_a_volunteer_still_in_is_checked_out_first(scene, activity, shift, sign_in, clock):
    names = ("王秀英", "李建国", "张桂兰")
    waiting = [record for name in names for record in scene.attend(scene.volunteer(name), shift, "09:00", "11:30")]
    clock.move_to(moment("11:59"))
    scene.scan(waiting[0].volunteer, shift, "in", moment("11:59"))
    client = sign_in(scene.leading)
    assert "Some are still in: check them out first." in text_of(client.get(address("activity", activity)))

    response = client.post(address("confirm", activity))

    assert messages_of(response) == ["Confirmed: 2.", "Still checked in that day: check them out first, then confirm."]
    assert states(waiting[:1]) == [RecordState.AWAITING_CONFIRMATION]


def test_a_record_is_read_with_its_steps_before_it_is_confirmed(scene, activity, waiting, sign_in):
    page = text_of(sign_in(scene.leading).get(address("record", activity, waiting[0])))

    assert "From check-in to check-out: 180 min." in page
    assert "9:00 check-in · rotating code" in page
    assert waiting[0].volunteer.name in page


def test_what_was_noticed_at_the_scans_is_said_to_the_leader(scene, activity, shift, sign_in, clock):
    [record] = scene.attend(scene.volunteer(), shift, rotating=False)

    page = text_of(sign_in(scene.leading).get(address("record", activity, record)))

    assert "The printed code was used. The leader counts the people and compares the number with the scans." in page


def test_a_confirmed_record_has_no_button_any_more(scene, activity, waiting, sign_in):
    client = sign_in(scene.leading)
    client.post(address("confirm", activity))

    response = client.get(address("record", activity, waiting[0]))

    assert response.status_code == 200
    assert 'name="record"' not in response.content.decode()


def test_a_record_stands_under_its_own_activity_alone(scene, activity, waiting, sign_in):
    other = scene.activity(title="别的活动")

    assert sign_in(scene.leading).get(address("record", other, waiting[0])).status_code == 404


def test_a_record_that_was_withdrawn_is_gone(scene, activity, waiting, sign_in):
    ServiceRecord.objects.filter(pk=waiting[0].pk).update(state=RecordState.WITHDRAWN)

    assert sign_in(scene.leading).get(address("record", activity, waiting[0])).status_code == 404


# The effects and costs of a request


def test_opening_a_page_is_read_only(scene, activity, waiting, sign_in):
    client = sign_in(scene.leading)

    for name in GETS:
        with Statements() as statements:
            assert client.get(address(name, activity, waiting[0])).status_code == 200
        assert statements.writing == []


@pytest.mark.parametrize("name", POSTS)
def test_a_link_neither_checks_out_nor_confirms(scene, activity, sign_in, name):
    assert sign_in(scene.leading).get(address(name, activity)).status_code == 405


@pytest.mark.parametrize("name", GETS)
def test_there_is_nothing_to_send_to_a_page(scene, activity, sign_in, name):
    assert sign_in(scene.leading).post(address(name, activity)).status_code == 405


@pytest.mark.parametrize("name", POSTS)
def test_a_form_of_another_site_is_refused(scene, activity, shift, waiting, clock, name):
    clock.move_to(moment("11:50"))
    scene.scan(scene.volunteer("刘伟"), shift, "in", moment("11:50"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.leading)

    assert client.post(address(name, activity)).status_code == 403

    assert Visit.objects.open().count() == 1
    assert states(waiting) == [RecordState.AWAITING_CONFIRMATION] * 3


def test_the_pages_own_form_is_taken(scene, activity, waiting, clock):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.leading)
    page = client.get(address("activity", activity)).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]

    assert client.post(address("confirm", activity), {"csrfmiddlewaretoken": token}).status_code == 302
    assert states(waiting) == [RecordState.ON_NOTICE] * 3


@pytest.mark.parametrize("name", ["activity", "live"])
def test_more_people_take_no_more_statements(scene, activity, shift, waiting, flagged, sign_in, clock, name):
    clock.move_to(moment("11:50"))
    scene.scan(scene.volunteer(), shift, "in", moment("11:50"))
    client = sign_in(scene.leading)
    client.get(address(name, activity))
    with Statements() as few:
        client.get(address(name, activity))

    for _ in range(4):
        scene.attend(scene.volunteer(), shift)
        scene.attend(scene.volunteer(), shift, rotating=False)
        scene.scan(scene.volunteer(), shift, "in", moment("11:50"))
    with Statements() as many:
        client.get(address(name, activity))

    assert len(many.sql) == len(few.sql)


# Records with a remark (C9)


def test_what_stands_out_is_accepted_or_asked_about_with_one_tap(scene, activity, shift, sign_in, clock):
    people = [scene.volunteer(name, login=True) for name in ("甲甲", "乙乙", "丙丙", "丁丁")]
    for place, person in enumerate(people):
        scene.scan(person, shift, "in", moment("09:00") + dt.timedelta(minutes=place), browser="SAMEPHONE")
        scene.scan(person, shift, "out", moment("11:00") + dt.timedelta(minutes=place), browser="SAMEPHONE")
        compute_records(volunteer=person, shift=shift, at=moment("11:30"))
    clock.move_to(moment("12:15"))
    client = sign_in(scene.leading)

    page = text_of(client.get(address("activity", activity)))
    assert page.count("One phone checked in unusually many people. Were they all here?") == 4
    client.post(address("confirm", activity), {"heads": "4"})
    accepted, asked, *others = ServiceRecord.objects.order_by("volunteer__number")
    assert states([accepted, asked, *others]) == [RecordState.AWAITING_CONFIRMATION] * 4

    client.post(address("confirm", activity), {"record": accepted.pk})
    ask = reverse("lead:ask", args=[activity.pk, asked.pk])
    assert f"Your question is now on the page of {asked.volunteer.name}." in messages_of(client.post(ask))
    client.post(ask)

    assert states([accepted, asked]) == [RecordState.ON_NOTICE, RecordState.AWAITING_CONFIRMATION]
    message = Message.objects.get()
    assert message.volunteer == asked.volunteer
    assert message.path == reverse("home:record", args=[asked.pk])
    assert "has a question about your check-in" in message.texts["en"]
    assert "on Sat 10 Jan." in message.texts["en"] and "1月10日 周六" in message.texts["zh-hans"]
    assert "Asked on" in text_of(client.get(address("activity", activity)))
    settled = client.post(reverse("lead:ask", args=[activity.pk, accepted.pk]))
    assert settled.status_code == 404
