"""Records that wait for another act first: a role to name, entered times, minors, late publication."""

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse

from academy.activities.models import Activity, Role
from academy.checkin.services import keying_in
from academy.hours.models import NamedRole, RecordState, ServiceRecord
from academy.people.models import User, Volunteer
from tests.answers import messages_of
from tests.factories import compute_records
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

AT_NOON = moment("12:30")
WEDNESDAY = moment("10:00", SATURDAY + dt.timedelta(days=4))


@pytest.fixture
def activity(scene: Scene, clock) -> Activity:
    clock.move_to(AT_NOON)
    return scene.activity(kind="training", counts_as="learner")


def key_in(activity: Activity, volunteer: Volunteer, by: User) -> ServiceRecord:
    shift = activity.shifts.get()
    times = {"arrived": moment("09:00"), "left": moment("11:00"), "at": AT_NOON}
    keyed = {"activity": activity, "shift": shift, "volunteer": volunteer, "by": by}
    assert isinstance(keying_in.key_in(scan_ids=(uuid4(), uuid4()), **keyed, **times), tuple)
    compute_records(volunteer=volunteer, shift=shift, at=AT_NOON)
    return ServiceRecord.objects.live().of(volunteer).get(shift=shift)


def lead(activity: Activity) -> str:
    return reverse("lead:activity", args=[activity.pk])


def page_of(record: ServiceRecord) -> str:
    return reverse("lead:record", args=[record.activity_id, record.pk])


def test_one_tap_names_the_role_of_somebody_without_one(scene, activity, sign_in) -> None:
    helping = Role.objects.create(activity=activity, name="助教岗", counts_as="assistant", capacity=2)
    activity.roles.exclude(pk=helping.pk).update(capacity=0, name="学员岗")
    volunteer = scene.volunteer("后来的人", login=True)
    record = key_in(activity, volunteer, scene.social_worker)
    mine = text_of(sign_in(volunteer.user).get(reverse("home:my")))
    assert "No role is known for you there. The leader still has to say what you did." in mine
    client = sign_in(scene.leading)
    for address in (lead(activity), page_of(record)):
        page = text_of(client.get(address))
        assert "助教岗" in page and "学员岗" in page and "role is not known." in page
        assert "Confirm as it stands here" not in page
    assert client.post(reverse("lead:confirm", args=[activity.pk]), {"record": record.pk}).status_code == 302
    record.refresh_from_db()
    assert record.state == RecordState.AWAITING_CONFIRMATION

    named = client.post(reverse("lead:role", args=[activity.pk, record.pk]), {"role": helping.pk})

    assert messages_of(named)[-1] == "后来的人: 助教岗. Look at the hours, then confirm."
    record.refresh_from_db()
    assert (record.category, record.minutes, NamedRole.objects.get().named_by) == ("service", 120, scene.leading)
    assert "role is not known." not in text_of(client.get(lead(activity)))
    client.post(reverse("lead:confirm", args=[activity.pk]), {"record": record.pk})
    record.refresh_from_db()
    assert record.state == RecordState.ON_NOTICE


@pytest.mark.parametrize("role", ["", "x", "999999"])
def test_only_a_role_of_the_activity_is_named(scene, activity, sign_in, role) -> None:
    Role.objects.create(activity=activity, name="助教岗", counts_as="assistant", capacity=0)
    record = key_in(activity, scene.volunteer(), scene.social_worker)
    foreign = scene.activity(title="别的活动").roles.get()
    client = sign_in(scene.leading)
    for wanted in (role, str(foreign.pk)):
        address = reverse("lead:role", args=[activity.pk, record.pk])
        assert client.post(address, {"role": wanted}).status_code == 404
    assert not NamedRole.objects.exists()


def test_a_volunteers_page_says_why_no_time_counts_yet(scene, activity, sign_in) -> None:
    Role.objects.create(activity=activity, name="助教岗", counts_as="assistant", capacity=0)
    activity.roles.update(capacity=0)
    volunteer = scene.volunteer(login=True)
    record = key_in(activity, volunteer, scene.social_worker)
    page = text_of(sign_in(volunteer.user).get(reverse("home:record", args=[record.pk])))
    assert "Nobody has named the role here yet." in page
    assert "not volunteer service" not in page


