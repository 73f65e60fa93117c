"""Sessions: who ends them, and when those of staff end by themselves."""

import datetime as dt

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import duties, logins, volunteers
from academy.people.services import slips as people_slips
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 11, 27, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
PASSWORD = "梧桐树下的第三排第三个座位"
OWN = reverse("own_sessions")
SET_PASSWORD = reverse("account_set_password")


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def volunteer(home):
    return VolunteerFactory(community=home, phone="13800138000")


@pytest.fixture
def desk(home):
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))
    return client


def phone_of(volunteer, agent="Mozilla/5.0 (Linux; Android 8.1) MicroMessenger"):
    """Return a phone that the volunteer's new slip signed in."""
    phone = Client(headers={"User-Agent": agent})
    [(_slip, code)] = people_slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())
    phone.post("/s/", {"code": code})
    assert is_signed_in(phone)
    volunteer.refresh_from_db()
    return phone


def is_signed_in(client):
    return client.get(OWN).status_code == 200


def print_slip(desk, volunteer, why):
    address = reverse("wagtail_bulk_action", args=["people", "volunteer", "print_slips"])
    return desk.post(f"{address}?id={volunteer.pk}", {"why": why})


# The desk


def test_a_slip_for_a_lost_phone_signs_the_old_phone_out(desk, volunteer):
    lost = phone_of(volunteer)

    assert print_slip(desk, volunteer, "phone_lost")["Content-Type"] == "application/pdf"

    assert not is_signed_in(lost)
    assert is_signed_in(phone_of(volunteer))
    assert Session.objects.count() == 2  # the desk's and the new phone's


def test_another_slip_leaves_other_devices_signed_in(desk, volunteer):
    first = phone_of(volunteer)

    print_slip(desk, volunteer, "sign_in")

    assert is_signed_in(first)


def test_a_lost_phone_is_asked_about_for_one_person_alone(desk, home, volunteer):
    first, other = phone_of(volunteer), VolunteerFactory(community=home)
    address = reverse("wagtail_bulk_action", args=["people", "volunteer", "print_slips"])
    address += f"?id={volunteer.pk}&id={other.pk}"

    assert 'name="why"' not in desk.get(address).content.decode()
    desk.post(address, {"why": "phone_lost"})

    assert is_signed_in(first)


def test_the_desk_signs_a_person_out_and_the_history_says_so(desk, volunteer):
    lost = phone_of(volunteer)

    desk.post(reverse("volunteer:sign_out", args=[volunteer.pk]))

    assert not is_signed_in(lost)
    [entry] = ModelLogEntry.objects.filter(action="people.end_sessions")
    assert (entry.object_id, entry.data["reason"]) == (str(volunteer.pk), "desk")


def test_a_person_without_a_login_has_no_session_to_end(desk, volunteer):
    page = desk.post(reverse("volunteer:sign_out", args=[volunteer.pk]))

    [error] = page.context["form"].errors.as_data()["__all__"]
    assert error.code == "no_login"


def test_a_suspension_signs_out(desk, volunteer):
    phone = phone_of(volunteer)

    desk.post(reverse("volunteer:suspend", args=[volunteer.pk]), {"reason": "借用他人手机"})

    assert not is_signed_in(phone)


def test_a_session_that_no_list_knows_ends_too(volunteer):
    user, phone = logins.login_for(volunteer=volunteer), Client()
    phone.force_login(user)
    volunteer.refresh_from_db()
    assert not UserSession.objects.exists()

    volunteers.sign_out_everywhere(volunteer=volunteer, by=None, at=NOW)

    assert not is_signed_in(phone)


def test_a_login_that_opens_again_does_not_revive_its_sessions(desk, home, volunteer):
    stays, phone = VolunteerFactory(community=home, login=True), phone_of(volunteer)
    user = volunteer.user

    desk.post(reverse("volunteer:merge", args=[volunteer.pk]), {"other": stays.pk, "stays": stays.pk})
    assert not is_signed_in(phone)

    User.objects.filter(pk=user.pk).update(is_active=True)
    assert not is_signed_in(phone)


# The person


