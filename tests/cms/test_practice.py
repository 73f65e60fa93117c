"""The administrator sets up a practice community, and resets it."""

import datetime as dt
from copy import deepcopy

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry, Site

from academy.activities.models import Activity
from academy.checkin.services import codes
from academy.core import practice as core_practice
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import records
from academy.people.models import Duty, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import practising, slips
from academy.rulebook.models import RuleSet
from cms import practice
from cms.models import CoursePage
from tests.factories import UserFactory, found
from tests.people.desk import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGE = "/admin/settings/practice/"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


class World:
    """A real community with an administrator and a social worker, and its practice community."""

    def __init__(self) -> None:
        with time_machine.travel(NOW, tick=False):
            self.real = found("songlin", rules={"rounding_minutes": 10}, rules_from=dt.date(2025, 1, 1))
            self.administrator = UserFactory(duties=[(self.real, DutyRole.ADMINISTRATOR)])
            self.worker = UserFactory(duties=[(self.real, DutyRole.SOCIAL_WORKER), (self.real, DutyRole.TRAINER)])
            self.stranger = UserFactory(duties=[(found("zhulin"), DutyRole.ADMINISTRATOR)])
            core_practice._real.clear()  # an earlier test may have had a real community with the next id
            self.practice = set_up(self)


def set_up(world: World) -> Community:
    answer = practice.set_up_practice(community=world.real, by=world.administrator, at=timezone.now())
    assert isinstance(answer, Community), answer
    return answer


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(World)


@pytest.fixture
def world(made, db):
    return deepcopy(made)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_is_filled_with_invented_people_a_course_and_a_running_activity(world):
    made = world.practice
    assert (made.name, made.slug, made.practice_of) == ("演练 · songlin社区", "practice", world.real)
    people = Volunteer.objects.filter(community=made)
    assert all(one.name.startswith("演练") and not one.phone for one in people) and len(people) == 8
    activities = Activity.objects.filter(community=made, published_at__isnull=False)
    assert activities.filter(shifts__starts_at__lte=NOW, shifts__ends_at__gt=NOW).count() == 1
    assert (
        activities.filter(shifts__ends_at__lt=NOW).count() == activities.filter(shifts__starts_at__gt=NOW).count() == 1
    )
    assert CoursePage.objects.live().filter(title__startswith="演练").exists()
    entry = ModelLogEntry.objects.get(action=practice.SET_UP)
    assert entry.user == world.administrator and entry.timestamp == NOW


def test_its_rules_are_the_real_ones_but_for_the_notice(world):
    real = RuleSet.objects.parameters_on(world.real.pk, NOW.date())
    own = RuleSet.objects.parameters_on(world.practice.pk, NOW.date())
    assert own == {**real, "notice_working_days": 0} and own["rounding_minutes"] == 10


def test_hours_wait_there_to_be_confirmed(world):
    records.sweep_records(at=NOW)
    waiting = ServiceRecord.objects.filter(community=world.practice, state=RecordState.AWAITING_CONFIRMATION)
    assert waiting.count() == 3


def test_only_an_administrator_of_the_real_community_sets_it_up_and_resets_it(world):
    for other in (world.worker, world.stranger):
        refused = practice.reset_practice(practice=world.practice, by=other, at=NOW)
        assert isinstance(refused, Refusal) and refused.code == "not_allowed"
        refused = practice.set_up_practice(community=world.real, by=other, at=NOW)
        assert isinstance(refused, Refusal) and refused.code == "not_allowed"
    assert signed_in(world.stranger).get(f"{PAGE}?reset={world.practice.pk}").status_code == 404
    assert signed_in(world.stranger).post(PAGE, {"reset": world.practice.pk}).status_code == 404
    assert signed_in(world.stranger).post(PAGE, {"community": world.real.pk}).status_code == 404
    world.practice.refresh_from_db()
    assert world.practice.closed_at is None


def test_a_second_one_is_refused(world):
    refused = practice.set_up_practice(community=world.real, by=world.administrator, at=NOW)
    assert isinstance(refused, Refusal) and refused.code == "practice_there"


def test_a_practice_community_has_no_practice_community(world):
    second = practising.practise(user=world.administrator)
    refused = practice.set_up_practice(community=world.practice, by=second, at=NOW)
    assert isinstance(refused, Refusal) and refused.code == "not_allowed"


def test_reset_asks_with_an_honest_sentence_and_founds_a_fresh_one(world):
    client = signed_in(world.administrator)
    asked = client.get(f"{PAGE}?reset={world.practice.pk}").content.decode()
    assert "永久关闭" in asked and "不会删除" in asked
    client.post(PAGE, {"reset": world.practice.pk})
    fresh = practice.practice_of(world.real)
    assert (fresh.name, fresh.slug) == (world.practice.name, "practice-2") and fresh.pk != world.practice.pk
    closed = Community.objects.get(pk=world.practice.pk)
    assert closed.closed_at == NOW
    entry = ModelLogEntry.objects.get(action=practising.CLOSED)
    assert (entry.user, entry.timestamp) == (world.administrator, NOW)
    assert Volunteer.objects.filter(community=closed).count() == 8  # facts stay
    again = practice.reset_practice(practice=fresh, by=world.administrator, at=NOW)
    assert again.slug == "practice-3"


def test_of_two_resets_at_once_one_wins(world):
    assert isinstance(practice.reset_practice(practice=world.practice, by=world.administrator, at=NOW), Community)
    refused = practice.reset_practice(practice=world.practice, by=world.administrator, at=NOW)
    assert isinstance(refused, Refusal) and refused.code == "practice_closed"
    answer = signed_in(world.administrator).post(PAGE, {"reset": world.practice.pk}, follow=True)
    assert str(refused) in answer.content.decode()
    assert Community.objects.filter(practice_of=world.real, closed_at=None).count() == 1


def test_staff_go_on_in_the_fresh_one_and_have_no_duty_in_the_closed_one(world):
    second = practising.practise(user=world.worker)
    fresh = practice.reset_practice(practice=world.practice, by=world.administrator, at=NOW)
    assert not Duty.objects.filter(community=world.practice).exists()
    assert {duty.role for duty in Duty.objects.filter(user=second, community=fresh)} == {"social_worker", "trainer"}


def test_nobody_signs_in_to_a_closed_one(world):
    volunteer = Volunteer.objects.filter(community=world.practice).first()
    ((_slip, code),) = slips.print_slips(volunteers=[volunteer], by=None, at=NOW)
    phone = Client()
    assert phone.post(f"/s/{code}/").status_code == 302 and phone.get("/my/").status_code == 200
    ((_slip, unused),) = slips.print_slips(volunteers=[volunteer], by=None, at=NOW)
    practice.reset_practice(practice=world.practice, by=world.administrator, at=NOW)
    assert phone.get("/my/").status_code == 302
    refused = slips.redeem_slip(code=unused, at=NOW)
    assert isinstance(refused, Refusal)


def test_pages_of_a_closed_one_are_shown_nowhere(world):
    activity = Activity.objects.filter(community=world.practice).first()
    rules = RuleSet.objects.get(community=world.practice)
    addresses = [
        reverse("activities:detail", args=[activity.pk]),
        f"/rules/{rules.pk}/",
        f"/clause/{rules.pk}/H4/",
        f"/c/{codes.checkpoint_for(activity, rotating=False).key}/",
    ]
    assert {Client().get(address).status_code for address in addresses} == {200}
    practice.reset_practice(practice=world.practice, by=world.administrator, at=NOW)
    assert {Client().get(address).status_code for address in addresses} == {404}
    assert not Site.objects.filter(hostname="practice.invalid").exists()