def test_who_entered_the_times_reads_that_another_person_confirms_them(scene, activity, sign_in, clock) -> None:
    record = key_in(activity, scene.volunteer(), scene.social_worker)
    client = sign_in(scene.social_worker)
    for address in (lead(activity), page_of(record)):
        page = client.get(address)
        assert "another person confirms them" in text_of(page)
        assert 'name="reason"' not in page.content.decode()
    clock.move_to(WEDNESDAY)
    client = sign_in(scene.social_worker)
    for address in (lead(activity), page_of(record)):
        page = client.get(address).content.decode()
        assert 'name="reason"' in page and f'name="record" value="{record.pk}"' in page
    confirm = reverse("lead:confirm", args=[activity.pk])
    refused = client.post(confirm, {"record": record.pk, "reason": " "})
    assert "You entered these times or published the activity late" in messages_of(refused)[0]
    done = client.post(confirm, {"record": record.pk, "reason": "负责人没有手机"})
    assert messages_of(done)[-1] == "Confirmed: 1."
    record.refresh_from_db()
    assert record.alone and activity.confirmations.get().reason == "负责人没有手机"


def test_the_leader_confirms_what_the_social_worker_keyed_in(scene, activity, sign_in) -> None:
    record = key_in(activity, scene.volunteer(), scene.social_worker)
    client = sign_in(scene.leading)
    assert "another person confirms them" not in text_of(client.get(lead(activity)))
    client.post(reverse("lead:confirm", args=[activity.pk]))
    record.refresh_from_db()
    assert (record.state, record.alone) == (RecordState.ON_NOTICE, False)


def test_a_corrected_visit_says_that_another_person_confirms_it(scene, activity, sign_in) -> None:
    (record,) = scene.attend(scene.volunteer(), activity.shifts.get())
    client = sign_in(scene.leading)
    address = reverse("lead:correct", args=[activity.pk, record.pk])
    corrected = client.post(address, {"came": "900", "left": "1100"})
    assert messages_of(corrected) == ["Corrected. Because you entered the times, another person confirms them."]
    client.post(reverse("lead:confirm", args=[activity.pk]), {"record": record.pk})
    record.refresh_from_db()
    assert record.state == RecordState.AWAITING_CONFIRMATION


def test_minors_at_a_dangerous_activity_are_named_and_not_confirmed(scene, activity, sign_in) -> None:
    volunteer = scene.volunteer("小明")
    (record,) = scene.attend(volunteer, activity.shifts.get())
    Activity.objects.filter(pk=activity.pk).update(dangerous=True, insurance="PICC-1")
    Volunteer.objects.filter(pk=volunteer.pk).update(birth_date=dt.date(2010, 5, 1))
    client = sign_in(scene.leading)
    assert "Nobody can confirm these hours (N3)" in text_of(client.get(lead(activity)))
    assert "Nobody can confirm these hours (N3)" in text_of(client.get(page_of(record)))
    assert 'name="record"' not in client.get(page_of(record)).content.decode()


@pytest.mark.parametrize(("published", "says"), [("08:59", False), ("09:01", True)])
def test_an_activity_published_late_says_so_above_its_hours(scene, clock, sign_in, published, says) -> None:
    clock.move_to(AT_NOON)
    activity = scene.activity()
    Activity.objects.filter(pk=activity.pk).update(published_at=moment(published))
    scene.attend(scene.volunteer(), activity.shifts.get())
    sentence = "Published late"
    assert (sentence in text_of(sign_in(scene.leading).get(lead(activity)))) == says
    assert (sentence in text_of(sign_in(scene.social_worker).get(reverse("confirm_many")))) == says


def test_the_mondays_page_lists_what_is_held_with_its_reason(scene, activity, sign_in) -> None:
    Role.objects.create(activity=activity, name="助教岗", counts_as="assistant", capacity=0)
    activity.roles.update(capacity=0)
    nameless = key_in(activity, scene.volunteer("后到的人"), scene.leading)
    own = scene.activity(title="上午")
    entered = key_in(own, scene.volunteer("纸上的人"), scene.social_worker)
    page = sign_in(scene.social_worker).get(reverse("confirm_many"))
    text = text_of(page)
    assert "No role: say what they did." in text
    assert "纸上的人" in text and "another person confirms them" in text
    for record in (nameless, entered):
        assert page_of(record) in page.content.decode()
