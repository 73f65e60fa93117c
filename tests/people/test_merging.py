import datetime as dt

import pytest
from wagtail.log_actions import registry as log

from academy.core.refusals import Refusal
from academy.people import merging, services
from academy.people.models import Consent, Volunteer
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


def code_of(answer: object) -> str | None:
    return answer.code if isinstance(answer, Refusal) else None


def logged(instance: object) -> list[str]:
    return [entry.action for entry in log.get_logs_for_instance(instance)]


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def mark(community):
    """Marks somebody at the gate."""

    def marked(name="王秀英", phone="13800001234", **kwargs):
        return merging.register_at_gate(
            **{"community": community, "name": name, "phone": phone, "by": UserFactory(), "at": NOW, **kwargs}
        )

    return marked


# Marked at the gate


def test_name_and_phone_are_enough_at_the_gate(mark, community):
    leader = UserFactory()

    volunteer = mark(" 王 秀英 ", "+86 138-0000-1234", by=leader)

    assert (volunteer.name, volunteer.phone, volunteer.community) == ("王秀英", "13800001234", community)
    assert volunteer.provisional
    assert (volunteer.registered_by, volunteer.registered_at) == (leader, NOW)
    assert volunteer.number.startswith("V2027")
    assert volunteer.personal_key
    consent = services.latest_consent(volunteer, Consent.Kind.REGISTRATION)
    assert (consent.granted, consent.recorded_by) == (True, leader)
    assert consent.evidence
    assert "people.register" in logged(volunteer)


def test_the_same_name_and_phone_are_the_same_person(mark):
    assert mark() == mark("王秀英", "138 0000 1234")
    assert Volunteer.objects.count() == 1


def test_elders_who_share_a_phone_are_two_people(mark):
    assert mark("王秀英") != mark("李建国")


def test_another_community_marks_its_own_person(mark):
    assert mark() != mark(community=CommunityFactory())


def test_whoever_is_on_the_roll_already_is_no_newcomer(mark, community):
    known = VolunteerFactory(community=community, name="王秀英", phone="13800001234")

    assert mark() == known
    assert not known.provisional


def test_whoever_was_merged_comes_in_as_the_one_who_stays(mark, community):
    stays = VolunteerFactory(community=community, name="王秀英", phone="13911112222")
    goes = mark()
    Volunteer.objects.filter(pk=goes.pk).update(merged_into=stays)

    assert mark() == stays


@pytest.mark.parametrize(
    ("name", "phone", "code"),
    [
        ("  ", "13800001234", "bad_name"),
        ("王" * 61, "13800001234", "bad_name"),
        ("王秀英", "", "bad_phone"),
        ("王秀英", "12345", "bad_phone"),
    ],
)
def test_a_newcomer_has_a_name_and_a_phone(mark, name, phone, code):
    assert code_of(mark(name, phone)) == code
    assert not Volunteer.objects.exists()


def test_nobody_loses_a_number_to_somebody_marked_at_the_same_moment(mark, monkeypatch):
    first = mark()
    known, asked = merging._known, []

    def too_early(*args):
        asked.append(args)
        return None if len(asked) == 1 else known(*args)

    monkeypatch.setattr(merging, "_known", too_early)

    assert mark() == first
    assert mark("李建国").number[5:11] == "000002"
