"""Typed times on the leader's pages: 24:00, shifts over midnight, and a day that has to be said."""

import datetime as dt

import pytest
from django.urls import reverse

from academy.checkin.models import Scan
from academy.checkin.rows import row_key
from academy.hours.models import MakeUp, Overtime
from tests.factories import photo
from tests.hours.scene import moment

pytestmark = pytest.mark.slow


@pytest.fixture
def key_in(scene, sign_in, clock):
    """Key in times for one volunteer at the only shift of an activity of Saturday, on Monday morning."""

    def key_in(shift, came, left, **more):
        clock.move_to(moment("09:00", dt.date(2026, 1, 12)))
        volunteer = scene.volunteer()
        url = reverse("lead:roster_row", args=[shift.activity_id, row_key(shift.activity, volunteer.pk)])
        page = sign_in(scene.leading).post(url, {"arrived": came, "left": left, **more})
        return page, list(Scan.objects.order_by("happened_at").values_list("happened_at", flat=True))

    return key_in


@pytest.mark.parametrize(
    ("times", "typed", "stored"),
    [
        (("20:00", "24:00"), ("2000", "24:00"), ("20:00", "24:00")),  # as our own paper prints it
        (("20:00", "24:00"), ("20:00", "2400"), ("20:00", "24:00")),
        (("23:50", "28:50"), ("2345", "450"), ("23:45", "28:50")),
        (("24:10", "28:00"), ("23:50", "400"), ("23:50", "28:00")),
        (("08:00", "32:00"), ("800", "800"), ("08:00", "32:00")),
    ],
)
def test_times_of_a_sheet_are_stored_on_their_days(scene, key_in, times, typed, stored):
    page, scans = key_in(scene.activity(times).shifts.get(), *typed)
    assert page.status_code == 302, page.context["entry"].refusal
    assert scans == [moment(time) for time in stored]


def test_times_that_fit_two_days_ask_for_the_day(scene, key_in):
    shift = scene.activity(("08:00", "32:00")).shifts.get()
    page, scans = key_in(shift, "700", "930")
    assert page.context["entry"].refusal.code == "which_day" and not scans
    assert 'name="day"' in page.content.decode()
    _page, scans = key_in(shift, "700", "930", day="2026-01-11")
    assert scans == [moment("31:00"), moment("33:30")]


def test_a_whole_sheet_asks_for_the_day_of_one_row(scene, sign_in, clock):
    shift = scene.activity(("08:00", "32:00")).shifts.get()
    clock.move_to(moment("09:00", dt.date(2026, 1, 12)))
    key = row_key(shift.activity, scene.volunteer().pk)
    url, row = reverse("lead:roster_sheet", args=[shift.activity_id]), {"row": key, f"left-{key}": "930"}
    page = sign_in(scene.leading).post(url, row | {f"arrived-{key}": "700"})
    assert [entry.refusal.code for entry in page.context["keyed"].refused] == ["which_day"]
    assert f'name="day-{key}"' in page.content.decode()
    sign_in(scene.leading).post(url, row | {f"arrived-{key}": "700", f"day-{key}": "2026-01-10"})
    assert Scan.objects.count() == 2 and Scan.objects.earliest("happened_at").happened_at == moment("07:00")


@pytest.mark.parametrize(
    ("times", "typed", "until"),
    [
        (("09:00", "12:00"), "1330", "13:30"),
        (("23:50", "28:50"), "530", "29:30"),
        (("22:00", "23:50"), "100", "25:00"),
        (("20:00", "23:00"), "24:00", "24:00"),
        (("20:00", "24:00"), "030", "24:30"),
        (("20:00", "24:00"), "1200", "36:00"),  # the longest: twelve hours
        (("08:00", "32:00"), "930", "33:30"),
    ],
)
def test_overtime_is_asked_for_over_midnight(scene, sign_in, clock, times, typed, until):
    shift = scene.activity(times).shifts.get()
    clock.move_to(moment("12:00", dt.date(2026, 1, 11)))
    url = reverse("lead:overtime", args=[shift.activity_id, shift.pk])
    assert sign_in(scene.leading).post(url, {"until": typed, "reason": "人多"}).status_code == 302
    assert Overtime.objects.get().until == moment(until)


@pytest.mark.parametrize(
    ("times", "typed", "codes"),
    [
        (("09:00", "12:00"), "1130", ["not_after_end"]),
        (("20:00", "24:00"), "24:00", ["not_after_end"]),
        (("23:50", "28:50"), "450", ["not_after_end"]),
        (("20:00", "24:00"), "1201", ["too_long"]),
    ],
)
def test_overtime_before_the_end_or_beyond_the_limit_is_refused(scene, sign_in, clock, times, typed, codes):
    shift = scene.activity(times).shifts.get()
    clock.move_to(moment("23:00", dt.date(2026, 1, 11)))
    url = reverse("lead:overtime", args=[shift.activity_id, shift.pk])
    page = sign_in(scene.leading).post(url, {"until": typed, "reason": "人多"})
    assert [error.code for error in page.context["form"].errors["until"].as_data()] == codes
    assert typed in page.content.decode() and "人多" in page.content.decode()


@pytest.mark.parametrize(
    ("times", "typed", "stored"),
    [
        (("23:50", "28:50"), ("2350", "450"), ("23:50", "28:50")),
        (("20:00", "24:00"), ("2000", "24:00"), ("20:00", "24:00")),
        (("20:00", "24:00"), ("2000", "000"), ("20:00", "24:00")),
        (("08:00", "32:00"), ("800", "800"), ("08:00", "32:00")),
    ],
)
def test_a_volunteer_asks_for_the_times_of_a_night(scene, sign_in, clock, times, typed, stored):
    volunteer, witness = scene.volunteer(login=True), scene.volunteer("李建国")
    shift = scene.activity(times).shifts.get()
    clock.move_to(moment("12:00", dt.date(2026, 1, 11)))
    form = {"came": typed[0], "left": typed[1], "reason": "手机没电了", "witness": witness.number, "evidence": photo()}
    page = sign_in(volunteer.user).post(reverse("home:ask_make_up", args=[shift.pk]), form)
    assert page.status_code == 302, page.context["form"].errors
    asked = MakeUp.objects.get()
    assert (asked.came_at, asked.left_at) == tuple(map(moment, stored))


def test_a_correction_asks_for_the_day_and_takes_it(scene, sign_in, clock):
    shift = scene.activity(("08:00", "32:00")).shifts.get()
    clock.move_to(moment("12:00", dt.date(2026, 1, 11)))
    (record, *_rest) = scene.attend(scene.volunteer(), shift, "08:00", "12:00")
    url = reverse("lead:correct", args=[shift.activity_id, record.pk])
    page = sign_in(scene.leading).post(url, {"came": "700", "left": "930"})
    assert "which_day" in [error.code for error in page.context["form"].errors["day"].as_data()]
    sign_in(scene.leading).post(url, {"came": "700", "left": "930", "day": "2026-01-10"})
    standing = Scan.objects.accepted().order_by("happened_at").values_list("happened_at", flat=True)
    assert list(standing) == [moment("07:00"), moment("09:30")]


def test_an_ordinary_shift_asks_for_no_day(scene, sign_in, clock):
    shift = scene.activity().shifts.get()
    clock.move_to(moment("13:00"))
    (record,) = scene.attend(scene.volunteer(), shift)
    page = sign_in(scene.leading).get(reverse("lead:correct", args=[shift.activity_id, record.pk]))
    assert "day" not in page.context["form"].fields
