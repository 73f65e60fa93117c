"""A standing shift is changed as one or from a day on; everybody concerned gets one message."""

import datetime as dt

import pytest

from academy.activities import changing as one_by_one
from academy.activities import services as activities
from academy.activities.models import Activity
from academy.activities.waiting.models import WaitingEntry
from academy.core.signals import tick
from academy.messaging.models import Message
from academy.rotas.models import SeriesDate, StandingPlace
from tests.factories import UserFactory, VolunteerFactory
from tests.rotas.scene import (
    FRIDAYS,
    MONDAY,
    NOW,
    THURSDAYS,
    TUESDAYS,
    WEDNESDAYS,
    RotaScene,
    code_of,
    date_on,
    days_of,
    days_open,
    shift_on,
    take,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TUESDAY, THURSDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=3)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture
def scene():
    return RotaScene()


@pytest.fixture
def series(scene):
    return scene.plan()


def messages_to(person) -> list[str]:
    return [message.texts["zh-hans"] for message in Message.objects.of(person)]


def test_who_waits_for_a_place_at_a_date_is_told_too(scene, series):
    shift, waits = shift_on(series, TUESDAY), VolunteerFactory(community=series.community, name="候补人")
    role = shift.activity.roles.first()
    WaitingEntry.objects.create(shift=shift, role=role, volunteer=waits, joined_at=NOW, key="x")

    scene.change(series, starts=18 * 60, ends=20 * 60)

    (message,) = Message.objects.of(waits).filter(kind="change")
    assert "18:00–20:00" in message.texts["zh-hans"]


def test_all_dates_to_come_change_as_one(scene, series):
    answer = scene.change(series, place="西门", service_content="劝导电动车")
    assert (answer.changed, answer.moved, answer.cancelled, answer.opened, answer.kept) == (12, 0, 0, 0, 0)
    assert set(Activity.objects.values_list("place", "service_content")) == {("西门", "劝导电动车")}


def test_from_a_day_on_the_dates_before_stay(scene, series):
    answer = scene.change(series, since=TUESDAY + 2 * WEEK, starts=18 * 60, ends=20 * 60)
    assert (answer.changed, answer.moved) == (8, 8)
    before, after = shift_on(series, TUESDAY + WEEK), shift_on(series, TUESDAY + 2 * WEEK)
    assert before.starts_at.astimezone(NOW.tzinfo).strftime("%H:%M") == "17:30"
    assert after.starts_at.astimezone(NOW.tzinfo).strftime("%H:%M") == "18:00"


def test_a_change_far_ahead_opens_what_comes_before_by_the_old_pattern(scene, series):
    answer = scene.change(series, since=dt.date(2026, 3, 9), weekdays=WEDNESDAYS | FRIDAYS)
    assert code_of(answer) == "yes"
    assert days_open(series)[-4:] == ["2-24", "2-26", "3-3", "3-5"]
    tick.send(sender=None, at=NOW + 5 * WEEK)
    assert days_open(series)[-6:] == ["3-3", "3-5", "3-11", "3-13", "3-18", "3-20"]


def test_a_change_begins_within_half_a_year(scene, series):
    assert code_of(scene.change(series, since=MONDAY + 27 * WEEK, place="西门")) == "too_far"
    assert code_of(scene.change(series, since=MONDAY + 26 * WEEK, place="西门")) == "yes"


def test_what_a_date_has_for_itself_stays_unless_wanted(scene, series):
    own = date_on(series, TUESDAY).activity
    own.place = "南门"
    one_by_one.save_activity(activity=own, by=scene.worker, at=NOW)
    answer = scene.change(series, place="西门", title="东门值守")
    assert answer.kept == 1
    own.refresh_from_db()
    assert (own.place, own.title) == ("南门", "东门值守")
    answer = scene.change(series, place="北门", also_own=True)
    assert answer.kept == 0
    own.refresh_from_db()
    assert own.place == "北门"


