"""Erasing a person's data: what goes, what stays, and who is kept from it (V3)."""

import datetime as dt

import pytest
from django.utils import timezone
from wagtail.log_actions import registry as log
from wagtail.models import ModelLogEntry

from academy.activities.models import SignUp
from academy.core.refusals import Refusal
from academy.families import services as families
from academy.families.models import Agency
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from academy.messaging.models import Message
from academy.people import cards
from academy.people.models import Card, Consent, PersonalKey, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import duties, erasing, merging, personal_data, slips, volunteers
from academy.people.services.consents import has_consented
from academy.roll.models import RollFile, RollLine
from academy.units import services as units
from academy.units.models import UnitMembership
from tests.factories import ActivityFactory, CommunityFactory, UnitFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home):
    return UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])


@pytest.fixture
def volunteer(home):
    return VolunteerFactory(
        community=home, name="王秀英", phone="13900000011", birth_date=dt.date(1958, 3, 5), login=True
    )


def erase(volunteer, worker):
    answer = erasing.erase(volunteer=volunteer, by=worker, at=timezone.now())
    volunteer.refresh_from_db()
    return answer


def code_of(answer):
    assert isinstance(answer, Refusal), answer
    return answer.code


def tomorrow(home, **facts):
    start = timezone.now() + dt.timedelta(days=1)
    return ActivityFactory(
        community=home, shifts=[{"starts_at": start, "ends_at": start + dt.timedelta(hours=2)}], **facts
    )


def test_name_contact_and_key_go_and_the_number_stays(volunteer, worker):
    number, sealed = volunteer.number, personal_data.encrypt_for(volunteer, {"remark": "秘密"})

    erase(volunteer, worker)

    assert (volunteer.number, volunteer.name, volunteer.phone, volunteer.birth_date) == (number, "已注销", "", None)
    assert volunteer.masked_name == "已注销"
    assert not PersonalKey.objects.filter(volunteer=volunteer).exists()
    assert code_of(personal_data.decrypt_for(volunteer, sealed)) == "personal_data_gone"
    assert code_of(personal_data.encrypt_for(volunteer, {})) == "personal_data_gone"


def test_the_roll_lists_the_number_and_no_chooser_offers_it(volunteer, worker):
    erase(volunteer, worker)

    assert volunteer in Volunteer.objects.listed() and volunteer not in Volunteer.objects.present()


def test_cards_slips_and_sign_ins_end_at_once(client, volunteer, worker):
    card = cards.card_for(volunteer=volunteer, by=worker, at=timezone.now())
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=worker, at=timezone.now())
    client.force_login(volunteer.user)

    erase(volunteer, worker)

    assert not Card.objects.filter(pk=card.pk, revoked_at=None).exists()
    assert code_of(slips.find_slip(code)) == "slip_replaced"
    assert client.get("/my/").status_code == 302
    assert not volunteer.user.is_active and not volunteer.user.has_usable_password()
    assert code_of(slips.cannot_have_slip(volunteer, by=worker)) == "erased"


def test_places_to_come_are_free_again_and_past_ones_stay(home, volunteer, worker):
    past, coming = ActivityFactory(community=home), tomorrow(home)
    was, will = sign_up(volunteer, past.shifts.get()), sign_up(volunteer, coming.shifts.get())

    erase(volunteer, worker)

    assert list(SignUp.objects.filter(cancelled_at=None)) == [was]
    will.refresh_from_db()
    assert will.cancelled_at is not None


def test_consents_families_units_and_messages_end(home, volunteer, worker):
    now, elder = timezone.now(), VolunteerFactory(community=home)
    families.allow_agent(volunteer=elder, user=volunteer.user, evidence="当面", by=worker, at=now)
    units.put_in_unit(volunteer=volunteer, unit=UnitFactory(community=home), by=None, at=now)
    messaging.send(kind=ANSWER, volunteer=volunteer, key="hello", text="王秀英您好", at=now)

    erase(volunteer, worker)

    assert not has_consented(volunteer, Consent.Kind.REGISTRATION, day=timezone.localdate())
    assert not (Agency.objects.exists() or UnitMembership.objects.exists() or Message.objects.exists())


