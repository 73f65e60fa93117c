"""A unit's page in the back office, and the report of units and teams."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from academy.groups.services import heads, links
from academy.people.permissions import DutyRole
from academy.units import services as units
from academy.units.models import Team
from academy.venues import services as venues
from academy.venues.models import Venue
from tests.factories import CommunityFactory, UserFactory, effective_record
from tests.groups.samples import BEFORE, START, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = START + dt.timedelta(days=80)
CSV = {"since": "2026-01-01", "until": "2026-12-31", "export": "csv"}


@pytest.fixture
def group():
    with time_machine.travel(BEFORE, tick=False):
        yield build()


@pytest.fixture
def page(client, group):
    client.force_login(group.worker)
    return reverse("unit_page", args=[group.unit.pk])


def content(response):
    parts = response.streaming_content if response.streaming else [response.content]
    return b"".join(parts).decode()


def test_the_page_shows_members_teams_contributions_and_bookings(client, group, page):
    team = Team.objects.create(unit=group.unit, name="青年突击队")
    units.join_team(volunteer=group.one, team=team, by=None, at=BEFORE)
    units.record_contribution(unit=group.unit, kind="venue", word="礼堂一天", since=BEFORE.date(), by=None, at=BEFORE)
    hall = Venue.objects.create(unit=group.unit, name="职工礼堂", place="厂区")
    venues.book(
        venue=hall,
        activity=group.activity,
        starts_at=START,
        ends_at=group.shift.ends_at,
        purpose="排练",
        by=group.worker,
        at=BEFORE,
    )
    links.accept(link=group.link, name="李建国", phone="13800000002", at=BEFORE)

    shown = content(client.get(page))

    for text in ("李建国", "张桂兰", "青年突击队", "礼堂一天", "职工礼堂", group.activity.title):
        assert text in shown


def test_the_quarter_is_offered_to_units_with_double_report_and_needs_the_consent(client, group, page):
    quarter = reverse("unit_quarter", args=[group.unit.pk, group.one.pk])
    assert quarter not in content(client.get(page))
    group.unit.reports_back = True
    group.unit.save()
    membership = group.one.unit_memberships.get()
    recording = reverse("unit_membership:for_employer", args=[membership.pk])
    assert recording in content(client.get(page)) and client.get(quarter).status_code == 302

    units.answer_for_employer(
        volunteer=group.one, unit=group.unit, granted=True, evidence="签字", by=group.worker, at=BEFORE
    )

    assert quarter in content(client.get(page))
    assert client.get(quarter).content.startswith(b"%PDF")


def test_the_letter_is_shown_to_copy_and_printed(client, group, page):
    address = reverse("unit_thanks", args=[group.unit.pk])

    assert "花园社区" in client.get(address).context["text"]
    assert client.get(address, {"since": "2026-01-01", "until": "2026-01-09", "pdf": "1"}).content[:4] == b"%PDF"
    wrong = client.get(address, {"since": "2026-02-01", "until": "2026-01-09", "pdf": "1"})
    assert wrong.context["form"].errors and not wrong.context["text"]


def test_the_report_counts_people_and_attendances_apart(client, group, page):
    effective_record(group.one, group.shift)
    heads.count_heads(unit=group.unit, shift=group.shift, people=12, by=group.leader.user, at=START)

    [line] = client.get(reverse("units_report"), {"since": "2026-01-01", "until": "2026-12-31"}).context["lines"]
    file = content(client.get(reverse("units_report"), CSV))

    assert (line.figures.people, line.figures.attendances, line.service, line.figures.nameless) == (1, 1, "3.0", 12)
    assert "湘江机械厂" in file and "李建国" not in file


def test_the_report_of_teams_has_one_line_for_each(client, group, page):
    team = Team.objects.create(unit=group.unit, name="青年突击队")
    units.join_team(volunteer=group.one, team=team, by=None, at=BEFORE)
    effective_record(group.one, group.shift)

    [line] = client.get(reverse("units_report"), {"by": "team", "since": "2026-01-01", "until": "2026-12-31"}).context[
        "lines"
    ]

    assert (line.team, line.figures.service) == (team, 180)
    assert "青年突击队" in content(client.get(reverse("units_report"), CSV | {"by": "team"}))


def test_the_report_holds_units_of_the_own_communities_alone(client, group):
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]))

    assert client.get(reverse("unit_page", args=[group.unit.pk])).status_code == 404
    assert client.get(reverse("units_report")).context["lines"] == []
