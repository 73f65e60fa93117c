"""Threads as neighbours write them, read beside one roll: certain, asked, or not understood.

Each thread in `threads/` stands beside the reading that a careful person gave it. A person of a reading is `needless`
where a careful person would not have asked.
"""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from academy.core.pinyin import sounds_like
from academy.threads.folding import lines_of
from academy.threads.matching import Person, Roll
from academy.threads.reading import Reading, _Reader, read

HERE = Path(__file__).parent
THREADS = sorted([*(HERE / "threads").glob("*.txt"), *(HERE / "more").glob("*.txt")])


def roll_of(file: str) -> list[Person]:
    return [Person(**one) for one in json.loads((HERE / file).read_text(encoding="utf-8"))]


ROLL, OTHER_ROLL = roll_of("roll.json"), roll_of("more/roll.json")


def reading_of(text: str, roll: list[Person] = ROLL) -> Reading:
    return read(text, roll, sounds_like=sounds_like)


def one_of(line: str, *roll: Person):
    """Return the only person of a line."""
    (entry,) = reading_of(f"#接龙\n1. {line}", list(roll) or ROLL).entries
    return entry


def codes(entry) -> list[str]:
    return [doubt.code for doubt in entry.doubts]


@pytest.mark.parametrize("path", THREADS, ids=lambda path: path.stem)
def test_a_thread_is_read_as_a_careful_person_reads_it(path):
    text = path.read_bytes().decode()
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))

    reading = reading_of(text, OTHER_ROLL if path.parent.name == "more" else ROLL)

    assert [
        {
            "lines": entry.lines,
            "name": entry.name,
            "roll": entry.person.id if entry.person else None,
            "count": entry.count,
            "withdrawn": entry.withdrawn,
            "note": entry.note,
            "asked": codes(entry),
        }
        for entry in reading.entries
    ] == [{key: value for key, value in person.items() if key != "needless"} for person in expected["people"]]
    assert sorted(reading.not_understood) == expected["not_understood"]
    assert [list(change) for change in reading.changes] == expected["changes"]


def test_at_most_one_in_ten_is_asked_without_need():
    needless = asked = 0
    for path in THREADS:
        people = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))["people"]
        here = [person for person in people if person.get("needless")]
        assert all(person["asked"] for person in here), path.stem
        needless, asked = needless + len(here), asked + sum(bool(person["asked"]) for person in people)

    assert 0 < needless * 10 <= asked


def test_a_relative_with_the_persons_own_name_is_one_more_head():
    assert [(one_of(line).count, codes(one_of(line))) for line in ("周杰 周杰爱人", "胡秀兰、胡秀兰的老伴")] == [
        (2, [])
    ] * 2


def test_a_figure_after_a_relation_counts_both_where_the_relation_is_the_only_one():
    assert (one_of("张桂兰和老公两个").count, codes(one_of("张桂兰和老公两个"))) == (2, [])
    assert codes(one_of("张桂兰和孩子两个")) == ["heads"]
    assert (one_of("张桂兰+孩子两个").count, codes(one_of("张桂兰+孩子两个"))) == (3, [])


def test_a_mention_beside_a_name_is_asked_about():
    asked = {one.name: codes(one) for one in reading_of("#接龙\n1. 邓翠英 @邓翠芳").entries}

    assert asked == {"邓翠英": [], "邓翠芳": ["remark_or_name"]}
    assert codes(one_of("@邓翠芳")) == []


@pytest.mark.parametrize(
    "words",
    [
        "今天不行",
        "家里不让",
        "抽不开身",
        "有会",
        "加班",
        "在老家",
        "推迟到下周",
        "晚上有事",
        "点错了",
        "重复",
        "手滑",
        "感冒",
    ],
)
def test_words_that_may_keep_a_person_away_are_asked_about(words):
    assert codes(one_of(f"严肃 {words}")) == ["perhaps_withdrawn"]


@pytest.mark.parametrize(
    "words", ["下班就来", "上班路上，晚到", "没有事", "不带孩子", "不用接送", "没问题", "有事先走"]
)
def test_remarks_of_a_person_who_comes_are_not_asked_about(words):
    assert (codes(one_of(f"严肃 {words}")), one_of(f"严肃 {words}").count) == ([], 1)


def test_an_ordinary_thread_of_twenty_seven_people_asks_about_three():
    reading = reading_of((HERE / "threads" / "33-long-real.txt").read_text(encoding="utf-8"))

    asked = [entry.name for entry in reading.entries if entry.is_uncertain]

    assert asked == ["黄玉梅", "李建国", "开心每一天"]  # it depends; two of this name; a nickname
    assert len(reading.entries) == 28 and not reading.not_understood


