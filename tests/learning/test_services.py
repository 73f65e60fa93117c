"""Courses: frozen when published, and completed lesson by lesson (T1, T2, T4)."""

import datetime as dt
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.families import services as families
from academy.learning import attendance, services
from academy.learning.models import Course, CourseCompletion, CourseVersion, LessonCompletion
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pages")]

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
LATER = dt.datetime(2026, 2, 10, 9, tzinfo=dt.UTC)


@pytest.fixture
def community() -> Community:
    return CommunityFactory()


@pytest.fixture
def volunteer(community: Community) -> Volunteer:
    return VolunteerFactory(community=community)


def completed(volunteer: Volunteer) -> list[int]:
    return list(CourseCompletion.objects.of(volunteer).values_list("course", flat=True))


def lesson(key: str, class_hours: str = "1", body: str = "正文") -> dict[str, Any]:
    return {"key": key, "title": f"课 {key}", "class_hours": Decimal(class_hours), "body": body}


def publish(community: Community, *lessons: dict[str, Any], at: dt.datetime = AT, **changed: Any) -> CourseVersion:
    fields: dict[str, Any] = {"key": "first-aid", "title": "急救", "tier": "beginner", "required": True, **changed}
    return services.publish_course(community=community, lessons=list(lessons), by=None, at=at, **fields)


def complete(volunteer: Volunteer, course: Course, key: str, at: dt.datetime = AT) -> LessonCompletion | Refusal:
    return services.complete_lesson(volunteer=volunteer, course=course, lesson_key=key, at=at, by=None)


def test_publishing_freezes_a_first_version_with_the_sum_of_its_class_hours(community: Community) -> None:
    version = publish(community, lesson("a", "0.5"), lesson("b", "1.5"))
    assert (version.number, version.title, version.class_hours) == (1, "急救", Decimal(2))
    assert [(one["key"], one["class_hours"], one["body"]) for one in version.lessons] == [
        ("a", "0.5", "正文"),
        ("b", "1.5", "正文"),
    ]
    assert version.published_at == AT


def test_the_same_content_makes_no_new_version(community: Community) -> None:
    first = publish(community, lesson("a", "1"))
    assert publish(community, lesson("a", "1.0"), at=LATER).pk == first.pk


@pytest.mark.parametrize(
    "lessons",
    [
        pytest.param([lesson("a"), lesson("c")], id="another lesson"),
        pytest.param([lesson("b"), lesson("a")], id="another order"),
        pytest.param([lesson("a"), lesson("b", body="新的正文")], id="another text"),
        pytest.param([lesson("a"), lesson("b", "2")], id="other class hours"),
    ],
)
def test_a_change_makes_the_next_version_and_the_old_one_stays(
    community: Community, lessons: list[dict[str, Any]]
) -> None:
    first = publish(community, lesson("a"), lesson("b"))
    second = publish(community, *lessons, at=LATER)
    assert (second.number, second.course) == (2, first.course)
    first.refresh_from_db()
    assert [one["key"] for one in first.lessons] == ["a", "b"]


def test_tier_and_requirement_belong_to_the_course_and_make_no_version(community: Community) -> None:
    publish(community, lesson("a"))
    version = publish(community, lesson("a"), tier="advanced", required=False)
    course = Course.objects.get()
    assert (version.number, course.tier, course.required) == (1, "advanced", False)


def test_a_course_without_lessons_is_not_published(community: Community) -> None:
    with pytest.raises(ValueError, match="without lessons"):
        publish(community)


def test_a_key_belongs_to_one_community(community: Community) -> None:
    publish(community, lesson("a"))
    with pytest.raises(ValueError, match="another community"):
        publish(CommunityFactory(), lesson("a"))


def test_t4_each_lesson_earns_its_class_hours_and_the_last_completes_the_course(
    community: Community, volunteer: Volunteer
) -> None:
    course = publish(community, lesson("a", "0.5"), lesson("b", "1.5")).course
    assert attendance.class_hours(volunteer=volunteer) == 0
    complete(volunteer, course, "a")
    assert not CourseCompletion.objects.exists()
    assert attendance.class_hours(volunteer=volunteer) == Decimal("0.5")
    complete(volunteer, course, "b", LATER)
    completion = CourseCompletion.objects.get()
    assert (completion.volunteer, completion.version.number, completion.completed_at) == (volunteer, 1, LATER)
    assert attendance.class_hours(volunteer=volunteer) == Decimal(2)
    assert completed(volunteer) == [course.pk]


