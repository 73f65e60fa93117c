import datetime as dt
import re

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Group
from wagtail.log_actions import registry as log

from academy.core import keys
from academy.people.models import Consent, Duty, Slip, User, Volunteer
from academy.people.permissions import DUTY_RIGHTS, DutyRole, Right
from academy.people.services import consents, duties, logins, personal_data, registration, slips, volunteers
from academy.people.signals import duties_changed
from tests.answers import code_of
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


def logged(instance: object) -> list[str]:
    return [entry.action for entry in log.get_logs_for_instance(instance)]


# Volunteers


def test_a_volunteer_number_is_v_year_sequence_and_a_check_character():
    first, second = VolunteerFactory(at=NOW), VolunteerFactory(at=NOW)

    assert re.fullmatch(r"V2027000001[0-9A-Z]", first.number)
    assert second.number.startswith("V2027000002")
    assert first.number[-1] == keys.check_character(first.number[:-1])


def test_the_year_of_a_number_is_the_local_one():
    new_year_in_shanghai = dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC)

    assert VolunteerFactory(at=new_year_in_shanghai).number.startswith("V2027")


def test_registering_keeps_who_did_it_and_the_consent():
    worker = UserFactory()
    volunteer = VolunteerFactory(by=worker, at=NOW, evidence="签字的登记表")

    consent = consents.latest_consent(volunteer, Consent.Kind.REGISTRATION)
    assert consent is not None
    assert (consent.granted, consent.evidence, consent.recorded_by) == (True, "签字的登记表", worker)
    assert (volunteer.registered_by, volunteer.registered_at) == (worker, NOW)
    assert "people.register" in logged(volunteer)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("王　英", "王英"),
        (" 王 秀 英 ", "王秀英"),
        ("José  García", "José García"),
        ("阿依努尔·买买提", "阿依努尔·买买提"),
    ],
)
def test_a_name_is_tidied_as_its_language_writes_it(typed, kept):
    assert VolunteerFactory(name=typed).name == kept


@pytest.mark.parametrize(
    ("born", "refused"),
    [(dt.date(2019, 1, 10), False), (dt.date(2019, 1, 11), True), (dt.date(2027, 1, 1), True)],
    ids=["eighth birthday today", "a day short of eight", "a baby"],
)
def test_n1_no_child_under_eight_is_registered(born, refused):
    answer = registration.register_volunteer(
        community=CommunityFactory(), name="小明", birth_date=born, by=None, at=NOW, evidence="表"
    )

    assert (code_of(answer) == "too_young") is refused
    assert Volunteer.objects.exists() is not refused


def test_n1_a_community_may_ask_for_more_years():
    community = CommunityFactory()
    RuleSetFactory(community=community, values={"min_age": 14})

    answer = registration.register_volunteer(
        community=community, name="小明", birth_date=dt.date(2015, 1, 1), by=None, at=NOW, evidence="表"
    )

    assert code_of(answer) == "too_young"


def test_suspending_and_reinstating_leave_a_trace():
    volunteer, worker = VolunteerFactory(), UserFactory()

    volunteers.suspend(volunteer=volunteer, reason="多次无故缺席", by=worker, at=NOW)
    volunteer.refresh_from_db()
    assert volunteer.is_suspended and volunteer.suspended_reason == "多次无故缺席"

    volunteers.reinstate(volunteer=volunteer, by=worker, at=NOW)
    volunteer.refresh_from_db()
    assert not volunteer.is_suspended and volunteer.suspended_reason == ""
    assert {"people.suspend", "people.reinstate"} <= set(logged(volunteer))


# Logins


def test_a_login_is_made_once_and_has_no_password():
    volunteer = VolunteerFactory(phone="13800138000")

    user = logins.login_for(volunteer=volunteer)

    assert logins.login_for(volunteer=volunteer) == user
    assert (user.username, user.phone) == (volunteer.number.lower(), None)
    assert not user.has_usable_password()
    assert user.get_full_name() == volunteer.name


def test_a_contact_names_an_existing_login_in_any_spelling():
    volunteer, colleague = VolunteerFactory(login=True), UserFactory(email="li@example.org", phone="13900139000")

    assert logins.login_of(contact=volunteer.number.lower(), name="", by=None) == volunteer.user
    assert logins.login_of(contact="+86 139-0013-9000", name="", by=None) == colleague
    assert logins.login_of(contact="Li@example.org", name="", by=None) == colleague


