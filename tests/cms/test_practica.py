"""The practica of a course on its page: the next shifts, with their places (T5)."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from bs4 import BeautifulSoup, Tag
from django.test import Client

from academy.activities import practica
from academy.activities.models import Activity, Shift
from academy.people.models import Volunteer
from cms.founding import academy_of
from cms.models import CoursePage
from cms.writing import write_course
from tests.activities.practising import plan_practicum
from tests.factories import ActivityFactory, VolunteerFactory, course_text, found, sign_up
from tests.pages import Statements

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)
SATURDAY = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(db: None) -> CoursePage:
    return CoursePage.objects.get(pk=write_course(academy_page=academy_of(found()), text=course_text(), by=None).pk)


@pytest.fixture
def learner(page: CoursePage, client: Client) -> Volunteer:
    volunteer: Volunteer = VolunteerFactory(community=page.course.community, login=True)
    client.force_login(volunteer.user)
    return volunteer


def shown(client: Client, page: CoursePage) -> Tag | None:
    soup = BeautifulSoup(client.get(page.get_url()).content, "html.parser")
    return soup.select_one("section[aria-labelledby=practica-heading]")


def rows(client: Client, page: CoursePage) -> list[str]:
    found = shown(client, page)
    return [] if found is None else [" ".join(row.get_text(" ").split()) for row in found.select("li")]


def test_a_visitor_reads_when_the_next_practicum_is_and_how_many_places_are_left(
    page: CoursePage, client: Client
) -> None:
    activity = plan_practicum(page.course, SATURDAY, title="上门探访")
    assert rows(client, page) == ["上门探访 1月10日 周六 9:00–11:00 跟班 · 还有 2 个名额"]
    section = shown(client, page)
    assert section is not None
    assert [link["href"] for link in section.select("a")] == [
        f"/activities/{activity.pk}/",
        "/activities/?about=practicum",
    ]


def test_a_learner_reads_that_they_have_a_place_and_that_no_other_is_left(
    page: CoursePage, learner: Volunteer, client: Client
) -> None:
    activity = plan_practicum(page.course, SATURDAY)
    role = activity.roles.get(practicum=True)
    for volunteer in (learner, VolunteerFactory(community=page.course.community)):
        sign_up(volunteer, activity.shifts.get(), role, at=NOW)
    [row] = rows(client, page)
    assert "跟班 · 名额已满" in row and "已报名" in row


def test_the_next_three_are_shown_in_their_order(page: CoursePage, learner: Volunteer, client: Client) -> None:
    for days in (3, 1, 2, 4):
        plan_practicum(page.course, SATURDAY + days * DAY, title=f"第{days}天")
    assert [row.split()[0] for row in rows(client, page)] == ["第1天", "第2天", "第3天"]


@pytest.mark.parametrize("who", ["visitor", "learner"])
def test_past_cancelled_planned_and_other_ones_are_left_out(page: CoursePage, client: Client, who: str) -> None:
    if who == "learner":
        client.force_login(VolunteerFactory(community=page.course.community, login=True).user)
    plan_practicum(page.course, NOW - DAY)
    plan_practicum(page.course, SATURDAY, published=None)
    Activity.objects.filter(pk=plan_practicum(page.course, SATURDAY).pk).update(cancelled_at=NOW)
    other = write_course(academy_page=page.get_parent().specific, text=course_text("other", title="另一门"), by=None)
    plan_practicum(other.course, SATURDAY)
    ActivityFactory(community=page.course.community, starts_at=SATURDAY, ends_at=SATURDAY + DAY / 24)
    assert shown(client, page) is None
    assert len(rows(client, other)) == 1


def test_many_practica_cost_as_many_statements_as_one(page: CoursePage, learner: Volunteer) -> None:
    counts = []
    for _round in range(2):
        plan_practicum(page.course, SATURDAY)
        with Statements() as statements:
            assert practica.coming(page.course_id, learner=learner, at=NOW)
        counts.append(len(statements.sql))
    assert counts == [2, 2]


def test_a_shift_that_has_begun_can_no_longer_be_joined(page: CoursePage, learner: Volunteer, client: Client) -> None:
    activity = plan_practicum(page.course, SATURDAY)
    Shift.objects.filter(activity=activity).update(starts_at=NOW)
    assert rows(client, page) == []
