"""Several lists of values in one statement."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db.models import F, OuterRef, Sum

from academy.core.models import CalendarDay, Community
from academy.core.together import Together, as_moment, list_beside
from academy.learning import services as learning
from academy.learning.models import Course, CourseVersion
from tests.factories import CommunityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture
def home():
    community = CommunityFactory(name="花园社区")
    lessons = [{"key": key, "title": key, "class_hours": "1.5", "body": ""} for key in ("a", "b")]
    facts = {"key": "first", "title": "入门“一”", "tier": "beginner", "required": True}
    at = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
    learning.publish_course(community=community, **facts, lessons=lessons, by=None, at=at)
    return community


def test_lists_of_several_tables_take_one_statement(home, django_assert_num_queries):
    together = Together()
    courses = together.add(Course.objects.filter(community=home), "key", "title", "required", "stands_for")
    hours = together.add(CourseVersion.objects.all(), "class_hours", "published_at")
    nothing = together.add(CalendarDay.objects.all(), "date")

    with django_assert_num_queries(1):
        [[key, title, required, stands_for]] = courses()
        [[class_hours, published_at]] = hours()
        assert nothing() == []

    assert (key, title, bool(required), stands_for) == ("first", "入门“一”", True, None)
    assert Decimal(str(class_hours)) == 3
    assert as_moment(published_at) == dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)


def test_sums_by_group_stand_beside_other_lists(home):
    together = Together()
    communities = together.add(Community.objects.all(), "name")
    per_course = CourseVersion.objects.values("course__key").annotate(sum=Sum("class_hours"), name=F("course__title"))
    sums = together.add(per_course, "course__key", "sum")

    assert [key for key, _sum in sums()] == ["first"]
    assert communities() == [["花园社区"]]


def test_a_list_that_comes_too_late_is_an_error(home):
    together = Together()
    together.add(Course.objects.all(), "key")()

    with pytest.raises(ValueError, match="have been read"):
        together.add(Course.objects.all(), "key")


def test_a_list_stands_beside_a_row_of_another_table(home, django_assert_num_queries):
    versions = CourseVersion.objects.filter(course=OuterRef("pk"))
    days = CalendarDay.objects.filter(pk=OuterRef("pk"))
    with django_assert_num_queries(1):
        course = Course.objects.annotate(
            own=list_beside(versions, "number", "class_hours", "published_at"), none=list_beside(days, "date")
        ).get()

    [[number, class_hours, published_at]] = course.own
    assert (number, Decimal(str(class_hours))) == (1, 3)
    assert as_moment(published_at) == dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
    assert not course.none
