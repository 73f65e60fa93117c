"""Filters by user on Wagtail's lists and reports: no name of another community."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Workflow

from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from cms.founding import academy_of
from cms.models import HomePage
from tests.factories import UserFactory, VolunteerFactory, found

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGES = [
    "wagtailadmin_reports:site_history",
    "wagtailadmin_reports:locked_pages",
    "wagtailadmin_reports:workflow",
    "wagtailadmin_reports:workflow_tasks",
    "wagtailadmin_reports:aging_pages",
    "wagtailadmin_explore_root",
    "views_of_people",
]
OF_OTHERS, OF_COLLEAGUES = "金丝雀", "同事甲"


def leave_traces(community: Any, name: str) -> Any:
    """Let a new social worker own, edit, lock and submit a page of the community, and look at a child's data."""
    user = UserFactory(first_name=name, username=name, duties=[(community, DutyRole.SOCIAL_WORKER)])
    page = academy_of(community)
    Page.objects.filter(pk=page.pk).update(owner=user, locked=True, locked_by=user, locked_at=timezone.now())
    log(page, "wagtail.edit", user=user)
    home = HomePage.objects.filter(community=community).first()
    home.save_revision(user=user)
    Workflow.objects.filter(workflow_pages__page=home).first().start(home, user)
    child = VolunteerFactory(community=community)
    personal_data.log_search(volunteers=[child], page="/", by=user, at=timezone.now())
    return user


@pytest.fixture(scope="module")
def community(rows_of_module):
    def make():
        home, abroad = found(), found("zhulin")
        leave_traces(abroad, OF_OTHERS)
        leave_traces(home, OF_COLLEAGUES)
        return home

    return rows_of_module(make)


@pytest.mark.parametrize("role", [DutyRole.SOCIAL_WORKER, DutyRole.TRAINER, DutyRole.ADMINISTRATOR])
@pytest.mark.parametrize("report", PAGES)
def test_no_filter_names_a_user_of_another_community(community, report, role):
    client = Client()
    client.force_login(UserFactory(duties=[(community, role)]))

    assert OF_OTHERS not in client.get(reverse(report)).content.decode()


def test_the_filters_name_the_colleagues(community):
    client = Client()
    client.force_login(UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER), (community, DutyRole.ADMINISTRATOR)]))
    home = HomePage.objects.filter(community=community).first()
    children = reverse("wagtailadmin_explore", args=[home.pk])

    for address in (children, *(reverse(page) for page in PAGES if page != "wagtailadmin_explore_root")):
        page = client.get(address).content.decode()
        assert OF_OTHERS not in page
        if address not in (reverse("wagtailadmin_reports:workflow_tasks"), reverse("wagtailadmin_reports:aging_pages")):
            assert OF_COLLEAGUES in page, address


def test_a_superuser_sees_all_users(community):
    client = Client()
    client.force_login(UserFactory(is_superuser=True))

    assert OF_OTHERS in client.get(reverse("wagtailadmin_reports:locked_pages")).content.decode()
