"""A volunteer's own requests: where they stand, with which state, and how one is taken back."""

import datetime as dt
import html

import pytest
from django.urls import reverse

from academy.activities.waiting.models import WaitingEntry
from academy.decisions.services import decide, withdraw
from academy.hours.models import MakeUp, Objection, Overtime, RecordState, ServiceRecord
from academy.hours.services import approvals, make_ups, objections
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, photo
from tests.home.my_page import MOST_STATEMENTS, MY, agent_of, confirm
from tests.hours.scene import SATURDAY, moment
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow

SUNDAY = SATURDAY + dt.timedelta(days=1)
REQUESTS = "/my/requests/"


@pytest.fixture(autouse=True)
def _on_sunday(clock):
    clock.move_to(moment("10:00", SUNDAY))


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def shift(scene):
    return scene.activity().shifts.get()


@pytest.fixture
def approver(scene):
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


@pytest.fixture
def record(scene, volunteer, shift):
    [record] = scene.attend(volunteer, shift)
    return record


def ask(volunteer, shift, *, by=None, reason="手机没电了", **times):
    asked = make_ups.ask_make_up(
        volunteer=volunteer,
        shift=shift,
        came_at=times.get("came", moment("09:00")),
        left_at=times.get("left", moment("11:00")),
        reason=reason,
        by=by or volunteer.user,
        at=moment("09:00", SUNDAY),
        witness=times.get("witness"),
        evidence=[photo()],
    )
    assert isinstance(asked, MakeUp), asked
    return asked


def test_a_request_stands_on_my_page_and_in_the_list_with_day_content_and_state(scene, volunteer, shift, sign_in):
    ask(volunteer, shift, witness=scene.volunteer("李建国"))
    client = sign_in(volunteer.user)

    for address in (MY, REQUESTS):
        page = text_of(client.get(address))
        assert "Make-up entry waits for the decision" in page
        assert "冬季防火入户宣传 · Sat 10 Jan" in page
        assert "Was there from 9:00 to 11:00." in page
        assert "“手机没电了” Sent on 11 Jan." in page
        assert "Take back" in page


def test_without_a_request_my_page_has_no_list_and_the_list_says_what_to_do(volunteer, sign_in):
    client = sign_in(volunteer.user)

    assert "My requests" not in text_of(client.get(MY))
    page = client.get(REQUESTS)
    assert "You have no requests yet." in text_of(page)
    assert f'href="{reverse("home:missing")}"' in page.content.decode()


@pytest.mark.parametrize(
    ("accepted", "answer", "words"),
    [
        (True, "", "Correction accepted"),
        (False, "签到从9点开始", "Correction declined"),
    ],
)
def test_a_decided_request_shows_the_answer(volunteer, record, approver, sign_in, accepted, answer, words):
    decide(
        request=ask(volunteer, record.shift), by=approver, at=moment("10:00", SUNDAY), accepted=accepted, answer=answer
    )
    client = sign_in(volunteer.user)

    for address in (MY, REQUESTS):
        page = text_of(client.get(address))
        assert words in page and "Decided on 11 Jan." in page
        assert ("The reason: " + answer in page) is bool(answer)
        assert "Yes, take it back" not in page


def test_one_tap_takes_a_request_back_and_it_stays_in_the_list_alone(volunteer, record, sign_in):
    asked, client = ask(volunteer, record.shift), sign_in(volunteer.user)

    done = client.post(reverse("home:withdraw", args=["make-up", asked.pk]), {"next": MY}, follow=True)

    assert done.redirect_chain == [(MY, 302)]
    assert "Taken back. You can ask again at any time." in text_of(done)
    assert "手机没电了" not in text_of(done)
    assert "Correction taken back" in text_of(client.get(REQUESTS))
    record.refresh_from_db()
    assert record.state == RecordState.AWAITING_CONFIRMATION
    late = client.post(reverse("home:withdraw", args=["make-up", asked.pk]), follow=True)
    assert late.redirect_chain == [(REQUESTS, 302)]
    assert "This has been decided already." in text_of(late)


@pytest.mark.parametrize("address", ["/my/requests/make-up/0/withdraw/", "/my/requests/no-kind/1/withdraw/"])
def test_a_request_that_is_none_is_not_found(volunteer, sign_in, address):
    assert sign_in(volunteer.user).post(address).status_code == 404


def test_another_person_neither_sees_nor_takes_back_my_request(scene, volunteer, record, sign_in):
    asked = ask(volunteer, record.shift)
    for user in (scene.volunteer("李建国", login=True).user, scene.leading, scene.social_worker):
        client = sign_in(user)
        assert "手机没电了" not in text_of(client.get(REQUESTS))
        assert client.post(reverse("home:withdraw", args=["make-up", asked.pk])).status_code == 404
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_what_the_desk_asked_for_a_person_stands_on_both_lists_and_the_desk_takes_it_back(
    scene, volunteer, record, sign_in
):
    asked = ask(volunteer, record.shift, by=scene.social_worker, reason="来窗口说的")

    own = text_of(sign_in(volunteer.user).get(REQUESTS))
    desk = text_of(sign_in(scene.social_worker).get(REQUESTS))

    assert "来窗口说的" in own and "Yes, take it back" not in own
    assert "来窗口说的" in desk and "Yes, take it back" in desk and volunteer.number in desk
    assert sign_in(volunteer.user).post(reverse("home:withdraw", args=["make-up", asked.pk])).status_code == 404