def test_a_date_that_was_moved_by_itself_keeps_its_time(scene, series):
    shift = shift_on(series, TUESDAY)
    shift.starts_at += dt.timedelta(hours=1)
    shift.ends_at += dt.timedelta(hours=1)
    activity = shift.activity
    activity.shifts = [shift]
    one_by_one.save_activity(activity=activity, by=scene.worker, at=NOW)
    answer = scene.change(series, starts=17 * 60, ends=19 * 60)
    assert (answer.moved, answer.kept) == (11, 1)
    assert shift_on(series, TUESDAY).starts_at == shift.starts_at


def test_past_and_begun_dates_stay(scene, series):
    later = NOW + dt.timedelta(days=1, hours=8)  # Tuesday 18:00: it has begun
    answer = scene.change(series, since=MONDAY, starts=17 * 60, at=later)
    assert answer.changed == 11
    assert shift_on(series, TUESDAY).starts_at == series.span_on(TUESDAY)[0]


def test_everybody_concerned_gets_one_message_about_all_dates(scene, series):
    regular, once = scene.person(), scene.person("李建国")
    scene.stand(series, regular, TUESDAYS)
    take(series, THURSDAY, once)
    answer = scene.change(series, starts=18 * 60, ends=20 * 60, place="西门")
    assert {person.name for person in answer.told} == {"王秀英", "李建国"}
    (many,), (one,) = messages_to(regular), messages_to(once)
    assert "1月6日 周二 17:30–19:30 → 1月6日 周二 18:00–20:00" in many
    assert "3" in many.split("1月20日")[1]  # the others are counted
    assert "东门 → 西门" in one
    assert "1月8日 周四 17:30–19:30 → 1月8日 周四 18:00–20:00" in one


def test_a_change_of_words_alone_tells_nobody(scene, series):
    scene.stand(series, scene.person())
    assert scene.change(series, service_content="劝导电动车").told == []
    assert not Message.objects.exists()


def test_weekdays_move_with_those_who_stand_in(scene, series):
    tuesdays, thursdays = scene.person(), scene.person("李建国")
    scene.stand(series, tuesdays, TUESDAYS)
    scene.stand(series, thursdays, THURSDAYS)
    answer = scene.change(series, weekdays=WEDNESDAYS | THURSDAYS)
    assert (answer.moved, answer.cancelled) == (6, 0)
    assert days_of(tuesdays)[:2] == ["1-7", "1-14"]
    assert days_of(thursdays)[:2] == ["1-8", "1-15"]
    assert len(messages_to(tuesdays)) == 1
    assert messages_to(thursdays) == []
    assert StandingPlace.objects.get(volunteer=tuesdays).weekdays == WEDNESDAYS
    tick.send(sender=None, at=NOW + 3 * WEEK)
    assert days_of(tuesdays)[-1] == "3-4"


def test_a_date_that_moves_onto_a_holiday_is_cancelled_with_notice(scene):
    series = scene.plan(weekdays=FRIDAYS, first_day=dt.date(2026, 4, 1), weeks_ahead=2, at=NOW + 12 * WEEK)
    person = scene.person()
    scene.stand(series, person, at=NOW + 12 * WEEK)
    assert days_of(person) == ["4-3", "4-10"]
    answer = scene.change(series, since=MONDAY, weekdays=1 << 6, at=NOW + 12 * WEEK)  # Sundays: 5 April is Qingming
    assert (answer.moved, answer.cancelled) == (1, 1)
    assert days_of(person) == ["4-12"]
    (text,) = messages_to(person)
    assert "4月10日 周五 17:30–19:30 → 4月12日 周日 17:30–19:30" in text
    assert "4月3日 周五 17:30–19:30" in text


