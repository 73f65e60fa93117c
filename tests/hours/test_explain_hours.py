"""`manage.py explain_hours`: the form of worked cases, its errors, and the explanation in sentences."""

import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import translation

from academy.hours import explanation, sentences, worked_cases
from academy.hours.models import ServiceRecord
from academy.hours.rules import CLAUSES, FLAGS
from tests.hours.worked_cases import VECTORS, expected_of

ROOT = Path(__file__).parents[2]


def a_case(**changes: Any) -> dict[str, Any]:
    """Return a plain visit of three hours; `changes` replace fields of the case."""
    case = {
        "activities": [
            {
                "id": "守望",
                "kind": "service",
                "role": "volunteer",
                "starts_at": "2026-01-10T09:00:00+08:00",
                "ends_at": "2026-01-10T12:00:00+08:00",
            }
        ],
        "scans": [
            {"activity": "守望", "direction": "in", "at": "2026-01-10T09:00:00+08:00"},
            {"activity": "守望", "direction": "out", "at": "2026-01-10T12:00:00+08:00"},
        ],
        **changes,
    }
    return {"case": case}


def changed(*path: str | int, to: Any) -> dict[str, Any]:
    """Return the plain case with the field at `path` set."""
    whole = a_case()
    place: Any = whole["case"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return whole


def without(*path: str | int) -> dict[str, Any]:
    """Return the plain case without the field at `path`."""
    whole = a_case()
    place: Any = whole["case"]
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    return whole


def explain(tmp_path: Path, content: Any, **options: Any) -> str:
    """Return the command's output for a file with this content (bytes as they are, anything else as JSON)."""
    file = tmp_path / "case.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    out = io.StringIO()
    call_command("explain_hours", str(file), stdout=out, **options)
    return out.getvalue()


def records(tmp_path: Path, content: Any) -> Any:
    return json.loads(explain(tmp_path, content))["records"]


def refusal(tmp_path: Path, content: Any) -> str:
    with pytest.raises(CommandError) as refused:
        explain(tmp_path, content)
    assert refused.value.returncode == 2
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


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


NOT_TEXT: tuple[Any, ...] = (None, 5, True, [], {})
NO_TIMES = (None, 5, "", "soon", "2026-01-10", "2026-01-10T09:00:00", "2026-13-10T09:00:00+08:00",
            "2026-01-10T24:30:00+08:00", "2026-01-10x09:00:00+08:00", "0001-01-01T00:00:00+08:00",
            "9999-12-31T23:00:00-08:00")  # fmt: skip
NOT_WHOLE: tuple[Any, ...] = (None, -1, 1.5, 30.0, "30", True, [], float("nan"), float("inf"))


class TestRefusals:
    @pytest.mark.parametrize("field", ["activities", "scans"])
    def test_a_case_misses_a_field(self, field: str, tmp_path: Path) -> None:
        assert refusal(tmp_path, without(field)) == f"case 1, {field}: is missing"

    @pytest.mark.parametrize("field", ["id", "kind", "role", "starts_at", "ends_at"])
    def test_an_activity_misses_a_field(self, field: str, tmp_path: Path) -> None:
        assert refusal(tmp_path, without("activities", 0, field)) == f"case 1, activities 1, {field}: is missing"

    @pytest.mark.parametrize("field", ["activity", "direction", "at"])
    def test_a_scan_misses_a_field(self, field: str, tmp_path: Path) -> None:
        assert refusal(tmp_path, without("scans", 1, field)) == f"case 1, scans 2, {field}: is missing"

    @pytest.mark.parametrize("field", ["date", "daily_minutes"])
    def test_an_approval_misses_a_field(self, field: str, tmp_path: Path) -> None:
        approval = {"date": "2026-01-10", "daily_minutes": 600}
        del approval[field]

        assert refusal(tmp_path, a_case(approvals=[approval])) == f"case 1, approvals 1, {field}: is missing"

    def test_the_case_itself_is_missing(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, {}) == "case 1, case: is missing"

    @pytest.mark.parametrize(
        "path",
        [("remark",), ("activities", 0, "remark"), ("scans", 0, "remark"), ("rules", "remark"),
         ("approvals", 0, "remark")],
        ids=str,
    )  # fmt: skip
    def test_a_field_is_unknown(self, path: tuple[str | int, ...], tmp_path: Path) -> None:
        whole = a_case(rules={}, approvals=[{"date": "2026-01-10", "daily_minutes": 1}])
        place: Any = whole["case"]
        for step in path[:-1]:
            place = place[step]
        place["remark"] = "x"

        assert refusal(tmp_path, whole).endswith("'remark': is not a known field")

    def test_a_field_beside_the_case_is_unknown(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, {**a_case(), "cases": []}) == "case 1, 'cases': is not a known field"

    @pytest.mark.parametrize("name", ["two\nlines", "half \ud83d", "two\u2028lines"])
    def test_a_strange_name_still_makes_one_line(self, name: str, tmp_path: Path) -> None:
        assert "is not a known field" in refusal(tmp_path, changed(name, to=1))

    @pytest.mark.parametrize(
        "path",
        [("title",), ("timezone",), ("activities", 0, "id"), ("activities", 0, "group"), ("scans", 0, "activity")],
        ids=str,
    )
    @pytest.mark.parametrize("value", NOT_TEXT, ids=repr)
    def test_text_is_text(self, path: tuple[str | int, ...], value: Any, tmp_path: Path) -> None:
        assert f"{path[-1]}: is n" in refusal(tmp_path, changed(*path, to=value))  # "not text", or "null"

    def test_text_can_be_written_again(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, changed("title", to="\ud83d")) == "case 1, title: holds half a character"

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            (("activities", 0, "kind"), "party"),
            (("activities", 0, "role"), "guest"),
            (("scans", 0, "direction"), "through"),
            (("scans", 0, "direction"), "IN"),
            (("activities", 0, "kind"), None),
            (("activities", 0, "role"), ["volunteer"]),
        ],
    )
    def test_kind_role_and_direction_are_known_ones(
        self, path: tuple[str | int, ...], value: Any, tmp_path: Path
    ) -> None:
        assert f"1, {path[-1]}: is n" in refusal(tmp_path, changed(*path, to=value))

    @pytest.mark.parametrize(
        "zone", ["Mars/Base", "asia/shanghai ", "", "/etc/localtime", "../etc", "Asia", "zone.tab", "a\0b", "北京"]
    )
    def test_a_time_zone_is_a_known_one(self, zone: str, tmp_path: Path) -> None:
        assert "case 1, timezone: " in refusal(tmp_path, changed("timezone", to=zone))

    @pytest.mark.parametrize(
        "path",
        [("activities", 0, "starts_at"), ("activities", 0, "ends_at"), ("activities", 0, "overtime_until"),
         ("scans", 0, "at")],
        ids=str,
    )  # fmt: skip
    @pytest.mark.parametrize("value", NO_TIMES, ids=repr)
    def test_a_time_is_a_whole_time_with_its_offset(
        self, path: tuple[str | int, ...], value: Any, tmp_path: Path
    ) -> None:
        assert f"1, {path[-1]}: " in refusal(tmp_path, changed(*path, to=value))

    def test_a_time_without_an_offset_is_refused(self, tmp_path: Path) -> None:
        assert "scans 2, at: has no offset" in refusal(tmp_path, changed("scans", 1, "at", to="2026-01-10T12:00:00"))

    @pytest.mark.parametrize("end", ["2026-01-10T09:00:00+08:00", "2026-01-10T09:00:00.9+08:00", "2026-01-10T00:00Z"])
    def test_an_activity_ends_after_it_starts(self, end: str, tmp_path: Path) -> None:
        assert refusal(tmp_path, changed("activities", 0, "ends_at", to=end)) == (
            "case 1, activities 1, ends_at: is not after starts_at"
        )

    def test_overtime_does_not_end_before_the_plan(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, changed("activities", 0, "overtime_until", to="2026-01-10T11:59:59+08:00")) == (
            "case 1, activities 1, overtime_until: is before ends_at"
        )

    @pytest.mark.parametrize(
        "breaks",
        [
            None,
            {},
            "lunch",
            [None],
            ["lunch"],
            [[]],
            [["2026-01-10T10:00:00+08:00"]],
            [["2026-01-10T10:00:00+08:00"] * 3],
            [["2026-01-10T10:00:00+08:00", "2026-01-10T10:00:00+08:00"]],
            [["2026-01-10T10:00:00+08:00", "2026-01-10T09:30:00+08:00"]],
            [["2026-01-10T10:00:00+08:00", None]],
            [["2026-01-10T10:00:00", "2026-01-10T10:30:00+08:00"]],
        ],
        ids=repr,
    )
    def test_a_break_is_a_pair_that_ends_after_it_starts(self, breaks: Any, tmp_path: Path) -> None:
        assert "case 1, activities 1, breaks" in refusal(tmp_path, changed("activities", 0, "breaks", to=breaks))

    def test_a_break_outside_the_plan_is_none(self, tmp_path: Path) -> None:
        breaks = [["2026-01-10T20:00:00+08:00", "2026-01-10T21:00:00+08:00"]]

        assert records(tmp_path, changed("activities", 0, "breaks", to=breaks))[0]["minutes"] == 180

    @pytest.mark.parametrize("rule", worked_cases.RULES)
    @pytest.mark.parametrize("value", NOT_WHOLE, ids=repr)
    def test_a_rule_is_a_whole_number(self, rule: str, value: Any, tmp_path: Path) -> None:
        assert f"case 1, rules, {rule}: is n" in refusal(tmp_path, a_case(rules={rule: value}))

    @pytest.mark.parametrize("rule", worked_cases.RULES)
    def test_a_rule_may_be_zero_except_for_rounding(self, rule: str, tmp_path: Path) -> None:
        if rule == "rounding_minutes":
            assert refusal(tmp_path, a_case(rules={rule: 0})) == f"case 1, rules, {rule}: is not a whole number from 1"
        else:
            assert explain(tmp_path, a_case(rules={rule: 0}))

    @pytest.mark.parametrize("value", NOT_WHOLE, ids=repr)
    def test_an_approvals_minutes_are_a_whole_number(self, value: Any, tmp_path: Path) -> None:
        approvals = [{"date": "2026-01-10", "daily_minutes": value}]

        assert "approvals 1, daily_minutes: is n" in refusal(tmp_path, a_case(approvals=approvals))

    @pytest.mark.parametrize("value", [*NOT_TEXT, "today", "2026-02-30", "2026-01-10T00:00:00+08:00"], ids=repr)
    def test_an_approvals_date_is_a_date(self, value: Any, tmp_path: Path) -> None:
        approvals = [{"date": value, "daily_minutes": 600}]

        assert "approvals 1, date: is n" in refusal(tmp_path, a_case(approvals=approvals))

    @pytest.mark.parametrize("field", ["activities", "scans", "approvals"])
    @pytest.mark.parametrize("value", [None, 5, "x", {}, [5], [None], [[]]], ids=repr)
    def test_a_list_is_a_list_of_objects(self, field: str, value: Any, tmp_path: Path) -> None:
        assert f"case 1, {field}" in refusal(tmp_path, changed(field, to=value))

    @pytest.mark.parametrize("value", [None, 5, "x", []], ids=repr)
    def test_the_rules_are_an_object(self, value: Any, tmp_path: Path) -> None:
        assert "case 1, rules: is n" in refusal(tmp_path, changed("rules", to=value))

    @pytest.mark.parametrize("value", [None, 5, "x", [], True], ids=repr)
    def test_the_case_is_an_object(self, value: Any, tmp_path: Path) -> None:
        assert refusal(tmp_path, {"case": value}).startswith("case 1")
        assert refusal(tmp_path, [a_case(), value]) == "case 2: is not an object"

    def test_two_activities_have_two_ids(self, tmp_path: Path) -> None:
        twice = a_case()["case"]["activities"] * 2

        assert refusal(tmp_path, changed("activities", to=twice)) == "case 1, activities 2, id: '守望' is given twice"

    def test_a_scan_belongs_to_an_activity(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, changed("scans", 1, "activity", to="elsewhere")) == (
            "case 1, scans 2, activity: 'elsewhere' is not one of the activities"
        )

    def test_a_field_given_twice_is_not_guessed_at(self, tmp_path: Path) -> None:
        twice = json.dumps(a_case()).replace('"role"', '"kind": "other", "role"')

        assert refusal(tmp_path, twice.encode()) == "case 1, activities 1, kind: is given twice"

    def test_the_place_in_the_list_is_named_and_one_bad_case_spoils_all(self, tmp_path: Path) -> None:
        assert refusal(tmp_path, [a_case(), a_case(), without("scans")]) == "case 3, scans: is missing"

    @pytest.mark.parametrize(
        "content",
        [b"", b"{", b"case", b"\xff\xfe", b"[" * 100_000, b'{"case": ' + b"9" * 5_000 + b"}", b"[{}] x"],
        ids=lambda content: repr(content[:12]),
    )
    def test_what_is_no_json_is_refused(self, content: bytes, tmp_path: Path) -> None:
        assert "not JSON" in refusal(tmp_path, content)

    @pytest.mark.parametrize("name", ["missing.json", ".", "a\0b"])
    def test_a_file_that_cannot_be_opened_is_refused(self, name: str, tmp_path: Path) -> None:
        with pytest.raises(CommandError) as refused:
            call_command("explain_hours", str(tmp_path / name))

        assert refused.value.returncode == 2


@pytest.mark.slow
class TestCommandLine:
    """The process itself: streams and status, with a database that does not exist."""

    def run(self, *arguments: str, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "manage.py", "explain_hours", *arguments],
            cwd=ROOT,
            input=given,
            capture_output=True,
            env={
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C",
                "PYTHONIOENCODING": "ascii",
                "DJANGO_SETTINGS_MODULE": "academy.settings.test",
                "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
            },
            check=False,
        )

    def test_it_reads_standard_input_and_touches_no_database(self) -> None:
        done = self.run("-", given=json.dumps([a_case()]).encode())

        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)[0]["totals"] == {"service": 180, "training": 0}
        assert "守望".encode() in done.stdout

    def test_what_cannot_be_read_ends_with_status_2_and_one_line(self) -> None:
        done = self.run("-", given=json.dumps([a_case(), changed("scans", 0, "at", to="now")]).encode())

        assert (done.returncode, done.stdout) == (2, b"")
        (line,) = done.stderr.decode().splitlines()
        assert "case 2" in line
        assert "at: is not a time" in line


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
