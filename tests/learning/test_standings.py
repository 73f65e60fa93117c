"""Standings of a volunteer in the courses of a list."""

import datetime as dt
from typing import Any

import pytest

from academy.core.models import Community
from academy.learning import selectors, services
from academy.learning.models import CourseVersion
from academy.learning.selectors import Standing
from academy.people.models import Volunteer
from tests.factories import CommunityFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pages")]

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)


@pytest.fixture
def community() -> Community:
    return CommunityFactory()


@pytest.fixture
def volunteer(community: Community) -> Volunteer:
    return VolunteerFactory(community=community)


def publish(community: Community, key: str, *lessons: str, **changed: Any) -> CourseVersion:
    texts = [{"key": name, "title": name, "class_hours": 1, "body": "正文"} for name in lessons]
    fields: dict[str, Any] = {"title": key, "tier": "beginner", "required": True, "by": None, "at": AT, **changed}
    return services.publish_course(community=community, key=key, lessons=texts, **fields)


def standing(volunteer: Volunteer, *versions: CourseVersion) -> list[Standing]:
    done = services.earned(volunteer=volunteer)
    found = selectors.standings(courses=[one.course_id for one in versions], done=done)
    return [found[one.course_id] for one in versions]


def test_each_course_says_how_many_of_its_lessons_are_done(community: Community, volunteer: Volunteer) -> None:
    aid, law, rest = (publish(community, key, f"{key}-1", f"{key}-2") for key in ("aid", "law", "rest"))
    for key in ("aid-1", "aid-2"):
        services.complete_lesson(volunteer=volunteer, course=aid.course, lesson_key=key, at=AT, by=None)
    services.complete_lesson(volunteer=volunteer, course=law.course, lesson_key="law-1", at=AT, by=None)

    assert standing(volunteer, aid, law, rest) == [Standing(2, 2), Standing(1, 2), Standing(0, 2)]


def test_only_the_lessons_of_the_latest_version_count(community: Community, volunteer: Volunteer) -> None:
    old = publish(community, "aid", "a")
    services.complete_lesson(volunteer=volunteer, course=old.course, lesson_key="a", at=AT, by=None)
    new = publish(community, "aid", "a", "b")

    assert standing(volunteer, new) == [Standing(1, 2)]


def test_a_lesson_shown_in_two_courses_is_done_in_both(community: Community, volunteer: Volunteer) -> None:
    aid, other = publish(community, "aid", "a", "b"), publish(community, "other", "a")
    services.complete_lesson(volunteer=volunteer, course=aid.course, lesson_key="a", at=AT, by=None)

    assert [one.done for one in standing(volunteer, aid, other)] == [1, 1]


def test_one_statement_serves_any_number_of_courses(community: Community, django_assert_num_queries: Any) -> None:
    ids = [publish(community, f"course-{number}", f"l-{number}").course_id for number in range(6)]
    with django_assert_num_queries(1):
        assert len(selectors.standings(courses=ids, done=())) == 6
