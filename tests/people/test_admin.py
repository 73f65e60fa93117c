"""The back office's screens about people."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.people.models import Consent, Slip, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties, merging, slips, volunteers
from academy.people.services import registration as people_registration
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory
from tests.people.desk import NOW, errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


# Volunteers


def registration(home, **changes):
    return {
        "community": home.pk,
        "name": "王秀英",
        "phone": "+86 138 0013 8000",
        "birth_date": "1957-05-01",
        "evidence": "签字的登记表",
    } | changes


def test_r2_a_volunteer_is_registered_with_their_consent(client, worker, home):
    response = client.post(reverse("volunteer:add"), registration(home))

    assert response.status_code == 302
    volunteer = Volunteer.objects.get()
    assert (volunteer.name, volunteer.phone, volunteer.community) == ("王秀英", "13800138000", home)
    assert (volunteer.registered_by, volunteer.registered_at) == (worker, NOW)
    consent = consents.latest_consent(volunteer, Consent.Kind.REGISTRATION)
    assert consent is not None and consent.evidence == "签字的登记表"


def test_r2_no_volunteer_is_registered_without_consent(client, worker, home):
    assert errors(client.post(reverse("volunteer:add"), registration(home, evidence="")))["evidence"]
    assert not Volunteer.objects.exists()


def test_r4_a_wrong_phone_is_reported_at_its_field(client, worker, home):
    assert errors(client.post(reverse("volunteer:add"), registration(home, phone="1234")))["phone"]


def test_n1_a_person_who_is_too_young_is_reported_at_the_birth_date(client, worker, home):
    assert errors(client.post(reverse("volunteer:add"), registration(home, birth_date="2020-01-01")))["birth_date"]
    assert not Volunteer.objects.exists()


def test_n1_the_community_may_set_its_own_age(client, worker, home):
    RuleSetFactory(community=home, values={"min_age": 16})

    assert errors(client.post(reverse("volunteer:add"), registration(home, birth_date="2012-01-01")))["birth_date"]


def test_an_entry_on_the_roll_is_corrected(client, worker, home):
    volunteer = VolunteerFactory(community=home, name="王秀应")

    client.post(reverse("volunteer:edit", args=[volunteer.pk]), {"name": "王秀英", "phone": "", "birth_date": ""})

    volunteer.refresh_from_db()
    assert volunteer.name == "王秀英"
    assert "wagtail.edit" in [entry.action for entry in log.get_logs_for_instance(volunteer)]


def test_n1_a_birth_date_is_not_corrected_to_a_childs(client, worker, home):
    volunteer = VolunteerFactory(community=home, at=NOW, birth_date=dt.date(1957, 5, 1))

    response = client.post(
        reverse("volunteer:edit", args=[volunteer.pk]), {"name": "王秀英", "birth_date": "2024-05-01"}
    )

    assert errors(response)["birth_date"]
    volunteer.refresh_from_db()
    assert volunteer.birth_date == dt.date(1957, 5, 1)


def test_the_page_of_a_volunteer_offers_its_acts(client, worker, home):
    volunteer = VolunteerFactory(community=home)
    page = client.get(reverse("volunteer:edit", args=[volunteer.pk])).content.decode()
    assert reverse("volunteer:suspend", args=[volunteer.pk]) in page
    assert f"print_slips/?id={volunteer.pk}" in page


def test_a_suspension_has_a_reason(client, worker, home):
    volunteer = VolunteerFactory(community=home)
    url = reverse("volunteer:suspend", args=[volunteer.pk])

    assert errors(client.post(url, {"reason": ""}))["reason"]
    assert client.post(url, {"reason": "多次无故缺席"}).status_code == 302
    volunteer.refresh_from_db()
    assert (volunteer.suspended_at, volunteer.suspended_reason) == (NOW, "多次无故缺席")

    client.post(reverse("volunteer:reinstate", args=[volunteer.pk]))
    volunteer.refresh_from_db()
    assert not volunteer.is_suspended


@pytest.mark.parametrize("act", ["suspend", "reinstate"])
def test_an_act_on_a_volunteer_of_another_community_is_not_found(client, worker, act):
    volunteer = VolunteerFactory()

    assert client.post(reverse(f"volunteer:{act}", args=[volunteer.pk]), {"reason": "…"}).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_roll_is_exported(client, worker, home, kind):
    VolunteerFactory(community=home, name="王秀英")

    assert b"".join(client.get(reverse("volunteer:index"), {"export": kind}).streaming_content)


@pytest.mark.parametrize("query", ["王秀英", "13800138000", "V2027000001"])
def test_a_volunteer_is_found_by_name_phone_or_number(client, worker, home, query):
    VolunteerFactory(community=home, name="王秀英", phone="13800138000", at=NOW)
    VolunteerFactory(community=home, name="李建国", at=NOW)

    page = client.get(reverse("volunteer:index_results"), {"q": query}).content.decode()

    assert "王秀英" in page and "李建国" not in page


def test_the_roll_is_filtered_by_day_and_by_suspension(client, worker, home):
    client.cookies["django_language"] = "en"
    own = [VolunteerFactory(community=home, at=NOW - dt.timedelta(days=days)) for days in (0, 1, 2)]
    volunteers.suspend(volunteer=own[1], reason="…", by=None, at=NOW)

    def found(**query):
        response = client.get(reverse("volunteer:index"), query)
        assert [field.label for field in response.context["filters"].form] == [
            "Registered at: from",
            "Registered at: until",
            "Marked at the gate",
            "Suspended",
            "Off the roll",
            "Consent to the public notice",
            "Has signed in",
            "Data erased",
            "Same name and phone as another entry",
        ]
        return set(response.context["object_list"])

    assert found(suspended="true") == {own[1]}
    assert found(suspended="false") == {own[0], own[2]}
    assert found(registered_at__date__gte="2027-01-09", registered_at__date__lte="2027-01-09") == {own[1]}


# Slips


def slips_url(*people):
    address = reverse("wagtail_bulk_action", args=["people", "volunteer", "print_slips"])
    return address + "?" + "&".join(f"id={getattr(person, 'pk', person)}" for person in people)


def test_a_slip_is_printed_for_one(client, worker, home):
    volunteer = VolunteerFactory(community=home)
    assert volunteer.name in client.get(slips_url(volunteer)).content.decode()
    assert not Slip.objects.exists()

    response = client.post(slips_url(volunteer), {"why": "sign_in"})

    assert response["Content-Type"] == "application/pdf"
    assert "no-store" in response["Cache-Control"]
    assert response.content.startswith(b"%PDF")
    slip = Slip.objects.get()
    assert (slip.volunteer, slip.printed_by, slip.printed_at) == (volunteer, worker, NOW)


def test_slips_are_printed_only_for_people_of_the_own_community(client, worker, home):
    own = {VolunteerFactory(community=home) for _number in range(9)}
    other = VolunteerFactory(name="外人")

    assert other.name not in client.get(slips_url("all", other)).content.decode()
    client.post(slips_url("all", other))

    assert {slip.volunteer for slip in Slip.objects.all()} == own


def test_people_who_work_in_the_back_office_are_left_out_and_named(client, worker, home):
    colleague, volunteer = VolunteerFactory(community=home, login=True), VolunteerFactory(community=home)
    duties.grant_duty(user=colleague.user, community=home, role=DutyRole.ADMINISTRATOR, by=None)

    left_out = client.get(slips_url("all")).context["left_out"]
    assert [(person, refusal.code) for person, refusal in left_out] == [(colleague, "staff_slip")]
    client.post(slips_url("all"))
    assert [slip.volunteer for slip in Slip.objects.all()] == [volunteer]

    assert errors(client.post(slips_url(colleague), {"why": "sign_in"}))["__all__"]


def test_a_name_that_cannot_be_printed_replaces_no_slip(client, worker, home):
    volunteer = VolunteerFactory(community=home, name="王\ue000")
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=NOW)

    assert errors(client.post(slips_url(volunteer), {"why": "sign_in"}))["__all__"]
    assert isinstance(slips.find_slip(code), Slip)


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.STREET_VIEWER])
def test_other_duties_print_no_slips(client, home, role):
    VolunteerFactory(community=home)
    client.force_login(UserFactory(duties=[(home, role)]))

    client.get(slips_url("all"))
    assert client.post(slips_url("all")).status_code == 302
    assert not Slip.objects.exists()


# Marked at the gate, and two entries of one person


@pytest.fixture
def newcomer(home):
    return people_registration.register_at_gate(
        community=home, name="王秀英", phone="13800001234", by=UserFactory(), at=NOW - dt.timedelta(days=1)
    )


@pytest.fixture
def known(home):
    return VolunteerFactory(community=home, name="王秀云", birth_date=dt.date(1957, 5, 1), at=NOW)


def test_those_marked_at_the_gate_have_a_list(client, worker, newcomer, known):
    page = client.get(reverse("volunteer:index"), {"provisional": "true"})

    assert list(page.context["object_list"]) == [newcomer]


def test_a_newcomer_is_accepted(client, worker, newcomer):
    assert client.get(reverse("volunteer:accept", args=[newcomer.pk])).status_code == 200
    client.post(reverse("volunteer:accept", args=[newcomer.pk]))

    newcomer.refresh_from_db()
    assert not newcomer.provisional


def test_both_entries_are_shown_before_they_are_joined(client, worker, newcomer, known):
    url = reverse("volunteer:merge", args=[newcomer.pk])
    assert client.get(url).status_code == 200

    page = client.post(url, {"other": known.pk})

    content = page.content.decode()
    assert page.context["pair"] == [newcomer, known]
    assert all(text in content for text in (newcomer.number, known.number, "13800001234", "1957"))
    assert page.context["form"].initial["stays"] == known.pk
    newcomer.refresh_from_db()
    assert newcomer.merged_into is None

    response = client.post(url, {"other": known.pk, "stays": known.pk})

    assert response["Location"] == reverse("person", args=[known.pk])
    newcomer.refresh_from_db()
    assert newcomer.merged_into == known


def test_the_entry_of_the_page_may_stay(client, worker, newcomer, known):
    client.post(reverse("volunteer:merge", args=[newcomer.pk]), {"other": known.pk, "stays": newcomer.pk})

    known.refresh_from_db()
    assert known.merged_into == newcomer


def test_different_birth_dates_are_asked_about_and_the_form_keeps_its_data(client, worker, home, known):
    other = VolunteerFactory(community=home, birth_date=dt.date(1958, 5, 1), at=NOW)
    url, told = reverse("volunteer:merge", args=[other.pk]), {"other": known.pk, "stays": known.pk}

    response = client.post(url, told)

    assert errors(response).as_data()["__all__"][0].code == "birth_dates_differ"
    assert response.context["pair"] == [other, known]
    assert response.context["form"]["stays"].value() == str(known.pk)
    client.post(url, {**told, "sure": "on"})
    other.refresh_from_db()
    assert other.merged_into == known


def test_no_person_is_joined_to_a_person_of_another_community(client, worker, newcomer):
    elsewhere = VolunteerFactory()

    assert errors(client.post(reverse("volunteer:merge", args=[newcomer.pk]), {"other": elsewhere.pk}))["other"]
    told = {"other": elsewhere.pk, "stays": elsewhere.pk}
    assert errors(client.post(reverse("volunteer:merge", args=[newcomer.pk]), told))["other"]


def test_an_entry_is_not_joined_to_itself(client, worker, newcomer):
    response = client.post(reverse("volunteer:merge", args=[newcomer.pk]), {"other": newcomer.pk})

    assert errors(response).as_data()["__all__"][0].code == "same_person"


@pytest.mark.slow
def test_a_merged_entry_is_found_by_its_number_and_is_no_choice(client, worker, newcomer, known):
    merging.merge(volunteer=newcomer, into=known, by=worker, at=NOW)

    assert list(client.get(reverse("volunteer:index")).context["object_list"]) == [known]
    found = client.get(reverse("volunteer:index"), {"q": newcomer.number})
    assert list(found.context["object_list"]) == [known]
    chooser = client.get(reverse("volunteer_chooser:choose_results"), {"q": "王秀"}).content.decode()
    assert known.number in chooser
    assert newcomer.number not in chooser
    page = client.get(reverse("volunteer:edit", args=[newcomer.pk])).content.decode()
    assert reverse("volunteer:edit", args=[known.pk]) in page
    assert reverse("volunteer:suspend", args=[newcomer.pk]) not in page
