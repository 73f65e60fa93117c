"""The facts of one person, who may be several rows on the roll."""

import datetime as dt

import pytest

from academy.people.models import Consent, Volunteer
from academy.people.querysets import OfPerson
from academy.people.services import consents
from tests.factories import CommunityFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def people():
    """Return two rows that are one person, and another person."""
    community = CommunityFactory()
    stays, goes, other = (VolunteerFactory(community=community, at=NOW) for _row in range(3))
    goes.merged_into = stays
    goes.save(update_fields=["merged_into"])
    return stays, goes, other


def owners(facts) -> list[int]:
    return sorted(facts.values_list("volunteer", flat=True))


def test_a_merged_persons_facts_are_found_by_either_row(people):
    stays, goes, other = people

    assert owners(Consent.objects.of(stays)) == [stays.pk, goes.pk]
    assert owners(Consent.objects.of(goes)) == [stays.pk, goes.pk]
    assert owners(Consent.objects.of(other)) == [other.pk]


def test_the_facts_of_several_people_are_found_once(people):
    stays, goes, other = people

    assert owners(Consent.objects.of_all([stays, other])) == [stays.pk, goes.pk, other.pk]
    assert owners(Consent.objects.of_all([goes])) == [stays.pk, goes.pk]
    assert not Consent.objects.of_all([]).exists()


def test_each_fact_names_the_row_that_stays(people):
    stays, goes, other = people

    found = Consent.objects.order_by("pk").with_person().values_list("volunteer", "person")

    assert list(found) == [(stays.pk, stays.pk), (goes.pk, stays.pk), (other.pk, other.pk)]


def test_a_queryset_may_reach_its_volunteer_by_another_lookup(people):
    stays, goes, _other = people

    class OfConsents(OfPerson[Volunteer]):
        volunteer_path = "consents__volunteer"

    found = OfConsents(Volunteer)

    assert set(found.of(stays)) == {stays, goes}
    assert dict(found.with_person().values_list("pk", "person"))[goes.pk] == stays.pk


# Consents


def say(volunteer, granted, *, minutes, valid_until=None, kind=Consent.Kind.PUBLIC_NOTICE):
    consents.record_consent(
        volunteer=volunteer,
        kind=kind,
        granted=granted,
        evidence="口头",
        by=None,
        at=NOW + dt.timedelta(minutes=minutes),
        valid_until=valid_until,
    )


@pytest.mark.parametrize("row", [0, 1], ids=["the row that stays", "the merged row"])
def test_the_latest_consent_of_a_merged_person_counts_on_either_row(people, row):
    say(people[row], True, minutes=1)
    say(people[1 - row], False, minutes=2)

    for volunteer in people[:2]:
        assert not consents.has_consented(volunteer, Consent.Kind.PUBLIC_NOTICE, day=NOW.date())


@pytest.mark.parametrize(("day", "expected"), [(dt.date(2027, 12, 31), True), (dt.date(2028, 1, 1), False)])
def test_a_consent_holds_until_its_last_day(people, day, expected):
    say(people[0], True, minutes=1, valid_until=dt.date(2027, 12, 31))

    assert consents.has_consented(people[0], Consent.Kind.PUBLIC_NOTICE, day=day) is expected


def test_without_a_record_there_is_no_consent(people):
    assert not consents.has_consented(people[0], Consent.Kind.PUBLIC_NOTICE, day=NOW.date())


def test_the_latest_consents_of_many_are_those_of_each(people):
    stays, goes, other = people
    say(stays, True, minutes=1)
    say(goes, False, minutes=2)
    say(goes, True, minutes=2)  # at the same moment: recorded last
    say(other, False, minutes=3)
    say(other, True, minutes=4, kind=Consent.Kind.GUARDIAN)
    kinds = (Consent.Kind.PUBLIC_NOTICE, Consent.Kind.GUARDIAN)

    latest = consents.latest_consents([stays, other], kinds)

    expected = {(one.pk, kind): consents.latest_consent(one, kind) for one in (stays, other) for kind in kinds}
    assert latest == {key: consent for key, consent in expected.items() if consent is not None}
    assert latest[stays.pk, Consent.Kind.PUBLIC_NOTICE].granted
