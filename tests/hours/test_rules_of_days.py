"""The pure rules of days: their limit, rounding, explanation, time zones, and the paper."""

import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from academy.hours import worked_cases
from academy.hours.rules import (
    CLAUSES,
    FLAGS,
    Activity,
    Approval,
    DayLimit,
    Parameters,
    local_date,
    paper_hours,
    seconds_by_date,
    settle,
)
from academy.rulebook.parameters import PARAMETERS
from tests.hours.pure import SHANGHAI, at, count, one_hour, shift, short, steps, visit


class TestPreparation:
    def session(self, id: str, start: str, end: str, **more: Any) -> Activity:
        return shift(id, start, end, kind="preparation", role="leader", **{"group": "festival", **more})

    def test_exactly_the_limit_counts_and_a_minute_more_does_not(self) -> None:
        session = self.session("p", "09:00", "12:00")

        assert short(count(session, visit("09:00", "11:00", "p"))) == [("p", 10, 120)]
        (record,) = count(session, visit("09:00", "11:01", "p"))
        assert short([record]) == [("p", 10, 120, "preparation_cap")]
        assert steps(record) == [("H1-visits", 0, 121), ("H8-preparation", 121, 120)]

    def test_a_group_uses_it_up_in_the_order_of_check_ins_and_then_of_dates(self) -> None:
        night = self.session("a", "2026-01-10 23:00", "2026-01-11 01:00")
        noon = self.session("b", "2026-01-10 12:00", "2026-01-10 13:00")

        records = count(
            [night, noon],
            visit("2026-01-10 23:00", "2026-01-11 01:00", "a") + visit("2026-01-10 12:00", "2026-01-10 12:30", "b"),
        )

        assert short(records) == [("a", 10, 60), ("b", 10, 30), ("a", 11, 30, "preparation_cap")]

    def test_groups_do_not_share(self) -> None:
        sessions = [self.session("a", "09:00", "12:00", group=None), self.session("b", "13:00", "16:00", group=None)]

        records = count(sessions, visit("09:00", "11:00", "a") + visit("13:00", "15:00", "b"))

        assert short(records) == [("a", 10, 120), ("b", 10, 120)]

    def test_a_session_without_a_group_belongs_to_the_group_of_its_own_id(self) -> None:
        sessions = [self.session("festival", "09:00", "12:00", group=None), self.session("b", "13:00", "16:00")]

        records = count(sessions, visit("09:00", "11:00", "festival") + visit("13:00", "15:00", "b"))

        assert short(records) == [("b", 10, 0, "preparation_cap"), ("festival", 10, 120)]

    def test_other_kinds_of_the_group_are_not_limited(self) -> None:
        service = shift("s", "09:00", "12:00", group="festival")

        assert short(count(service, visit("09:00", "12:00", "s"))) == [("s", 10, 180)]

    def test_a_group_goes_by_the_rule_set_of_its_first_shift(self) -> None:
        half, whole = Parameters(preparation_minutes=30), Parameters(preparation_minutes=60)
        first = self.session("z", "09:00", "10:00", parameters=half)
        second = self.session("a", "2026-01-11 09:00", "2026-01-11 10:00", parameters=whole)

        records = count(
            [second, first], visit("09:00", "09:20", "z") + visit("2026-01-11 09:00", "2026-01-11 10:00", "a")
        )

        assert short(records) == [("z", 10, 20), ("a", 11, 10, "preparation_cap")]

    def test_it_counts_what_stands_after_the_minimum_and_before_rounding(self) -> None:
        halves = Parameters(rounding_minutes=30, minimum_minutes=15)
        sessions = [self.session(id, "09:00", "12:00", parameters=halves) for id in "abc"]

        records = count(
            sessions, visit("09:00", "09:14", "a") + visit("09:14", "10:13", "b") + visit("10:13", "12:00", "c")
        )

        assert short(records) == [("a", 10, 0, "below_minimum"), ("b", 10, 30), ("c", 10, 60, "preparation_cap")]
        assert steps(records[2]) == [("H1-visits", 0, 107), ("H8-preparation", 107, 61), ("H3-round", 61, 60)]


