"""Attendance, qualifications that expire (T6), tiers as dated facts (T5, T8), equivalents."""

import datetime as dt
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, transaction

from academy.core.together import Together
from academy.learning import attendance, awards, qualifications, services, tier_facts
from academy.learning.award_models import Attendance, Qualification, TierAward
from academy.learning.models import Course, CourseCompletion
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.answers import code_of
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
DAY = dt.date(2026, 1, 10)

pytestmark = pytest.mark.usefixtures("without_pages")


def _build():
    community = CommunityFactory()
    people = [VolunteerFactory(community=community, name=name) for name in ("王秀英", "李建国")]
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    built = SimpleNamespace(community=community, volunteer=people[0], other=people[1], worker=worker)
    built.aid = publish(built, "aid", tier="intermediate", valid_years=3)
    return built


def publish(built, key, **fields):
    lessons = [{"key": key, "title": key, "class_hours": "4", "body": ""}]
    fields = {"tier": "beginner", "required": True, **fields}
    return services.publish_course(
        community=built.community, key=key, title=f"课程 {key}", lessons=lessons, by=None, at=AT, **fields
    ).course


@pytest.fixture(scope="module")
def built_once(rows_of_module):
    return rows_of_module(_build)


@pytest.fixture
def built(built_once, db):
    return deepcopy(built_once)


def attend(built, source="run:1", on=DAY, course=None, volunteer=None):
    return attendance.record_attendance(
        volunteer=volunteer or built.volunteer,
        course=course or built.aid,
        source=source,
        title="急救班",
        organiser="社区",
        held_on=on,
        minutes=180,
        at=AT,
    )


def test_a_course_keeps_its_years_of_validity_with_each_publication(built):
    assert Course.objects.get(key="aid").valid_years == 3
    publish(built, "aid", tier="intermediate")
    assert Course.objects.get(key="aid").valid_years is None


def test_a_class_counts_once_and_completes_the_course(built):
    first = attend(built)
    assert attend(built) == first
    assert (first.class_hours, first.minutes) == (4, 180)
    assert CourseCompletion.objects.get(volunteer=built.volunteer).version == first.version


def test_a_course_that_was_never_published_cannot_be_completed(built):
    bare = Course.objects.create(community=built.community, key="bare", title="草稿", tier="beginner")
    assert code_of(attend(built, course=bare)) == "course_not_published"
    assert not Attendance.objects.exists()


def test_a_class_of_a_course_whose_lessons_are_still_to_come_waits(built):
    part = publish(built, "part", whole=False)
    assert code_of(attend(built, course=part)) == "course_not_whole"
    assert not CourseCompletion.objects.exists()
    publish(built, "part")
    assert attend(built, course=part).course == part


def test_first_aid_expires_after_three_years_and_a_renewal_is_a_new_record(built):
    attend(built)
    held = Qualification.objects.get()
    assert (held.obtained_on, held.expires_on) == (DAY, dt.date(2029, 1, 10))
    attend(built, source="run:2", on=dt.date(2028, 12, 2))
    (latest,) = qualifications.latest_of([built.volunteer])
    assert (latest.expires_on, Qualification.objects.count()) == (dt.date(2031, 12, 2), 2)
    assert CourseCompletion.objects.count() == 1
    assert attendance.class_hours(volunteer=built.volunteer) == 4


def test_reading_the_last_lesson_gives_the_qualification_too(built):
    services.complete_lesson(volunteer=built.volunteer, course=built.aid, lesson_key="aid", at=AT, by=None)
    assert Qualification.objects.get().expires_on == dt.date(2029, 1, 10)


def test_a_course_that_gets_its_years_later_counts_them_from_the_completion(built):
    course = publish(built, "fire")
    services.complete_lesson(volunteer=built.volunteer, course=course, lesson_key="fire", at=AT, by=None)
    assert not Qualification.objects.exists()
    publish(built, "fire", valid_years=1)
    assert qualifications.record_missing(at=AT + dt.timedelta(days=90)) == 1
    assert Qualification.objects.get().expires_on == dt.date(2027, 1, 10)
    assert qualifications.record_missing(at=AT + dt.timedelta(days=90)) == 0


def test_the_holder_is_reminded_once_sixty_days_before(built):
    attend(built)
    day = dt.datetime(2028, 11, 11, 9, tzinfo=dt.UTC)
    assert qualifications.remind(at=day - dt.timedelta(days=1)) == 0
    assert qualifications.remind(at=day) == 1
    assert qualifications.remind(at=day + dt.timedelta(days=1)) == 0
    assert "课程 aid" in built.volunteer.messages.get().text


def test_a_tick_reminds_a_part_and_the_next_ones_go_on(built, monkeypatch):
    monkeypatch.setattr(qualifications, "AT_ONCE", 2)
    for person in (built.volunteer, built.other, VolunteerFactory(community=built.community)):
        attend(built, volunteer=person)
    day = dt.datetime(2028, 11, 11, 9, tzinfo=dt.UTC)
    assert [qualifications.remind(at=day) for _tick in range(3)] == [2, 1, 0]


def test_who_renewed_is_not_reminded_of_the_old_one(built):
    attend(built)
    attend(built, source="run:2", on=dt.date(2028, 10, 2))
    day = dt.date(2028, 12, 1)
    assert qualifications.expiring(communities=[built.community.pk], day=day) == []
    assert qualifications.expiring(communities=[built.community.pk], day=dt.date(2031, 9, 1)) != []


def test_a_tier_is_awarded_once_and_never_changed(built):
    first = awards.award_tier(volunteer=built.volunteer, tier="beginner", evidence={"n": 1}, by=built.worker, at=AT)
    again = awards.award_tier(volunteer=built.volunteer, tier="beginner", evidence={"n": 2}, by=built.worker, at=AT)
    assert (again, first.evidence) == (first, {"n": 1})
    assert attendance.learnt(built.volunteer).place == 1
    for act in (lambda: TierAward.objects.update(tier="advanced"), TierAward.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_person_of_two_entries_has_the_higher_tier(built):
    awards.award_tier(volunteer=built.other, tier="intermediate", evidence={}, by=built.worker, at=AT)
    awards.award_tier(volunteer=built.volunteer, tier="beginner", evidence={}, by=built.worker, at=AT)
    merging.merge(volunteer=built.other, into=built.volunteer, by=built.worker, at=AT)
    built.other.refresh_from_db()
    assert attendance.learnt(built.volunteer).place == attendance.learnt(built.other).place == 2


def curriculum_of(built):
    return tier_facts.curriculum(built.community.pk, together=Together())()


def test_an_elective_stands_for_a_required_course_of_its_tier(built):
    spoken = publish(built, "spoken", tier="intermediate", required=False)
    other_tier = publish(built, "law")

    def set_it(course, stands_for, by=built.worker):
        return awards.set_equivalent(course=course, stands_for=stands_for, by=by, at=AT)

    assert code_of(set_it(built.aid, built.aid)) == "no_equivalent"
    assert code_of(set_it(spoken, other_tier)) == "no_equivalent"
    assert code_of(set_it(spoken, built.aid, UserFactory())) == "not_allowed"
    assert set_it(spoken, built.aid) == spoken
    required, courses = curriculum_of(built)
    (aid,) = required["intermediate"]
    assert (aid.key, aid.equivalents) == ("aid", frozenset({"spoken"}))
    assert set(courses) == {"aid", "spoken", "law"}
    set_it(spoken, None)
    assert curriculum_of(built)[0]["intermediate"][0].equivalents == frozenset()
