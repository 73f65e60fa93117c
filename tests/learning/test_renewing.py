"""A qualification is renewed by reading: near its end its quizzes are passed once more (T6)."""

import datetime as dt
from copy import deepcopy
from types import SimpleNamespace

import pytest
from django.test import Client

from academy.core.refusals import Refusal
from academy.learning import in_room, open_lessons, qualifications, quiz_services, renewing, services
from academy.learning.award_models import Qualification
from academy.learning.models import CourseVersion
from academy.people.services import merging
from tests.answers import code_of, messages_of
from tests.factories import CommunityFactory, UserFactory, VolunteerFactory
from tests.lesson_pages import ClosedPages
from tests.quizzes import getter, quiz, right_answers

AT = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
FIRST_DAY = dt.datetime(2028, 11, 10, 16, tzinfo=dt.UTC)  # 0:00 on 11 November, 60 days before it expires
LATER = FIRST_DAY + dt.timedelta(days=9)


def _build():
    built = SimpleNamespace(community=CommunityFactory())
    built.volunteer = VolunteerFactory(community=built.community, name="王秀英", login=True)
    built.aid = publish(built, "aid", ("quiz", "plain", "last"), quizzes=("quiz", "last"))
    return built


def publish(built, key, lessons, quizzes=(), valid_years=3):
    written = [{"key": name, "title": f"小节 {name}", "class_hours": 1, "body": ""} for name in lessons]
    for one in written:
        if one["key"] in quizzes:
            one["quizzes"] = {"zh-hans": quiz().to_json()}
    fields = {"community": built.community, "tier": "beginner", "required": True, "valid_years": valid_years}
    return services.publish_course(key=key, title="急救", lessons=written, by=None, at=AT, **fields).course


def complete(built, course, key):
    return services.complete_lesson(volunteer=built.volunteer, course=course, lesson_key=key, at=AT, by=None)


def answer(built, key, at, wrong=0):
    sheet = quiz_services.open_sheet(
        volunteer=built.volunteer, course=built.aid, lesson_key=key, language="zh-hans", at=at
    )
    assert not isinstance(sheet, Refusal), sheet
    sent = getter(right_answers(sheet.drawn, wrong=wrong))
    return quiz_services.send_answers(volunteer=built.volunteer, sheet=sheet, sent=sent, by=built.volunteer.user, at=at)


@pytest.fixture(scope="module")
def built_once(rows_of_module):
    return rows_of_module(_build)


@pytest.fixture
def built(built_once, db, without_pages):
    """A volunteer who completed a course of three lessons with two quizzes, which holds for three years."""
    built = deepcopy(built_once)
    answer(built, "quiz", at=AT)
    complete(built, built.aid, "plain")
    answer(built, "last", at=AT)
    return built


def renewal(built, at, course=None):
    return renewing.renewal_of(volunteer=built.volunteer, course=course or built.aid, at=at)


def renew(built, at=LATER, course=None, by=None):
    return renewing.renew(volunteer=built.volunteer, course=course or built.aid, by=by or built.volunteer.user, at=at)


def last_days():
    return [one.expires_on for one in Qualification.objects.order_by("pk")]


def test_it_can_be_renewed_from_sixty_days_before_its_end_and_after_it(built):
    assert last_days() == [dt.date(2029, 1, 10)]
    assert renewal(built, FIRST_DAY - dt.timedelta(minutes=1)) is None
    found = renewal(built, FIRST_DAY)
    assert [one[:2] for one in found.left] == [("quiz", "小节 quiz"), ("last", "小节 last")]
    assert (found.is_over, found.last_day) == (False, dt.date(2029, 1, 9))
    assert renewal(built, FIRST_DAY + dt.timedelta(days=400)).is_over