_WORDS = ["\n", "\r\n", "接龙", "带一人", "取消", "我和老伴", "栋", "代", "报名", "尾号", "如果", "👍", "1️⃣", "①", "<b>"]
_SIGNS = st.sampled_from([*"张桂兰刘芳李姐王老小 \t12345.、()（）+-:/#,，?\u0336~x*\u202e\u200b\u2067", *_WORDS])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_SIGNS, max_size=60).map("".join) | st.text(max_size=60))
def test_every_line_of_any_text_is_accounted_for(text):
    reading = reading_of(text)

    lines = set(range(1, len(lines_of(text)) + 1))
    named = {line for entry in reading.entries for line in entry.lines}
    assert named | set(reading.not_understood) | reading.passed_over == lines
    assert all(entry.count >= 1 and entry.name for entry in reading.entries)
    assert all(entry.person is None or entry.person.id in range(1, 61) for entry in reading.entries)


def test_no_person_is_matched_without_a_whole_name_a_building_or_a_phone():
    for line in ("李姐", "老沈", "沈奶奶", "小燕", "秀兰", "张桂兰妈妈", "阳光雨露", "我", "杨姐 尾号9999"):
        assert one_of(line).person is None, line


def test_a_form_of_address_is_sure_with_the_building_or_the_phone():
    assert one_of("24栋老蒋").person.name == "蒋国栋"
    assert one_of("沈阿姨 13874810057", *ROLL[:46], Person(99, "沈玉珍", "", "13874810057")).person.id == 99


def test_a_form_of_address_is_asked_when_another_bearer_of_the_name_has_no_building():
    entry = one_of("3栋李姐", Person(1, "李梅", "3栋"), Person(2, "李秀英"))

    assert entry.person is None and len(entry.match.choices) == 1


def test_a_sister_is_not_a_man():
    assert one_of("3栋李姐", Person(1, "李建国", "3栋")).person is None
    assert one_of("3栋李哥", Person(1, "李建国", "3栋")).person.id == 1


def test_an_unknown_name_near_one_of_the_roll_is_asked_and_another_building_settles_it():
    assert codes(one_of("朱大永")) == ["mistyped"]
    assert codes(one_of("朱小勇 40栋")) == []  # who lives elsewhere is somebody else


def test_a_name_with_another_phone_or_building_than_on_the_roll_is_asked():
    assert codes(one_of("张桂兰 40栋")) == ["other_building"]
    assert codes(one_of("张桂兰 13900000000")) == ["other_phone"]
    assert one_of("张桂兰 40栋 13874810015").person is not None  # she has moved


def test_the_last_copy_of_a_list_counts_and_changes_are_named():
    reading = reading_of("#接龙\n1. 张桂兰\n2. 刘芳\n#接龙\n1. 张桂兰 +1\n2. 刘芳\n3. 周杰")

    assert [(one.name, one.count, one.lines) for one in reading.entries] == [
        ("张桂兰", 2, [2, 5]),
        ("刘芳", 1, [3, 6]),
        ("周杰", 1, [7]),
    ]
    assert reading.changes == [("changed", "张桂兰"), ("new", "周杰")]


def test_a_driver_who_offers_seats_brings_no_people():
    assert one_of("张桂兰 自驾，可带3人").count == 1
    assert one_of("张桂兰 可带3人").is_uncertain


def test_a_large_number_of_people_is_asked_about():
    assert codes(one_of("张桂兰 +300")) == ["heads"]


def test_a_roll_in_traditional_characters_meets_a_thread_in_simplified_ones():
    assert one_of("张国华", Person(1, "張國華")).person.id == 1


def test_a_very_long_line_is_not_understood():
    assert list(reading_of("1. 张桂兰\n2. " + "张" * 5000).not_understood) == [2]


def test_many_blank_lines_are_passed_in_one_go():
    class Line(str):
        looks = 0

        def strip(self, *signs):
            Line.looks += 1
            return super().strip(*signs)

    lines = [Line("张桂兰:"), *[Line("")] * 1000, Line("我报名"), *[Line("")] * 1000]
    reader = _Reader(Roll(ROLL, sounds_like))
    reader.take(lines)

    assert Line.looks <= 2 * len(lines)
    assert [one.name for one in reader.result().entries] == ["张桂兰"]
