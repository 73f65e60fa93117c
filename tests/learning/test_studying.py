"""Studying: enrol, what waits for what, where one stopped, notes of one's own."""

import datetime as dt
from collections.abc import Collection
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from academy.core.refusals import Refusal
from academy.learning import locks, open_lessons, selectors, services, study_services
from academy.learning.models import Course, CourseCompletion, Enrolment, Note
from academy.people.permissions import DutyRole
from academy.people.services import erasing, merging
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.quizzes import quiz

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pages")]

AT = dt.datetime(2026, 1, 10, 9, tzinfo=dt.UTC)
LATER = AT + dt.timedelta(hours=1)


def lesson(key: str, *, with_quiz: bool = False) -> dict[str, Any]:
    quizzes = {"quizzes": {"zh-hans": quiz().to_json()}} if with_quiz else {}
    return {"key": key, "title": f"课 {key}", "class_hours": 1, "body": "", **quizzes}


def scene() -> SimpleNamespace:
    community = CommunityFactory()
    s = SimpleNamespace(community=community, volunteer=VolunteerFactory(community=community, login=True))
    s.first = publish(s, "first", lesson("f")).course
    s.second = publish(s, "second", lesson("a"), lesson("b", with_quiz=True), lesson("c"), requires=["first"]).course
    return s


def publish(s: Any, key: str, *lessons: dict[str, Any], **changed: Any) -> Any:
    fields = {"title": f"课程 {key}", "tier": "beginner", "required": True, **changed}
    return services.publish_course(community=s.community, key=key, lessons=list(lessons), by=None, at=AT, **fields)


@pytest.fixture(scope="module")
def scene_of_studying(rows_of_module: Any) -> Any:
    return rows_of_module(scene)


@pytest.fixture
def s(scene_of_studying: Any, db: None) -> Any:
    return deepcopy(scene_of_studying)


def complete(s: Any, course: Course, key: str) -> Any:
    return services.complete_lesson(volunteer=s.volunteer, course=course, lesson_key=key, at=AT, by=None)


def code(answer: Any) -> str:
    assert isinstance(answer, Refusal), answer
    return answer.code


def test_enrolling_twice_is_one_enrolment(s: Any) -> None:
    first = services.enrol(volunteer=s.volunteer, course=s.first, by=s.volunteer.user, at=AT)
    assert services.enrol(volunteer=s.volunteer, course=s.first, by=None, at=LATER) == first
    assert first.enrolled_at == AT
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.create(volunteer=s.volunteer, course=s.first, enrolled_at=AT)
    assert code(services.enrol(volunteer=s.volunteer, course=s.first, by=UserFactory(), at=AT)) == "not_yours"


def test_a_course_of_another_community_takes_neither_an_enrolment_nor_a_note(s: Any) -> None:
    foreign = VolunteerFactory(login=True)
    assert code(services.enrol(volunteer=foreign, course=s.first, by=None, at=AT)) == "course_elsewhere"
    note = study_services.save_note(
        volunteer=foreign, course=s.first, lesson_key="f", text="词", seen="", by=foreign.user, at=AT
    )
    assert code(note) == "course_elsewhere"


def test_doing_a_lesson_enrols(s: Any) -> None:
    complete(s, s.first, "f")
    assert services.progress(volunteer=s.volunteer, course=s.first).enrolled


def test_a_required_course_locks_and_its_completion_opens_at_once(s: Any) -> None:
    refusal = complete(s, s.second, "a")
    assert code(refusal) == "course_first"
    assert "课程 first" in str(refusal)
    assert locks.missing_courses(s.volunteer, s.second) == [s.first]
    complete(s, s.first, "f")
    assert locks.missing_courses(s.volunteer, s.second) == []
    assert not isinstance(complete(s, s.second, "a"), Refusal)


def test_a_locked_course_is_not_the_next_one(s: Any) -> None:
    complete(s, s.first, "f")
    rows = CourseCompletion.objects.annotate(locked=selectors.is_locked(s.volunteer))  # any rows with a course
    assert rows.get().locked is False
    s.first.requires.set([s.second])
    assert rows.get().locked is True


def test_an_equivalent_of_a_required_course_opens_the_lock(s: Any) -> None:
    spoken = publish(s, "spoken", lesson("s"), required=False).course
    Course.objects.filter(pk=spoken.pk).update(stands_for=s.first)
    assert services.progress(volunteer=s.volunteer, course=s.second).locked
    complete(s, spoken, "s")
    assert locks.missing_courses(s.volunteer, s.second) == []
    assert not services.progress(volunteer=s.volunteer, course=s.second).locked
    assert not isinstance(complete(s, s.second, "a"), Refusal)


def test_a_course_completed_in_a_class_waits_for_no_other(s: Any) -> None:
    version = s.second.versions.get()
    CourseCompletion.objects.create(volunteer=s.volunteer, course=s.second, version=version, completed_at=AT)
    assert locks.missing_courses(s.volunteer, s.second) == [s.first]
    assert not isinstance(complete(s, s.second, "a"), Refusal)


