"""A key to a login is given only by a user who manages all that the login opens (ADR 36)."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.families import services as families
from academy.families.models import Agency
from academy.people.models import Consent, Duty, Slip, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties, logins, merging, sessions, slips
from tests.answers import code_of
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def abroad():
    return CommunityFactory(name="河畔社区")


@pytest.fixture
def administrator(home, client):
    administrator = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    client.force_login(administrator)
    return administrator


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


def volunteer_of(community, **fields):
    return VolunteerFactory(community=community, login=True, at=NOW, **fields)


def errors(response):
    assert response.status_code == 200, "the form was accepted"
    return {name: [str(error) for error in each] for name, each in response.context["form"].errors.items()}


def grant(client, home, who, **more):
    return client.post(reverse("duty:add"), {"community": home.pk, "role": "approver", "who": who, **more})


def leader_of(community):
    leader = volunteer_of(community)
    ActivityFactory(community=community, leader=leader)
    return leader


# Looking a login up


@pytest.mark.parametrize("who", [volunteer_of, leader_of, VolunteerFactory])
@pytest.mark.parametrize("by", ["number", "phone"])
def test_a_person_of_another_community_is_as_unknown_as_one_who_does_not_exist(
    client, administrator, home, abroad, who, by
):
    theirs = who(abroad) if who is not VolunteerFactory else VolunteerFactory(community=abroad, at=NOW)
    Volunteer.objects.filter(pk=theirs.pk).update(phone="13900139000")
    theirs.refresh_from_db()
    missing = {"number": "V2027999999X", "phone": "13700137000"}[by]

    found, unknown = (errors(grant(client, home, text)) for text in (getattr(theirs, by), missing))

    assert found == unknown
    assert not Duty.objects.filter(role="approver").exists()
    theirs.refresh_from_db()
    assert theirs.user is None or not theirs.user.is_staff


@pytest.mark.parametrize("contact", [{"phone": "13900139000"}, {"email": "li@example.org"}])
def test_staff_of_another_community_are_neither_found_nor_named(client, administrator, home, abroad, contact):
    theirs = UserFactory(first_name="李金丝雀", duties=[(abroad, DutyRole.TRAINER)], **contact)
    [who] = contact.values()

    assert "金丝雀" not in str(errors(grant(client, home, who)))
    answer = grant(client, home, who, name="李金丝雀")

    assert errors(answer)["who"]
    assert list(theirs.duties.values_list("community", flat=True)) == [abroad.pk]
    assert User.objects.filter(**contact).count() == 1


def test_a_phone_of_another_communitys_volunteer_may_be_a_colleagues_too(client, administrator, home, abroad):
    theirs = volunteer_of(abroad, phone="13900139000")

    grant(client, home, "13900139000", name="李老师")

    assert Duty.objects.get(role="approver").user != theirs.user


def test_a_colleague_who_returns_keeps_their_sign_in(client, administrator, home):
    former = logins.staff_login(name="李老师", phone="13900139000", by=None)

    assert errors(grant(client, home, "13900139000", name="王老师"))["who"]
    grant(client, home, "13900139000", name="李老师")

    assert Duty.objects.get(role="approver").user == former


# Handing out a key


@pytest.fixture
def takes(client, home, administrator):
    """Return a function that reports whether the administrator at home gets a password link for a login."""

    def attempt(user):
        held = duties.grant_duty(user=user, community=home, role=DutyRole.TRAINER, by=None)
        response = client.post(reverse("duty:password_link", args=[held.pk]))
        return "/accounts/password/reset/key/" in response.content.decode()

    return attempt


def test_a_password_link_opens_no_person_of_another_community(takes, home, abroad):
    assert takes(volunteer_of(home).user)
    assert not takes(volunteer_of(abroad).user)
    assert not takes(leader_of(abroad).user)


def test_a_password_link_opens_nobody_whom_the_login_acts_for_elsewhere(takes, home, abroad):
    agent, guardian = volunteer_of(home), volunteer_of(home)
    families.allow_agent(volunteer=volunteer_of(abroad), user=agent.user, evidence="…", by=None, at=NOW)
    consents.record_consent(
        volunteer=volunteer_of(abroad, birth_date=dt.date(2014, 1, 1)),
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=guardian.user,
        evidence="…",
        by=None,
        at=NOW,
    )

    assert not takes(agent.user)
    assert not takes(guardian.user)


def test_a_password_link_is_made_for_the_agent_of_a_neighbour(takes, home):
    agent = volunteer_of(home)
    families.allow_agent(volunteer=volunteer_of(home), user=agent.user, evidence="…", by=None, at=NOW)

    assert takes(agent.user)


def test_a_slip_opens_nobody_whom_the_login_acts_for_elsewhere(worker, home, abroad):
    agent = volunteer_of(home)
    families.allow_agent(volunteer=volunteer_of(abroad), user=agent.user, evidence="…", by=None, at=NOW)

    assert code_of(slips.cannot_have_slip(agent, by=worker)) == "opens_elsewhere"
    assert slips.print_slips(volunteers=[agent], by=worker, at=NOW) == []


def test_a_slip_is_printed_for_people_of_the_own_community_alone(worker, home, abroad):
    for theirs in (volunteer_of(abroad), VolunteerFactory(community=abroad)):
        assert code_of(slips.cannot_have_slip(theirs, by=worker)) == "not_allowed"
    assert slips.print_slips(volunteers=[volunteer_of(home), VolunteerFactory(community=home)], by=worker, at=NOW)
    assert Slip.objects.count() == 2


# A key that was handed out before the login opened more


def gets_duty(volunteer, home, abroad):
    duties.grant_duty(user=volunteer.user, community=home, role=DutyRole.APPROVER, by=None)


def gets_duty_elsewhere(volunteer, home, abroad):
    duties.grant_duty(user=volunteer.user, community=abroad, role=DutyRole.TRAINER, by=None)


def acts_for_somebody_elsewhere(volunteer, home, abroad):
    families.allow_agent(volunteer=volunteer_of(abroad), user=volunteer.user, evidence="…", by=None, at=NOW)


GAINS = [gets_duty, gets_duty_elsewhere, acts_for_somebody_elsewhere]


@pytest.mark.parametrize("gain", GAINS)
def test_a_slip_opens_nothing_that_its_printer_may_not_open_by_then(client, worker, home, abroad, gain):
    person = volunteer_of(home)
    [(_slip, code)] = slips.print_slips(volunteers=[person], by=worker, at=NOW)

    gain(person, home, abroad)

    assert code_of(slips.find_slip(code)) == "slip_outgrown"
    client.post(f"/s/{code}/")
    assert "_auth_user_id" not in client.session
    assert Slip.objects.get().used_at is None


def test_a_slip_for_somebody_who_gained_nothing_outlives_its_printers_duty(worker, home):
    person = volunteer_of(home)
    [(_slip, code)] = slips.print_slips(volunteers=[person], by=worker, at=NOW)

    duties.revoke_duty(user=worker, community=home, role=DutyRole.SOCIAL_WORKER, by=None)

    assert slips.redeem_slip(code=code, at=NOW) == person.user


def test_a_slip_for_a_member_of_staff_ends_with_its_printers_duty(home):
    printer, person = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)]), volunteer_of(home)
    gets_duty(person, home, None)
    [(_slip, code)] = slips.print_slips(volunteers=[person], by=printer, at=NOW)
    assert slips.find_slip(code).volunteer == person

    duties.revoke_duty(user=printer, community=home, role=DutyRole.ADMINISTRATOR, by=None)

    assert code_of(slips.redeem_slip(code=code, at=NOW)) == "slip_outgrown"


def signed_out(volunteer, home, abroad):
    sessions.end_all_sessions(user=volunteer.user, reason="desk", by=None, at=NOW)


@pytest.mark.parametrize("gain", [None, *GAINS, signed_out])
def test_a_password_link_ends_when_its_login_opens_more_or_is_signed_out(client, home, abroad, gain):
    person = volunteer_of(home)
    link = logins.password_link(user=person.user, by=None)
    if gain:
        gain(person, home, abroad)

    form = client.get(link, follow=True)

    assert ('name="password1"' in form.content.decode()) == (gain is None)


# Joining two entries hands on a login


def test_joining_gives_nobody_the_people_of_another_community(worker, home, abroad):
    agent, other, elder = volunteer_of(home), volunteer_of(home), volunteer_of(abroad)
    families.allow_agent(volunteer=elder, user=agent.user, evidence="…", by=None, at=NOW)

    assert code_of(merging.merge(volunteer=agent, into=other, by=worker, at=NOW)) == "opens_elsewhere"
    assert Agency.objects.get(volunteer=elder).user == agent.user


@pytest.mark.parametrize("role", [None, DutyRole.APPROVER])
def test_joining_gives_a_members_of_staff_login_no_new_address(worker, home, role):
    """A link to a new password goes to the address of the login."""
    goes, stays = volunteer_of(home), volunteer_of(home)
    logins.rename_login(user=goes.user, name="", email="puppet@example.org")
    if role:
        duties.grant_duty(user=stays.user, community=home, role=role, by=None)

    assert merging.merge(volunteer=goes, into=stays, by=worker, at=NOW) == stays

    stays.user.refresh_from_db()
    assert stays.user.email == ("" if role else "puppet@example.org")


# Consents


def consent(client, volunteer, **changes):
    data = {"volunteer": volunteer.pk, "kind": "agency", "granted": "yes", "evidence": "口头"} | changes
    return client.post(reverse("consent:add"), data)


def test_staff_make_themselves_nobodys_agent(client, worker, home):
    own = volunteer_of(home)
    duties.grant_duty(user=own.user, community=home, role=DutyRole.SOCIAL_WORKER, by=None)
    client.force_login(own.user)
    elder = volunteer_of(home)

    assert errors(consent(client, elder, other=own.number))["other"]
    assert not Agency.objects.exists()
    assert not Consent.objects.filter(kind=Consent.Kind.AGENCY).exists()


@pytest.mark.parametrize("kind", ["agency", "guardian"])
def test_a_consent_names_nobody_of_another_community(client, worker, home, abroad, kind):
    client.force_login(worker)
    child, theirs = volunteer_of(home, birth_date=dt.date(2014, 1, 1)), volunteer_of(abroad)

    found, unknown = (errors(consent(client, child, kind=kind, other=who)) for who in (theirs.number, "V2027999999X"))

    assert found == unknown
    assert not Agency.objects.exists()


def test_a_guardian_from_another_community_can_withdraw(client, worker, home, abroad):
    client.force_login(worker)
    child, theirs = volunteer_of(home, birth_date=dt.date(2014, 1, 1)), volunteer_of(abroad)
    given = {"volunteer": child, "kind": Consent.Kind.GUARDIAN, "guardian": theirs.user, "evidence": "…"}
    consents.record_consent(granted=True, by=None, at=NOW - dt.timedelta(days=1), **given)

    assert consent(client, child, kind="guardian", granted="no", other=theirs.number).status_code == 302
    assert not consents.has_consented(child, Consent.Kind.GUARDIAN, day=NOW.date())
