"""`manage.py explain_hours`: the form of worked cases, its errors, and the explanation in sentences."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError
from django.urls import reverse
from django.utils import translation

from academy.hours import explanation, sentences
from academy.hours.models import ServiceRecord
from academy.hours.rules import CLAUSES, FLAGS
from tests.hours.explaining import a_case, changed, explain, records, without
from tests.hours.worked_cases import VECTORS, expected_of


class TestResult:
    @pytest.mark.parametrize("path", VECTORS, ids=lambda path: path.stem)
    def test_a_worked_case_is_printed_as_written(self, path: Path, tmp_path: Path) -> None:
        found = json.loads(explain(tmp_path, path.read_bytes()))

        for record in found["records"]:
            assert record.pop("steps")
        assert found == expected_of(path)

    def test_a_list_of_cases_gives_a_list_of_results_in_its_order(self, tmp_path: Path) -> None:
        found = json.loads(explain(tmp_path, [json.loads(path.read_bytes()) for path in VECTORS]))

        assert [result["totals"] for result in found] == [expected_of(path)["totals"] for path in VECTORS]

    def test_no_cases_give_no_results(self, tmp_path: Path) -> None:
        assert json.loads(explain(tmp_path, [])) == []

    def test_a_case_without_activities_has_no_records(self, tmp_path: Path) -> None:
        assert json.loads(explain(tmp_path, a_case(activities=[], scans=[]))) == {
            "records": [],
            "totals": {"service": 0, "training": 0},
        }

    def test_each_step_names_its_clause_and_the_minutes_before_and_after(self, tmp_path: Path) -> None:
        (record,) = records(tmp_path, changed("activities", 0, "ends_at", to="2026-01-10T11:00:00+08:00"))

        assert record["steps"] == [
            {"clause": "H1-visits", "before": 0, "after": 180},
            {"clause": "H3-plan", "before": 180, "after": 120},
        ]

    def test_text_is_not_escaped(self, tmp_path: Path) -> None:
        assert '"守望"' in explain(tmp_path, a_case())

    def test_a_byte_order_mark_is_no_matter(self, tmp_path: Path) -> None:
        assert records(tmp_path, b"\xef\xbb\xbf" + json.dumps(a_case()).encode())

    def test_what_was_expected_is_not_read(self, tmp_path: Path) -> None:
        assert records(tmp_path, {**a_case(), "expect": "anything"})[0]["minutes"] == 180

    def test_fractions_of_a_second_are_cut(self, tmp_path: Path) -> None:
        whole = changed("scans", 0, "at", to="2026-01-10T09:00:59.999999+08:00")
        whole["case"]["scans"][1]["at"] = "2026-01-10T09:59:59.999+08:00"

        assert records(tmp_path, whole)[0]["minutes"] == 59

    @pytest.mark.parametrize("moment", ["2026-01-10T01:00:00Z", "2026-01-10T01:00+00:00", "2026-01-09T20:00:00-05:00"])
    def test_a_time_may_have_any_offset(self, moment: str, tmp_path: Path) -> None:
        assert records(tmp_path, changed("scans", 0, "at", to=moment))[0]["minutes"] == 180

    def test_a_case_may_have_its_own_time_zone(self, tmp_path: Path) -> None:
        (record,) = records(tmp_path, a_case(timezone="America/New_York"))

        assert (record["date"], record["minutes"]) == ("2026-01-09", 180)

    def test_dates_split_where_the_clock_changes_too(self, tmp_path: Path) -> None:
        whole = a_case(timezone="Europe/Berlin", rules={"max_visit_minutes": 1_800, "daily_minutes": 720})
        whole["case"]["activities"][0] |= {"starts_at": "2026-03-28T23:00+01:00", "ends_at": "2026-03-29T04:00+02:00"}
        whole["case"]["scans"][0]["at"] = "2026-03-28T23:00+01:00"
        whole["case"]["scans"][1]["at"] = "2026-03-29T04:00+02:00"

        assert [(r["date"], r["minutes"]) for r in records(tmp_path, whole)] == [
            ("2026-03-28", 60),
            ("2026-03-29", 180),
        ]

    @pytest.mark.parametrize(
        ("rules", "minutes"),
        [
            ({"rounding_minutes": 50}, 150),
            ({"minimum_minutes": 181}, 0),
            ({"daily_minutes": 100}, 100),
            ({"daily_hard_minutes": 90}, 90),
            ({"max_visit_minutes": 179}, 0),
            ({"max_visits": 0}, 180),
            ({"paper_step_minutes": 0}, 180),
            ({"preparation_minutes": 0}, 180),
        ],
    )
    def test_each_rule_may_differ_from_its_default(self, rules: dict[str, int], minutes: int, tmp_path: Path) -> None:
        assert records(tmp_path, a_case(rules=rules))[0]["minutes"] == minutes

    def test_overtime_breaks_group_and_approvals_are_read(self, tmp_path: Path) -> None:
        whole = a_case(
            rules={"daily_minutes": 60, "preparation_minutes": 200},
            approvals=[{"date": "2026-01-10", "daily_minutes": 190}],
        )
        whole["case"]["activities"][0] |= {
            "kind": "preparation",
            "overtime_until": "2026-01-10T13:00:00+08:00",
            "breaks": [["2026-01-10T10:00:00+08:00", "2026-01-10T10:30:00+08:00"]],
            "group": "fire",
        }
        whole["case"]["scans"][1]["at"] = "2026-01-10T14:00:00+08:00"

        (record,) = records(tmp_path, whole)

        assert [step["after"] for step in record["steps"]] == [300, 240, 210, 200, 190]

    def test_overtime_until_the_planned_end_is_none(self, tmp_path: Path) -> None:
        assert records(tmp_path, changed("activities", 0, "overtime_until", to="2026-01-10T12:00:00+08:00"))


class TestSentences:
    def test_a_reader_gets_a_heading_a_line_for_each_step_and_flag_and_the_totals(self, tmp_path: Path) -> None:
        whole = changed("activities", 0, "ends_at", to="2026-01-10T11:00:00+08:00")
        whole["case"]["title"] = "A dispute"
        whole["case"]["scans"].insert(1, {**whole["case"]["scans"][0], "at": "2026-01-10T09:10:00+08:00"})

        assert explain(tmp_path, whole, sentences="en").splitlines() == [
            "A dispute",
            "",
            "守望 · 2026-01-10 · service time · 120 min (2.0 h)",
            "  H1  From check-in to check-out: 180 min.",
            "  H3  Before the start or after the end: 60 min do not count. 180 → 120",
            "  !   Checked in twice; the time counts from the first check-in.",
            "",
            "service time in all: 120 min (2.0 h)",
            "learning time in all: 0 min (0.0 h)",
        ]

    def test_several_cases_are_explained_one_after_the_other(self, tmp_path: Path) -> None:
        told = explain(tmp_path, [a_case(), a_case(title="Second")], sentences="en").splitlines()

        assert told[0] == "Case 1"
        assert "Second" in told

    def test_the_same_in_chinese(self, tmp_path: Path) -> None:
        told = explain(tmp_path, a_case(), sentences="zh-hans").splitlines()

        assert told[0] == "案例 1"
        assert told[3] == "  H1  签到到签退：180 分钟。"

    def test_hours_are_shown_in_the_cases_own_steps(self, tmp_path: Path) -> None:
        whole = a_case(rules={"paper_step_minutes": 60})
        whole["case"]["scans"][1]["at"] = "2026-01-10T11:59:00+08:00"

        assert "179 min (2.0 h)" in explain(tmp_path, whole, sentences="en")

    def test_errors_are_the_same(self, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="case 1, scans: is missing"):
            explain(tmp_path, without("scans"), sentences="en")

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("clause", CLAUSES)
    def test_every_clause_has_its_sentence_and_its_code(self, clause: str, language: str) -> None:
        with translation.override(language):
            sentence = sentences.step_sentence(clause, 148, 123)

        assert "%" not in sentence
        assert any(number in sentence for number in ("25", "123")) or clause == "H9"
        assert sentence.isascii() == (language == "en")
        assert sentences.clause_of(clause) == clause[:2]

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    @pytest.mark.parametrize("flag", [*FLAGS, "grace", "late_scan", "static"])
    def test_every_flag_has_its_sentence(self, flag: str, language: str) -> None:
        with translation.override(language):
            assert sentences.flag_sentence(flag).isascii() == (language == "en")

    def test_a_page_gets_each_step_with_the_address_of_its_clause(self) -> None:
        with translation.override("en"):
            record = ServiceRecord(steps=[{"clause": "H2-breaks", "before": 148, "after": 123}], rule_set_id=7)
            steps = explanation.steps_of(record)

        assert [SimpleNamespace(**step) for step in steps] == [
            SimpleNamespace(
                clause="H2",
                before=148,
                after=123,
                sentence="Breaks: 25 min do not count.",
                url=reverse("rulebook:clause", args=(7, "H2")),
            )
        ]
