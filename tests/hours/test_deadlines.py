"""The deadline of ten working days (K3): its date, its reminders and its end."""

import datetime as dt

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from academy.core.workdays import add_working_days, working_days_between
from academy.hours.models import OpenDeadline, ServiceRecord
from academy.hours.services import confirmation, corrections, deadlines, evaluation, notices, objections, unfinished
from academy.hours.services.storing import Difference
from academy.messaging.models import Message, Tone
from academy.people.models import Volunteer
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow


def the_only(scene: Scene, at: dt.datetime) -> deadlines.Deadline:
    (deadline,) = deadlines.running([scene.community], at=at)
    return deadline


def attended(scene: Scene, day: dt.date = SATURDAY):
    activity = scene.activity(day=day)
    scene.attend(scene.volunteer(), activity.shifts.get(), day=day)
    return activity


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ended_on", "due_on"),
    [
        pytest.param(dt.date(2026, 1, 10), dt.date(2026, 1, 23), id="over two weekends"),
        pytest.param(dt.date(2026, 2, 11), dt.date(2026, 3, 3), id="the Spring Festival, with two Saturdays worked"),
        pytest.param(dt.date(2025, 12, 26), dt.date(2026, 1, 12), id="over New Year, a Sunday worked"),
        pytest.param(dt.date(2024, 2, 28), dt.date(2024, 3, 13), id="over a leap day"),
    ],
)
def test_when_it_is_due(ended_on, due_on):
    assert add_working_days(ended_on, 10) == due_on
    assert working_days_between(ended_on, due_on) == 10


def test_it_runs_until_all_is_confirmed_and_evaluated(scene):
    activity = attended(scene)
    monday = moment("09:00", SATURDAY + dt.timedelta(days=2))
    deadline = the_only(scene, monday)
    assert (deadline.ended_on, deadline.due_on) == (SATURDAY, dt.date(2026, 1, 23))
    assert (deadline.unconfirmed, deadline.unevaluated, deadline.days_left, deadline.is_overdue) == (1, 1, 9, False)
    confirmation.confirm(activity=activity, by=scene.leading, at=monday)
    assert (the_only(scene, monday).unconfirmed, the_only(scene, monday).unevaluated) == (0, 1)
    evaluation.evaluate(activity=activity, by=scene.leading, at=monday)
    assert deadlines.running([scene.community], at=monday) == []


def test_it_is_overdue_from_the_midnight_after_the_tenth_working_day(scene):
    attended(scene)
    due = dt.date(2026, 1, 23)
    assert not the_only(scene, moment("23:59", due)).is_overdue
    late = the_only(scene, moment("24:00", due))
    assert late.is_overdue and late.days_left == 0
    assert the_only(scene, moment("09:00", due + dt.timedelta(days=3))).days_left == -1


def test_nobody_else_sees_it_and_it_runs_only_when_over(scene):
    attended(scene)
    assert deadlines.running([Scene().community], at=moment("18:00")) == []
    scene.activity(day=SATURDAY + dt.timedelta(days=7))
    assert len(deadlines.running([scene.community], at=moment("18:00"))) == 1


def test_the_leader_is_reminded_on_the_third_and_the_sixth_working_day_once(scene):
    attended(scene)
    sent = {}
    for day in range(1, 14):
        at = moment("08:00", SATURDAY + dt.timedelta(days=day))
        unfinished.look_at_unfinished(at=at)
        unfinished.look_at_unfinished(at=at)
        sent[day] = Message.objects.filter(volunteer=scene.leader).count()
    assert [day for day in sent if sent[day] != sent.get(day - 1, 0)] == [4, 9]  # Wednesday, and the Monday after
    message = Message.objects.first()
    assert message.texts["zh-hans"] == "“冬季防火入户宣传”等您确认时长，请在 1月23日 周五 前完成。"
    assert message.texts["en"] == "“冬季防火入户宣传” waits for you to confirm its hours, by Fri 23 Jan."
    assert message.tone == Tone.TODO


def test_a_reminder_names_the_next_step_and_whether_its_day_is_over(scene):
    activity = attended(scene)
    tuesday = moment("09:00", dt.date(2026, 1, 13))
    assert the_only(scene, tuesday).reminder == deadlines.CONFIRM
    assert the_only(scene, moment("09:00", dt.date(2026, 1, 26))).reminder == deadlines.CONFIRM_LATE
    confirmation.confirm(activity=activity, by=scene.leading, at=tuesday)
    assert the_only(scene, tuesday).reminder == deadlines.EVALUATE
    assert the_only(scene, moment("09:00", dt.date(2026, 1, 26))).reminder == deadlines.EVALUATE_LATE


def test_reminders_go_when_the_activity_is_confirmed_and_evaluated(scene):
    activity, other = attended(scene), attended(scene)
    at = moment("08:00", dt.date(2026, 1, 20))
    unfinished.look_at_unfinished(at=at)
    assert Message.objects.unread().count() == 2
    confirmation.confirm(activity=activity, by=scene.leading, at=at)
    assert Message.objects.unread().count() == 2  # it is not evaluated yet
    evaluation.evaluate(activity=activity, by=scene.leading, at=at)
    unfinished.look_at_unfinished(at=at + dt.timedelta(days=1))
    assert [one.key for one in Message.objects.unread()] == [f"deadline:{other.pk}:6"]


def test_the_reminder_goes_with_the_last_evaluation_at_once(scene):
    activity = attended(scene)
    at = moment("08:00", dt.date(2026, 1, 20))
    unfinished.look_at_unfinished(at=at)
    confirmation.confirm(activity=activity, by=scene.leading, at=at)
    assert Message.objects.unread().exists()
    evaluation.evaluate(activity=activity, by=scene.leading, at=at)
    assert not Message.objects.unread().exists()


