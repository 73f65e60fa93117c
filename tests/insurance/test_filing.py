"""Filing an activity, and the changes that a filing no longer says (A1)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from academy.activities import changing
from academy.activities import services as activities
from academy.activities.models import Activity, Role, Shift
from academy.core.models import Community
from academy.insurance import snapshots
from academy.insurance.models import FiledPlace, Filing, FilingTerms
from academy.insurance.services import filing
from academy.people.services import merging
from tests.factories import ActivityFactory, sign_up
from tests.hours.scene import SATURDAY, moment
from tests.insurance.policies import THURSDAY, file_it, filed

pytestmark = pytest.mark.django_db
FRIDAY = dt.date(2026, 1, 9)


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def shift(activity):
    return activity.shifts.get()


def changes(activity, recipient="insurer"):
    found = filing.state_of(Activity.objects.get(pk=activity.pk)).changes.get(recipient, [])
    return [(one.kind, one.person.name if one.person else "") for one in found]


def test_a_filing_holds_who_takes_part_when_and_where(scene, activity, shift):
    sign_up(scene.volunteer("王秀英"), shift)

    one = filed(scene, activity, number=" BA-118 ")

    assert (one.number, one.filed_on, one.noted_by) == ("BA-118", THURSDAY, scene.social_worker)
    assert [(place.volunteer.name, place.role_name) for place in one.places.all()] == [("王秀英", "志愿者")]
    assert one.times == {str(shift.pk): [shift.starts_at.isoformat(), shift.ends_at.isoformat()]}
    assert changes(activity) == []


def test_who_comes_and_who_leaves_afterwards_is_listed_to_be_told(scene, activity, shift):
    leaving = sign_up(scene.volunteer("王秀英"), shift)
    sign_up(scene.volunteer("李建国"), shift)
    filed(scene, activity)

    activities.cancel_sign_up(sign_up=leaving, by=None, at=moment("10:00", THURSDAY))
    sign_up(scene.volunteer("张桂兰"), shift)

    assert changes(activity) == [("came", "张桂兰"), ("left", "王秀英")]


def test_a_second_filing_settles_the_changes(scene, activity, shift):
    filed(scene, activity)
    sign_up(scene.volunteer("张桂兰"), shift)

    filed(scene, activity, number="BA-119", at=moment("11:00", THURSDAY))

    assert changes(activity) == []
    assert [one.number for one in Filing.objects.order_by("pk")] == ["BA-118", "BA-119"]


def test_who_comes_while_the_list_is_being_sent_is_a_change(scene, activity, shift):
    sign_up(scene.volunteer("王秀英"), shift)
    state = filing.state_of(activity)
    sealed = filing.snapshot_of(activity, state.places).sealed(activity.pk)
    sign_up(scene.volunteer("张桂兰"), shift)

    assert snapshots.opened(sealed, activity.pk + 1) is None  # the form of another activity
    filed(scene, activity, seen=snapshots.opened(sealed, activity.pk))

    assert changes(activity) == [("came", "张桂兰")]


@pytest.mark.parametrize("text", ["", "x", '{"place": "1"}'])
def test_a_text_that_is_no_snapshot_is_none(text):
    assert snapshots.opened(text, 1) is None


def test_the_insurer_and_the_platform_hear_each_their_own_changes(scene, activity, shift):
    filed(scene, activity, recipient="platform")
    sign_up(scene.volunteer("张桂兰"), shift)
    filed(scene, activity, recipient="insurer")

    assert changes(activity, "insurer") == []
    assert changes(activity, "platform") == [("came", "张桂兰")]
    [(one, found)] = filing.state_of(activity).to_tell
    assert one.recipient == "platform" and len(found) == 1


def test_a_moved_time_another_place_and_another_role_are_changes(scene, activity, shift):
    place = sign_up(scene.volunteer("王秀英"), shift)
    filed(scene, activity)
    role = Role.objects.create(activity=activity, name="摄影", counts_as="volunteer", capacity=3)
    type(place).objects.filter(pk=place.pk).update(role=role)
    moved = Activity.objects.get(pk=activity.pk)
    moved.place = "小区广场"
    for one in moved.shifts.all():
        one.starts_at, one.ends_at = moment("10:00"), moment("13:00")
        moved.shifts = [one]
    changing.save_activity(activity=moved, by=None, at=moment("12:00", THURSDAY))

    assert changes(activity) == [("place", ""), ("moved", ""), ("role", "王秀英")]
    found = filing.state_of(Activity.objects.get(pk=activity.pk)).changes["insurer"]
    assert (found[0].was, found[0].now) == ("Y社区活动中心", "小区广场")
    assert "9:00–12:00" in found[1].was and "10:00–13:00" in found[1].now


def test_shifts_that_come_or_go_are_changes(scene, activity, shift):
    one = filed(scene, activity)
    Shift.objects.create(activity=activity, starts_at=moment("14:00"), ends_at=moment("15:00"))
    assert changes(activity) == [("new_time", "")]

    two = filed(scene, activity, at=moment("10:00", THURSDAY))
    Shift.objects.filter(activity=activity, starts_at=moment("14:00")).delete()
    assert changes(activity) == [("no_time", "")]
    assert one.pk < two.pk


def test_a_cancelled_activity_is_one_change_until_it_is_told(scene, activity, shift):
    sign_up(scene.volunteer("王秀英"), shift)
    filed(scene, activity)
    activities.cancel_activity(activity=activity, by=None, at=moment("09:30", THURSDAY))
    assert changes(activity) == [("cancelled", "")]

    filed(scene, activity, at=moment("11:00", THURSDAY))

    assert changes(activity) == []


def test_a_person_who_was_merged_has_not_left(scene, activity, shift):
    twice, stays = scene.volunteer("王秀英"), scene.volunteer("王秀英")
    sign_up(twice, shift)
    filed(scene, activity)

    merging.merge(volunteer=twice, into=stays, by=scene.social_worker, at=moment("10:00", THURSDAY), sure=True)

    assert changes(activity) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"number": "  "}, "needs_number"),
        ({"filed_on": FRIDAY}, "in_the_future"),
    ],
    ids=["without a number", "tomorrow"],
)
def test_a_filing_says_when_and_under_which_number(scene, activity, fields, code):
    assert file_it(scene, activity, **fields).code == code
    assert not Filing.objects.exists()


def test_only_staff_who_run_activities_file_them(scene, activity):
    assert file_it(scene, activity, by=scene.leading).code == "not_allowed"


def test_an_activity_without_a_shift_or_of_an_old_list_is_not_filed(scene, activity):
    empty = ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)
    Shift.objects.filter(activity=empty).delete()
    assert file_it(scene, empty).code == "needs_shift"

    empty.imported = True
    assert file_it(scene, empty).code == "imported"


def test_the_next_days_name_what_is_not_filed_and_what_changed(scene, activity, shift):
    later = scene.activity(day=SATURDAY + dt.timedelta(days=10), title="以后")
    at = moment("09:00", THURSDAY)

    def titles(within=filing.AHEAD):
        found = filing.coming([scene.community], at, within=within)
        return [(one.activity.title, one.is_filed, one.count) for one in found]

    assert titles() == [("冬季防火入户宣传", False, 0)]
    filed(scene, activity)
    sign_up(scene.volunteer(), shift)
    assert titles(dt.timedelta(days=30)) == [("冬季防火入户宣传", True, 1), (later.title, False, 0)]

    activities.cancel_activity(activity=activity, by=None, at=moment("09:30", THURSDAY))
    activities.cancel_activity(activity=later, by=None, at=moment("09:30", THURSDAY))
    assert titles(dt.timedelta(days=30)) == [("冬季防火入户宣传", True, 1)]  # the other one was never filed

    FilingTerms.objects.create(community=scene.community, before="not_asked")
    assert titles() == []


def test_another_community_and_drafts_are_not_listed(scene, activity):
    ActivityFactory(community=scene.community, leader=scene.leader, issuer=scene.issuer, published=None)
    elsewhere = Community.objects.create(name="别处", slug="elsewhere")

    found = filing.coming([elsewhere], moment("09:00", THURSDAY), within=filing.AHEAD)

    assert found == []
    assert len(filing.coming([scene.community], moment("09:00", THURSDAY), within=filing.AHEAD)) == 1


def test_a_filed_person_stands_once_in_a_filing(scene, activity, shift):
    person = scene.volunteer()
    sign_up(person, shift)
    place = filed(scene, activity).places.get()

    with pytest.raises(IntegrityError), transaction.atomic():
        FiledPlace.objects.create(filing=place.filing, volunteer=person, shift=shift, role_name="志愿者")
