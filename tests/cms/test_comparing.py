"""Two versions of a text in two columns."""

from cms.comparing import Row, compare


def sides(row: Row) -> tuple[str, str]:
    """Return both sides, with what differs in brackets."""

    def side(pieces: object) -> str:
        return "".join(f"[{one.text}]" if one.differs else one.text for one in pieces)  # type: ignore[attr-defined]

    return (side(row.before), side(row.after))


def test_the_words_that_differ_are_marked() -> None:
    before, after = ["签到", "开始前 90 分钟可以签到", "签退"], ["签到", "开始前 60 分钟可以签到", "签退"]
    rows = compare(before, after)
    assert [sides(row) for row in rows] == [
        ("签到", "签到"),
        ("开始前 [90] 分钟可以签到", "开始前 [60] 分钟可以签到"),
        ("签退", "签退"),
    ]


def test_added_and_removed_lines_have_an_empty_other_side() -> None:
    assert [sides(row) for row in compare(["一"], ["一", "二"])] == [("一", "一"), ("", "[二]")]
    assert [sides(row) for row in compare(["一", "二"], ["二"])] == [("[一]", ""), ("二", "二")]
    assert [sides(row) for row in compare([], ["新的"])] == [("", "[新的]")]


def test_lines_without_likeness_stand_apart() -> None:
    rows = compare(["春天来了"], ["abcdef"])
    assert [sides(row) for row in rows] == [("[春天来了]", ""), ("", "[abcdef]")]


def test_lines_far_from_a_change_are_left_out_once() -> None:
    before = [f"第{n}行" for n in range(10)]
    rows = compare(before, [*before[:9], "完"])
    assert [row.is_gap for row in rows] == [True, False, False, False][: len(rows)]
    assert compare(before, before) == []
