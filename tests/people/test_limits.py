"""Guessing is slowed down, and keeps no other person out (ADR 39)."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from academy.people import limits
from academy.people.attempt_models import Attempts
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 11, 27, 2, 0, tzinfo=dt.UTC)
PASSWORD = "梧桐树下的第三排第三个座位"
LOGIN = reverse("account_login")
RESET = reverse("account_reset_password")
PHONE = "13900139000"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def user():
    return UserFactory(phone=PHONE, password=PASSWORD, email="xiuying@example.org")


@pytest.fixture
def home():
    return CommunityFactory()


def sign_in(client, password=PASSWORD, login=PHONE, **headers):
    return client.post(LOGIN, {"login": login, "password": password}, headers=headers)


def fail(client, times=5, **more):
    for _time in range(times):
        sign_in(client, password="不对的密码", **more)


def test_after_five_failures_the_page_says_how_long_to_wait_and_the_wait_grows(client, user, clock):
    fail(client)
    waits = []
    for _time in range(4):
        refused = sign_in(client)
        assert refused.status_code == 429
        waits.append(int(refused["Retry-After"]))
        assert f"{waits[-1]} 秒" in refused.content.decode()
        clock.shift(waits[-1])
        fail(client, times=1)

    assert waits == [5, 10, 20, 40]


def test_the_right_password_signs_in_after_the_wait(client, user, clock):
    fail(client)
    assert sign_in(client).status_code == 429
    clock.shift(5)
    assert sign_in(client).status_code == 302


def test_the_wait_is_never_longer_than_a_quarter_of_an_hour(client, user, clock):
    for _time in range(20):
        clock.shift(int(sign_in(client, "不对的密码").get("Retry-After", 0)))
    fail(client, times=1)
    refused = sign_in(client)
    assert refused.status_code == 429 and int(refused["Retry-After"]) <= 15 * 60
    assert "分钟" in refused.content.decode()


def test_failures_elsewhere_do_not_keep_the_owner_out_of_a_known_browser(user):
    known, thief = Client(), Client()
    sign_in(known)
    known.post(reverse("account_logout"))

    fail(thief, times=10)

    assert sign_in(thief).status_code == 429
    assert sign_in(known).status_code == 302


def test_a_browser_is_known_for_its_own_logins_alone(user):
    thief = Client()
    UserFactory(phone="13700137000", password=PASSWORD)
    sign_in(thief, login="13700137000")
    thief.post(reverse("account_logout"))

    fail(thief)

    assert sign_in(thief).status_code == 429


def test_one_login_of_a_shared_phone_gives_no_new_count_to_guess_the_other(home):
    own, other = (VolunteerFactory(community=home, phone="13800138000", login=True).user for _person in range(2))
    own.set_password(PASSWORD)
    own.save()
    other.set_password("别人的密码")
    other.save()
    fail(Client(), login="13800138000")
    browser = Client()
    sign_in(browser, login=own.volunteer.number)
    browser.post(reverse("account_logout"))

    assert sign_in(browser, login="13800138000").status_code == 429
    assert sign_in(browser, login=own.volunteer.number).status_code == 302


def test_a_forged_cookie_makes_no_browser_known(client, user):
    client.cookies["known"] = "eyJrZXkiOiJBIiwibG9naW5zIjpbMV19:1:forged"
    fail(client)
    assert sign_in(client).status_code == 429


def test_forms_without_a_password_count_for_no_one(client, user, monkeypatch):
    monkeypatch.setattr(limits, "OF_AN_ADDRESS", Limit(free=3, half_life=60))
    for _time in range(6):
        assert client.post(LOGIN, {"login": "", "password": ""}).status_code == 200

    assert not Attempts.objects.exists()
    assert sign_in(client).status_code == 302


def test_an_address_that_tries_many_names_is_slowed_down_alone(client, user, monkeypatch, settings):
    monkeypatch.setattr(limits, "OF_AN_ADDRESS", Limit(free=3, half_life=60))
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        fail(client, times=1, login=f"1380000000{number}", X_Forwarded_For="6.6.6.6")

    assert sign_in(client, X_Forwarded_For="6.6.6.6").status_code == 429
    assert sign_in(client, X_Forwarded_For="1.2.3.4, 6.6.6.6").status_code == 429  # the client's own words
    assert sign_in(client, X_Forwarded_For="6.6.6.6, 9.9.9.9").status_code == 302


def test_without_a_trusted_proxy_no_client_chooses_its_own_address(client, user, monkeypatch):
    monkeypatch.setattr(limits, "OF_AN_ADDRESS", Limit(free=3, half_life=60))
    for number in range(3):
        fail(client, times=1, login=f"1380000000{number}", X_Forwarded_For=f"6.6.6.{number}")

    assert sign_in(client, X_Forwarded_For="9.9.9.9").status_code == 429


def test_all_addresses_of_one_customer_count_as_one(client, user, monkeypatch, settings):
    monkeypatch.setattr(limits, "OF_AN_ADDRESS", Limit(free=3, half_life=60))
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for number in range(3):
        fail(client, times=1, login=f"1380000000{number}", X_Forwarded_For=f"2001:db8:1:2::{number}")

    assert sign_in(client, X_Forwarded_For="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(client, X_Forwarded_For="2001:db8:1:3::1").status_code == 302


def test_a_server_on_a_socket_file_signs_in(user):
    assert sign_in(Client(REMOTE_ADDR="")).status_code == 302


def test_a_request_past_the_proxies_has_the_address_that_it_came_from(client, user, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert sign_in(client, X_Forwarded_For="6.6.6.6").status_code == 302


def test_mailed_links_are_slowed_down_too(client, user, mailoutbox, clock):
    for _time in range(5):
        assert client.post(RESET, {"email": "Xiuying@example.org"}).status_code == 302
    refused = client.post(RESET, {"email": "xiuying@example.org"})
    assert (refused.status_code, refused["Retry-After"], len(mailoutbox)) == (429, "5", 5)
    assert client.post(RESET, {"email": "guilan@example.org"}).status_code == 302


def test_half_of_the_attempts_are_forgotten_after_a_while():
    source = Source("test", "王秀英", Limit(free=4, half_life=100))

    def tries(seconds):
        return attempts.begin(sources=[source], at=NOW + dt.timedelta(seconds=seconds))

    assert [tries(0) for _time in range(5)] == [0, 0, 0, 0, 5]
    assert tries(200) == 0  # one of four is left: three more are free
    assert [tries(200) for _time in range(3)] == [0, 0, 5]


def test_one_of_two_sources_that_has_to_wait_is_enough_and_the_other_is_not_charged():
    one, two = (Source("test", name, Limit(free=1, half_life=100)) for name in "一二")
    attempts.begin(sources=[one], at=NOW)

    assert attempts.begin(sources=[one, two], at=NOW) == 5
    assert attempts.begin(sources=[two], at=NOW) == 0


def test_old_attempts_are_deleted(clock):
    attempts.begin(sources=[Source("test", "王秀英", Limit(1, 1))], at=NOW)
    clock.shift(dt.timedelta(hours=25))
    call_command("tick")
    assert not Attempts.objects.exists()


def test_the_table_names_neither_people_nor_addresses(client, user):
    fail(client, times=1)
    kept = " ".join(row.key for row in Attempts.objects.all())
    assert kept and PHONE not in kept and "127.0.0.1" not in kept