class TestDay:
    def test_exactly_the_limit_counts_and_a_minute_more_is_withheld(self) -> None:
        long = shift(start="08:00", end="18:00")

        assert short(count(long, visit("08:00", "16:00:59"))) == [("watch", 10, 480)]
        (record,) = count(long, visit("08:00", "16:01"))
        assert short([record]) == [("watch", 10, 480, "daily_cap")]
        assert steps(record) == [("H1-visits", 0, 481), ("H4-day", 481, 480)]

    def test_a_day_that_is_used_up_gives_nothing_more(self) -> None:
        day = [shift("a", "08:00", "16:00"), shift("b", "16:00", "17:00")]

        records = count(day, visit("08:00", "16:00", "a") + visit("16:00", "17:00", "b"))

        assert short(records) == [("a", 10, 480), ("b", 10, 0, "daily_cap")]

    def test_a_record_without_minutes_is_not_flagged_on_a_day_that_is_used_up(self) -> None:
        day = [shift("a", "08:00", "16:00"), shift("b", "16:00", "17:00")]

        assert short(count(day, visit("08:00", "16:00", "a"))) == [("a", 10, 480), ("b", 10, 0)]

    def test_who_checked_in_first_is_counted_first(self) -> None:
        day = [shift("a", "13:00", "18:00"), shift("z", "08:00", "13:00")]

        records = count(day, visit("13:00", "18:00", "a") + visit("08:00", "13:00", "z"))

        assert short(records) == [("a", 10, 180, "daily_cap"), ("z", 10, 300)]

    def test_the_largest_approval_of_the_date_lifts_the_limit(self) -> None:
        long = shift(start="08:00", end="20:00")
        approvals = [
            Approval(dt.date(2026, 1, 10), 500),
            Approval(dt.date(2026, 1, 10), 540),
            Approval(dt.date(2026, 1, 10), 520),
            Approval(dt.date(2026, 1, 11), 700),
        ]

        assert short(count(long, visit("08:00", "20:00"), approvals=approvals)) == [("watch", 10, 540, "daily_cap")]

    @pytest.mark.parametrize(("approved", "minutes"), [(479, 480), (719, 719), (720, 720), (721, 720)])
    def test_an_approval_neither_lowers_nor_passes_the_hard_limit(self, approved: int, minutes: int) -> None:
        long = shift(start="06:00", end="20:00")
        scans = visit("06:00", "13:00") + visit("13:00", "20:00")

        records = count(long, scans, approvals=[Approval(dt.date(2026, 1, 10), approved)])

        assert short(records) == [("watch", 10, minutes, "daily_cap")]

    def test_the_hard_limit_bounds_the_daily_limit_itself(self) -> None:
        assert short(count(shift(), visit("09:00", "12:00"), limit_on=lambda date: DayLimit(480, 100))) == [
            ("watch", 10, 100, "daily_cap")
        ]

    def test_each_local_date_has_its_own_limit(self) -> None:
        limits = {dt.date(2026, 1, 10): DayLimit(60, 60), dt.date(2026, 1, 11): DayLimit(90, 90)}
        night = shift(start="2026-01-10 22:00", end="2026-01-11 02:00")

        records = count(night, visit("2026-01-10 22:00", "2026-01-11 02:00"), limit_on=limits.__getitem__)

        assert short(records) == [("watch", 10, 60, "daily_cap"), ("watch", 11, 90, "daily_cap")]

    def test_an_activitys_own_rule_set_does_not_set_the_day(self) -> None:
        narrow = Parameters(daily_minutes=10, daily_hard_minutes=10)

        assert short(count(shift(parameters=narrow), visit("09:00", "10:00"))) == [("watch", 10, 60)]


class TestRounding:
    halves = Parameters(rounding_minutes=30)

    def test_minutes_are_rounded_down_never_up(self) -> None:
        (record,) = count(shift(parameters=self.halves), visit("09:00", "10:59"))

        assert short([record]) == [("watch", 10, 90)]
        assert steps(record) == [("H1-visits", 0, 119), ("H3-round", 119, 90)]

    def test_a_whole_step_stays(self) -> None:
        assert short(count(shift(parameters=self.halves), visit("09:00", "10:30"))) == [("watch", 10, 90)]

    def test_the_day_is_used_up_by_what_remains(self) -> None:
        day = [shift("a", parameters=self.halves), shift("b", "13:00", "14:00")]

        records = count(day, visit("09:00", "09:59", "a") + visit("13:00", "14:00", "b"), limit_on=one_hour)

        assert short(records) == [("a", 10, 30), ("b", 10, 30, "daily_cap")]

    def test_less_than_a_step_left_of_the_day_is_nothing(self) -> None:
        day = [shift("a"), shift("b", "13:00", "14:00", parameters=self.halves), shift("c", "15:00", "16:00")]

        records = count(
            day,
            visit("09:00", "09:45", "a") + visit("13:00", "14:00", "b") + visit("15:00", "15:15", "c"),
            limit_on=one_hour,
        )

        assert short(records) == [("a", 10, 45), ("b", 10, 0, "daily_cap"), ("c", 10, 15)]
        assert steps(records[1]) == [("H1-visits", 0, 60), ("H4-day", 60, 15), ("H3-round", 15, 0)]


