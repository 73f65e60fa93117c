"""Counting hours: the worked cases, then each clause on both sides of its edge."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from academy.hours import worked_cases
from academy.hours.rules import (
    KINDS,
    ROLES,
    DayLimit,
    Parameters,
    Record,
    Step,
)
from tests.hours.pure import check_in, check_out, count, one_hour, shift, short, steps, visit
from tests.hours.worked_cases import VECTORS, expected_of


class TestWorkedCases:
    @pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
    def test_a_worked_case_comes_out_as_written(self, path: Path) -> None:
        (case,), is_list = worked_cases.read(path.read_bytes())

        found = worked_cases.result(case.settle())

        assert not is_list
        for record in found["records"]:
            chain = record.pop("steps")
            assert chain[0]["before"] == 0
            assert chain[-1]["after"] == record["minutes"]
        assert found == expected_of(path)

    @pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
    def test_asking_for_no_explanation_changes_nothing_but_the_steps(self, path: Path) -> None:
        (case,), _ = worked_cases.read(path.read_bytes())

        assert case.settle(explain=False) == [record._replace(steps=()) for record in case.settle(explain=True)]


class TestCategory:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize("role", ROLES)
    def test_kind_and_role_decide_what_the_time_is(self, kind: str, role: str) -> None:
        if kind == "other" or role == "attendee" or (role == "learner" and kind != "training"):
            category = "none"
        else:
            category = "training" if role == "learner" else "service"

        (record,) = count(shift(kind=kind, role=role), visit("09:00", "10:00"))

        assert record.category == category
        assert record.minutes == (0 if category == "none" else 60)

    def test_what_is_no_service_has_one_record_with_that_flag_and_step_alone(self) -> None:
        dinner = shift("dinner", "2026-01-10 23:00", "2026-01-11 01:00", kind="other")
        scans = [check_in("2026-01-10 23:10", "dinner"), check_in("2026-01-10 23:20", "dinner")]

        (record,) = count(dinner, scans)

        assert record == Record("dinner", dt.date(2026, 1, 10), "none", 0, ("not_service",), (Step("H9", 0, 0),))

    def test_what_is_no_service_claims_no_time(self) -> None:
        meeting = shift("meeting", kind="meeting", role="attendee")

        records = count([meeting, shift()], visit("09:00", "12:00", "meeting") + visit("09:30", "12:00"))

        assert short(records) == [("meeting", 10, 0, "not_service"), ("watch", 10, 150)]

    @pytest.mark.parametrize(("kind", "role"), [("party", "volunteer"), ("service", "guest")])
    def test_an_unknown_kind_or_role_is_refused(self, kind: str, role: str) -> None:
        with pytest.raises(KeyError):
            count(shift(kind=kind, role=role), [])

    def test_a_scan_of_an_unknown_activity_is_refused(self) -> None:
        with pytest.raises(KeyError):
            count(shift(), [check_in("09:00", "elsewhere")])


class TestPairing:
    def test_the_order_in_which_scans_arrive_does_not_matter(self) -> None:
        assert short(count(shift(), reversed(visit("09:00", "10:00")))) == [("watch", 10, 60)]

    def test_out_and_in_at_the_same_second_are_two_visits(self) -> None:
        scans = [check_in("10:00"), check_out("11:00"), check_in("09:00"), check_out("10:00")]

        assert short(count(shift(), scans)) == [("watch", 10, 120)]

    def test_in_and_out_at_the_same_second_are_no_visit(self) -> None:
        assert short(count(shift(), visit("09:00", "09:00"))) == [
            ("watch", 10, 0, "missing_check_in", "missing_check_out")
        ]

    def test_a_visit_of_exactly_the_longest_counts(self) -> None:
        assert short(count(shift(start="08:00", end="20:00"), visit("08:00", "20:00"), limit_on=_no_limit)) == [
            ("watch", 10, 720)
        ]

    def test_a_visit_one_second_longer_is_given_up(self) -> None:
        assert short(count(shift(start="08:00", end="21:00"), visit("08:00", "20:00:01"))) == [
            ("watch", 10, 0, "missing_check_in", "missing_check_out")
        ]

    def test_a_check_in_after_a_visit_given_up_opens_a_new_one(self) -> None:
        brief = Parameters(max_visit_minutes=60)

        records = count(shift(parameters=brief), [check_in("09:00"), *visit("10:00:01", "11:00:01")])

        assert short(records) == [("watch", 10, 60, "missing_check_out")]

    def test_a_second_check_in_within_the_longest_leaves_the_visit_open(self) -> None:
        brief = Parameters(max_visit_minutes=60)

        records = count(shift(parameters=brief), [check_in("09:00"), check_in("10:00"), check_out("10:00:01")])

        assert short(records) == [("watch", 10, 0, "double_check_in", "missing_check_in", "missing_check_out")]

    def test_a_visit_still_open_earns_nothing(self) -> None:
        records = count(shift(), [*visit("09:00", "10:00"), check_in("11:00")])

        assert short(records) == [("watch", 10, 60, "missing_check_out")]

    def test_a_flag_stands_on_the_date_of_the_scan_it_speaks_of(self) -> None:
        night = shift(start="2026-01-10 22:00", end="2026-01-12 06:00")
        missing_out = check_in("2026-01-10 23:00")
        double_in = [check_in("2026-01-11 23:00"), check_in("2026-01-12 00:30"), check_out("2026-01-12 01:00")]
        missing_in = check_out("2026-01-12 02:00")

        records = count(night, [missing_out, *double_in, missing_in])

        assert short(records) == [
            ("watch", 10, 0, "missing_check_out"),
            ("watch", 11, 60),
            ("watch", 12, 60, "double_check_in", "missing_check_in"),
        ]


class TestCount:
    def test_as_many_visits_as_are_usual_carry_no_flag(self) -> None:
        scans = visit("09:00", "09:10") + visit("09:20", "09:30") + visit("09:40", "09:50")

        assert short(count(shift(), scans)) == [("watch", 10, 30)]

    def test_one_more_is_flagged_and_nothing_is_cut(self) -> None:
        two = Parameters(max_visits=2)
        scans = visit("09:00", "09:10") + visit("09:20", "09:30") + visit("09:40", "09:50")

        assert short(count(shift(parameters=two), scans)) == [("watch", 10, 30, "too_many_visits")]

    def test_visits_are_counted_on_the_local_date_of_their_check_in(self) -> None:
        one = Parameters(max_visits=1)
        night = shift(start="2026-01-10 22:00", end="2026-01-11 03:00", parameters=one)
        scans = (
            visit("2026-01-10 22:00", "2026-01-10 22:30")
            + visit("2026-01-10 23:30", "2026-01-11 00:30")
            + visit("2026-01-11 01:00", "2026-01-11 02:00")
        )

        assert short(count(night, scans)) == [("watch", 10, 60, "too_many_visits"), ("watch", 11, 90)]

    def test_open_visits_do_not_count(self) -> None:
        one = Parameters(max_visits=1)

        assert short(count(shift(parameters=one), [*visit("09:00", "10:00"), check_in("11:00")])) == [
            ("watch", 10, 60, "missing_check_out")
        ]

    def test_visits_cut_away_by_the_plan_are_still_counted(self) -> None:
        one = Parameters(max_visits=1)
        scans = visit("07:00", "07:10") + visit("07:20", "07:30")

        assert short(count(shift(parameters=one), scans)) == [("watch", 10, 0, "too_many_visits")]


class TestPlanAndBreaks:
    def test_time_outside_the_plan_does_not_count(self) -> None:
        (record,) = count(shift(), visit("08:00", "13:00"))

        assert steps(record) == [("H1-visits", 0, 300), ("H3-plan", 300, 180)]

    def test_overtime_moves_the_end_alone(self) -> None:
        (record,) = count(shift(overtime_until="12:30"), visit("08:00", "13:00"))

        assert steps(record) == [("H1-visits", 0, 300), ("H3-plan", 300, 210)]

    @pytest.mark.parametrize(("start", "end"), [("08:00", "09:00"), ("12:00", "13:00")])
    def test_a_visit_wholly_outside_leaves_a_record_without_minutes(self, start: str, end: str) -> None:
        (record,) = count(shift(), visit(start, end))

        assert short([record]) == [("watch", 10, 0)]
        assert steps(record) == [("H1-visits", 0, 60), ("H3-plan", 60, 0)]

    def test_breaks_are_subtracted_wherever_they_lie(self) -> None:
        breaks = [("08:00", "09:10"), ("10:00", "10:20"), ("10:10", "10:30"), ("11:50", "13:00"), ("20:00", "21:00")]

        (record,) = count(shift(breaks=breaks), visit("09:00", "12:00"))

        assert steps(record) == [("H1-visits", 0, 180), ("H2-breaks", 180, 130)]

    def test_a_break_may_leave_nothing(self) -> None:
        (record,) = count(shift(breaks=[("09:00", "12:00")]), visit("09:00", "12:00"))

        assert short([record]) == [("watch", 10, 0)]

    def test_the_example_of_the_rules_is_explained_as_written(self) -> None:
        (record,) = count(shift(start="10:00", end="13:00", breaks=[("11:30", "11:55")]), visit("10:03", "12:31"))

        assert steps(record) == [("H1-visits", 0, 148), ("H2-breaks", 148, 123)]


class TestOverlap:
    def test_the_second_check_in_loses_what_the_first_holds(self) -> None:
        records = count([shift("a"), shift("b")], visit("09:30", "11:00", "a") + visit("09:00", "10:00", "b"))

        assert short(records) == [("a", 10, 60, "overlap"), ("b", 10, 60)]
        assert steps(records[0]) == [("H1-visits", 0, 90), ("H5-overlap", 90, 60)]

    def test_check_ins_are_compared_as_scanned_before_any_cut(self) -> None:
        late_plan = shift("b", start="10:00")

        records = count([shift("a"), late_plan], visit("09:00", "12:00", "a") + visit("08:50", "12:00", "b"))

        assert short(records) == [("a", 10, 60, "overlap"), ("b", 10, 120)]

    def test_a_tie_goes_to_the_lower_id_as_plain_text(self) -> None:
        records = count([shift("9"), shift("10")], visit("09:00", "10:00", "9") + visit("09:00", "10:00", "10"))

        assert short(records) == [("10", 10, 60), ("9", 10, 0, "overlap")]

    def test_only_closed_visits_decide_who_came_first(self) -> None:
        scans = [check_in("07:00", "a"), check_out("07:00:01", "b"), *visit("20:00", "21:00", "a")]
        brief = Parameters(max_visit_minutes=120)
        evening: dict[str, Any] = {"start": "19:00", "end": "22:00", "parameters": brief}

        records = count([shift("a", **evening), shift("b", **evening)], scans + visit("19:30", "21:30", "b"))

        assert short(records) == [
            ("a", 10, 0, "missing_check_out", "overlap"),
            ("b", 10, 120, "missing_check_in"),
        ]

    def test_an_earlier_activity_does_not_hold_its_breaks(self) -> None:
        first = shift("a", breaks=[("10:00", "10:30")])

        records = count([first, shift("b")], visit("09:00", "12:00", "a") + visit("09:30", "12:00", "b"))

        assert short(records) == [("a", 10, 150), ("b", 10, 30, "overlap")]

    def test_time_taken_from_a_second_activity_is_held_by_the_first(self) -> None:
        records = count(
            [shift("a"), shift("b"), shift("c")],
            visit("09:00", "10:00", "a") + visit("09:30", "11:00", "b") + visit("09:45", "12:00", "c"),
        )

        assert short(records) == [("a", 10, 60), ("b", 10, 60, "overlap"), ("c", 10, 60, "overlap")]

    def test_learning_time_gives_way_too(self) -> None:
        lesson = shift("lesson", kind="training", role="learner")

        records = count([shift(), lesson], visit("09:00", "10:00") + visit("09:30", "10:05", "lesson"))

        assert short(records) == [("lesson", 10, 5, "overlap"), ("watch", 10, 60)]

    def test_a_lost_second_is_flagged_though_no_minute_is(self) -> None:
        records = count([shift("a"), shift("b")], visit("09:00", "10:00:01", "a") + visit("10:00", "10:30:59", "b"))

        assert short(records) == [("a", 10, 60), ("b", 10, 30, "overlap")]
        assert steps(records[1]) == [("H1-visits", 0, 30)]

    def test_only_dates_that_lost_time_are_flagged(self) -> None:
        long = {"start": "2026-01-10 20:00", "end": "2026-01-11 04:00"}

        records = count(
            [shift("a", **long), shift("b", **long)],
            visit("2026-01-10 20:00", "2026-01-11 00:00", "a") + visit("2026-01-10 23:00", "2026-01-11 02:00", "b"),
        )

        assert short(records) == [("a", 10, 240), ("b", 10, 0, "overlap"), ("b", 11, 120)]

    def test_touching_visits_do_not_overlap(self) -> None:
        records = count([shift("a"), shift("b")], visit("09:00", "10:00", "a") + visit("10:00", "11:00", "b"))

        assert short(records) == [("a", 10, 60), ("b", 10, 60)]


class TestSplit:
    def test_a_second_is_enough_for_a_record(self) -> None:
        night = shift(start="2026-01-10 22:00", end="2026-01-11 02:00")

        records = count(night, visit("2026-01-10 22:00", "2026-01-11 00:00:01"))

        assert short(records) == [("watch", 10, 120), ("watch", 11, 0)]

    def test_nothing_after_midnight_is_no_record(self) -> None:
        night = shift(start="2026-01-10 22:00", end="2026-01-11 02:00")

        assert short(count(night, visit("2026-01-10 22:00", "2026-01-11 00:00"))) == [("watch", 10, 120)]

    def test_seconds_are_summed_on_a_date_and_then_cut(self) -> None:
        night = shift(start="2026-01-10 22:00", end="2026-01-11 02:00")

        records = count(night, visit("2026-01-10 23:29:30", "2026-01-11 00:29:59"))

        assert short(records) == [("watch", 10, 30), ("watch", 11, 29)]

    def test_never_there_is_one_record_on_the_local_date_of_the_start(self) -> None:
        early = shift(start="2026-01-10 00:30", end="2026-01-11 02:00")  # still the 9th in UTC

        (record,) = count(early, [])

        assert short([record]) == [("watch", 10, 0)]
        assert steps(record) == [("H1-visits", 0, 0)]

    def test_the_first_step_tells_what_was_scanned_on_the_records_own_date(self) -> None:
        records = count(
            shift(start="2026-01-10 22:00", end="2026-01-10 23:00"), visit("2026-01-10 22:00", "2026-01-11 01:00")
        )

        assert [steps(record) for record in records] == [[("H1-visits", 0, 120), ("H3-plan", 120, 60)]]

    def test_a_record_that_only_a_flag_made_explains_itself(self) -> None:
        next_morning = shift(start="2026-01-11 00:00", end="2026-01-11 02:00")
        scans = [check_in("2026-01-10 23:00"), check_in("2026-01-10 23:30"), check_out("2026-01-11 01:00")]

        records = count(next_morning, scans)

        assert short(records) == [("watch", 10, 0, "double_check_in"), ("watch", 11, 60)]
        assert steps(records[0]) == [("H1-visits", 0, 60), ("H3-plan", 60, 0)]

    def test_records_stand_in_the_order_of_date_then_activity(self) -> None:
        night = {"start": "2026-01-10 22:00", "end": "2026-01-11 02:00"}
        scans = visit("2026-01-10 22:00", "2026-01-11 01:00", "b") + visit("2026-01-11 01:00", "2026-01-11 02:00", "a")

        assert [(r.date.day, r.activity) for r in count([shift("b", **night), shift("a", **night)], scans)] == [
            (10, "b"),
            (11, "a"),
            (11, "b"),
        ]


class TestTraining:
    def test_learning_time_knows_no_minimum_no_limit_and_no_rounding(self) -> None:
        strict = Parameters(rounding_minutes=30, minimum_minutes=60)
        lessons = [
            shift("short", kind="training", role="learner", parameters=strict),
            shift("long", "13:00", "23:00", kind="training", role="learner", parameters=strict),
        ]

        records = count(lessons, visit("09:00", "09:07", "short") + visit("13:00", "22:01", "long"), limit_on=one_hour)

        assert short(records) == [("long", 10, 541), ("short", 10, 7)]

    def test_learning_time_uses_nothing_of_the_day(self) -> None:
        lesson = shift("lesson", kind="training", role="learner")

        records = count(
            [lesson, shift("watch", "13:00", "17:00")],
            visit("09:00", "12:00", "lesson") + visit("13:00", "14:00"),
            limit_on=one_hour,
        )

        assert short(records) == [("lesson", 10, 180), ("watch", 10, 60)]


class TestMinimum:
    @pytest.mark.parametrize(
        ("end", "outcome"), [("09:14:59", (0, "below_minimum")), ("09:15", (15,)), ("09:00:59", (0,))]
    )
    def test_below_the_minimum_nothing_counts(self, end: str, outcome: tuple[Any, ...]) -> None:
        assert short(count(shift(), visit("09:00", end))) == [("watch", 10, *outcome)]

    def test_the_records_of_an_activity_are_taken_together_and_flagged_where_they_had_minutes(self) -> None:
        night = shift(start="2026-01-10 22:00", end="2026-01-11 02:00")

        records = count(night, visit("2026-01-10 23:59:10", "2026-01-11 00:14:50"))

        assert short(records) == [("watch", 10, 0), ("watch", 11, 0, "below_minimum")]
        assert steps(records[1]) == [("H1-visits", 0, 14), ("H3-minimum", 14, 0)]

    def test_it_looks_at_what_breaks_and_overlaps_left(self) -> None:
        (record,) = count(shift(breaks=[("09:10", "12:00")]), visit("09:00", "12:00"))

        assert short([record]) == [("watch", 10, 0, "below_minimum")]

    def test_each_activity_goes_by_its_own_rule_set(self) -> None:
        none = Parameters(minimum_minutes=0)

        records = count(
            [shift("new"), shift("old", parameters=none)],
            visit("09:00", "09:10", "new") + visit("10:00", "10:10", "old"),
        )

        assert short(records) == [("new", 10, 0, "below_minimum"), ("old", 10, 10)]


def _no_limit(date: dt.date) -> DayLimit:
    return DayLimit(1_440, 1_440)
