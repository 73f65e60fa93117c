"""The back office of duties, of the own sign-in, and its menu."""

import re

import pytest
import time_machine
from django.urls import reverse

from academy.people.models import Duty, User
from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.people.desk import NOW, errors, prove

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


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


def test_the_form_asks_for_no_community_where_there_is_one(client, administrator, home):
    shown = client.get(reverse("duty:add")).content.decode()
    assert f'<input type="hidden" name="community" value="{home.pk}"' in shown and "分配职责" in shown

    administrator.duties.create(community=CommunityFactory(name="河畔社区"), role=DutyRole.ADMINISTRATOR)
    assert "河畔社区" in client.get(reverse("duty:add")).content.decode()


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


def change_account(client, *, proved=True, **changes):
    """Post the form of the page with `changes`, soon after a sign-in."""
    if proved:
        prove(client)
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


def test_an_address_is_changed_soon_after_a_proof_alone(client, worker):
    """A link to a new password goes there: who finds a computer signed in must not take the sign-in over."""
    response = change_account(client, proved=False, **{"name_email-email": "finder@example.org"})

    assert response.status_code == 200
    page = response.content.decode()
    assert "finder@example.org" in page
    assert "/accounts/reauthenticate/?next=/admin/account/" in page or "/s/?next=/admin/account/" in page
    worker.refresh_from_db()
    assert worker.email == ""


def test_the_rest_of_the_account_needs_no_proof(client, worker):
    change_account(client, proved=False, **{"name_email-name": "王敏", "locale-preferred_language": "en"})

    worker.refresh_from_db()
    assert worker.wagtail_userprofile.preferred_language == "en"


def test_an_address_signs_one_person_in(client, worker):
    UserFactory(email="anna@example.org")

    response = change_account(client, **{"name_email-email": "Anna@example.org"})

    assert response.status_code == 200
    worker.refresh_from_db()
    assert worker.email == ""


# The menu


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        (DutyRole.SOCIAL_WORKER, {"volunteer", "unit", "unit_membership", "issuer", "consent", "rule_set"}),
        (DutyRole.ADMINISTRATOR, {"volunteer", "unit", "unit_membership", "issuer", "consent", "staff", "rule_set"}),
        (DutyRole.STREET_VIEWER, {"rule_set"}),
        (DutyRole.TRAINER, set()),
    ],
)
def test_the_menu_shows_only_pages_that_the_user_may_open(client, home, role, shown):
    client.force_login(UserFactory(duties=[(home, role)]))
    page = client.get(reverse("wagtailadmin_account")).content.decode()

    names = ["volunteer", "unit", "unit_membership", "issuer", "consent", "staff", "rule_set"]
    assert {name for name in names if f'"/admin/{name}/"' in page} == shown


def test_the_account_page_leads_to_the_pages_of_the_sign_in_and_changes_no_password_itself(client, home):
    client.force_login(UserFactory(password="梧桐树下的第三排第三个座位", duties=[(home, DutyRole.SOCIAL_WORKER)]))

    page = client.get(reverse("wagtailadmin_account")).content.decode()

    for name in ("account_change_password", "mfa_index", "own_sessions"):
        assert f'href="{reverse(name)}"' in page
    assert 'type="password"' not in page
