"""Two people on one phone, each with a slip."""

import pytest
from django.utils import timezone

from academy.families import belongings
from academy.families import services as families
from academy.families.models import Agency
from academy.people.models import Consent, Slip
from academy.people.permissions import DutyRole, Right
from academy.people.services import consents, duties, logins, slips
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def wife():
    return VolunteerFactory(name="王秀英", login=True)


@pytest.fixture
def husband(wife):
    return VolunteerFactory(community=wife.community, name="李建国")


def slip_of(volunteer) -> str:
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())
    return code


@pytest.fixture
def code(husband):
    return slip_of(husband)


@pytest.fixture
def phone(client, wife):
    client.force_login(wife.user)
    client.cookies["django_language"] = "en"
    return client


def signed_in(client):
    return client.session.get("_auth_user_id")


# The service


def test_the_slip_is_the_consent_and_is_used_up(wife, husband, code):
    at = timezone.now()

    assert families.share_phone(user=wife.user, code=code, at=at) == husband

    agency = Agency.objects.get()
    assert (agency.user, agency.volunteer) == (wife.user, husband)
    assert (agency.consent.kind, agency.consent.granted) == (Consent.Kind.AGENCY, True)
    assert wife.number in agency.consent.evidence
    assert Slip.objects.get().used_at == at
    assert belongings.may(wife.user, Right.CHECK_IN, volunteer=husband)
    husband.refresh_from_db()
    assert husband.user is None


def test_a_used_slip_shares_nothing(wife, code):
    slips.redeem_slip(code=code, at=timezone.now())

    assert families.share_phone(user=wife.user, code=code, at=timezone.now()).code == "slip_used"
    assert not Agency.objects.exists()


def test_a_consent_taken_back_ends_it(wife, husband, code):
    families.share_phone(user=wife.user, code=code, at=timezone.now())
    consents.record_consent(
        volunteer=husband, kind=Consent.Kind.AGENCY, granted=False, evidence="口头", by=None, at=timezone.now()
    )

    assert not Agency.objects.exists()


@pytest.mark.parametrize("whose", ["the phone's", "the slip's", "a superuser's"])
def test_a_back_office_login_shares_no_phone(wife, husband, whose):
    user = wife.user
    if whose == "the phone's":
        duties.grant_duty(user=user, community=wife.community, role=DutyRole.SOCIAL_WORKER, by=None)
    elif whose == "the slip's":
        login = logins.login_for(volunteer=husband)
        duties.grant_duty(user=login, community=CommunityFactory(), role=DutyRole.TRAINER, by=None)
    else:
        user = UserFactory(is_superuser=True)
    code = slip_of(husband)

    assert families.share_phone(user=user, code=code, at=timezone.now()).code == "staff_login"
    assert not Agency.objects.exists()
    assert Slip.objects.get().used_at is None


# The pages


def test_another_slip_asks_whose_the_phone_is(phone, wife, husband, code):
    for page in (
        phone.get(f"/s/{code}/"),
        phone.post(f"/s/{code}/"),
        phone.post("/s/", {"code": code, "next": "/my/"}),
    ):
        text = page.content.decode()
        assert "This phone is 王秀英's" in text
        assert "Add 李*国 to this phone" in text and "Sign in as 李*国 instead" in text
        assert "李建国" not in text
    assert 'name="next" value="/my/"' in text
    assert signed_in(phone) == str(wife.user.pk)
    assert Slip.objects.get().used_at is None


def test_adding_keeps_the_sign_in_and_goes_on(phone, wife, husband, code):
    response = phone.post(f"/s/{code}/", {"then": "share", "next": "/c/ABC/"})

    assert (response.status_code, response["Location"]) == (302, "/c/ABC/")
    assert signed_in(phone) == str(wife.user.pk)
    assert Agency.objects.filter(user=wife.user, volunteer=husband).exists()
    again = phone.post(f"/s/{code}/", {"then": "share", "next": "/c/ABC/"})
    assert (again.status_code, again["Location"]) == (302, "/c/ABC/")


def test_signing_in_instead_changes_the_person(phone, husband, code):
    phone.post(f"/s/{code}/", {"then": "switch"})

    husband.refresh_from_db()
    assert signed_in(phone) == str(husband.user.pk)
    assert not Agency.objects.exists()


def test_the_owners_new_slip_signs_in_without_a_question(phone, wife):
    code = slip_of(wife)

    assert phone.post("/s/", {"code": code})["Location"] == "/my/"
    assert signed_in(phone) == str(wife.user.pk)


def test_a_back_office_login_sees_the_reason_and_may_be_changed(client, husband, code):
    client.force_login(UserFactory(duties=[(husband.community, DutyRole.SOCIAL_WORKER)]))

    page = client.post(f"/s/{code}/", {"then": "share"})

    assert 'data-refusal="staff_login"' in page.content.decode()
    assert 'value="share"' not in page.content.decode()
    client.post(f"/s/{code}/", {"then": "switch"})
    husband.refresh_from_db()
    assert signed_in(client) == str(husband.user.pk)
