"""Breaks lie within their shift and apart: the form, the services and the database see to it (H2)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from academy.activities import changing, guards
from academy.activities.models import Activity, Break, Shift
from academy.core.refusals import Refusal
from academy.decisions.services import decide
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, UserFactory
from tests.roles import as_owner

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # 9:00 in Shanghai; the shift ends at 12:00
DAY_BEFORE = START - dt.timedelta(days=1)


def span(start: float, end: float, *, days: int = 0) -> tuple[dt.datetime, dt.datetime]:
    """Return hours after the start of the shift as two moments."""
    begin = START + dt.timedelta(days=days)
    return begin + dt.timedelta(hours=start), begin + dt.timedelta(hours=end)


OUTSIDE = [span(-2, -1), span(-1, 4), span(-0.5, 0.5), span(2.5, 3.5), span(1, 2, days=365)]
WITHIN = [span(0, 3), span(0, 0.25), span(2.75, 3), span(1, 2)]


def plan(*breaks: tuple[dt.datetime, dt.datetime]) -> Activity:
    shift = {"starts_at": START, "ends_at": START + dt.timedelta(hours=3), "breaks": breaks}
    return ActivityFactory(shifts=[shift])


@pytest.fixture
def shift() -> Shift:
    return plan().shifts.get()


def store(shift: Shift, times: tuple[dt.datetime, dt.datetime]) -> Break:
    return Break.objects.create(shift=shift, starts_at=times[0], ends_at=times[1])


@pytest.mark.parametrize("times", OUTSIDE)
def test_a_break_outside_its_shift_is_not_planned_nor_stored(shift, times):
    with pytest.raises(ValidationError, match="9:00"):
        plan(times)
    with pytest.raises(IntegrityError), transaction.atomic():
        store(shift, times)
    rest = store(shift, span(1, 2))
    with pytest.raises(IntegrityError), transaction.atomic():
        Break.objects.filter(pk=rest.pk).update(starts_at=times[0], ends_at=times[1])


@pytest.mark.parametrize("times", WITHIN)
def test_a_break_within_its_shift_is_stored(shift, times):
    assert plan(times).shifts.get().breaks.count() == 1
    rest = store(shift, times)
    Break.objects.filter(pk=rest.pk).update(starts_at=times[0], ends_at=times[1])


def test_two_breaks_do_not_overlap_but_may_touch(shift):
    with pytest.raises(ValidationError):
        plan(span(1, 2), span(1.5, 2.5))
    store(shift, span(1, 2))
    store(shift, span(2, 2.5))
    with pytest.raises(IntegrityError), transaction.atomic():
        store(shift, span(0.5, 1.5))


def test_a_break_may_lie_in_the_approved_overtime(shift):
    Shift.objects.filter(pk=shift.pk).update(overtime_until=START + dt.timedelta(hours=5))
    store(shift, span(3.5, 4))
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.filter(pk=shift.pk).update(overtime_until=None)


def test_a_shift_does_not_move_away_from_its_breaks(shift):
    store(shift, span(1, 2))
    for change in ({"ends_at": START + dt.timedelta(hours=1.5)}, {"starts_at": START + dt.timedelta(hours=1.5)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Shift.objects.filter(pk=shift.pk).update(**change)
    Shift.objects.filter(pk=shift.pk).update(ends_at=START + dt.timedelta(hours=2))


def test_the_form_moves_a_shift_with_its_breaks(shift):
    store(shift, span(1, 2))
    activity = Activity.objects.get()
    (moved,) = activity.shifts.all()
    moved.starts_at, moved.ends_at = span(0, 3, days=1)
    activity.shifts = [moved]
    (rest,) = moved.breaks.all()
    rest.starts_at, rest.ends_at = span(1, 2, days=1)
    moved.breaks = [rest]
    answer = changing.save_activity(activity=activity, by=None, at=DAY_BEFORE)
    assert isinstance(answer, changing.SavedActivity), answer
    assert Break.objects.get().starts_at == span(1, 2, days=1)[0]


@pytest.mark.parametrize(
    ("breaks", "code"), [([span(-2, -1)], "break_outside"), ([span(1, 2), span(1.5, 2.5)], "breaks_overlap")]
)
def test_the_form_says_which_break_is_wrong(shift, breaks, code):
    activity = Activity.objects.get()
    (planned,) = activity.shifts.all()
    planned.breaks = [Break(starts_at=start, ends_at=end) for start, end in breaks]
    activity.shifts = [planned]
    answer = changing.save_activity(activity=activity, by=None, at=DAY_BEFORE)
    assert isinstance(answer, Refusal) and answer.code == code
    assert ("7:00" in str(answer)) is (code == "break_outside")
    assert not Break.objects.exists()


def drop_triggers() -> None:
    """Make the database one of the first release, which had no triggers."""
    with as_owner(), connection.cursor() as cursor:
        for name, when, _wrong in guards._JUDGED:
            on = f" ON {when.rpartition(' ')[2]}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}{on}")


def test_a_break_stored_before_the_rule_is_read_and_named(shift, capsys):
    drop_triggers()
    assert set(guards.missing(connection)) == set(guards.NAMES)
    rest = store(shift, span(-2, -1))
    with as_owner():
        guards.install(connection)
    assert not guards.missing(connection)
    assert list(guards.misplaced_breaks()) == [rest]
    call_command("check", databases=["default"])
    named = capsys.readouterr().err
    assert f"Break {rest.pk} (2026-01-10 07:00–08:00)" in named
    Shift.objects.filter(pk=shift.pk).update(overtime_until=START + dt.timedelta(hours=5))  # the shift still works


def test_well_placed_breaks_are_not_named(shift):
    store(shift, span(1, 2))
    store(shift, span(2, 3))
    assert not guards.misplaced_breaks().exists()


# A database of the first release: two breaks of one shift overlap

OLD = [span(0.5, 1.5), span(1, 2)]
AFTER = START + dt.timedelta(hours=30)


@pytest.fixture
def old() -> Activity:
    activity = plan()
    Shift.objects.create(activity=activity, starts_at=START + dt.timedelta(hours=4), ends_at=span(0, 6)[1])
    drop_triggers()
    for times in OLD:
        store(activity.shifts.first(), times)
    with as_owner():
        guards.install(connection)
    return activity


class Form:
    """The activity as its form holds it: two shifts, the first one with its breaks."""

    def __init__(self) -> None:
        self.activity = Activity.objects.get()
        self.shifts = list(self.activity.shifts.all())
        self.breaks = list(self.shifts[0].breaks.all())

    def save(self, *, at=AFTER, by=None):
        self.shifts[0].breaks = self.breaks
        self.activity.shifts = self.shifts
        return changing.save_activity(activity=self.activity, reason="午休只有一次", by=by, at=at)


def stored_breaks() -> list[tuple[dt.datetime, dt.datetime]]:
    return list(Break.objects.order_by("starts_at").values_list("starts_at", "ends_at"))


def worker_and_approver(activity: Activity):
    return [UserFactory(duties=[(activity.community, role)]) for role in (DutyRole.SOCIAL_WORKER, DutyRole.APPROVER)]


def test_old_breaks_that_overlap_do_not_stop_other_changes(old):
    rows = list(Break.objects.order_by("pk").values())
    form = Form()
    form.activity.title = "社区清洁"
    form.shifts[1].ends_at -= dt.timedelta(minutes=30)
    assert isinstance(form.save(), changing.SavedActivity)
    assert Activity.objects.get().title == "社区清洁"
    assert list(Break.objects.order_by("pk").values()) == rows


@pytest.mark.parametrize("accepted", [True, False])
def test_old_breaks_that_overlap_are_repaired_by_two_people(old, accepted):
    worker, approver = worker_and_approver(old)
    form = Form()
    form.activity.title = "社区清洁"
    form.breaks = form.breaks[:1]
    saved = form.save(by=worker)
    assert isinstance(saved, changing.SavedActivity) and saved.waiting is not None
    assert (Activity.objects.get().title, stored_breaks()) == ("社区清洁", OLD)
    answer = decide(request=saved.waiting, by=approver, at=AFTER, accepted=accepted, answer="查过了")
    assert not isinstance(answer, Refusal), answer
    assert stored_breaks() == (OLD[:1] if accepted else OLD)


def test_a_change_of_another_shift_is_accepted_beside_old_breaks_that_overlap(old):
    worker, approver = worker_and_approver(old)
    rows = list(Break.objects.order_by("pk").values())
    form = Form()
    form.shifts[1].ends_at += dt.timedelta(minutes=30)
    saved = form.save(by=worker)
    assert isinstance(saved, changing.SavedActivity) and saved.waiting is not None
    answer = decide(request=saved.waiting, by=approver, at=AFTER, accepted=True)
    assert not isinstance(answer, Refusal), answer
    assert old.shifts.last().ends_at == form.shifts[1].ends_at + dt.timedelta(minutes=30)
    assert list(Break.objects.order_by("pk").values()) == rows


def test_old_breaks_that_overlap_are_no_leave_for_a_new_one(old):
    form = Form()
    form.breaks.append(Break(starts_at=span(1.75, 2)[0], ends_at=span(1, 2.5)[1]))
    answer = form.save()
    assert isinstance(answer, Refusal) and answer.code == "breaks_overlap"
    assert stored_breaks() == OLD
    with pytest.raises(IntegrityError), transaction.atomic():
        store(old.shifts.first(), span(1.75, 2.5))
    with pytest.raises(IntegrityError), transaction.atomic():
        Break.objects.filter(starts_at=OLD[0][0]).update(ends_at=span(1, 1.75)[1])


def test_an_end_that_moves_names_the_break_that_lay_in_its_overtime(shift):
    Shift.objects.filter(pk=shift.pk).update(overtime_until=START + dt.timedelta(hours=5))
    store(shift, span(3.5, 4))
    form = Form()
    form.shifts[0].ends_at = span(0, 3.25)[1]
    answer = form.save(at=DAY_BEFORE)
    assert isinstance(answer, Refusal) and answer.code == "break_outside"
