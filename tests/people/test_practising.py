"""Staff go to the practice community and back: another login, for practice alone."""

from copy import deepcopy

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.core import practice
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.families.services import allow_agent, cannot_share
from academy.people.models import User, Volunteer
from academy.people.permissions import NOT_IN_PRACTICE, DutyRole, Right
from academy.people.services import duties, logins, practising
from academy.people.services.sessions import end_all_sessions
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ENTER, LEAVE = "/accounts/practice/enter/", "/accounts/practice/leave/"
BAND = '<aside class="practice"'


class World:
    def __init__(self) -> None:
        self.real = CommunityFactory(name="松林社区")
        self.practice = CommunityFactory(name="演练 · 松林社区", practice_of=self.real)
        practice._real.clear()  # an earlier test may have had a real community with this id
        roles = [DutyRole.SOCIAL_WORKER, DutyRole.ADMINISTRATOR]
        self.user = UserFactory(duties=[(self.real, role) for role in roles])
        self.neighbour = VolunteerFactory(community=self.real, name="王秀英", login=True)
        self.invented = VolunteerFactory(community=self.practice, name="演练甲", login=True)


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(World)


@pytest.fixture
def world(made, db):
    return deepcopy(made)


@pytest.fixture
def client(world):
    client = Client()
    client.force_login(world.user)
    return client


def roll(client: Client) -> str:
    return client.get(reverse("volunteer:index")).content.decode()


def test_one_goes_in_and_back_and_sees_one_roll_at_a_time(world, client):
    assert "王秀英" in roll(client) and "演练甲" not in roll(client) and BAND not in roll(client)
    assert client.post(ENTER).status_code == 302
    assert "演练甲" in roll(client) and "王秀英" not in roll(client) and BAND in roll(client)
    assert BAND in client.get("/verify/").content.decode()  # a page that reads no login
    client.post(LEAVE)
    assert "王秀英" in roll(client) and "演练甲" not in roll(client) and BAND not in roll(client)
    assert BAND not in client.get("/verify/").content.decode()


def test_a_form_that_was_opened_before_is_refused(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user)
    token = client.get(reverse("volunteer:add")).context["csrf_token"]
    client.post(ENTER, {"csrfmiddlewaretoken": token})
    typed = {"csrfmiddlewaretoken": token, "name": "张桂兰", "birth_date": "1958-03-05"}
    assert client.post(reverse("volunteer:add"), typed).status_code == 403
    assert not Volunteer.objects.filter(name="张桂兰").exists()


def test_the_second_login_has_the_same_duties_and_rights_that_end_at_one_community(world):
    second = practising.practise(user=world.user)
    assert second.get_full_name() == world.user.get_full_name() and not second.has_usable_password()
    held = {(duty.community, duty.role) for duty in second.duties.all()}
    assert held == {(world.practice, "social_worker"), (world.practice, "administrator")}
    for right in Right:
        mine = set(second.communities_for(right))
        assert mine <= {world.practice} and not (right in NOT_IN_PRACTICE and mine)
    assert not world.user.communities_for(Right.MANAGE_PEOPLE).filter(pk=world.practice.pk).exists()
    assert practising.practise(user=world.user) == second


def test_duties_follow_at_once(world):
    second = practising.practise(user=world.user)
    duties.revoke_duty(user=world.user, community=world.real, role="administrator", by=None)
    duties.grant_duty(user=world.user, community=world.real, role="trainer", by=None)
    assert set(second.duties.values_list("role", flat=True)) == {"social_worker", "trainer"}


def test_no_real_login_gets_a_duty_in_practice(world):
    refused = duties.grant_duty(user=world.user, community=world.practice, role="trainer", by=None)
    assert isinstance(refused, Refusal) and refused.code == "not_in_practice"


@pytest.mark.parametrize(
    "address", ["/admin/holidays/", "/admin/settings/system/", "/admin/duty/", "/admin/settings/practice/"]
)
def test_what_reaches_beyond_one_community_is_closed_in_practice(world, client, address):
    assert client.get(address).status_code == 200
    client.post(ENTER)
    assert client.get(address).status_code in (302, 403)


def test_without_a_practice_community_one_stays(world, client):
    Community.objects.filter(pk=world.practice.pk).update(closed_at=timezone.now())
    assert "没有演练社区" in client.post(ENTER, follow=True).content.decode()
    assert not User.objects.filter(practises_for=world.user).exists()


def test_a_volunteer_stays_where_they_are(world):
    client = Client()
    client.force_login(world.neighbour.user)
    client.post(ENTER)
    client.post(LEAVE)
    assert client.get("/my/").context["user"] == world.neighbour.user


def test_the_way_back_ends_with_the_real_sessions(world, client):
    client.post(ENTER)
    end_all_sessions(user=world.user, reason="phone_lost", by=None, at=timezone.now())
    assert client.post(LEAVE).url == reverse("account_login")
    assert client.get(reverse("volunteer:index")).status_code == 302


def test_the_way_back_is_closed_to_a_closed_login(world, client):
    client.post(ENTER)
    User.objects.filter(pk=world.user.pk).update(is_active=False)
    assert client.post(LEAVE).url == reverse("account_login")


def test_the_second_factor_is_asked_once(world, client, settings):
    client.post(ENTER)  # only a session with its second factor comes as far as that
    settings.SECOND_FACTOR_REQUIRED = True
    assert "演练甲" in roll(client)


def test_a_real_phone_is_not_shared_with_invented_people(world):
    for user, person in ((world.neighbour.user, world.invented), (world.invented.user, world.neighbour)):
        assert cannot_share(user, person).code == "practice_phone"
        refused = allow_agent(volunteer=person, user=user, evidence="口头", by=None, at=timezone.now())
        assert isinstance(refused, Refusal) and refused.code == "practice_phone"


def test_a_contact_that_is_typed_in_practice_is_kept_nowhere(world):
    second = practising.practise(user=world.user)
    made = logins.login_of(contact="13974800001", name="演练监护人", by=second)
    assert made.phone is None and made.email == ""


def test_mail_says_that_it_is_practice(world, settings):
    settings.HAS_MAIL_SERVER = True
    for person, marked in ((world.invented, True), (world.neighbour, False)):
        User.objects.filter(pk=person.user_id).update(email="a@example.org", password="pbkdf2_sha256$1$a$b")
        mail.outbox.clear()
        Client().post(reverse("account_reset_password"), {"email": "a@example.org"})
        assert [("演练" in message.subject) for message in mail.outbox] == [marked]
        User.objects.filter(pk=person.user_id).update(email="")