def test_a_lesson_done_twice_is_done_once_and_keeps_its_first_time(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a"), lesson("b")).course
    complete(volunteer, course, "a")
    complete(volunteer, course, "a", LATER)
    assert LessonCompletion.objects.get().completed_at == AT


def test_t4_what_was_earned_stays_as_the_lesson_stated_it_then(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a", "0.5"), lesson("b", "0.5")).course
    complete(volunteer, course, "a")
    publish(community, lesson("a", "2"), lesson("b", "1.5"), at=LATER)
    assert attendance.class_hours(volunteer=volunteer) == Decimal("0.5")
    complete(volunteer, course, "a", LATER)  # again, in the new version
    complete(volunteer, course, "b", LATER)
    progress = services.progress(volunteer=volunteer, course=course)
    assert progress.earned == {"a": Decimal("0.5"), "b": Decimal("1.5")}
    assert attendance.class_hours(volunteer=volunteer) == progress.class_hours == Decimal(2)


def test_t4_class_hours_of_a_removed_lesson_stay(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a", "0.5"), lesson("b")).course
    complete(volunteer, course, "a")
    publish(community, lesson("b"), at=LATER)
    progress = services.progress(volunteer=volunteer, course=course)
    assert (progress.done, progress.class_hours) == (frozenset(), Decimal("0.5"))
    assert attendance.class_hours(volunteer=volunteer) == Decimal("0.5")


def test_class_hours_are_one_volunteers_over_all_courses(community: Community, volunteer: Volunteer) -> None:
    for key in ("first-aid", "first-steps"):
        course = publish(community, lesson(f"{key}-a", "1.5"), lesson(f"{key}-b"), key=key).course
        complete(volunteer, course, f"{key}-a")
        complete(VolunteerFactory(community=community), course, f"{key}-b")
    assert attendance.class_hours(volunteer=volunteer) == Decimal(3)


def test_t4_lessons_done_before_class_hours_were_kept_earn_what_their_version_stated(
    community: Community, volunteer: Volunteer
) -> None:
    course = publish(community, lesson("a", "0.5"), lesson("b", "0.5")).course
    complete(volunteer, course, "a")
    publish(community, lesson("a", "2"), lesson("b", "1.5"), at=LATER)
    complete(volunteer, course, "b")
    LessonCompletion.objects.update(class_hours=0)
    migration = import_module("academy.learning.migrations.0003_fill_class_hours")
    migration.fill(apps, connection.schema_editor())
    assert services.progress(volunteer=volunteer, course=course).earned == {"a": Decimal("0.5"), "b": Decimal("1.5")}


def test_only_an_agent_marks_lessons_for_another_person(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a")).course
    stranger, agent = UserFactory(), UserFactory()
    families.allow_agent(volunteer=volunteer, user=agent, evidence="签字的同意书", by=None, at=AT)
    answer = services.complete_lesson(volunteer=volunteer, course=course, lesson_key="a", at=AT, by=stranger)
    assert isinstance(answer, Refusal)
    assert answer.code == "not_yours"
    answer = services.complete_lesson(volunteer=volunteer, course=course, lesson_key="a", at=AT, by=agent)
    assert isinstance(answer, LessonCompletion)


def test_an_unknown_lesson_is_refused(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a")).course
    answer = complete(volunteer, course, "z")
    assert isinstance(answer, Refusal)
    assert answer.code == "unknown_lesson"
    assert not LessonCompletion.objects.exists()


def test_a_course_that_was_never_published_has_no_lesson_to_do(community: Community, volunteer: Volunteer) -> None:
    course = Course.objects.create(community=community, key="draft", title="草稿", tier="beginner")
    answer = complete(volunteer, course, "a")
    assert isinstance(answer, Refusal)
    assert services.progress(volunteer=volunteer, course=course) == services.Progress(frozenset(), 0, {}, None)


def test_progress_is_measured_by_the_current_version(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a"), lesson("b")).course
    complete(volunteer, course, "a")
    publish(community, lesson("b"), lesson("c"), lesson("d"), at=LATER)
    progress = services.progress(volunteer=volunteer, course=course)
    assert (progress.done, progress.total, progress.remaining, progress.completed_at) == (frozenset(), 3, 3, None)


def test_a_new_lesson_takes_no_completion_away(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a")).course
    complete(volunteer, course, "a")
    publish(community, lesson("a"), lesson("b"), at=LATER)
    progress = services.progress(volunteer=volunteer, course=course)
    assert (progress.done, progress.total, progress.completed_at) == (frozenset({"a"}), 2, AT)
    complete(volunteer, course, "b", LATER)
    assert CourseCompletion.objects.get().version.number == 1


def test_removing_the_only_missing_lesson_completes_the_course(community: Community, volunteer: Volunteer) -> None:
    course = publish(community, lesson("a"), lesson("b")).course
    newcomer = VolunteerFactory(community=community)
    complete(volunteer, course, "a")
    publish(community, lesson("a", "0.5"), at=LATER)
    completion = CourseCompletion.objects.get()
    # A qualification counts from the day of the last lesson, not from that on which the trainer dropped one.
    assert (completion.volunteer, completion.version.number, completion.completed_at) == (volunteer, 2, AT)
    assert attendance.class_hours(volunteer=volunteer) == Decimal(1)
    assert services.progress(volunteer=newcomer, course=course).completed_at is None


def test_progress_takes_one_statement_for_a_course_of_any_length(
    community: Community, volunteer: Volunteer, django_assert_num_queries: Any
) -> None:
    course = publish(community, *[lesson(str(number)) for number in range(40)]).course
    for number in range(20):
        complete(volunteer, course, str(number))
    with django_assert_num_queries(1):
        assert len(services.progress(volunteer=volunteer, course=course).done) == 20


def test_learning_is_never_service_time(community: Community, volunteer: Volunteer) -> None:
    # T2: learning makes no service record, no ledger entry and no total.
    course = publish(community, lesson("a")).course
    complete(volunteer, course, "a")
    assert not volunteer.service_records.exists()


# Two rows of the roll that are one person


@pytest.fixture
def other(community: Community) -> Volunteer:
    return VolunteerFactory(community=community)


@pytest.fixture
def join(community: Community, volunteer: Volunteer, other: Volunteer, django_capture_on_commit_callbacks: Any) -> Any:
    """Return a function that merges `other` into `volunteer` and runs the receivers."""

    def joined() -> None:
        worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
        with django_capture_on_commit_callbacks(execute=True):
            answer = merging.merge(volunteer=other, into=volunteer, by=worker, at=LATER)
        assert isinstance(answer, Volunteer)

    return joined


def test_a_lesson_that_both_did_earns_once(
    community: Community, volunteer: Volunteer, other: Volunteer, join: Any
) -> None:
    version = publish(community, lesson("a", "0.5"), lesson("b", "1"), lesson("c", "2"))
    for person, key in ((volunteer, "a"), (other, "a"), (other, "b")):
        complete(person, version.course, key)

    join()

    assert attendance.class_hours(volunteer=volunteer) == Decimal("1.5")
    progress = services.progress(volunteer=volunteer, course=version.course)
    assert (progress.done, progress.remaining) == ({"a", "b"}, 1)
    complete(volunteer, version.course, "b")
    assert LessonCompletion.objects.count() == 3
    complete(volunteer, version.course, "c")
    assert completed(volunteer) == [version.course_id]


def test_all_lessons_done_between_them_complete_the_course(
    community: Community, volunteer: Volunteer, other: Volunteer, join: Any
) -> None:
    version = publish(community, lesson("a"), lesson("b"))
    complete(volunteer, version.course, "a")
    complete(other, version.course, "b")

    join()

    assert CourseCompletion.objects.get().volunteer == volunteer


def test_a_course_is_not_completed_again_after_a_merger(
    community: Community, volunteer: Volunteer, other: Volunteer, join: Any
) -> None:
    version = publish(community, lesson("a"), lesson("b"))
    for key in ("a", "b"):
        complete(other, version.course, key)
    complete(volunteer, version.course, "a")
    join()

    complete(volunteer, version.course, "b")
    publish(community, lesson("a"), at=LATER)

    assert CourseCompletion.objects.get().volunteer == other
    assert services.progress(volunteer=volunteer, course=version.course).completed_at == AT


def test_removing_a_lesson_completes_the_course_for_a_merged_person(
    community: Community, volunteer: Volunteer, other: Volunteer, join: Any
) -> None:
    version = publish(community, lesson("a"), lesson("b"), lesson("c"))
    complete(volunteer, version.course, "a")
    complete(other, version.course, "b")
    join()

    publish(community, lesson("a"), lesson("b"), at=LATER)

    assert CourseCompletion.objects.get().volunteer == volunteer
