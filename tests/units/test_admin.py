"""The back office's screens about units."""

import pytest
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.people.permissions import DutyRole
from academy.units.models import Unit, UnitMembership
from tests.factories import CommunityFactory, UnitFactory, UserFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home, client):
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


def logged(membership):
    return [(entry.action, entry.user) for entry in log.get_logs_for_instance(membership).order_by("pk")]


def test_a_member_is_put_into_a_unit(client, worker, home):
    unit, volunteer = UnitFactory(community=home), VolunteerFactory(community=home)

    client.post(reverse("unit_membership:add"), {"unit": unit.pk, "volunteer": volunteer.pk, "is_contact": "on"})

    membership = UnitMembership.objects.get()
    assert membership.is_contact
    assert logged(membership) == [("wagtail.create", worker)]


def test_a_member_is_put_into_a_unit_once(client, worker, home):
    unit, volunteer = UnitFactory(community=home), VolunteerFactory(community=home)
    data = {"unit": unit.pk, "volunteer": volunteer.pk}
    client.post(reverse("unit_membership:add"), data)

    again = client.post(reverse("unit_membership:add"), {**data, "is_contact": "on"})

    assert again.status_code == 200 and again.context["form"].errors
    assert not UnitMembership.objects.get().is_contact


def test_a_membership_is_corrected(client, worker, home):
    unit, volunteer, other = UnitFactory(community=home), VolunteerFactory(community=home), UnitFactory(community=home)
    client.post(reverse("unit_membership:add"), {"unit": unit.pk, "volunteer": volunteer.pk})
    membership = UnitMembership.objects.get()

    client.post(
        reverse("unit_membership:edit", args=[membership.pk]),
        {"unit": other.pk, "volunteer": volunteer.pk, "is_contact": "on"},
    )

    membership.refresh_from_db()
    assert (membership.unit, membership.is_contact) == (other, True)
    assert logged(membership) == [("wagtail.create", worker), ("wagtail.edit", worker)]


def test_no_person_of_another_community_is_put_into_a_unit(client, worker, home):
    unit, stranger = UnitFactory(community=home), VolunteerFactory()

    client.post(reverse("unit_membership:add"), {"unit": unit.pk, "volunteer": stranger.pk})

    assert not UnitMembership.objects.exists()


def test_units_stand_between_volunteers_and_consents_in_the_menu_of_people(client, worker):
    page = client.get(reverse("unit:index")).content.decode()
    menu = page[page.index('id="wagtail-sidebar-props"') :]

    places = [menu.index(reverse(f"{name}:index")) for name in ("volunteer", "unit", "unit_membership", "consent")]
    assert places == sorted(places)


def test_an_organisation_says_that_it_is_on_file_what_it_offers_and_needs(client, worker, home):
    facts = {"name": "夕阳红广场舞队", "kind": "organisation", "registration": "filed"}
    answer = client.post(reverse("unit:add"), {"community": home.pk, **facts, "offers": "演出", "needs": "晚上的场地"})

    assert answer.status_code == 302, answer.context["form"].errors
    unit = Unit.objects.get()
    assert (unit.registration, unit.offers, unit.needs) == ("filed", "演出", "晚上的场地")
    page = text_of(client.get(reverse("unit_page", args=[unit.pk])))
    assert "演出" in page and "晚上的场地" in page and unit.get_registration_display() in page
    assert "夕阳红广场舞队" in text_of(client.get(reverse("unit:index")))