def test_an_agents_own_requests_stay_off_the_elders_page(scene, volunteer, record, sign_in):
    elder = scene.volunteer("赵淑珍")
    agent_of(elder, volunteer.user)
    ask(volunteer, record.shift, reason="我自己的")
    ask(elder, record.shift, by=volunteer.user, reason="替她申请", witness=scene.volunteer("李建国"))
    client = sign_in(volunteer.user)

    elders = text_of(client.get(REQUESTS, {"who": elder.number}))
    mine = text_of(client.get(REQUESTS))

    assert "替她申请" in elders and "我自己的" not in elders
    assert "替她申请" in mine and "我自己的" in mine and elder.number in mine
    assert client.get(REQUESTS, {"who": scene.leader.number}).status_code == 404


def test_a_leader_reads_the_overtime_and_the_form_says_that_it_waits(scene, shift, sign_in):
    asked = approvals.ask_overtime(
        shift=shift, until=moment("13:00"), reason="人多", by=scene.leading, at=moment("12:30")
    )
    assert isinstance(asked, Overtime)
    client = sign_in(scene.leading)

    assert "Counts until 13:00." in text_of(client.get(REQUESTS))
    form = text_of(client.get(reverse("lead:overtime", args=[shift.activity_id, shift.pk])))
    assert "Counts until 13:00. This was asked for on 10 Jan already, and waits for the decision." in form
    assert "905 is enough for 9:05." in form


def test_a_leader_reads_that_a_longer_day_waits_and_so_does_the_volunteer(scene, volunteer, sign_in):
    [record] = scene.attend(volunteer, scene.activity(("08:00", "19:00")).shifts.get(), "08:00", "19:00")
    client, form = sign_in(scene.leading), reverse("lead:longer_day", args=[record.activity_id, record.pk])
    empty = text_of(client.get(form))
    assert "served longer than a day counts" in empty and "waits for the decision" not in empty
    assert client.post(form, {"hours": "9.5", "reason": "防汛"}).status_code == 302

    assert "9.5 hours on Sat 10 Jan. This was asked for on 11 Jan already" in text_of(client.get(form))
    assert "Yes, take it back" in text_of(client.get(REQUESTS))
    own = text_of(sign_in(volunteer.user).get(REQUESTS))
    assert "9.5 hours on Sat 10 Jan." in own and "Yes, take it back" not in own


# Before a form is filled in


def test_the_form_says_before_it_is_filled_in_that_a_request_waits(volunteer, record, sign_in):
    ask(volunteer, record.shift)
    client = sign_in(volunteer.user)
    address = f"{reverse('home:ask_make_up', args=[record.shift_id])}?who={volunteer.number}"

    page = client.get(address)

    assert "A request about this shift waits for the decision already." in text_of(page)
    assert "手机没电了" in text_of(page) and 'name="reason"' not in page.content.decode()
    assert f'name="next" value="{html.escape(address)}"' in page.content.decode()
    typed = client.post(address, {"came": "900", "left": "1130", "reason": "没看到"})
    assert "没看到" in text_of(typed)  # asked twice at once: what was typed stays
    withdraw(request=MakeUp.objects.get(), by=volunteer.user, at=moment("09:30", SUNDAY))
    assert 'name="reason"' in client.get(address).content.decode()


def test_a_leader_reads_no_words_of_a_person_s_waiting_request(scene, volunteer, record, sign_in):
    ask(volunteer, record.shift)

    page = text_of(
        sign_in(scene.leading).get(f"{reverse('home:ask_make_up', args=[record.shift_id])}?who={volunteer.number}")
    )

    assert "A request about this shift waits for the decision already." in page
    assert "手机没电了" not in page


def test_the_list_of_missing_hours_names_what_waits(scene, volunteer, shift, sign_in):
    client = sign_in(volunteer.user)
    assert "It waits for the decision." not in text_of(client.get(reverse("home:missing")))

    ask(volunteer, shift, witness=scene.volunteer("李建国"))

    assert "You asked on 11 Jan. It waits for the decision." in text_of(client.get(reverse("home:missing")))


