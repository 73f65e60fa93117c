"""Name and phone of a volunteer are on the roll alone: the sign-in asks the roll (ADR 23)."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth import authenticate
from django.db import connection
from django.urls import reverse

from academy.people import backends
from academy.people.backends import find_logins
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, logins, merging, volunteers
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.people.desk import prove

pytestmark = pytest.mark.django_db

OLD, NEW = "13800000001", "13900000002"
NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def person(home):
    """Return a function that registers a person who signs in with the phone and the password."""

    def registered(phone, password, **more):
        volunteer = VolunteerFactory(**{"community": home, "phone": phone, "login": True, **more})
        volunteer.user.set_password(password)
        volunteer.user.save()
        return volunteer

    return registered


def who(phone, password):
    return authenticate(None, username=phone, password=password)


def correct(volunteer, **changes):
    stored = {"name": volunteer.name, "phone": volunteer.phone, "birth_date": None}
    return volunteers.correct_volunteer(volunteer=volunteer, **{**stored, **changes}, by=None, at=NOW)


def test_a_phone_changed_at_the_desk_signs_in_and_the_old_one_does_not(person):
    volunteer = person(OLD, "梧桐树下")

    correct(volunteer, phone=NEW)

    assert who(NEW, "梧桐树下") == volunteer.user
    assert who(OLD, "梧桐树下") is None
    assert who(volunteer.number, "梧桐树下") == volunteer.user


def test_the_new_owner_of_a_number_signs_in_with_it(person):
    before, after = person(OLD, "梧桐树下"), person(NEW, "银杏树下")
    correct(before, phone="13700000003")

    correct(after, phone=OLD)

    assert who(OLD, "银杏树下") == after.user
    assert list(find_logins(OLD)) == [after.user]


def test_a_name_corrected_at_the_desk_is_the_logins_name(person):
    volunteer = person(OLD, "梧桐树下", name="王秀应")

    correct(volunteer, name="王秀英")

    assert str(User.objects.get(pk=volunteer.user.pk)) == "王秀英"


def test_a_login_of_a_volunteer_has_no_name_and_no_phone_of_its_own(person):
    user = User.objects.get(pk=person(OLD, "梧桐树下").user.pk)

    assert (user.first_name, user.last_name, user.phone) == ("", "", None)


def test_the_password_decides_between_those_who_share_a_phone(person):
    wife, husband = person(OLD, "梧桐树下"), person(OLD, "银杏树下")

    assert who(OLD, "梧桐树下") == wife.user
    assert who(OLD, "银杏树下") == husband.user
    assert who(OLD, "松树下") is None


def test_nobody_is_signed_in_as_another_who_has_the_same_password(person):
    wife, husband = person(OLD, "梧桐树下"), person(OLD, "梧桐树下")

    assert who(OLD, "梧桐树下") is None
    assert [who(one.number, "梧桐树下") for one in (wife, husband)] == [wife.user, husband.user]


def test_a_refused_sign_in_names_the_way_of_those_who_share_a_phone(client, person):
    person(OLD, "梧桐树下")
    client.cookies["django_language"] = "en"

    page = client.post(reverse("account_login"), {"login": OLD, "password": "松树下"})

    assert "volunteer number" in str(page.context["form"].errors["__all__"])


@pytest.mark.parametrize(("sharers", "signs_in"), [(2, True), (3, False)])
def test_a_phone_of_a_whole_house_compares_few_passwords(person, monkeypatch, sharers, signs_in):
    monkeypatch.setattr(backends, "SHARING", 2)
    for count in range(sharers - 1):
        person(OLD, f"第{count}排")
    last = person(OLD, "梧桐树下")
    VolunteerFactory(community=last.community, phone=OLD, login=True)  # has no password to compare

    assert (who(OLD, "梧桐树下") == last.user) is signs_in
    assert who(last.number, "梧桐树下") == last.user


def test_a_member_of_staff_signs_in_with_their_own_phone(person, home):
    user = logins.staff_login(name="李老师", phone="＋86 138-0000-0001", by=None)
    user.set_password("松树下的长椅")
    user.save()
    volunteer = person(OLD, "梧桐树下")

    assert (user.phone, str(user)) == (OLD, "李老师")
    assert who(OLD, "松树下的长椅") == user
    assert who(OLD, "梧桐树下") == volunteer.user


def test_a_closed_login_lends_its_phone_to_nobody(person):
    volunteer = person(OLD, "梧桐树下")
    User.objects.filter(pk=volunteer.user.pk).update(is_active=False)

    assert who(OLD, "梧桐树下") is None


def test_of_joined_entries_the_phone_of_the_one_who_stays_signs_in(person, home):
    goes, stays = person(OLD, "梧桐树下"), VolunteerFactory(community=home, phone=NEW)
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])

    merging.merge(volunteer=goes, into=stays, by=worker, at=NOW)

    stays.refresh_from_db()
    assert who(NEW, "梧桐树下") == stays.user == goes.user
    assert who(OLD, "梧桐树下") is None
    assert who(goes.number, "梧桐树下") == stays.user


# In the back office


@pytest.fixture
def administrator(home, client):
    administrator = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    client.force_login(administrator)
    return administrator


def grant(client, home, **who):
    return client.post(reverse("duty:add"), {"community": home.pk, "role": "trainer", "name": "", **who})


def test_a_duty_goes_to_the_volunteer_with_this_phone(client, administrator, home):
    volunteer = VolunteerFactory(community=home, phone=OLD)

    grant(client, home, who=OLD)

    volunteer.refresh_from_db()
    assert volunteer.user is not None and volunteer.user.duties.get().role == "trainer"


def test_a_duty_is_not_given_to_one_of_those_who_share_a_phone(client, administrator, home, person):
    person(OLD, "梧桐树下")
    other = VolunteerFactory(community=home, name="李建国", phone=OLD)

    response = grant(client, home, who=OLD)
    assert response.context["form"].errors["who"]

    grant(client, home, who=other.number)
    other.refresh_from_db()
    assert other.user.duties.exists()


def test_a_new_colleague_may_share_the_phone_of_a_volunteer(client, administrator, home):
    VolunteerFactory(community=home, name="王秀英", phone=OLD)

    grant(client, home, who=OLD, name="李老师")

    assert str(User.objects.get(phone=OLD)) == "李老师"


def test_a_duty_is_not_given_to_the_other_person_with_this_phone(client, administrator, home, person):
    elder = person(OLD, "梧桐树下", name="王秀英")

    page = grant(client, home, who=OLD, name="李老师").content.decode()

    assert "Somebody with another name signs in with this." in page or "姓名不同" in page
    assert not elder.user.duties.exists()


def test_duties_are_found_by_the_name_and_the_phone_of_the_roll(client, administrator, home, person):
    volunteer = person(OLD, "梧桐树下", name="王秀应")
    duties.grant_duty(user=volunteer.user, community=home, role=DutyRole.TRAINER, by=None)
    correct(volunteer, name="王秀英", phone=NEW)

    for typed, found in (("王秀英", True), (NEW, True), (OLD, False), ("王秀应", False)):
        assert (
            "王秀英" in client.get(reverse("duty:index"), {"q": typed}).content.decode().partition("<tbody")[2]
        ) is found


def test_the_list_of_duties_takes_no_statement_for_each_name(
    client, administrator, home, person, django_assert_max_num_queries
):
    def read():
        with django_assert_max_num_queries(60) as counted:
            client.get(reverse("duty:index"))
        return len(counted)

    def granted(phone):
        duties.grant_duty(user=person(phone, "梧桐树下").user, community=home, role=DutyRole.TRAINER, by=None)

    granted(OLD)
    read()
    before = read()
    granted(NEW)
    assert read() == before


def test_a_guardian_is_found_by_their_present_phone(client, home, person):
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))
    mother, child = person(OLD, "梧桐树下"), VolunteerFactory(community=home, birth_date=dt.date(2015, 5, 1), at=NOW)
    correct(mother, phone=NEW)
    consent = {"volunteer": child.pk, "kind": "guardian", "granted": "yes", "evidence": "签字"}

    refused = client.post(reverse("consent:add"), {**consent, "other": OLD})
    assert refused.context["form"].errors["other"]

    client.post(reverse("consent:add"), {**consent, "other": "139–0000–0002"})
    assert child.consents.get(kind="guardian").guardian == mother.user


def test_a_volunteer_in_the_back_office_reads_their_name_and_keeps_their_address(client, home, person):
    volunteer = person(OLD, "梧桐树下", name="王秀英")
    duties.grant_duty(user=volunteer.user, community=home, role=DutyRole.TRAINER, by=None)
    client.force_login(User.objects.get(pk=volunteer.user.pk))

    page = client.get(reverse("wagtailadmin_account"))
    forms = [panel.get_form() for panels in page.context["panels_by_tab"].values() for panel in panels]
    sent = {field.html_name: field.value() for form in forms for field in form if field.value()}
    prove(client)
    client.post(
        reverse("wagtailadmin_account"),
        sent | {"name_email-name": "王美丽", "name_email-email": "xiuying@example.org"},
    )

    user = User.objects.get(pk=volunteer.user.pk)
    assert (str(user), user.first_name, user.email) == ("王秀英", "", "xiuying@example.org")


# A user name is no copy either


def test_an_address_given_up_is_free_for_a_new_colleague():
    first = logins.staff_login(name="李老师", email="desk@example.org", by=None)
    logins.rename_login(user=first, name="李老师", email="li@example.org")

    second = logins.staff_login(name="周老师", email="desk@example.org", by=None)

    assert [list(find_logins(f"{name}@example.org")) for name in ("desk", "li")] == [[second], [first]]


# Databases of earlier releases


MIGRATION = import_module("academy.people.migrations.0007_name_and_phone_on_the_roll")


def as_before(volunteer, *, phone, name, on_roll=None):
    """Store the copies that an earlier release kept at the login."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE people_user SET phone = %s, first_name = %s WHERE id = %s", [phone, name, volunteer.user_id]
        )
        if on_roll is not None:
            cursor.execute("UPDATE people_volunteer SET phone = %s WHERE id = %s", [on_roll, volunteer.pk])


