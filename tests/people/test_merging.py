import datetime as dt

import pytest
from wagtail.log_actions import registry as log

from academy.people.backends import find_logins
from academy.people.models import Consent, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties, logins, merging, registration, slips, volunteers
from academy.people.signals import volunteers_merged
from tests.answers import code_of
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)
BACKEND = "academy.people.backends.LoginBackend"


def logged(instance: object) -> list[str]:
    return [entry.action for entry in log.get_logs_for_instance(instance)]


def stays_of(user: object) -> Volunteer:
    """Return the volunteer of this login, read from the database."""
    return Volunteer.objects.get(user=user)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def mark(community):
    """Return a function that marks a person at the gate."""

    def marked(name="王秀英", phone="13800001234", **kwargs):
        return registration.register_at_gate(
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
    consent = consents.latest_consent(volunteer, Consent.Kind.REGISTRATION)
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


def test_a_person_on_the_roll_is_no_newcomer(mark, community):
    known = VolunteerFactory(community=community, name="王秀英", phone="13800001234")

    assert mark() == known
    assert not known.provisional


def test_a_merged_person_comes_in_as_the_one_who_stays(mark, community):
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


def test_a_correction_does_not_make_two_marked_people_the_same(mark):
    mark("王秀英")
    other = mark("王秀云")

    answer = volunteers.correct_volunteer(
        volunteer=other, name="王秀英", phone="13800001234", birth_date=None, by=None, at=NOW
    )

    assert code_of(answer) == "marked_already"


def test_a_newcomer_is_accepted_as_a_new_volunteer(mark, community, worker):
    volunteer = mark()

    accepted = registration.accept_provisional(volunteer=volunteer, by=worker, at=NOW)
    again = registration.accept_provisional(volunteer=volunteer, by=worker, at=NOW)

    assert not accepted.provisional
    assert accepted == again
    assert logged(volunteer).count("people.accept") == 1
    assert mark() == volunteer


def test_accepting_needs_the_right_and_a_present_person(mark, worker, join):
    volunteer = mark()

    assert code_of(registration.accept_provisional(volunteer=volunteer, by=UserFactory(), at=NOW)) == "not_allowed"
    join(volunteer, mark("王秀云"))
    assert code_of(registration.accept_provisional(volunteer=volunteer, by=worker, at=NOW)) == "merged"


# Two rows, one person


@pytest.fixture
def worker(community):
    return UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def join(worker):
    def joined(goes, stays, **kwargs):
        return merging.merge(**{"volunteer": goes, "into": stays, "by": worker, "at": NOW, **kwargs})

    return joined


@pytest.fixture
def somebody(community):
    def made(**kwargs):
        return VolunteerFactory(**{"community": community, "at": NOW - dt.timedelta(days=1), **kwargs})

    return made


def test_the_one_who_goes_leads_to_the_one_who_stays(join, somebody):
    goes, stays = somebody(), somebody()

    assert join(goes, stays) == stays

    goes.refresh_from_db()
    assert goes.merged_into == stays
    assert list(Volunteer.objects.present()) == [stays]
    assert logged(goes)[0] == logged(stays)[0] == "people.merge"


def test_merging_stays_flat(join, somebody):
    first, second, third = somebody(), somebody(), somebody()

    join(first, second)
    join(second, third)

    assert set(Volunteer.objects.one_with(third.pk)) == {first, second, third}


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda a, b, c: (a, a), "same_person"),
        (lambda a, b, c: (a, VolunteerFactory()), "other_community"),
        (lambda a, b, c: (c, a), "merged"),
        (lambda a, b, c: (a, c), "merged"),
    ],
    ids=["oneself", "of another community", "who went already", "into whom went already"],
)
def test_some_entries_cannot_be_joined(join, somebody, make, code):
    a, b, c = somebody(), somebody(), somebody()
    join(c, b)

    goes, stays = make(a, b, c)

    assert code_of(join(goes, stays)) == code
    a.refresh_from_db()
    assert a.merged_into is None


def test_joining_people_takes_the_right(join, somebody):
    assert code_of(join(somebody(), somebody(), by=UserFactory())) == "not_allowed"


def test_no_user_joins_other_hours_to_their_own(join, somebody, worker):
    own = somebody()
    Volunteer.objects.filter(pk=own.pk).update(user=worker)
    own.refresh_from_db()

    assert code_of(join(somebody(), own)) == "own_entry"
    assert code_of(join(own, somebody())) == "own_entry"


def test_no_user_joins_hours_to_those_of_their_child(join, somebody, worker):
    child = somebody(birth_date=dt.date(2014, 1, 1))
    consents.record_consent(
        volunteer=child, kind="guardian", granted=True, guardian=worker, evidence="…", by=None, at=NOW
    )

    assert code_of(join(somebody(), child)) == "own_entry"
    assert code_of(join(child, somebody())) == "own_entry"