def test_my_own_objection_is_called_mine_and_shown_before_the_form(scene, volunteer, record, sign_in):
    confirm(record, scene.leading)
    client = sign_in(volunteer.user)
    shown = client.get(reverse("home:record", args=[record.pk])).content.decode()
    address = reverse("home:object", args=[record.pk])
    assert f'href="{address}"' in shown and "Wrong times? Ask for a correction" in shown
    assert client.post(address, {"reason": "少算了一小时"}).status_code == 302

    for page in (MY, reverse("home:record", args=[record.pk])):
        assert "Your objection is being checked." in text_of(client.get(page))
        assert "Somebody objected." not in text_of(client.get(page))
    form = client.get(address)
    assert "少算了一小时" in text_of(form) and 'name="reason"' not in form.content.decode()
    assert "Objection waits for the decision" in text_of(client.get(REQUESTS))


def test_an_objection_of_another_person_stays_theirs(scene, volunteer, record, sign_in):
    confirm(record, scene.leading)
    other = scene.volunteer("李建国", login=True)
    asked = objections.object_to(record=record, reason="没见到", by=other.user, at=moment("09:00", SUNDAY))
    assert isinstance(asked, Objection)
    client = sign_in(volunteer.user)

    for page in (MY, reverse("home:record", args=[record.pk])):
        assert "Somebody objected. A second person checks it." in text_of(client.get(page))
    form = text_of(client.get(reverse("home:object", args=[record.pk])))
    assert "Somebody has objected already." in form and "没见到" not in form
    assert "没见到" not in text_of(client.get(REQUESTS))


# Cost


def test_more_requests_take_no_more_statements(scene, volunteer, record, sign_in):
    client = sign_in(volunteer.user)
    ask(volunteer, record.shift)
    client.get(MY)
    with Statements() as few:
        client.get(MY)

    for day in range(1, 8):
        [more] = scene.attend(volunteer, scene.activity(day=dt.date(2025, 12, day)).shifts.get())
        ask(volunteer, more.shift, came=moment("09:00", more.date), left=moment("10:00", more.date))
    with Statements() as many:
        page = client.get(MY)

    assert len(page.context["my_requests"]) == 5
    assert len(many.sql) == len(few.sql)
    assert ServiceRecord.objects.count() == 8


def test_while_requests_of_many_kinds_wait_the_page_takes_as_many_statements(scene, volunteer, record, sign_in, clock):
    confirm(record, scene.leading)
    for day in (1, 2):
        [more] = scene.attend(volunteer, scene.activity(day=dt.date(2025, 12, day)).shifts.get())
        ask(volunteer, more.shift, came=moment("09:00", more.date), left=moment("10:00", more.date))
    objections.object_to(record=record, reason="少算了", by=volunteer.user, at=moment("09:00", SUNDAY))
    led = scene.activity(day=SUNDAY)
    led.leader = volunteer
    led.save()
    shift, until = led.shifts.get(), moment("13:00", SUNDAY)
    overtime = approvals.ask_overtime(
        shift=shift, until=until, reason="晚", by=volunteer.user, at=moment("09:01", SUNDAY)
    )
    assert isinstance(overtime, Overtime)
    scene.scan(volunteer, shift, "in", moment("09:30", SUNDAY))
    full = scene.activity(day=SUNDAY + dt.timedelta(days=7), title="满员的一场")
    waits = {"shift": full.shifts.get(), "role": full.roles.get(), "volunteer": volunteer}
    WaitingEntry.objects.create(**waits, key="a", joined_at=moment("08:00", SUNDAY))
    client = sign_in(volunteer.user)
    client.get(MY)

    with Statements() as statements:
        page = client.get(MY)

    assert len(statements.sql) == MOST_STATEMENTS
    assert [one.title for one in page.context["waits"]] == ["满员的一场"]
    assert page.context["hours"].in_progress
    assert {type(one.request) for one in page.context["my_requests"]} == {Overtime, MakeUp}
    assert "All my requests (1 more waits)" in text_of(page)


def test_requests_that_other_people_made_for_me_cost_no_statement_each(scene, volunteer, sign_in):
    daughter = UserFactory()
    agent_of(volunteer, daughter)
    for day in (1, 2, 3):
        [more] = scene.attend(volunteer, scene.activity(day=dt.date(2025, 12, day)).shifts.get())
        ask(volunteer, more.shift, by=daughter, came=moment("09:00", more.date), left=moment("10:00", more.date))
    client = sign_in(volunteer.user)
    client.get(MY)

    with Statements() as statements:
        page = client.get(MY)

    assert [one.may_be_taken_back for one in page.context["my_requests"]] == [False] * 3
    assert len(statements.sql) <= 11


def test_a_refusal_about_a_witness_stands_above_a_form_that_asks_for_none(volunteer, shift, sign_in, monkeypatch):
    """Another entry of the half-year was taken back just now: what began as a correction needs a witness."""
    ways = iter([MakeUp.Way.CORRECTION, MakeUp.Way.MAKE_UP])
    monkeypatch.setattr(make_ups, "choose_way", lambda **_facts: next(ways))
    address = reverse("home:ask_make_up", args=[shift.pk])

    page = sign_in(volunteer.user).post(address, {"came": "900", "left": "1100", "reason": "补", "evidence": photo()})

    assert "Name another person in the community who saw it." in text_of(page)