def test_everybody_still_signs_in_after_the_update(person, home, capsys):
    same, changed, no_phone = person(OLD, "甲甲甲甲"), person(NEW, "乙乙乙乙"), person("", "丙丙丙丙")
    sharer = person(OLD, "丁丁丁丁")
    staff = logins.staff_login(name="李老师", phone="13500000005", by=None)
    as_before(same, phone=OLD, name="王秀英")
    as_before(changed, phone="13600000004", name="旧名")
    as_before(no_phone, phone="13700000003", name="刘伟")
    as_before(sharer, phone=None, name="陈静")

    MIGRATION.leave_the_login(apps, None)

    assert who(OLD, "甲甲甲甲") == same.user
    assert who(NEW, "乙乙乙乙") == changed.user
    assert who("13700000003", "丙丙丙丙") == no_phone.user
    assert who(OLD, "丁丁丁丁") == sharer.user
    assert changed.number in capsys.readouterr().out
    assert set(User.objects.exclude(volunteer=None).values_list("phone", "first_name")) == {(None, "")}
    staff.refresh_from_db()
    assert (staff.phone, str(staff)) == ("13500000005", "李老师")


def test_the_update_can_be_undone(person):
    wang, li = person(OLD, "甲甲甲甲", name="王秀英"), person(OLD, "乙乙乙乙", name="Anna Li")

    MIGRATION.return_to_the_login(apps, None)

    rows = User.objects.filter(pk__in=(wang.user_id, li.user_id)).order_by("pk")
    assert list(rows.values_list("phone", "first_name", "last_name")) == [(OLD, "王秀英", ""), (None, "Anna", "Li")]
    assert Volunteer.objects.count() == 2