def test_a_required_course_that_nobody_can_open_locks_nothing(s: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pages:
        def is_open(self, *, course: Course, lesson_key: str) -> bool:
            return course != s.first

        def readable(self, courses: Collection[int]) -> set[int]:
            return set(courses) - {s.first.pk}

    monkeypatch.setattr(open_lessons, "_pages", [Pages()])
    assert not isinstance(complete(s, s.second, "a"), Refusal)


def test_a_lock_that_comes_later_takes_nothing_away(s: Any) -> None:
    complete(s, s.first, "f")
    third = publish(s, "third", lesson("x"), lesson("y")).course
    complete(s, third, "x")
    publish(s, "fourth", lesson("z"))
    publish(s, "third", lesson("x"), lesson("y"), requires=["fourth"])
    assert services.progress(volunteer=s.volunteer, course=third).done == {"x"}
    assert code(complete(s, third, "y")) == "course_first"
    assert not isinstance(complete(s, third, "x"), Refusal)  # it is done


def test_courses_never_wait_for_each_other(s: Any) -> None:
    with pytest.raises(ValueError, match="wait for itself"):
        publish(s, "first", lesson("f"), requires=["second"])
    with pytest.raises(ValueError, match="wait for itself"):
        publish(s, "first", lesson("f"), requires=["first"])
    publish(s, "third", lesson("x"), requires=["second"])
    assert services.waits_for(course=s.first, requires=[Course.objects.get(key="third")])
    assert not services.waits_for(course=Course.objects.get(key="third"), requires=[s.first, s.second])


def test_a_required_course_is_one_of_the_community(s: Any) -> None:
    foreign = SimpleNamespace(community=CommunityFactory())
    publish(foreign, "foreign", lesson("z"))
    for unknown in ("foreign", "nothing"):
        with pytest.raises(ValueError, match="unknown"):
            publish(s, "first", lesson("f"), requires=[unknown])


def test_publishing_without_a_word_keeps_what_is_required(s: Any) -> None:
    publish(s, "second", lesson("a"))
    assert list(s.second.requires.all()) == [s.first]
    publish(s, "second", lesson("a"), requires=[])
    assert not s.second.requires.exists()


def test_lessons_after_a_quiz_wait_for_it_and_those_before_do_not(s: Any) -> None:
    complete(s, s.first, "f")
    assert services.progress(volunteer=s.volunteer, course=s.second).waits == {"c": "b"}
    refusal = complete(s, s.second, "c")
    assert code(refusal) == "quiz_first" and "课 b" in str(refusal)
    assert not isinstance(complete(s, s.second, "a"), Refusal)


def test_the_place_is_the_lesson_opened_last_once_one_is_enrolled(s: Any) -> None:
    def open_lesson(key: str, at: dt.datetime) -> str:
        study_services.open_lesson(volunteer=s.volunteer, course=s.second, lesson_key=key, at=at)
        return services.progress(volunteer=s.volunteer, course=s.second).place

    assert open_lesson("a", AT) == ""
    services.enrol(volunteer=s.volunteer, course=s.second, by=None, at=AT)
    assert open_lesson("a", AT) == "a"
    assert open_lesson("c", LATER) == "c"


def save(s: Any, text: str, *, seen: str = "", at: dt.datetime = AT, key: str = "a") -> Any:
    return study_services.save_note(
        volunteer=s.volunteer, course=s.second, lesson_key=key, text=text, seen=seen, by=s.volunteer.user, at=at
    )


def test_a_note_is_kept_changed_and_removed(s: Any) -> None:
    first = save(s, "  按压要快 ")
    assert first.text == "按压要快"
    second = save(s, "按压又快又深", seen=study_services.stamp_of(first.saved_at), at=LATER)
    assert (second.pk, second.text) == (first.pk, "按压又快又深")
    assert save(s, "", seen=study_services.stamp_of(second.saved_at)) is None
    assert not Note.objects.exists()


def test_two_devices_lose_no_word(s: Any) -> None:
    save(s, "在手机上写的")
    both = save(s, "在平板上写的", seen="", at=LATER)
    assert both.text.split(study_services.LEFT_BY_ANOTHER) == ["在手机上写的", "在平板上写的"]
    assert save(s, "", seen="old").text == both.text
    assert save(s, "在手机上写的", seen="old").text == both.text


def test_a_note_has_its_limits(s: Any) -> None:
    assert code(save(s, "长" * (Note.MOST_CHARACTERS + 1))) == "note_too_long"
    assert save(s, "长" * Note.MOST_CHARACTERS).text
    assert code(save(s, "短", seen="old", at=LATER)) == "note_too_long"  # both texts together
    assert code(save(s, "词", key="z")) == "unknown_lesson"
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.create(volunteer=s.volunteer, course=s.second, lesson_key="a", text="二", saved_at=AT)


def test_nobody_writes_notes_for_another(s: Any) -> None:
    answer = study_services.save_note(
        volunteer=s.volunteer, course=s.second, lesson_key="a", text="词", seen="", by=UserFactory(), at=AT
    )
    assert code(answer) == "not_yours"


def test_notes_follow_a_merge_and_go_with_the_persons_data(s: Any) -> None:
    save(s, "我的")
    stays = VolunteerFactory(community=s.community)
    worker = UserFactory(duties=[(s.community, DutyRole.SOCIAL_WORKER)])
    merging.merge(volunteer=s.volunteer, into=stays, by=worker, at=AT)
    note = study_services.note_of(volunteer=stays, lesson_key="a")
    assert note is not None and note.text == "我的"
    stays.refresh_from_db()
    assert not isinstance(erasing.erase(volunteer=stays, by=worker, at=LATER), Refusal)
    assert not Note.objects.exists()
