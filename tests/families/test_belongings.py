import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser

from academy.families import services as families
from academy.families.belongings import belongings, may, people_of, people_with_right
from academy.people.models import Consent, User
from academy.people.permissions import BELONGING_RIGHTS, Belonging, DutyRole, Right
from academy.people.services import consents
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
DAY = dt.date(2027, 1, 10)


@pytest.fixture
def volunteer():
    return VolunteerFactory(login=True, birth_date=dt.date(2012, 5, 1), at=NOW)


def agent_of(volunteer):
    user = UserFactory()
    families.allow_agent(volunteer=volunteer, user=user, evidence="签字", by=None, at=NOW)
    return user


def consent(volunteer, guardian, *, granted=True, at=NOW, valid_until=None):
    consents.record_consent(
        volunteer=volunteer,
        kind=Consent.Kind.GUARDIAN,
        granted=granted,
        guardian=guardian,
        evidence="签字的同意书",
        by=None,
        at=at,
        valid_until=valid_until,
    )


def guardian_of(volunteer):
    user = UserFactory()
    consent(volunteer, user)
    return user


MAKERS = {
    Belonging.SELF: lambda volunteer: volunteer.user,
    Belonging.AGENT: agent_of,
    Belonging.GUARDIAN: guardian_of,
}


@pytest.mark.parametrize("right", Right)
@pytest.mark.parametrize("belonging", MAKERS)
def test_each_belonging_gives_the_rights_of_the_matrix_and_no_other(volunteer, belonging, right):
    user = MAKERS[belonging](volunteer)

    assert belongings(user, volunteer=volunteer, day=DAY) == {belonging}
    assert may(user, right, volunteer=volunteer, day=DAY) is (right in BELONGING_RIGHTS[belonging])


@pytest.mark.parametrize("belonging", MAKERS)
def test_no_belonging_reaches_another_volunteer(volunteer, belonging):
    user, other = MAKERS[belonging](volunteer), VolunteerFactory(community=volunteer.community)

    assert belongings(user, volunteer=other, day=DAY) == set()


@pytest.mark.parametrize("belonging", MAKERS)
def test_a_closed_login_has_no_belonging(volunteer, belonging):
    user = MAKERS[belonging](volunteer)
    user.is_active = False

    assert belongings(user, volunteer=volunteer, day=DAY) == set()


def test_a_duty_is_no_belonging(volunteer):
    worker = UserFactory(duties=[(volunteer.community, DutyRole.SOCIAL_WORKER)])

    assert belongings(worker, volunteer=volunteer, day=DAY) == set()


def test_an_agent_is_one_until_the_consent_is_withdrawn(volunteer):
    user = agent_of(volunteer)
    consents.record_consent(
        volunteer=volunteer, kind=Consent.Kind.AGENCY, granted=False, evidence="口头", by=None, at=NOW
    )

    assert not may(user, Right.CHECK_IN, volunteer=volunteer, day=DAY)


def test_n2_a_guardian_is_one_until_they_withdraw(volunteer):
    guardian = guardian_of(volunteer)
    consent(volunteer, guardian, granted=False, at=NOW + dt.timedelta(days=1))

    assert not may(guardian, Right.SEE_HOURS, volunteer=volunteer, day=DAY)


def test_n2_one_guardians_withdrawal_is_not_the_others(volunteer):
    mother, father = guardian_of(volunteer), guardian_of(volunteer)
    consent(volunteer, father, granted=False, at=NOW + dt.timedelta(days=1))

    assert may(mother, Right.SEE_HOURS, volunteer=volunteer, day=DAY)
    assert not may(father, Right.SEE_HOURS, volunteer=volunteer, day=DAY)


@pytest.mark.parametrize(("day", "still"), [(dt.date(2027, 12, 31), True), (dt.date(2028, 1, 1), False)])
def test_n2_a_consent_for_a_year_ends_with_it(volunteer, day, still):
    guardian = UserFactory()
    consent(volunteer, guardian, valid_until=dt.date(2027, 12, 31))

    assert may(guardian, Right.SEE_HOURS, volunteer=volunteer, day=day) is still


@pytest.mark.parametrize(("day", "still"), [(dt.date(2030, 4, 30), True), (dt.date(2030, 5, 1), False)])
def test_n2_a_guardians_consent_lapses_at_eighteen(volunteer, day, still):
    guardian = guardian_of(volunteer)

    assert may(guardian, Right.SEE_HOURS, volunteer=volunteer, day=day) is still


def test_n2_a_person_of_unknown_age_has_no_guardian():
    volunteer = VolunteerFactory(at=NOW)
    guardian = guardian_of(volunteer)

    assert volunteer.birth_date is None
    assert belongings(guardian, volunteer=volunteer, day=DAY) == set()
    volunteer.birth_date = dt.date(2012, 5, 1)
    assert belongings(guardian, volunteer=volunteer, day=DAY) == {Belonging.GUARDIAN}


def test_the_default_day_is_today(volunteer):
    assert may(User.objects.get(pk=volunteer.user.pk), Right.SEE_HOURS, volunteer=volunteer)


def test_the_same_community_alone_is_no_belonging():
    community = CommunityFactory()
    one, other = VolunteerFactory(community=community, login=True), VolunteerFactory(community=community)

    assert belongings(one.user, volunteer=other) == set()


def test_people_of_a_login_are_its_own_volunteer_first_then_those_it_acts_for_by_number():
    mother, aunt = VolunteerFactory(at=NOW), VolunteerFactory(at=NOW)
    volunteer = VolunteerFactory(login=True, at=NOW)
    for person in (aunt, mother):
        families.allow_agent(volunteer=person, user=volunteer.user, evidence="签字", by=None, at=NOW)

    assert people_of(volunteer.user) == [volunteer, *sorted([mother, aunt], key=lambda person: person.number)]
    assert people_of(UserFactory()) == []
    assert people_of(AnonymousUser()) == []


def test_guardian_agent_and_the_person_see_the_hours_and_print_the_certificates(volunteer, time_machine):
    time_machine.move_to(NOW)
    for user in (guardian_of(volunteer), agent_of(volunteer), volunteer.user):
        for right in (Right.SEE_HOURS, Right.PRINT_CERTIFICATE):
            assert people_with_right(user, right) == [volunteer]


def test_a_guardian_prints_until_the_child_is_of_age(volunteer, time_machine):
    guardian = guardian_of(volunteer)
    for day, people in (
        (dt.datetime(2030, 4, 30, 1, tzinfo=dt.UTC), [volunteer]),
        (dt.datetime(2030, 5, 1, 1, tzinfo=dt.UTC), []),
    ):
        time_machine.move_to(day)
        assert people_with_right(guardian, Right.PRINT_CERTIFICATE) == people
