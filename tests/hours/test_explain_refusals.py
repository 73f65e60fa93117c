"""`explain_hours` says which input it cannot read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from academy.hours import worked_cases
from tests.hours.explaining import a_case, changed, explain, records, without

ROOT = Path(__file__).parents[2]


def refusal(tmp_path: Path, content: Any) -> str:
    with pytest.raises(CommandError) as refused:
        explain(tmp_path, content)
    assert refused.value.returncode == 2
    assert len(str(refused.value).splitlines()) == 1
    return str(refused.value)


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
