"""Suspended, gone, dead, returned: keys and sign-ups to come end at once, and history stays."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.people import cards
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import logins, slips, volunteers
from tests.answers import code_of
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 1, 9, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def home():
    return CommunityFactory()


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def person(home):
    return VolunteerFactory(community=home, name="王秀英", phone="13900000011")


def end(act, person, worker):
    if act == "suspend":
        return volunteers.suspend(volunteer=person, reason="…", by=worker, at=NOW)
    return volunteers.leave(volunteer=person, reason="…", died=act == "die", by=worker, at=NOW)


@pytest.mark.parametrize("act", ["suspend", "leave", "die"])
def test_slips_sign_ins_and_sign_ups_to_come_end_at_once(act, person, worker, home, client):
    activity = ActivityFactory(community=home)
    shift = activity.shifts.get()
    coming = sign_up(person, shift, at=shift.starts_at - dt.timedelta(days=9))
    [(_slip, code)] = slips.print_slips(volunteers=[person], by=worker, at=NOW)
    user = logins.login_for(volunteer=person)
    client.force_login(user)

    end(act, person, worker)

    coming.refresh_from_db()
    assert coming.cancelled_at == NOW
    assert code_of(slips.find_slip(code)) == "slip_replaced"
    assert client.get(reverse("home:my")).status_code == 302
    role = activity.roles.first()
    assert code_of(activities.sign_up(volunteer=person, shift=shift, role=role, by=user, at=NOW)) == "suspended"


def test_sign_ups_of_the_past_stay(person, worker, home):
    shift = ActivityFactory(community=home).shifts.get()
    past = sign_up(person, shift)

    volunteers.leave(volunteer=person, reason="搬走", by=worker, at=shift.starts_at)

    assert SignUp.objects.get(pk=past.pk).cancelled_at is None


@pytest.mark.parametrize(("act", "code"), [("suspend", ""), ("leave", "card_revoked"), ("die", "card_revoked")])
def test_the_card_of_a_person_who_left_is_revoked(act, code, person, worker):
    card = cards.card_for(volunteer=person, by=worker, at=NOW)

    end(act, person, worker)

    answer = cards.find_card(card.key)
    assert (code_of(answer) if code else answer == card) in (code, True)


@pytest.mark.parametrize("act", ["leave", "die"])
def test_no_slip_and_no_card_is_printed_for_a_person_who_left(act, person, worker):
    end(act, person, worker)

    assert code_of(slips.cannot_have_slip(person, by=worker)) == "off_roll"
    assert code_of(cards.print_pdf(volunteers=[person], by=worker, at=NOW)) == "off_roll"


def test_a_death_closes_the_login_and_its_correction_opens_it(person, worker):
    user = logins.login_for(volunteer=person)

    volunteers.leave(volunteer=person, reason="…", died=True, by=worker, at=NOW)
    user.refresh_from_db()
    assert not user.is_active
    assert code_of(volunteers.leave(volunteer=person, reason="…", by=worker, at=NOW)) == "left_already"

    volunteers.reinstate(volunteer=person, by=worker, at=NOW)
    user.refresh_from_db()
    assert user.is_active
    assert (person.left_as, person.is_suspended) == ("", False)
    assert "people.return" in [entry.action for entry in log.get_logs_for_instance(person)]


def test_a_person_who_left_comes_back_with_a_new_card(person, worker):
    old = cards.card_for(volunteer=person, by=worker, at=NOW)
    volunteers.leave(volunteer=person, reason="搬走", by=worker, at=NOW)
    volunteers.reinstate(volunteer=person, by=worker, at=NOW)

    assert cards.card_for(volunteer=person, by=worker, at=NOW) != old
    assert slips.cannot_have_slip(person, by=worker) is None


def test_a_merged_entry_does_not_leave(home, person, worker):
    other = VolunteerFactory(community=home)
    Volunteer.objects.filter(pk=other.pk).update(merged_into=person)
    other.refresh_from_db()

    assert code_of(volunteers.leave(volunteer=other, reason="…", by=worker, at=NOW)) == "merged"


def test_a_person_who_left_has_a_day(person):
    with pytest.raises(IntegrityError), transaction.atomic():
        Volunteer.objects.filter(pk=person.pk).update(left_as="left", suspended_at=None)
    Volunteer.objects.filter(pk=person.pk).update(left_as="left", suspended_at=NOW)
    person.refresh_from_db()
    person.left_as = "gone"
    with pytest.raises(ValidationError):
        person.full_clean()


@pytest.mark.parametrize("act", ["leave", "death"])
def test_the_desk_records_it_and_lets_the_person_return(act, person, worker, client, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(worker)
    page = client.get(reverse("person", args=[person.pk])).content.decode()
    assert reverse(f"volunteer:{act}", args=[person.pk]) in page

    client.post(reverse(f"volunteer:{act}", args=[person.pk]), {"reason": "搬到长沙"})

    page = client.get(reverse("person", args=[person.pk])).content.decode()
    assert "搬到长沙" in page
    assert reverse("volunteer:suspend", args=[person.pk]) not in page
    client.post(reverse("volunteer:reinstate", args=[person.pk]))
    person.refresh_from_db()
    assert person.left_as == ""


def test_the_roll_finds_people_who_left(person, worker, home, client):
    stays = VolunteerFactory(community=home)
    volunteers.leave(volunteer=person, reason="…", by=worker, at=NOW)
    client.force_login(worker)

    def found(query):
        return {one.pk for one in client.get(reverse("volunteer:index"), query).context["object_list"]}

    assert found({"left": "true"}) == {person.pk}
    assert found({"left": "false"}) == {stays.pk}
    assert found({"suspended": "true"}) == set()
