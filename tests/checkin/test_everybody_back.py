"""Taking “全部签退” back: the same leader, the same act, once, for some minutes."""

from uuid import uuid4

import pytest

from academy.checkin.models import Annulment, Scan, Visit
from academy.checkin.services import leading, undoing
from academy.hours.services import confirmation
from tests.answers import code_of
from tests.checkin.times import minutes
from tests.everybody import check_everybody_out
from tests.factories import UserFactory, compute_records
from tests.hours.scene import moment

LEFT = moment("11:40")


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def inside(scene, activity):
    people = [scene.volunteer(name) for name in ("王秀英", "李建国", "张桂兰")]
    for person in people:
        scene.scan(person, activity.shifts.get(), "in", moment("09:00"))
    return people


@pytest.fixture
def act(scene, activity, inside):
    check_everybody_out(activity=activity, by=scene.leading, at=LEFT)
    return leading.latest_everybody_out(activity=activity, by=scene.leading, at=LEFT)


def scans_of(activity, act, by):
    return leading.scans_of_everybody_out(activity=activity, scan_id=act.key, by=by)


def take_back(activity, act, by, at=None):
    return undoing.annul_scans(scans=scans_of(activity, act, by), by=by, at=at or LEFT + minutes(1))


def names_inside():
    return {visit.volunteer.name for visit in Visit.objects.open()}


def test_people_whom_the_leader_did_not_see_stay_in(scene, activity, inside):
    seen = [person.pk for person in inside[:2]]

    assert leading.check_everybody_out(activity=activity, people=seen, by=scene.leading, at=LEFT) == 2

    assert names_inside() == {"张桂兰"}


def test_an_act_taken_back_puts_its_people_in_again(scene, activity, inside, act):
    answer = take_back(activity, act, scene.leading)

    assert {person.name for person in answer.people} == {person.name for person in inside} == names_inside()
    assert answer.refused == ()
    assert {visit.opened_at for visit in Visit.objects.all()} == {moment("09:00")}


def test_an_act_is_taken_back_once(scene, activity, act):
    take_back(activity, act, scene.leading)

    assert scans_of(activity, act, scene.leading) == []
    assert Annulment.objects.count() == 3
    assert leading.latest_everybody_out(activity=activity, by=scene.leading, at=LEFT) is None


def test_only_that_act_is_taken_back(scene, activity, act):
    late = scene.volunteer("陈静")
    scene.scan(late, activity.shifts.get(), "in", moment("11:45"))
    check_everybody_out(activity=activity, by=scene.leading, at=moment("11:48"))
    latest = leading.latest_everybody_out(activity=activity, by=scene.leading, at=moment("11:49"))

    assert [person.name for person in latest.people] == ["陈静"]
    take_back(activity, act, scene.leading, moment("11:49"))
    assert names_inside() == {"王秀英", "李建国", "张桂兰"}


def test_another_users_act_is_not_theirs_to_take_back(scene, activity, act):
    worker = scene.social_worker

    assert leading.latest_everybody_out(activity=activity, by=worker, at=LEFT) is None
    assert scans_of(activity, act, worker) == scans_of(activity, act, UserFactory()) == []
    answer = undoing.annul_scans(scans=scans_of(activity, act, scene.leading), by=UserFactory(), at=LEFT)
    assert code_of(answer) == "not_allowed"
    assert names_inside() == set()


@pytest.mark.parametrize("kind", ["unknown", "single", "elsewhere"])
def test_a_scan_of_no_such_act_names_none(scene, activity, act, kind):
    if kind == "single":
        scan_id = Scan.objects.filter(direction="in").first().pk
    elif kind == "elsewhere":
        scan_id, activity = act.key, scene.activity(title="别的活动")
    else:
        scan_id = uuid4()

    assert leading.scans_of_everybody_out(activity=activity, scan_id=scan_id, by=scene.leading) == []


@pytest.mark.parametrize(("later", "back"), [(15, 3), (16, 0)])
def test_an_act_can_be_taken_back_for_fifteen_minutes(scene, activity, act, later, back):
    at = LEFT + minutes(later)

    offered = leading.latest_everybody_out(activity=activity, by=scene.leading, at=at)
    answer = take_back(activity, act, scene.leading, at)

    assert (offered is not None) == bool(back)
    assert code_of(answer) == ("" if back else "too_late_to_annul")
    assert len(names_inside()) == back


def test_what_was_confirmed_or_is_ones_own_stays(scene, activity, inside):
    shift = activity.shifts.get()
    scene.scan(scene.leader, shift, "in", moment("09:00"))
    check_everybody_out(activity=activity, by=scene.leading, at=LEFT)
    act = leading.latest_everybody_out(activity=activity, by=scene.leading, at=LEFT)
    [record] = compute_records(volunteer=inside[0], shift=shift, at=LEFT)
    confirmation.confirm(activity=activity, by=scene.leading, at=LEFT + minutes(1), records=[record])

    answer = take_back(activity, act, scene.leading, LEFT + minutes(2))

    assert {person.name for person in answer.people} == {"李建国", "张桂兰"} == names_inside()
    assert {person.name: refusal.code for person, refusal in answer.refused} == {
        inside[0].name: "confirmed",
        scene.leader.name: "own_scan",
    }
