"""The usual periods: their days, their links, and the lists that offer them."""

import datetime as dt

import pytest
import time_machine
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from academy.core.periods import period_links, quarter_of, usual_periods
from academy.people.permissions import DutyRole
from tests.factories import CommunityFactory, RuleSetFactory, UserFactory


def days_of(today):
    return [(period.since.isoformat(), period.until.isoformat()) for period in usual_periods(today)]


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (
            dt.date(2026, 11, 29),
            [
                ("2026-11-01", "2026-11-30"),
                ("2026-10-01", "2026-10-31"),
                ("2026-10-01", "2026-12-31"),
                ("2026-01-01", "2026-12-31"),
                ("2025-01-01", "2025-12-31"),
            ],
        ),
        (
            dt.date(2028, 1, 31),
            [
                ("2028-01-01", "2028-01-31"),
                ("2027-12-01", "2027-12-31"),
                ("2028-01-01", "2028-03-31"),
                ("2028-01-01", "2028-12-31"),
                ("2027-01-01", "2027-12-31"),
            ],
        ),
    ],
)
def test_the_usual_periods_begin_and_end_with_the_calendar(today, expected):
    assert days_of(today) == expected


def test_february_of_a_leap_year_ends_on_the_29th():
    assert days_of(dt.date(2028, 2, 29))[0] == ("2028-02-01", "2028-02-29")
    assert days_of(dt.date(2028, 3, 31))[1] == ("2028-02-01", "2028-02-29")


def test_a_link_keeps_the_other_filters_and_begins_with_the_first_page():
    asked = QueryDict("state=effective&p=3&export=csv&date__gte=2026-11-01&date__lte=2026-11-30")

    first, second, *_rest = period_links(asked, "date__gte", "date__lte", dt.date(2026, 11, 29))

    assert second.url == "?state=effective&date__gte=2026-10-01&date__lte=2026-10-31"
    assert (first.is_chosen, second.is_chosen) == (True, False)


@pytest.fixture
def desk(db):
    home = RuleSetFactory(community=CommunityFactory()).community
    client = Client()
    client.force_login(UserFactory(duties=[(home, role) for role in DutyRole]))
    return client


@pytest.mark.slow
@time_machine.travel(dt.datetime(2026, 11, 29, 9, tzinfo=dt.UTC))
@pytest.mark.parametrize("name", ["service_record", "ledger_entry", "volunteer", "certificate", "import"])
def test_a_list_with_days_offers_the_periods(desk, name):
    page = desk.get(reverse(f"{name}:index"))

    links = page.context["period_links"]
    assert [str(link.label) for link in links] == ["本月", "上月", "本季", "今年", "去年"]
    chosen = desk.get(reverse(f"{name}:index") + links[1].url)
    assert [str(link.label) for link in chosen.context["period_links"] if link.is_chosen] == ["上月"]
    assert chosen.context["is_filtering"] and 'aria-current="true"' in chosen.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["unit", "duty", "make_up"])
def test_a_list_without_days_offers_none(desk, name):
    page = desk.get(reverse(f"{name}:index"))

    assert "period_links" not in page.context and "本季" not in page.content.decode()


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-01", "2026-01-01", "2026-03-31"),
        ("2026-06-30", "2026-04-01", "2026-06-30"),
        ("2026-09-05", "2026-07-01", "2026-09-30"),
        ("2026-12-31", "2026-10-01", "2026-12-31"),
    ],
)
def test_quarters_of_the_year(day, first, last):
    assert quarter_of(dt.date.fromisoformat(day)) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))