class TestExplanation:
    def test_a_record_can_be_changed_by_nearly_every_clause(self) -> None:
        rules = Parameters(rounding_minutes=30, preparation_minutes=100)
        session = Activity(
            "p", "preparation", "leader", at("09:00"), at("14:00"), None, [(at("11:00"), at("11:30"))], None, rules
        )

        records = count([shift("a"), session], visit("09:00", "10:00", "a") + visit("09:10", "14:10", "p"),
                        limit_on=lambda date: DayLimit(155, 155))  # fmt: skip

        assert steps(records[1]) == [
            ("H1-visits", 0, 300),
            ("H3-plan", 300, 290),
            ("H2-breaks", 290, 260),
            ("H5-overlap", 260, 210),
            ("H8-preparation", 210, 100),
            ("H4-day", 100, 95),
            ("H3-round", 95, 90),
        ]
        assert records[1].flags == ("daily_cap", "overlap", "preparation_cap")
        assert {step.clause for record in records for step in record.steps} <= set(CLAUSES)
        assert set(records[1].flags) <= set(FLAGS)

    def test_records_have_steps_only_on_request(self) -> None:
        records = settle([shift(), shift("d", kind="other")], visit("08:00", "12:00"), timezone=SHANGHAI)

        assert [record.steps for record in records] == [(), ()]


class TestTimeZones:
    def split(self, start: str, end: str, zone: str) -> dict[str, int]:
        """Return the minutes on each local date between two moments given with their offsets."""
        stretch = tuple(int(dt.datetime.fromisoformat(moment).timestamp()) for moment in (start, end))
        found = seconds_by_date([(stretch[0], stretch[1])], ZoneInfo(zone))
        return {dt.date.fromordinal(date).isoformat(): seconds // 60 for date, seconds in found.items()}

    def test_a_day_of_23_hours(self) -> None:
        assert self.split("2026-03-28T23:00+01:00", "2026-03-30T01:00+02:00", "Europe/Berlin") == {
            "2026-03-28": 60,
            "2026-03-29": 23 * 60,
            "2026-03-30": 60,
        }

    def test_a_day_of_25_hours(self) -> None:
        assert self.split("2026-10-24T23:00+02:00", "2026-10-26T01:00+01:00", "Europe/Berlin") == {
            "2026-10-24": 60,
            "2026-10-25": 25 * 60,
            "2026-10-26": 60,
        }

    def test_a_midnight_that_does_not_exist(self) -> None:
        assert self.split("2018-11-03T23:00-03:00", "2018-11-04T02:00-02:00", "America/Sao_Paulo") == {
            "2018-11-03": 60,
            "2018-11-04": 60,
        }

    def test_a_midnight_that_comes_twice(self) -> None:
        assert self.split("2018-02-17T23:00-02:00", "2018-02-18T01:00-03:00", "America/Sao_Paulo") == {
            "2018-02-17": 120,
            "2018-02-18": 60,
        }

    def test_a_clock_put_back_a_minute_after_midnight_returns_to_the_day_before(self) -> None:
        assert self.split("2010-11-06T23:00-02:30", "2010-11-07T01:00-03:30", "America/St_Johns") == {
            "2010-11-06": 60 + 59,
            "2010-11-07": 1 + 60,
        }

    def test_a_date_that_never_was(self) -> None:
        assert self.split("2011-12-29T23:00-10:00", "2011-12-31T01:00+14:00", "Pacific/Apia") == {
            "2011-12-29": 60,
            "2011-12-31": 60,
        }

    def test_a_moment_before_1970(self) -> None:
        noon = int(dt.datetime(1969, 12, 31, 12, tzinfo=SHANGHAI).timestamp())

        assert dt.date.fromordinal(local_date(noon, SHANGHAI)) == dt.date(1969, 12, 31)

    def test_records_go_by_the_zone_that_is_asked_for(self) -> None:
        (record,) = settle([shift()], visit("09:00", "12:00"), timezone=ZoneInfo("America/New_York"))

        assert record.date == dt.date(2026, 1, 9)


class TestPaper:
    @pytest.mark.parametrize(
        ("minutes", "hours"),
        [
            (0, "0.0"),
            (5, "0.0"),
            (6, "0.1"),
            (149, "2.4"),
            (150, "2.5"),
            (155, "2.5"),
            (6_000, "100.0"),
            (-149, "-2.4"),
        ],
    )
    def test_hours_have_one_decimal_and_are_cut(self, minutes: int, hours: str) -> None:
        assert str(paper_hours(minutes)) == hours

    @pytest.mark.parametrize(
        ("minutes", "step", "hours"),
        [(59, 30, "0.5"), (29, 30, "0.0"), (16, 15, "0.2"), (119, 60, "1.0"), (7, 0, "0.1")],
    )
    def test_a_coarser_step_cuts_more_and_a_step_of_nothing_cuts_to_the_decimal(
        self, minutes: int, step: int, hours: str
    ) -> None:
        assert paper_hours(minutes, step) == Decimal(hours)

    def test_minutes_taken_back_below_a_tenth_show_as_nothing(self) -> None:
        assert str(paper_hours(-5)) == "0.0"


def test_the_defaults_are_those_of_the_rule_book() -> None:
    defaults = Parameters()

    assert {name: getattr(defaults, name) for name in worked_cases.RULES} == {
        name: PARAMETERS[name].default for name in worked_cases.RULES
    }
