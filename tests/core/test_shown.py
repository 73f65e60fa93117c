"""Screens of the back office show what people need, in one form: dates, numbers of rows, fields."""

import datetime as dt
import re

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.contrib.auth.password_validation import password_validators_help_texts
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from wagtail.admin.views import generic

from academy.core.viewsets import scope_view
from academy.hours.models import CorrectionProposal
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    IssuerFactory,
    UnitFactory,
    UserFactory,
    VolunteerFactory,
)
from tests.pages import markup_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 10, 1, 5, tzinfo=dt.UTC)  # 9:05 in Shanghai


@pytest.fixture
def home():
    return CommunityFactory(name="花园社区")


@pytest.fixture
def desk(home):
    client = Client()
    client.force_login(UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)]))
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def consent(home):
    consents.record_consent(
        volunteer=VolunteerFactory(community=home, name="王秀英"),
        kind=Consent.Kind.PHOTOS,
        granted=True,
        evidence="口头",
        by=None,
        at=NOW,
    )
    return Consent.objects.get(kind=Consent.Kind.PHOTOS)


def test_a_moment_has_one_form_in_lists_and_on_pages_and_stays_in_one_piece(desk, consent):
    with time_machine.travel(NOW):
        shown = '<span class="nobr">10 Jan 9:05</span>'
        assert shown in markup_of(desk.get(reverse("consent:index")))
        assert shown in markup_of(desk.get(reverse("consent:inspect", args=[consent.pk])))


def test_a_page_shows_no_field_without_a_name_and_no_data_for_programs(desk, consent):
    assert "Personal" not in text_of(desk.get(reverse("consent:inspect", args=[consent.pk])))
    shown = scope_view(generic.InspectView)(model=CorrectionProposal).get_fields()
    assert "content" not in shown and {"minutes_before", "minutes_after", "reason"} <= set(shown)


def test_the_number_of_rows_stands_in_chinese_words_also_in_a_filtered_list(desk, home):
    UnitFactory(community=home, name="中心小学")
    desk.cookies["django_language"] = "zh-hans"
    assert "共 1 条" in text_of(desk.get(reverse("unit:index"), {"q": "中心"}))


def test_the_form_of_an_object_shows_its_community_to_users_of_several(desk, home):
    address = reverse("unit:edit", args=[UnitFactory(community=home).pk])
    assert "花园社区" not in text_of(desk.get(address))
    duties = [(one, DutyRole.SOCIAL_WORKER) for one in (home, CommunityFactory())]
    desk.force_login(UserFactory(duties=duties))
    assert "花园社区" in text_of(desk.get(address))


def panels_of(desk, address):
    """Return whether the fields for those who come, and the needs of the first role, stand closed."""
    page = BeautifulSoup(desk.get(address).content, "html.parser")
    terms = next(one for one in page.select("section.w-panel") if "For those who come" in one.get_text())
    needs = page.select_one("details.optional-fields")
    return "collapsed" in terms["class"], "open" not in needs.attrs


def test_fields_that_mostly_stay_empty_are_closed_until_one_holds_something(desk, home):
    IssuerFactory(community=home)
    assert panels_of(desk, reverse("activity:add")) == (True, True)
    activity = ActivityFactory(community=home)
    address = reverse("activity:edit", args=[activity.pk])
    assert panels_of(desk, address) == (True, True)
    activity.roles.update(min_age=16)
    assert panels_of(desk, address) == (True, False)


def test_the_rules_of_a_password_are_short_and_polite():
    with override("zh-hans"):
        rules = password_validators_help_texts()
    assert len(rules) == 4 and not re.search("你", "".join(rules)) and max(map(len, rules)) < 50