def test_a_volunteer_without_a_login_is_given_one_by_their_number():
    volunteer = VolunteerFactory()

    user = logins.login_of(contact=volunteer.number, name="别人", by=None)

    assert user.volunteer == volunteer and user.get_full_name() == volunteer.name


@pytest.mark.parametrize(
    ("contact", "phone", "email"), [("13900139000", "13900139000", ""), ("Li@example.org", None, "li@example.org")]
)
def test_an_unknown_contact_becomes_a_login_of_the_staff_once(contact, phone, email):
    administrator = UserFactory()

    user = logins.login_of(contact=contact, name="李老师", by=administrator)

    assert (str(user), user.phone, user.email, user.has_usable_password()) == ("李老师", phone, email, False)
    assert [entry.user for entry in log.get_logs_for_instance(user)] == [administrator]
    assert logins.login_of(contact=contact, name="李老师", by=administrator) == user


# Consents


def test_the_latest_consent_of_a_kind_is_in_force():
    volunteer = VolunteerFactory()
    for granted in (True, False):
        consents.record_consent(
            volunteer=volunteer, kind=Consent.Kind.PUBLIC_NOTICE, granted=granted, evidence="口头", by=None, at=NOW
        )

    latest = consents.latest_consent(volunteer, Consent.Kind.PUBLIC_NOTICE)
    assert latest is not None and latest.granted is False
    assert consents.latest_consent(volunteer, Consent.Kind.GUARDIAN) is None


# Slips


def printed(volunteer: Volunteer) -> str:
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=NOW)
    return code


def test_a_slip_signs_in_once():
    volunteer = VolunteerFactory()
    code = printed(volunteer)

    user = slips.redeem_slip(code=code, at=NOW)

    assert isinstance(user, User) and user.volunteer == volunteer
    assert code_of(slips.redeem_slip(code=code, at=NOW)) == "slip_used"


def test_a_slip_is_read_as_people_type_it():
    code = printed(VolunteerFactory())

    assert isinstance(slips.find_slip(f" {keys.split_key(code).lower()} "), Slip)


def test_a_new_slip_replaces_the_one_before():
    volunteer = VolunteerFactory()
    old, new = printed(volunteer), printed(volunteer)

    assert code_of(slips.redeem_slip(code=old, at=NOW)) == "slip_replaced"
    assert isinstance(slips.redeem_slip(code=new, at=NOW), User)


def test_an_unknown_code_is_refused():
    assert code_of(slips.redeem_slip(code="0000000000", at=NOW)) == "unknown_slip"


def test_finding_a_slip_does_not_use_it_up():
    code = printed(VolunteerFactory())

    assert isinstance(slips.find_slip(code), Slip)
    assert Slip.objects.get().used_at is None


def test_a_closed_login_is_not_opened_by_a_slip():
    volunteer = VolunteerFactory(login=True)
    User.objects.update(is_active=False)

    assert code_of(slips.redeem_slip(code=printed(volunteer), at=NOW)) == "login_closed"


def test_only_a_keyed_hash_of_the_code_is_kept():
    code = printed(VolunteerFactory())

    assert code not in str(list(Slip.objects.values()))


def test_a_merged_person_signs_in_as_the_one_who_stays():
    merged, staying = VolunteerFactory(), VolunteerFactory(login=True)
    code = printed(merged)
    Volunteer.objects.filter(pk=merged.pk).update(merged_into=staying)

    assert slips.redeem_slip(code=code, at=NOW) == staying.user


def test_a_merged_person_gets_no_new_slip():
    merged = VolunteerFactory()
    Volunteer.objects.filter(pk=merged.pk).update(merged_into=VolunteerFactory())
    merged.refresh_from_db()

    assert slips.print_slips(volunteers=[merged], by=None, at=NOW) == []
    assert code_of(slips.cannot_have_slip(merged, by=None)) == "merged"


def test_a_social_worker_cannot_print_their_way_into_an_administrators_duties():
    community = CommunityFactory()
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    administrator = UserFactory(duties=[(community, DutyRole.ADMINISTRATOR)])
    colleague = VolunteerFactory(community=community, login=True)
    duties.grant_duty(user=colleague.user, community=community, role=DutyRole.SOCIAL_WORKER, by=None)

    assert code_of(slips.cannot_have_slip(colleague, by=worker)) == "staff_slip"
    assert slips.print_slips(volunteers=[colleague], by=worker, at=NOW) == []
    assert len(slips.print_slips(volunteers=[colleague], by=administrator, at=NOW)) == 1