def test_a_weekday_that_ends_cancels_its_dates_and_comes_back_new(scene, series):
    person = scene.person()
    scene.stand(series, person, THURSDAYS)
    answer = scene.change(series, weekdays=TUESDAYS)
    assert (answer.cancelled, len(answer.told)) == (6, 1)
    assert not StandingPlace.objects.in_force().exists()
    assert "1-8" not in days_open(series)
    answer = scene.change(series, weekdays=TUESDAYS | THURSDAYS)
    assert answer.opened == 6
    assert "1-8" in days_open(series)
    assert SeriesDate.objects.filter(series=series, day=THURSDAY).count() == 2  # the cancelled one stays on record


def test_a_last_day_cancels_what_comes_after(scene, series):
    person = scene.person()
    scene.stand(series, person)
    answer = scene.change(series, last_day=THURSDAY + WEEK)
    assert answer.cancelled == 8
    assert days_of(person) == ["1-6", "1-8", "1-13", "1-15"]
    assert len(messages_to(person)) == 1


def test_a_cancelled_date_is_left_alone(scene, series):
    activities.cancel_activity(activity=date_on(series, TUESDAY).activity, by=scene.worker, at=NOW)
    assert scene.change(series, place="西门").changed == 11
    assert days_open(series)[0] == "1-8"


def test_places_change_with_the_standing_shift(scene, series):
    assert scene.change(series, capacity=8, newcomer_places=2).changed == 12
    date = date_on(series, TUESDAY)
    assert (date.role.capacity, date.newcomer_role.capacity) == (6, 2)
    scene.change(series, newcomer_places=0)
    date = date_on(series, TUESDAY)
    assert (date.role.capacity, date.newcomer_role) == (8, None)
    scene.change(series, newcomer_places=1)
    date = date_on(series, TUESDAY)
    assert (date.role.capacity, date.newcomer_role.capacity) == (7, 1)


def test_a_newcomers_place_that_is_taken_stays(scene, series):
    new = scene.person("新来的")
    take(series, TUESDAY, new, newcomer=True)
    scene.change(series, newcomer_places=0)
    assert date_on(series, TUESDAY).newcomer_role is not None
    assert date_on(series, THURSDAY).newcomer_role is None
    assert days_of(new) == ["1-6"]


def test_another_leader_leads_all_dates(scene, series):
    other = scene.person("周建")
    scene.change(series, leader=other)
    assert set(Activity.objects.values_list("leader", flat=True)) == {other.pk}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param({"weekdays": 0}, "no_weekday", id="no weekday"),
        pytest.param({"starts": 20 * 60}, "bad_times", id="ends before it begins"),
        pytest.param({"newcomer_places": 6}, "too_many_newcomers", id="no place for others"),
    ],
)
def test_a_change_that_cannot_stand_changes_nothing(scene, series, fields, code):
    before = list(Activity.objects.order_by("pk").values())
    assert code_of(scene.change(series, **fields)) == code
    assert code_of(scene.change(series, leader=VolunteerFactory())) == "foreign_leader"
    assert list(Activity.objects.order_by("pk").values()) == before


def test_only_staff_of_the_community_change(scene, series):
    scene.worker = UserFactory()
    assert code_of(scene.change(series, place="西门")) == "not_allowed"


def test_dates_of_an_older_pattern_stay_when_something_else_changes(scene, series):
    scene.change(series, since=dt.date(2026, 2, 2), weekdays=WEDNESDAYS)
    answer = scene.change(series, place="西门")
    assert answer.cancelled == 0
    assert days_open(series)[:4] == ["1-6", "1-8", "1-13", "1-15"]
    assert set(Activity.objects.filter(cancelled_at=None).values_list("place", flat=True)) == {"西门"}


def test_the_leader_hears_once_of_all_dates_that_move_and_nothing_of_their_own_change(scene, series):
    scene.change(series, starts=18 * 60, ends=20 * 60)
    (message,) = Message.objects.of(scene.leader)
    assert "18:00–20:00" in message.texts["zh-hans"] and "您负责" in message.texts["zh-hans"]
