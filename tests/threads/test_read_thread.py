"""The command that reads a thread without a database: pytest refuses every query of these tests."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

HERE = Path(__file__).parent
ROLL = str(HERE / "roll.json")
KEYS = {"name", "roll", "count", "withdrawn", "note", "uncertain", "why", "lines"}


def printed(file, roll=ROLL):
    out = io.StringIO()
    call_command("read_thread", str(file), roll=str(roll), stdout=out)
    return json.loads(out.getvalue())


def test_the_people_are_printed_as_json():
    rows = printed(HERE / "threads" / "09-withdrawals.txt")

    assert all(set(row) == KEYS for row in rows)
    assert [(row["roll"], row["withdrawn"]) for row in rows[:2]] == [(5, False), (14, True)]
    assert not any(row["uncertain"] or row["why"] for row in rows)


def test_what_is_asked_says_why_and_names_the_people_to_choose_from():
    row = printed(HERE / "threads" / "06-addresses.txt")[1]

    assert row["uncertain"] and row["roll"] is None and "王秀英 12栋" in row["why"]


def test_a_line_without_a_name_is_shown_as_not_understood(tmp_path):
    thread = tmp_path / "thread.txt"
    thread.write_text("#接龙\n1. 张桂兰\n2. {{ 7*7 }}\n", encoding="utf-8")

    row = printed(thread)[1]

    assert (row["name"], row["roll"], row["count"], row["lines"]) == ("", None, 0, [3]) and row["uncertain"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_texts_of_a_phone_and_of_a_windows_computer_are_read(tmp_path, encoding):
    thread = tmp_path / "thread.txt"
    thread.write_text("1. 张桂兰\r\n2. 刘䶮", encoding=encoding)

    assert [row["roll"] for row in printed(thread)] == [5, 15]


def test_the_thread_may_come_from_the_standard_input(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("1. 张桂兰".encode())))

    assert [row["roll"] for row in printed("-")] == [5]


def test_a_missing_file_is_refused_with_a_sentence():
    with pytest.raises(CommandError, match=r"/no/such/file"):
        printed("/no/such/file")


@pytest.mark.parametrize("content", ["", "[1, 2]", '{"id": 1}', '[{"name": "张桂兰"}]', "张桂兰", "null"])
def test_a_roll_of_another_form_is_refused_with_a_sentence(tmp_path, content):
    roll = tmp_path / "roll.json"
    roll.write_text(content, encoding="utf-8")

    with pytest.raises(CommandError, match=r"roll\.json"):
        printed(HERE / "threads" / "01-plain.txt", roll)


def test_a_file_that_is_no_text_is_refused(tmp_path):
    thread = tmp_path / "thread.txt"
    thread.write_bytes(b"\xff\xff\x00\xff")

    with pytest.raises(CommandError, match=r"thread\.txt"):
        printed(thread)