def test_a_person_sees_their_devices_and_ends_one(volunteer):
    mine, lost = phone_of(volunteer), phone_of(volunteer, agent="Mozilla/5.0 (iPhone)")
    page = mine.get(OWN)
    [(session, device)] = page.context["others"]
    assert (page.context["this"], device) == ("安卓手机（微信里）", "苹果手机")
    assert session.ip in page.content.decode()

    mine.post(OWN, {"session": session.pk})

    assert is_signed_in(mine) and not is_signed_in(lost)
    assert mine.get(OWN).context["others"] == []


def test_a_person_ends_all_other_sessions_and_keeps_this_one(volunteer):
    mine, lost = phone_of(volunteer), phone_of(volunteer)

    mine.post(OWN, {"others": ""})

    assert is_signed_in(mine) and not is_signed_in(lost)
    assert UserSession.objects.count() == 1


def test_a_session_of_another_person_cannot_be_ended(home, volunteer):
    mine, other = phone_of(volunteer), phone_of(VolunteerFactory(community=home))

    for session in UserSession.objects.all():
        if session.user_id != volunteer.user_id:
            mine.post(OWN, {"session": session.pk})

    assert is_signed_in(other)


def test_setting_a_password_signs_the_other_devices_out(volunteer):
    mine, lost = phone_of(volunteer), phone_of(volunteer)
    mine.post(SET_PASSWORD, {"password1": PASSWORD, "password2": PASSWORD})

    assert mine.get(OWN).context["others"] == []
    volunteer.user.refresh_from_db()
    assert volunteer.user.check_password(PASSWORD)
    assert not is_signed_in(lost)


# A found phone


def test_a_first_password_needs_a_fresh_slip(volunteer, clock):
    phone = phone_of(volunteer)
    assert phone.get(SET_PASSWORD).status_code == 200
    clock.shift(dt.timedelta(minutes=11))

    assert phone.get(SET_PASSWORD)["Location"] == f"/s/?next={SET_PASSWORD}"
    refused = phone.post(SET_PASSWORD, {"password1": PASSWORD, "password2": PASSWORD})
    assert refused["Location"] == f"/s/?next={SET_PASSWORD}"
    assert PASSWORD not in str(dict(phone.session))
    assert not User.objects.get(volunteer=volunteer).has_usable_password()

    [(_slip, code)] = people_slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())
    assert phone.post("/s/", {"code": code, "next": SET_PASSWORD})["Location"] == SET_PASSWORD
    assert phone.get(SET_PASSWORD).status_code == 200


# The end of a day


def test_a_member_of_staff_is_signed_out_after_twelve_idle_hours(home, clock):
    client = Client()
    user = UserFactory(phone="13900139000", password=PASSWORD, duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.post(reverse("account_login"), {"login": "13900139000", "password": PASSWORD})
    assert client.cookies["sessionid"]["max-age"] == 12 * 60 * 60
    for _visit in range(3):  # a long day of work goes on
        clock.shift(11 * HOUR)
        assert client.get("/admin/").status_code == 200

    clock.shift(12 * HOUR)
    assert client.get("/admin/").status_code == 302
    assert user.is_staff


def test_a_volunteer_stays_signed_in(volunteer, clock):
    phone = phone_of(volunteer)
    clock.shift(179 * 24 * HOUR)
    assert is_signed_in(phone)


def test_a_new_duty_shortens_the_sessions_that_there_are(home, volunteer, clock):
    phone = phone_of(volunteer)
    duties.grant_duty(user=volunteer.user, community=home, role=DutyRole.APPROVER, by=None)

    assert is_signed_in(phone)
    clock.shift(13 * HOUR)
    assert not is_signed_in(phone)


def test_the_last_revoked_duty_ends_it(home):
    user = UserFactory(duties=[(home, DutyRole.APPROVER), (home, DutyRole.TRAINER)])
    for role, left in ((DutyRole.APPROVER, True), (DutyRole.TRAINER, False)):
        duties.revoke_duty(user=User.objects.get(pk=user.pk), community=home, role=role, by=None)
        assert User.objects.get(pk=user.pk).is_staff is left


def test_what_was_kept_of_ended_sessions_is_deleted_within_the_hour(volunteer, clock):
    phone_of(volunteer)
    clock.shift(181 * 24 * HOUR)

    call_command("tick")

    assert not UserSession.objects.exists() and not Session.objects.exists()
