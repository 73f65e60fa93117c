"""The back office's screens about people."""

import datetime as dt
import re

import pytest
import time_machine
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.people.models import Consent, Duty, Slip, User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties, merging, slips, volunteers
from academy.people.services import registration as people_registration
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


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


@pytest.fixture
def administrator(home, client):
    administrator = UserFactory(duties=[(home, DutyRole.ADMINISTRATOR)])
    client.force_login(administrator)
    return administrator


def errors(response):
    assert response.status_code == 200, "the form was accepted"
    return response.context["form"].errors


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
            "Community",
            "Marked at the gate",
            "Registered at: from",
            "Registered at: until",
            "Suspended",
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

    assert client.get(slips_url("all")).context["left_out"] == [colleague]
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


# Duties


def duty(home, who, **changes):
    return {"community": home.pk, "role": "trainer", "who": who} | changes


def test_a_volunteer_without_a_sign_in_is_given_one_with_the_duty(client, administrator, home):
    volunteer = VolunteerFactory(community=home)

    client.post(reverse("duty:add"), duty(home, volunteer.number))

    volunteer.refresh_from_db()
    assert volunteer.user is not None
    assert [entry.role for entry in volunteer.user.duties.all()] == ["trainer"]


def test_a_new_person_is_given_a_sign_in_with_the_duty(client, administrator, home):
    assert errors(client.post(reverse("duty:add"), duty(home, "13900139000")))["name"]
    assert errors(client.post(reverse("duty:add"), duty(home, "小李", name="李老师")))["who"]

    client.post(reverse("duty:add"), duty(home, "13900139000", name="李老师"))

    user = User.objects.get(phone="13900139000")
    assert (str(user), user.has_usable_password()) == ("李老师", False)
    assert user.has_perm("wagtailadmin.access_admin")


def test_a_duty_is_given_in_the_own_community_alone(client, administrator):
    assert errors(client.post(reverse("duty:add"), duty(CommunityFactory(), "13900139000", name="李老师")))["community"]
    assert Duty.objects.count() == 1


def test_a_duty_ends_with_its_group(client, administrator, home):
    trainer = UserFactory(duties=[(home, DutyRole.TRAINER)])

    client.post(reverse("duty:revoke", args=[trainer.duties.get().pk]))

    assert not trainer.duties.exists() and not trainer.groups.exists()


def test_the_last_administrator_stays_and_a_message_says_why(client, administrator):
    response = client.post(reverse("duty:revoke", args=[administrator.duties.get().pk]))

    assert errors(response)["__all__"]
    assert administrator.duties.exists()


def test_a_social_worker_sees_no_duties(client, worker, home):
    assert client.get(reverse("duty:index")).status_code == 302
    assert client.get(reverse("duty:add")).status_code == 302
    assert client.post(reverse("duty:revoke", args=[worker.duties.get().pk])).status_code == 404


def test_a_password_is_set_through_a_link_that_is_handed_over(client, administrator, home, settings):
    trainer = UserFactory(duties=[(home, DutyRole.TRAINER)])
    url = reverse("duty:password_link", args=[trainer.duties.get().pk])
    assert settings.PUBLIC_URL + "/accounts" not in client.get(url).content.decode()

    response = client.post(url)
    assert "no-store" in response["Cache-Control"]
    link = re.search(rf"{settings.PUBLIC_URL}(/accounts/[^<]+)<", response.content.decode())
    assert link

    client.logout()
    form = client.get(link[1], follow=True).redirect_chain[-1][0]
    too_short = "梧桐树下的第五排"
    assert client.post(form, {"password1": too_short, "password2": too_short}).context["form"].errors["password1"]
    client.post(form, {"password1": "梧桐树下的第五排第三个座位", "password2": "梧桐树下的第五排第三个座位"})
    trainer.refresh_from_db()
    assert trainer.check_password("梧桐树下的第五排第三个座位")


def test_no_link_leads_to_duties_in_another_community(client, administrator, home):
    trainer = UserFactory(duties=[(home, DutyRole.TRAINER), (CommunityFactory(), DutyRole.ADMINISTRATOR)])

    response = client.post(reverse("duty:password_link", args=[trainer.duties.get(community=home).pk]))

    assert errors(response)["__all__"]


# The user's own sign-in


def change_account(client, **changes):
    """Post the form of the page with `changes`."""
    page = client.get(reverse("wagtailadmin_account"))
    forms = [panel.get_form() for panels in page.context["panels_by_tab"].values() for panel in panels]
    shown = {field.html_name: field.value() for form in forms for field in form}
    assert set(changes) <= set(shown)
    sent = {name: value for name, value in (shown | changes).items() if value}
    return client.post(reverse("wagtailadmin_account"), sent)


def test_a_user_with_one_name_and_no_email_keeps_their_account(client, worker):
    shown = client.get(reverse("wagtailadmin_account")).content.decode()
    assert f'value="{worker.get_full_name()}"' in shown

    response = change_account(client, **{"name_email-name": "王 敏", "locale-preferred_language": "en"})

    assert response["Location"] == reverse("wagtailadmin_account")
    worker.refresh_from_db()
    assert (str(worker), worker.first_name, worker.email) == ("王敏", "王敏", "")
    assert worker.wagtail_userprofile.preferred_language == "en"


def test_a_latin_name_has_its_parts_and_an_address_is_kept(client, worker):
    change_account(client, **{"name_email-name": "Anna Li", "name_email-email": "anna@example.org"})

    worker.refresh_from_db()
    assert (worker.first_name, worker.last_name, worker.email) == ("Anna", "Li", "anna@example.org")


def test_an_address_signs_one_person_in(client, worker):
    UserFactory(email="anna@example.org")

    response = change_account(client, **{"name_email-email": "Anna@example.org"})

    assert response.status_code == 200
    worker.refresh_from_db()
    assert worker.email == ""


def test_the_account_page_leads_to_the_pages_of_the_sign_in_and_changes_no_password_itself(client, home):
    client.force_login(UserFactory(password="梧桐树下的第三排第三个座位", duties=[(home, DutyRole.SOCIAL_WORKER)]))

    page = client.get(reverse("wagtailadmin_account")).content.decode()

    for name in ("account_change_password", "mfa_index", "own_sessions"):
        assert f'href="{reverse(name)}"' in page
    assert 'type="password"' not in page


# The menu


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (DutyRole.SOCIAL_WORKER, {"volunteer", "unit", "unit_membership", "issuer", "consent", "rule_set"}),
        (DutyRole.ADMINISTRATOR, {"volunteer", "unit", "unit_membership", "issuer", "consent", "duty", "rule_set"}),
        (DutyRole.STREET_VIEWER, {"rule_set"}),
        (DutyRole.TRAINER, set()),
    ],
)
def test_the_menu_shows_only_pages_that_the_user_may_open(client, home, role, shown):
    client.force_login(UserFactory(duties=[(home, role)]))
    page = client.get(reverse("wagtailadmin_account")).content.decode()

    names = ["volunteer", "unit", "unit_membership", "issuer", "consent", "duty", "rule_set"]
    assert {name for name in names if f'"/admin/{name}/"' in page} == shown


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

    assert response["Location"] == reverse("volunteer:edit", args=[known.pk])
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
