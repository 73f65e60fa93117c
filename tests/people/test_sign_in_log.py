"""The log of sign-ins: who, when, whence, and no secret."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.people import sign_in_log
from academy.people.services import slips
from tests.factories import UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

PASSWORD = "梧桐树下的第三排第三个座位"
LOGIN = reverse("account_login")


@pytest.fixture
def lines(caplog):
    caplog.set_level("INFO", logger="academy.signin")
    return lambda: [record.getMessage() for record in caplog.records if record.name == "academy.signin"]


def test_a_sign_in_a_failure_and_a_sign_out_are_logged_with_the_clients_address(lines, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    client = Client(headers={"X-Forwarded-For": "9.9.9.9"})
    user = UserFactory(phone="13900139000", password=PASSWORD)

    client.post(LOGIN, {"login": "13900139000", "password": "不对的密码"})
    client.post(LOGIN, {"login": "13900139000", "password": PASSWORD})
    client.post(reverse("account_logout"))

    who = f"user='{user.username}' address='9.9.9.9'"
    assert lines() == [
        "password refused typed='139****9000' address='9.9.9.9'",
        f"signed in {who} by='password'",
        f"signed out {who}",
    ]
    entries = ModelLogEntry.objects.filter(object_id=str(user.pk)).order_by("timestamp")
    assert [(entry.action, entry.user_id, entry.data["address"]) for entry in entries] == [
        ("people.sign_in", user.pk, "9.9.9.9"),
        ("people.sign_out", user.pk, "9.9.9.9"),
    ]


def test_a_slip_is_logged_as_one(client, lines):
    volunteer = VolunteerFactory()
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())
    client.post("/s/", {"code": code})

    assert lines() == [f"signed in user='{volunteer.number.lower()}' address='127.0.0.1' by='slip'"]
    assert code not in " ".join(lines())


def test_slowing_down_and_a_new_password_are_logged(client, lines):
    user = UserFactory(phone="13900139000", password=PASSWORD)
    for _time in range(6):
        client.post(LOGIN, {"login": "13900139000", "password": "不对的密码"})
    assert lines()[-1] == "password slowed down typed='139****9000' address='127.0.0.1' wait='5'"

    client.force_login(user)
    new = {"oldpassword": PASSWORD, "password1": "梧桐树下的第五排", "password2": "梧桐树下的第五排"}
    client.post(reverse("account_change_password"), new)
    assert lines()[-1] == f"password set user='{user.username}' address='127.0.0.1'"
    assert not any(secret in line for line in lines() for secret in ("第五排", "不对", PASSWORD))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("13800138000", "138****8000"),
        ("xiuying@example.org", "xi***@example.org"),
        ("MYSECRETPASSWORD", "MY***"),
        ("12", "12***"),
    ],
)
def test_a_typed_name_is_masked(typed, written):
    assert sign_in_log.masked(typed) == written


def test_nothing_that_is_typed_makes_a_line_of_its_own(client, lines):
    client.post(LOGIN, {"login": "a\nacademy.signin: signed in user='admin'", "password": "x"})
    assert len(lines()) == 1 and "\n" not in lines()[0]