def test_the_last_quiz_that_is_passed_once_more_renews_it(built):
    answer(built, "quiz", at=LATER)
    assert last_days() == [dt.date(2029, 1, 10)]
    answer(built, "last", at=LATER, wrong=3)
    assert [key for key, _title, _passed in renewal(built, LATER).left] == ["last"]
    answer(built, "last", at=LATER)
    assert last_days() == [dt.date(2029, 1, 10), dt.date(2031, 11, 20)]
    assert renewal(built, LATER) is None
    assert qualifications.expiring(communities=[built.community.pk], day=dt.date(2028, 12, 1)) == []


def test_a_try_of_before_counts_for_no_renewal_and_the_page_shows_those_since(built):
    answer(built, "quiz", at=FIRST_DAY - dt.timedelta(minutes=1))
    found = renewal(built, FIRST_DAY)
    assert len(found.left) == 2
    latest = quiz_services.latest_attempt
    assert latest(volunteer=built.volunteer, lesson_key="quiz").passed
    assert latest(volunteer=built.volunteer, lesson_key="quiz", since=found.since) is None


def test_what_is_refused(built):
    assert code_of(renew(built, by=UserFactory())) == "not_yours"
    assert code_of(renew(built, at=FIRST_DAY - dt.timedelta(minutes=1))) == "not_to_renew"
    assert code_of(renew(built)) == "quiz_first"
    plain = publish(built, "tea", ("tea",), valid_years=None)
    complete(built, plain, "tea")
    assert code_of(renew(built, course=plain)) == "not_to_renew"
    assert last_days() == [dt.date(2029, 1, 10)]


def test_without_a_quiz_a_press_renews_once(built):
    course = publish(built, "plain", ("one",))
    complete(built, course, "one")
    assert renewal(built, LATER, course).quizzes == ()
    new = renew(built, course=course)
    assert renew(built, course=course) == new
    assert new.expires_on == dt.date(2031, 11, 20)


def test_a_closed_course_and_one_with_lessons_to_come_wait(built, monkeypatch):
    course = publish(built, "plain", ("one",))
    complete(built, course, "one")
    monkeypatch.setattr(open_lessons, "_pages", [ClosedPages()])
    assert code_of(renew(built, course=course)) == "lesson_closed"
    course.versions.update(whole=False)
    assert renewal(built, LATER, course) is None


def test_a_course_that_is_assessed_in_the_room_is_renewed_there(built, monkeypatch):
    monkeypatch.setattr(in_room, "_assessments", [CourseVersion.objects.all])  # whose `course` is assessed
    assert renewal(built, LATER) is None
    assert qualifications.remind(at=LATER) == 1
    assert "复训" in built.volunteer.messages.get().text and "打开" not in built.volunteer.messages.get().text


def test_who_can_renew_by_reading_is_told_so(built):
    assert qualifications.remind(at=LATER) == 1
    assert "打开" in built.volunteer.messages.get().text


def test_merged_people_renew_one_qualification(built):
    worker = UserFactory(duties=[(built.community, "social_worker")])
    other = VolunteerFactory(community=built.community, name="王秀英")
    merging.merge(volunteer=built.volunteer, into=other, by=worker, at=AT)
    built.volunteer = other
    assert len(renewal(built, LATER).left) == 2


def test_the_button_comes_back_to_the_course_with_the_last_day(built, monkeypatch):
    course = publish(built, "plain", ("one",))
    complete(built, course, "one")
    monkeypatch.setattr("django.utils.timezone.now", lambda: LATER)
    client = Client()
    address = "/learning/plain/renew/"
    assert client.post(address)["Location"].startswith("/accounts/login/")
    client.force_login(built.volunteer.user)
    answer = client.post(address)
    assert answer["Location"] == "/course/plain/" and "2031" in messages_of(answer)[0]
    early = client.post("/learning/aid/renew/")
    assert early["Location"] == "/course/aid/" and len(last_days()) == 3
    client.force_login(UserFactory())
    assert client.post(address)["Location"] == "/course/plain/" and len(last_days()) == 3