def test_the_key_of_a_reminder_names_its_activity():
    assert deadlines.find_reminded("deadline:17:3") == 17
    assert deadlines.find_reminded("make_up:17") is None


def test_a_year_whose_holidays_are_not_known_says_so(scene):
    attended(scene, day=dt.date(2030, 5, 11))
    with time_machine.travel(moment("09:00", dt.date(2030, 5, 13))):
        desk = Client()
        desk.force_login(scene.social_worker)
        page = text_of(desk.get("/admin/reports/deadlines/"))
    assert "5月24日 周五（该年放假安排尚未公布）" in page
    assert "2030 年的放假安排还没有录入" in page, "and an administrator is asked for it"


def test_an_activity_stays_until_it_is_done_even_years_later(scene):
    activity = attended(scene)
    late, following, last = (moment("09:00", SATURDAY + dt.timedelta(days=days)) for days in (800, 801, 802))
    unfinished.look_at_unfinished(at=late)
    assert the_only(scene, late).activity == activity
    confirmation.confirm(activity=activity, by=scene.leading, at=late)
    unfinished.look_at_unfinished(at=following)
    assert the_only(scene, following).unevaluated == 1
    evaluation.evaluate(activity=activity, by=scene.leading, at=following)
    assert deadlines.running([scene.community], at=following) == []
    unfinished.look_at_unfinished(at=last)
    assert not OpenDeadline.objects.exists()


def test_a_late_record_brings_a_finished_activity_back(scene):
    activity = attended(scene)
    at = moment("09:00", SATURDAY + dt.timedelta(days=2))
    confirmation.confirm(activity=activity, by=scene.leading, at=at)
    evaluation.evaluate(activity=activity, by=scene.leading, at=at)
    unfinished.look_at_unfinished(at=at)
    scene.attend(scene.volunteer("李晓梅"), activity.shifts.get(), day=SATURDAY)
    assert the_only(scene, at).unconfirmed == 1


def test_a_correction_of_settled_hours_brings_no_activity_back(scene):
    activity = attended(scene)
    at = moment("09:00", SATURDAY + dt.timedelta(days=2))
    confirmation.confirm(activity=activity, by=scene.leading, at=at)
    evaluation.evaluate(activity=activity, by=scene.leading, at=at)
    unfinished.look_at_unfinished(at=at)
    later = at + dt.timedelta(days=14)
    assert notices.end_notices(at=later) == 1
    record = ServiceRecord.objects.get()
    with transaction.atomic():
        corrections.correct([Difference(record, None)], by=scene.social_worker, at=later, reason="没来", alone=True)
    assert ServiceRecord.objects.count() == 2
    assert not OpenDeadline.objects.exists()


def test_a_lost_row_of_the_list_comes_back_with_the_next_tick(scene):
    activity = attended(scene)
    OpenDeadline.objects.all().delete()
    unfinished.look_at_unfinished(at=moment("18:00"))
    assert the_only(scene, moment("09:00", SATURDAY + dt.timedelta(days=2))).activity == activity


def test_an_evaluation_of_a_merged_row_is_the_persons(scene):
    activity = attended(scene)
    at = moment("09:00", SATURDAY + dt.timedelta(days=2))
    confirmation.confirm(activity=activity, by=scene.leading, at=at)
    evaluation.evaluate(activity=activity, by=scene.leading, at=at)
    stays = scene.volunteer("王秀英")
    Volunteer.objects.filter(evaluations__activity=activity).update(merged_into=stays)
    assert deadlines.running([scene.community], at=at) == []


def test_history_adds_nothing_to_the_list(scene):
    """Finished activities are not read: the statements stay, and so do the rows."""
    at = moment("09:00", SATURDAY + dt.timedelta(days=2))
    for _number in range(3):
        activity = attended(scene)
        confirmation.confirm(activity=activity, by=scene.leading, at=at)
        evaluation.evaluate(activity=activity, by=scene.leading, at=at)
    unfinished.look_at_unfinished(at=at)
    attended(scene)
    with CaptureQueriesContext(connection) as captured:
        assert len(deadlines.running([scene.community], at=at)) == 1
    assert len(captured) == 5
    assert OpenDeadline.objects.count() == 1


def test_the_desk_sees_what_is_due(scene):
    activity = attended(scene)
    desk = Client()
    desk.force_login(scene.social_worker)
    assert activity.title in desk.get("/admin/reports/deadlines/").content.decode()


def test_every_counted_day_says_that_its_year_is_not_known(scene):
    """The record, the notice, an objection, the day from which one person decides alone (K5, K7, K4)."""
    day = dt.date(2030, 5, 11)
    volunteer = scene.volunteer(login=True)
    activity = scene.activity(day=day)
    (record,) = scene.attend(volunteer, activity.shifts.get(), day=day)
    monday = moment("09:00", day + dt.timedelta(days=2))
    confirmation.confirm(activity=activity, by=scene.leading, at=monday)
    with time_machine.travel(monday):
        mine, desk = Client(), Client()
        mine.force_login(volunteer.user)
        notice = mine.get(f"/notice/{scene.community.slug}/{monday.date()}/")
        assert "该年放假安排尚未公布" in text_of(notice)
        for address in ("/my/", f"/my/records/{record.pk}/"):
            assert "该年放假安排尚未公布" in text_of(mine.get(address)), address
        objections.object_to(record=record, reason="没有来", by=volunteer.user, at=monday)
        desk.force_login(scene.social_worker)
        assert text_of(desk.get("/decisions/")).count("该年放假安排尚未公布") == 2, "decided by, and alone from"
