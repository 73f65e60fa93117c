"""A landline is a contact: it is written in one form, found by its end, and never signs in (R4)."""

import pytest
import time_machine
from django.contrib.auth import authenticate
from django.urls import reverse

from academy.checkin import rosters
from academy.people.models import Volunteer
from academy.people.names import is_contact, is_mobile, phone_in_words, phone_tail, tidy_phone
from academy.people.permissions import DutyRole
from academy.people.querysets import phone_ends_with
from academy.people.services import registration
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory
from tests.people.desk import NOW, errors

pytestmark = pytest.mark.django_db

PASSWORD = "梧桐树下的第三排"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def desk(home, client):
    client.force_login(UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


def person(home, name="李敏", **facts):
    return VolunteerFactory(**{"community": home, "name": name, "at": NOW, **facts})


def signs_in(name):
    return authenticate(None, username=name, password=PASSWORD)


def code(answer):
    return getattr(answer, "code", "done")


@pytest.mark.parametrize(
    ("typed", "shown", "tail"),
    [
        ("0731-88881234", "0731-88881234", "1234"),
        ("+86 10 8888 1234", "010-88881234", "1234"),
        ("0891-6823456-8", "0891-6823456转8", "3456"),
        ("0731 88881234 分机 802", "0731-88881234转802", "1234"),
        ("139 7480 0001", "13974800001", "0001"),
    ],
)
def test_a_phone_has_one_form_and_is_shown_as_people_write_it(typed, shown, tail):
    stored = tidy_phone(typed)

    assert (phone_in_words(stored), phone_tail(stored), is_contact(stored)) == (shown, tail, True)
    assert tidy_phone(stored) == tidy_phone(shown) == stored
    assert is_mobile(stored) == stored.startswith("1")


@pytest.mark.parametrize("digits", ["1234", "88881234"])
def test_a_landline_is_found_by_its_end_before_any_extension(home, digits):
    found = {person(home, phone="0731-88881234-802"), person(home, phone="0731-88881234")}
    person(home, phone="0731-88884321-1234")
    person(home, phone="0731-12348888")

    tails = {one for one in Volunteer.objects.filter(phone_ends_with(digits)) if phone_tail(one.phone) == digits[-4:]}
    assert found <= tails and Volunteer.objects.count() == 4


def test_the_leader_finds_a_person_by_name_and_the_end_of_a_landline(home):
    volunteer = person(home, name="王秀英", phone="0731-88881234-802")
    activity = ActivityFactory(community=home)

    (row,) = rosters.find_rows(activity, rosters.rosters_of(activity), "王秀英 1234")
    assert row.volunteer == volunteer


def test_the_roll_is_searched_by_a_landline_as_it_is_typed(desk, home):
    volunteer = person(home, phone="0731-88881234")

    for typed in ("0731-8888", "0731 88881234", "０７３１８８８８"):
        assert list(desk.get(reverse("volunteer:index"), {"q": typed}).context["object_list"]) == [volunteer], typed


def test_r4_a_landline_never_signs_in(home):
    volunteer = person(home, phone="0731-88881234", login=True)
    volunteer.user.set_password(PASSWORD)
    volunteer.user.save()

    assert signs_in("0731-88881234") is None and signs_in("073188881234") is None
    assert signs_in(volunteer.number) == volunteer.user


def test_r4_a_duty_is_given_to_no_landline(desk, home):
    person(home, phone="0731-88881234")

    response = desk.post(
        reverse("duty:add"), {"community": home.pk, "role": "approver", "who": "0731-88881234", "name": "李敏"}
    )

    assert "mobile number" in errors(response)["who"][0]


def test_r4_somebody_at_the_gate_may_have_only_a_landline(home, worker):
    fresh = registration.register_at_gate(community=home, name="新面孔", phone="0731 8888 1234", by=worker, at=NOW)

    assert fresh.phone == "073188881234" and fresh.provisional
    assert (
        code(registration.register_at_gate(community=home, name="新面孔", phone="8888", by=worker, at=NOW))
        == "bad_phone"
    )