def test_two_birth_dates_have_to_be_confirmed(join, somebody):
    goes = somebody(birth_date=dt.date(1960, 1, 1))
    stays = somebody(birth_date=dt.date(1961, 1, 1))

    assert code_of(join(goes, stays)) == "birth_dates_differ"
    assert join(goes, stays, sure=True) == stays
    assert stays.birth_date == dt.date(1961, 1, 1)


def test_the_one_who_stays_takes_over_missing_data(join, mark, somebody):
    goes, stays = somebody(phone="13911112222", birth_date=dt.date(1960, 1, 1)), somebody()

    joined = join(goes, stays)

    assert (joined.phone, joined.birth_date) == ("13911112222", dt.date(1960, 1, 1))


def test_a_person_on_the_roll_is_no_newcomer_after_joining(join, mark, somebody):
    assert not join(somebody(), mark()).provisional
    assert join(mark("刘一"), mark("刘二")).provisional


@pytest.mark.parametrize("who", ["goes", "stays"])
def test_a_suspension_of_either_holds(join, somebody, worker, who):
    pair = {"goes": somebody(), "stays": somebody()}
    volunteers.suspend(volunteer=pair[who], reason="打架", by=worker, at=NOW)

    joined = join(**pair)

    assert (joined.suspended_at, joined.suspended_reason) == (NOW, "打架")


def test_consents_count_for_the_one_who_stays(join, somebody, worker):
    goes, stays = somebody(), somebody()
    for hour, (person, granted) in enumerate([(stays, False), (goes, True)]):
        consents.record_consent(
            volunteer=person,
            kind=Consent.Kind.PUBLIC_NOTICE,
            granted=granted,
            evidence="表",
            by=worker,
            at=NOW + dt.timedelta(hours=hour),
        )

    join(goes, stays)

    assert consents.latest_consent(stays, Consent.Kind.PUBLIC_NOTICE).granted
    assert Consent.objects.filter(volunteer=goes).count() == 2


# Logins


def test_the_only_login_goes_on_with_the_one_who_stays(join, somebody, client):
    goes, stays = somebody(login=True), somebody()
    login = goes.user
    client.force_login(login, backend=BACKEND)

    join(goes, stays)

    assert stays_of(login) == stays
    assert client.get("/my/").context["volunteer"] == stays
    assert set(find_logins(goes.number)) == {login} == set(find_logins(stays.number))


def test_of_two_logins_the_one_who_goes_loses_theirs_and_is_signed_out(join, somebody, client):
    goes, stays = somebody(login=True, phone="13911112222"), somebody(login=True)
    client.force_login(goes.user, backend=BACKEND)

    join(goes, stays)

    goes.user.refresh_from_db()
    assert not goes.user.is_active
    assert client.get("/my/").status_code == 302
    for name in ("13911112222", goes.number, stays.number):
        assert list(find_logins(name)) == [stays.user]


def test_a_login_with_duties_is_not_closed(join, somebody, community):
    goes, stays = somebody(login=True), somebody(login=True)
    duties.grant_duty(user=goes.user, community=community, role=DutyRole.TRAINER, by=None)

    assert code_of(join(goes, stays)) == "staff_login"
    assert join(stays, goes) == goes


def test_no_slip_printed_before_opens_somebodys_duties(join, somebody, community, worker):
    goes, stays = somebody(login=True), somebody()
    duties.grant_duty(user=goes.user, community=community, role=DutyRole.ADMINISTRATOR, by=None)
    [(_slip, code)] = slips.print_slips(volunteers=[stays], by=worker, at=NOW)

    join(goes, stays)

    assert code_of(slips.redeem_slip(code=code, at=NOW)) == "slip_outgrown"


def test_an_unused_slip_signs_in_the_one_who_stays(join, somebody):
    goes, stays = somebody(), somebody()
    [(_slip, code)] = slips.print_slips(volunteers=[goes], by=None, at=NOW)

    join(goes, stays)

    assert stays_of(slips.redeem_slip(code=code, at=NOW)) == stays


def test_a_login_made_for_a_person_just_merged_is_that_of_the_one_who_stays(join, somebody):
    goes, stays = somebody(), somebody()
    join(goes, stays)

    assert stays_of(logins.login_for(volunteer=goes)) == stays


# Signals


def test_a_signal_on_commit_names_each_person_who_went(join, somebody, django_capture_on_commit_callbacks):
    told = []
    volunteers_merged.connect(listen := lambda volunteer_id, into_id, **_: told.append((volunteer_id, into_id)))
    first, second, third = somebody(), somebody(), somebody()
    join(first, second)

    with django_capture_on_commit_callbacks(execute=True):
        join(second, third)

    volunteers_merged.disconnect(listen)
    assert sorted(told) == [(first.pk, third.pk), (second.pk, third.pk)]