def test_the_log_keeps_its_entries_without_the_name(home, volunteer, worker):
    families.allow_agent(
        volunteer=volunteer, user=UserFactory(), evidence="王秀英当面说的", by=worker, at=timezone.now()
    )
    membership = units.put_in_unit(volunteer=volunteer, unit=UnitFactory(community=home), by=None, at=timezone.now())
    before = ModelLogEntry.objects.count()

    erase(volunteer, worker)

    assert ModelLogEntry.objects.count() > before
    assert not ModelLogEntry.objects.filter(label__contains="王秀英").exists()
    assert not any("王秀英" in str(entry.data) for entry in ModelLogEntry.objects.all())
    [entry] = log.get_logs_for_instance(membership)
    assert volunteer.number in entry.label
    assert [one.user for one in log.get_logs_for_instance(volunteer) if one.action == "people.erase"] == [worker]


def test_of_others_entries_an_agent_is_named_by_the_number(home, volunteer, worker):
    elder = VolunteerFactory(community=home, name="赵淑珍", login=True)
    families.allow_agent(volunteer=elder, user=volunteer.user, evidence="口头", by=worker, at=timezone.now())
    log.log(volunteer.user, "wagtail.edit", user=volunteer.user, data={"address": "10.0.0.1"})

    erase(volunteer, worker)

    entries = [f"{entry.label} {entry.data}" for entry in ModelLogEntry.objects.all()]
    assert not any("王秀英" in entry or "10.0.0.1" in entry for entry in entries)
    assert any(volunteer.number in str(entry.data) for entry in log.get_logs_for_instance(elder))


def test_lines_of_an_imported_list_are_emptied(home, volunteer, worker):
    file = RollFile.objects.create(
        community=home, name="1.csv", file="1", size=1, sha256="1", uploaded_by=worker, uploaded_at=timezone.now()
    )
    line = RollLine.objects.create(
        source=file, row=2, verdict=0, name="王秀英", details={"area": "3栋"}, document="sealed", volunteer=volunteer
    )

    erase(volunteer, worker)

    line.refresh_from_db()
    assert (line.name, line.details, line.document) == ("", {}, "")


def test_merged_rows_are_erased_too(home, volunteer, worker):
    goes = VolunteerFactory(community=home, name="王秀英", phone="13900000012")
    merging.merge(volunteer=goes, into=volunteer, by=worker, at=timezone.now())
    goes.refresh_from_db()

    erase(goes.stays, worker)

    goes.refresh_from_db()
    assert (goes.name, goes.phone) == ("已注销", "") and goes.erased_at
    assert not PersonalKey.objects.filter(volunteer=goes).exists()


def test_a_member_of_staff_gives_up_the_duty_first(home, volunteer, worker):
    duties.grant_duty(user=volunteer.user, community=home, role=DutyRole.APPROVER, by=None)

    assert code_of(erase(volunteer, worker)) == "erased_login_with_duties"
    assert volunteer.name == "王秀英"


def test_a_leader_hands_the_activity_over_first(home, volunteer, worker):
    tomorrow(home, leader=volunteer)

    assert code_of(erase(volunteer, worker)) == "leads_activities"
    assert volunteer.name == "王秀英"


def test_a_second_time_changes_no_row(volunteer, worker):
    erase(volunteer, worker)

    assert code_of(erase(volunteer, worker)) == "erased"


def test_an_erased_entry_is_neither_corrected_nor_joined(home, volunteer, worker):
    other = VolunteerFactory(community=home)
    erase(volunteer, worker)
    at = timezone.now()

    corrected = volunteers.correct_volunteer(
        volunteer=volunteer, name="王秀英", phone="", birth_date=None, by=worker, at=at
    )
    assert code_of(corrected) == "erased"
    assert code_of(merging.merge(volunteer=volunteer, into=other, by=worker, at=at)) == "erased"
