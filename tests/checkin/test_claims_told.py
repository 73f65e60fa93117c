"""People at the gate whose “我来了” waits are told when the activity moves or is cancelled."""

import datetime as dt

import pytest

from academy.activities import changing, services
from academy.activities.models import Activity
from academy.checkin.services import claimants, claims
from academy.core.refusals import Refusal
from academy.messaging.models import Message
from tests.checkin.asking import asked, browser, static
from tests.checkin.times import START, minutes
from tests.factories import ActivityFactory, VolunteerFactory, sign_up
from tests.pages import Statements

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

SOON = START - minutes(30)  # the gate is open


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True, title="清洁楼道")


def roll(activity: Activity, name: str, phone: str):
    return VolunteerFactory(community=activity.community, name=name, phone=phone)


def save(activity: Activity, *, later: dt.timedelta = dt.timedelta(), place: str = "") -> None:
    """Save the activity as its form does, with the shift moved or at another place."""
    form = Activity.objects.get(pk=activity.pk)
    shift = form.shifts.get()
    shift.breaks = []
    shift.starts_at, shift.ends_at = shift.starts_at + later, shift.ends_at + later
    form.shifts, form.roles = [shift], list(form.roles.all())
    form.place = place or form.place
    assert not isinstance(changing.save_activity(activity=form, by=form.leader.user, at=SOON), Refusal)


def told() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for message in Message.objects.order_by("pk").select_related("volunteer"):
        found.setdefault(message.volunteer.name, []).append(message.texts["en"])
    return found


def test_a_moved_activity_is_told_to_those_who_wait_at_the_gate_and_have_no_place(activity):
    wang = roll(activity, "王秀英", "13800131234")
    li = roll(activity, "李建国", "13800135678")
    sign_up(li, activity.shifts.get(), at=SOON)
    asked(activity, SOON)
    asked(activity, SOON)  # tapped twice
    asked(activity, SOON, name="李建国", phone_tail="5678")

    save(activity, later=dt.timedelta(days=7))

    (text,) = told()[wang.name]
    assert "“清洁楼道” has moved: Sat 10 Jan 9:00–12:00 → Sat 17 Jan 9:00–12:00" in text
    assert text.endswith("Come then, and tap “I am here” again at the gate.")
    (text,) = told()[li.name]
    assert "Your place stays." in text


def test_a_cancelled_activity_is_told_and_the_waiting_phone_shows_it(activity):
    wang = roll(activity, "王秀英", "13800131234")
    claim = asked(activity, SOON)
    address = f"/c/{static(activity)}/claim/{claim.key}/"
    assert browser().get(f"{address}?state").json() == {"state": "waiting"}

    services.cancel_activity(activity=activity, by=activity.leader.user, at=SOON)

    assert told() == {wang.name: ["“清洁楼道” of Sat 10 Jan 9:00–12:00 is cancelled. You need not come."]}
    assert browser().get(f"{address}?state").json() == {"state": "cancelled"}
    page = browser().get(address).content.decode()
    assert "This activity has been cancelled." in page and "/activities/" in page


def test_an_answered_claim_an_unknown_and_an_ambiguous_name_are_told_nothing(activity):
    wang = roll(activity, "王秀英", "13800131234")
    for _one in range(2):
        VolunteerFactory(community=activity.community, name="何秀英", phone="13800139999")
    VolunteerFactory(name="赵敏", phone="13800138888")  # of another community
    answered = asked(activity, SOON)
    claims.decline(claim=answered, by=activity.leader.user, at=SOON)
    asked(activity, SOON, name="何秀英", phone_tail="9999")
    asked(activity, SOON, name="赵敏", phone_tail="8888")
    asked(activity, SOON, name=wang.name, phone_tail="0000")

    services.cancel_activity(activity=activity, by=activity.leader.user, at=SOON)

    assert not told()


def test_a_claim_at_another_shift_is_no_matter_of_this_one(clock):
    days = [
        {"starts_at": START + dt.timedelta(days=day), "ends_at": START + dt.timedelta(days=day, hours=2)}
        for day in (0, 7)
    ]
    activity = ActivityFactory(leader__login=True, shifts=days)
    roll(activity, "王秀英", "13800131234")
    asked(activity, SOON)
    first, second = activity.shifts.order_by("starts_at")

    assert claimants.people_waiting(activity, [second], at=SOON) == []
    assert [pks for _person, pks in claimants.people_waiting(activity, [first, second], at=SOON)] == [[first.pk]]


def test_many_who_wait_take_as_many_statements_as_one(activity):
    roll(activity, "王秀英", "13800131234")
    asked(activity, SOON)
    shifts = list(activity.shifts.all())
    with Statements() as one:
        claimants.people_waiting(activity, shifts, at=SOON)
    for number in range(8):
        roll(activity, f"何秀{number}", f"1380013200{number}")
        asked(activity, SOON, name=f"何秀{number}", phone_tail=f"200{number}")
    with Statements() as many:
        assert len(claimants.people_waiting(activity, shifts, at=SOON)) == 9
    assert len(many.sql) == len(one.sql)
