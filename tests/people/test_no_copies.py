"""Facts about logins that another table copies: the copy follows, or nobody reads it."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from academy.people.models import Duty, User
from academy.people.permissions import DutyRole
from academy.people.services import duties, logins
from academy.people.services.duties import duty_group
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

PASSWORD = "梧桐树下的第三排"
NEW_PASSWORD = "银杏树下的第五排"


@pytest.fixture
def home():
    return CommunityFactory()


# Duties, and Wagtail's groups


def groups_of(user):
    return set(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


def grant(user, home):
    duties.grant_duty(user=user, community=home, role=DutyRole.TRAINER, by=None)


def write(user, home):
    Duty.objects.create(user=user, community=home, role=DutyRole.TRAINER)


@pytest.mark.parametrize("give", [grant, write])
def test_whoever_gets_a_duty_is_in_its_group(home, give):
    user = UserFactory()

    give(user, home)

    assert groups_of(user) == {f"{home.slug}:trainer"}
    assert user.has_perm("wagtailadmin.access_admin")


@pytest.mark.parametrize(
    "take",
    [
        lambda user, home: duties.revoke_duty(user=user, community=home, role=DutyRole.TRAINER, by=None),
        lambda user, home: user.duties.get(role=DutyRole.TRAINER).delete(),
        lambda user, home: Duty.objects.filter(role=DutyRole.TRAINER).delete(),
    ],
)
def test_whoever_loses_a_duty_leaves_its_group_alone(home, take):
    user = UserFactory(duties=[(home, DutyRole.TRAINER), (home, DutyRole.APPROVER)])

    take(user, home)

    assert groups_of(user) == {f"{home.slug}:approver"}


def test_a_group_that_was_lost_comes_back_with_the_duty(home):
    user = UserFactory(duties=[(home, DutyRole.TRAINER)])
    user.groups.clear()

    grant(user, home)

    assert groups_of(user) == {f"{home.slug}:trainer"}
    assert duty_group(community=home, role=DutyRole.TRAINER).user_set.get() == user


# E-mail addresses, and allauth's own table of them


def reset(client, address):
    """Ask for a new password, and return the links that were mailed."""
    mail.outbox.clear()
    client.post(reverse("account_reset_password"), {"email": address})
    return [link for sent in mail.outbox for link in re.findall(r"/accounts/password/reset/key/\S+", sent.body)]


def choose_password(client, link):
    form = client.get(link, follow=True).redirect_chain[-1][0]
    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302


def test_an_address_that_was_given_up_resets_no_password(client):
    user = logins.staff_login(name="李老师", email="Desk@Example.org", by=None)
    user.set_password(PASSWORD)
    user.save()
    client.post(reverse("account_login"), {"login": "desk@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(user.pk)
    client.logout()
    (link,) = reset(client, "desk@EXAMPLE.org")
    choose_password(client, link)
    client.post(reverse("account_login"), {"login": "desk@example.org", "password": NEW_PASSWORD})

    logins.rename_login(user=User.objects.get(pk=user.pk), name="李老师", email="li@example.org")

    assert reset(client, "desk@example.org") == []
    assert len(reset(client, "li@example.org")) == 1


def test_the_next_owner_of_an_address_resets_their_own_password(client):
    first = logins.staff_login(name="李老师", email="desk@example.org", by=None)
    (link,) = reset(client, "desk@example.org")
    choose_password(client, link)
    logins.rename_login(user=first, name="李老师", email="")
    second = logins.staff_login(name="周老师", email="desk@example.org", by=None)

    (link,) = reset(client, "ＤＥＳＫ@example.org")
    choose_password(client, link)

    client.logout()
    client.post(reverse("account_login"), {"login": "desk@example.org", "password": NEW_PASSWORD})
    assert client.session["_auth_user_id"] == str(second.pk)


def test_an_address_is_stored_as_it_is_compared():
    user = UserFactory(email=" Ｌａｎ@Example.org\u200b")

    assert User.objects.get(pk=user.pk).email == "lan@example.org"


# The number of a volunteer, and the user name that was made from it


def test_a_number_never_changes(home):
    volunteer = VolunteerFactory(community=home, login=True)

    assert not volunteer._meta.get_field("number").editable
    assert volunteer.user.username == volunteer.number.lower()