def test_everybody_may_have_a_slip_for_themselves():
    community = CommunityFactory()
    worker = VolunteerFactory(community=community, login=True)
    duties.grant_duty(user=worker.user, community=community, role=DutyRole.SOCIAL_WORKER, by=None)

    assert len(slips.print_slips(volunteers=[worker], by=worker.user, at=NOW)) == 1


# Duties


@pytest.mark.parametrize("role", DutyRole)
def test_a_duty_opens_the_admin_only_with_the_right(role):
    community, user = CommunityFactory(slug="huayuan"), UserFactory()

    duties.grant_duty(user=user, community=community, role=role, by=None)

    user = User.objects.get(pk=user.pk)
    assert list(user.groups.values_list("name", flat=True)) == [f"huayuan:{role}"]
    assert user.has_perm("wagtailadmin.access_admin") is (Right.OPEN_ADMIN in DUTY_RIGHTS[role])
    assert "people.grant_duty" in logged(user)


def test_revoking_a_duty_removes_its_group():
    community, user = CommunityFactory(), UserFactory()
    duties.grant_duty(user=user, community=community, role=DutyRole.TRAINER, by=None)

    duties.revoke_duty(user=user, community=community, role=DutyRole.TRAINER, by=None)

    assert not Duty.objects.exists()
    assert not user.groups.exists()
    assert Group.objects.count() >= 1


@pytest.mark.parametrize(
    ("role", "same_community", "allowed"),
    [
        (DutyRole.ADMINISTRATOR, True, True),
        (DutyRole.ADMINISTRATOR, False, False),
        (DutyRole.SOCIAL_WORKER, True, False),
        (DutyRole.APPROVER, True, False),
    ],
)
def test_only_the_communitys_administrator_grants_duties(role, same_community, allowed):
    community = CommunityFactory()
    by = UserFactory(duties=[(community if same_community else CommunityFactory(), role)])

    answer = duties.grant_duty(user=UserFactory(), community=community, role=DutyRole.TRAINER, by=by)

    assert (code_of(answer) == "") is allowed
    assert allowed or code_of(answer) == "not_allowed"


def test_a_community_keeps_an_administrator():
    community = CommunityFactory()
    user = UserFactory(duties=[(community, DutyRole.ADMINISTRATOR)])

    answer = duties.revoke_duty(user=user, community=community, role=DutyRole.ADMINISTRATOR, by=user)

    assert code_of(answer) == "last_administrator"
    assert Duty.objects.filter(user=user).exists()


def test_a_change_of_duties_is_announced():
    community, user, heard = CommunityFactory(), UserFactory(), []

    def listen(sender, user, community, **kwargs):
        heard.append((user, community))

    duties_changed.connect(listen)
    try:
        duties.grant_duty(user=user, community=community, role=DutyRole.TRAINER, by=None)
        duties.revoke_duty(user=user, community=community, role=DutyRole.TRAINER, by=None)
    finally:
        duties_changed.disconnect(listen)

    assert heard == [(user, community)] * 2


# Personal data


@pytest.fixture
def encrypted() -> tuple[Volunteer, str]:
    volunteer = VolunteerFactory()
    text = personal_data.encrypt_for(volunteer, {"phone": "13800138000"})
    assert isinstance(text, str)
    return volunteer, text


def test_personal_data_is_readable_until_the_key_is_destroyed(encrypted):
    volunteer, text = encrypted

    assert "13800138000" not in text
    assert personal_data.decrypt_for(volunteer, text) == {"phone": "13800138000"}

    volunteer.personal_key.delete()
    assert code_of(personal_data.decrypt_for(volunteer, text)) == "personal_data_gone"
    assert code_of(personal_data.encrypt_for(volunteer, {})) == "personal_data_gone"


def test_under_another_master_key_data_is_locked_and_not_gone(encrypted, settings):
    volunteer, text = encrypted
    right = settings.PERSONAL_DATA_KEYS
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode()]

    assert code_of(personal_data.decrypt_for(volunteer, text)) == "personal_data_locked"
    assert code_of(personal_data.encrypt_for(volunteer, {})) == "personal_data_locked"

    settings.PERSONAL_DATA_KEYS = right
    assert personal_data.decrypt_for(volunteer, text) == {"phone": "13800138000"}


def test_changed_text_and_another_persons_text_are_damaged(encrypted):
    volunteer, text = encrypted

    assert code_of(personal_data.decrypt_for(volunteer, text[:-8])) == "personal_data_damaged"
    assert code_of(personal_data.decrypt_for(VolunteerFactory(), text)) == "personal_data_damaged"
