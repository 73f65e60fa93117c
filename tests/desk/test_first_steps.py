"""The first steps of a new community: ticked off from facts, for those who manage its people."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import translation

from academy.core.models import CalendarDay, CalendarYear
from academy.desk.first_steps import first_steps
from academy.learning.models import Course, CourseVersion
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.people.services import duties, slips
from tests.factories import ActivityFactory, CommunityFactory, IssuerFactory, UserFactory, VolunteerFactory
from tests.hours.scene import moment
from tests.pages import Statements, text_of

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

ADMIN = "/admin/"


@pytest.fixture
def community(clock):
    return CommunityFactory()


def worker_of(*communities, role: DutyRole = DutyRole.SOCIAL_WORKER) -> User:
    return UserFactory(duties=[(community, role) for community in communities])


def publish_course(community) -> None:
    course = Course.objects.create(community=community, key="first", title="入门", tier="beginner")
    CourseVersion.objects.create(
        course=course, number=1, title="入门", class_hours=1, lessons=[], content_hash="", published_at=moment("09:00")
    )


def open_steps(user: User) -> list[str]:
    with translation.override("en"):
        return [str(step.text) for one in first_steps(user) for step in one.open]


def test_a_new_community_shows_what_comes_first_with_a_button_each(community, sign_in):
    response = sign_in(worker_of(community)).get(ADMIN)

    page = text_of(response)
    assert "First steps 1 of 6 done" in page, "the calendar of 2026 is known"
    assert "Bring in the roll from your spreadsheet Import the roll Print sign-in slips" in page
    for address in (reverse("roll_file:add"), reverse("activity:add"), reverse("new_course")):
        assert f'href="{address}"' in response.content.decode()
    assert "Appoint a second person as approver: make-ups and objections need one done by: administrator" in page


def test_an_administrator_appoints_and_leaves_the_activities_to_social_workers(community, sign_in):
    response = sign_in(worker_of(community, role=DutyRole.ADMINISTRATOR)).get(ADMIN)

    assert f'href="{reverse("duty:add")}"' in response.content.decode()
    assert "Plan the first activity done by: social worker" in text_of(response)


def test_each_step_is_ticked_by_its_fact_and_the_list_goes(community, sign_in):
    user = worker_of(community)
    assert len(open_steps(user)) == 5
    person = VolunteerFactory(community=community)
    assert "Bring in the roll from your spreadsheet" not in open_steps(user)
    slips.print_slips(volunteers=[person], by=user, at=moment("09:00"))
    assert len(open_steps(user)) == 3
    ActivityFactory(community=community, leader=person, issuer=IssuerFactory(community=community), published=None)
    assert len(open_steps(user)) == 2
    publish_course(community)
    assert len(open_steps(user)) == 1
    assert "First steps 5 of 6 done" in text_of(sign_in(user).get(ADMIN))
    duties.grant_duty(user=UserFactory(), community=community, role=DutyRole.APPROVER, by=None)

    assert first_steps(user) == []
    assert "First steps" not in text_of(sign_in(user).get(ADMIN))


def test_the_calendar_is_a_step_but_keeps_no_list_open(community, clock):
    clock.move_to(moment("09:00").replace(year=2031))
    user = worker_of(community)
    assert "Enter the holidays of 2031" in open_steps(user)
    entered = CalendarYear.objects.create(year=2031)
    CalendarDay.objects.create(year=entered, date=dt.date(2031, 1, 1), works=False)
    assert "Enter the holidays of the year" not in open_steps(user)


@pytest.mark.parametrize("role", [DutyRole.TRAINER, DutyRole.STREET_VIEWER])
def test_others_see_no_first_steps(community, sign_in, role):
    assert "First steps" not in text_of(sign_in(worker_of(community, role=role)).get(ADMIN))


def test_one_community_is_done_and_the_other_is_named(community, sign_in):
    other = CommunityFactory(name="隔壁社区")
    person = VolunteerFactory(community=community)
    user = worker_of(community, other)
    slips.print_slips(volunteers=[person], by=user, at=moment("09:00"))
    ActivityFactory(community=community, leader=person, issuer=IssuerFactory(community=community))
    publish_course(community)
    duties.grant_duty(user=UserFactory(), community=community, role=DutyRole.APPROVER, by=None)

    page = text_of(sign_in(user).get(ADMIN))

    assert "First steps · 隔壁社区" in page and f"First steps · {community.name}" not in page


def test_many_communities_take_two_statements(community):
    user = worker_of(community, *(CommunityFactory() for _ in range(5)))
    user.may("manage_people", community.pk)
    with Statements() as seen:
        assert len(first_steps(user)) == 6
    assert len([sql for sql in seen.sql if "people_duty" not in sql or "EXISTS" in sql]) <= 2
