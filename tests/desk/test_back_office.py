"""The way back to the back office on pages of the site."""

import pytest
from django.urls import reverse

from academy.people.permissions import DutyRole
from academy.rulebook import services as rulebook
from tests.factories import UserFactory, VolunteerFactory
from tests.hours.scene import moment
from tests.pages import markup_of

pytestmark = pytest.mark.slow

HOME = "/admin/"
LIST = "/admin/activity/?title=%E5%85%AB&p=2"
SITE = "http://testserver"


def way_back(response):
    """Return the address of the way back on a page, or None."""
    before, found, _rest = markup_of(response).partition("</svg>Back office</a>")
    return before.rpartition('<a href="')[2].partition('"')[0].replace("&amp;", "&") if found else None


@pytest.mark.parametrize("address", ["/decisions/", "/notice/", "/activities/"])
def test_staff_go_back_to_the_list_that_they_came_from(scene, sign_in, address):
    client = sign_in(scene.social_worker)

    assert way_back(client.get(address, headers={"Referer": SITE + LIST})) == LIST


def test_staff_go_back_from_a_draft_of_the_rules_and_from_what_they_lead(scene, sign_in):
    draft = rulebook.draft_rule_set(community=scene.community, by=scene.social_worker, at=moment("09:00"))
    client = sign_in(scene.social_worker)

    for address in (
        reverse("rulebook:draft", args=[draft.pk]),
        reverse("rulebook:rules", args=[scene.rule_set.pk]),
        "/lead/",
    ):
        assert way_back(client.get(address, headers={"Referer": SITE + LIST})) == LIST, address


def test_the_page_that_was_left_is_kept_on_the_way(scene, sign_in):
    client, activity = sign_in(scene.social_worker), scene.activity()
    leaders = reverse("lead:activity", args=[activity.pk])

    client.get(leaders, headers={"Referer": SITE + LIST})

    assert way_back(client.get("/notice/", headers={"Referer": SITE + leaders})) == LIST


def test_staff_who_came_from_elsewhere_go_to_the_first_page(scene, sign_in):
    client = sign_in(scene.social_worker)

    for came_from in ("", "https://example.org/admin/activity/", f"{SITE}/admin/login/?next=/", f"{SITE}/notice/"):
        assert way_back(client.get("/my/", headers={"Referer": came_from})) == HOME


@pytest.mark.parametrize("left", ["//example.org/", "https://example.org/admin/", "/admin/logout/", "javascript:1"])
def test_a_cookie_leads_nowhere_else(scene, sign_in, left):
    client = sign_in(scene.social_worker)
    client.cookies["office"] = left

    assert way_back(client.get("/my/")) == HOME


def test_a_long_list_of_filters_is_left_out(scene, sign_in):
    client = sign_in(scene.social_worker)

    response = client.get("/my/", headers={"Referer": f"{SITE}/admin/activity/?q={'x' * 400}"})

    assert way_back(response) == HOME
    assert "office" not in response.cookies


def test_others_see_no_way_back(scene, client, sign_in):
    volunteer = VolunteerFactory(community=scene.community, login=True).user
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])  # who may not open the back office
    came_from = {"Referer": SITE + LIST}

    assert way_back(client.get("/notice/", headers=came_from)) is None
    for user in (volunteer, approver):
        assert way_back(sign_in(user).get("/my/", headers=came_from)) is None


def test_the_screen_for_everybody_has_no_way_back(scene, sign_in):
    screen = reverse("lead:screen", args=[scene.activity().pk])

    assert way_back(sign_in(scene.social_worker).get(screen, headers={"Referer": SITE + LIST})) is None


@pytest.mark.django_db
def test_an_unknown_host_and_a_broken_referer_are_no_server_error(client):
    assert client.get("/accounts/login/", headers={"host": "elsewhere.example.org"}).status_code == 400
    assert client.get("/accounts/login/", headers={"referer": "http://[/admin/"}).status_code == 200
