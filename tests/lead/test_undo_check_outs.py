"""“撤回” beside the line of a person who has gone: also a check-out that the volunteer made by mistake."""

import re

import pytest
from django.urls import reverse

from academy.activities.models import Activity
from academy.checkin.models import Annulment, Scan, Visit
from academy.checkin.rows import row_key
from tests.factories import sign_up
from tests.hours.scene import moment
from tests.lead.leading import address
from tests.pages import Statements, markup_of, text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene) -> Activity:
    return scene.activity()


@pytest.fixture
def leader(scene, sign_in):
    return sign_in(scene.leading)


@pytest.fixture
def wang(scene):
    return scene.volunteer("王秀英")


@pytest.fixture
def check_out(scene, activity, wang, clock) -> Scan:
    """Return the check-out of Wang by her own phone, at 10:30, after an hour."""
    return leave(scene, activity, wang, clock)


def leave(scene, activity, person, clock) -> Scan:
    scene.scan(person, activity.shifts.get(), "in", moment("09:30"))
    scene.scan(person, activity.shifts.get(), "out", moment("10:30"))
    clock.move_to(moment("10:31"))
    return Scan.objects.get(volunteer=person, direction="out")


def offered(page, name="act") -> list[str]:
    return re.findall(rf'name="{name}" value="(scan:[^"]*)"', markup_of(page))


def test_a_check_out_by_the_volunteers_own_phone_is_taken_back_beside_their_line(activity, leader, check_out):
    act = f"scan:{check_out.pk}"
    assert (
        offered(leader.get(address("activity", activity))) == offered(leader.get(address("people", activity))) == [act]
    )

    page = leader.post(address("undo", activity), {"act": act}, follow=True)

    assert "王秀英: the check-out at 10:30 is taken back. They are here again." in text_of(page)
    visit = Visit.objects.get()
    assert (visit.opened_at, visit.closed_at) == (moment("09:30"), None)
    assert Annulment.objects.get().annulled_by == activity.leader.user


def test_on_the_roster_it_is_taken_back_at_the_row(activity, leader, check_out):
    (act,) = offered(leader.get(address("roster", activity)), "undo")

    page = leader.post(address("roster", activity), {"undo": act}, follow=True)

    assert "Taken back" in text_of(page) and not offered(page, "undo")
    assert Visit.objects.get().closed_at is None


def test_the_social_worker_takes_it_back_too_and_a_volunteer_does_not(scene, activity, check_out, sign_in):
    act = {"act": f"scan:{check_out.pk}"}
    other = sign_in(scene.volunteer("李建国", login=True).user)
    assert other.post(address("undo", activity), act).status_code == 404
    worker = sign_in(scene.social_worker)
    assert offered(worker.get(address("activity", activity))) == [act["act"]]
    worker.post(address("undo", activity), act)
    assert Visit.objects.get().closed_at is None


@pytest.mark.parametrize(("at", "count"), [("10:45", 1), ("10:45:01", 0)])
def test_it_is_offered_for_fifteen_minutes(activity, leader, check_out, clock, at, count):
    clock.move_to(moment(at))
    for page in ("activity", "people"):
        assert len(offered(leader.get(address(page, activity)))) == count
    assert len(offered(leader.get(address("roster", activity)), "undo")) == count


def test_ones_own_check_out_and_confirmed_hours_are_not_offered(scene, activity, leader, wang, check_out, clock):
    leave(scene, activity, scene.leader, clock)
    assert offered(leader.get(address("activity", activity))) == [f"scan:{check_out.pk}"]
    Visit.objects.filter(volunteer=wang).update(sealed_at=moment("10:31"))
    assert offered(leader.get(address("activity", activity))) == []
    assert offered(leader.get(address("roster", activity)), "undo") == []


def test_a_row_of_the_paper_roster_goes_with_both_its_times_and_is_not_offered_here(
    scene, activity, leader, wang, clock
):
    sign_up(wang, activity.shifts.get())
    clock.move_to(moment("13:00"))
    row = reverse("lead:roster_row", args=[activity.pk, row_key(activity, wang.pk)])
    leader.post(row, {"arrived": "930", "left": "1030"})
    leader.get(row)  # shows the line with its own button

    assert Visit.objects.get().closed_at == moment("10:30")
    assert offered(leader.get(address("activity", activity))) == []
    assert offered(leader.get(address("roster", activity)), "undo") == []


def test_more_people_who_left_take_no_more_statements(scene, activity, leader, check_out, clock):
    for page in ("activity", "roster"):
        leader.get(address(page, activity))
    with Statements() as few:
        leader.get(address("activity", activity))
        leader.get(address("roster", activity))
    for name in ("李建国", "张桂兰", "陈静"):
        leave(scene, activity, scene.volunteer(name), clock)
    with Statements() as many:
        leader.get(address("activity", activity))
        page = leader.get(address("roster", activity))

    assert len(offered(page, "undo")) == 4
    assert len(many.sql) == len(few.sql)
