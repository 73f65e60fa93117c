"""A batch of one template is drawn from its pattern; each page looks as printed alone (ADR 154)."""

from dataclasses import replace
from typing import Any

import pytest

from academy.designs.sheets import DesignedSheet, Line, picture_address
from academy.designs.wording import Kind, fill_in
from academy.paper.pdf import print_many
from tests.certificates.test_designed_papers import VALUES, sheet
from tests.designs.test_services import picture as a_seal
from tests.paper.printing import CREATED, printed
from tests.paper.reading import assert_look_alike, codes
from tests.paper.test_many import places_of, together

pytestmark = pytest.mark.slow

NAMES = ("王秀英", "买买提·吐尔逊·阿卜杜热合曼江", "Zoë Müller", "欧阳修")
SEAL = picture_address(a_seal())


def papers(kind: str, *names: str, **fields: Any) -> list[DesignedSheet]:
    """Return sheets that differ in their names, numbers and codes."""
    return [
        sheet(
            kind,
            values={"name": name, "recipient": name},
            number=f"ZM01-2026-{place:06}",
            verify_code=f"7K3M-9QXA-2B4C-{place:04}",
            verify_url=f"HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C{place:04}/",
            **fields,
        )
        for place, name in enumerate(names)
    ]


@pytest.mark.parametrize("seal", ["", SEAL])
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind != Kind.SERVICE])
def test_each_looks_as_if_printed_alone(kind: Kind, seal: str) -> None:
    sheets = papers(kind, *NAMES, seal=seal, signature=seal)
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0, 1, 2, 3]]
    for one, alone in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(alone))


@pytest.mark.parametrize("border", ["double", "fret", "letter"])
def test_each_border_upright_with_a_remark(border: str) -> None:
    sheets = papers(Kind.TIER, *NAMES, border=border, is_landscape=False, remark="此件为复印件", anchor="y 12:abc")
    assert len(places_of(print_many(sheets, practice=False, created=CREATED))) == 1
    for one, alone in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(alone))
    assert [code.text[-5:-1] for one in together(*sheets) for code in codes(one, dpi=150)] == [
        f"{place:04}" for place in range(len(NAMES))
    ]


def test_texts_of_all_lengths_keep_their_type() -> None:
    contents = ["胸外按压", "、".join(["判断意识与呼救的正确做法"] * 9), "、".join(["判断意识与呼救"] * 40)]
    sheets = [sheet(Kind.COMPLETION, values={"main_content": content}) for content in contents]
    assert len({one.size for one in sheets}) == 3
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0], [1], [2]]
    for one, alone in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(alone))


def lines_of(count: int) -> tuple[Line, ...]:
    """Return lines of one, two and three lines of text."""
    return tuple(
        Line(
            date=f"2026年{1 + place}月{11 + place}日",
            activity="周六文明清洁日" * (1 + place % 2),
            content="小区入口秩序维护与垃圾分类引导、" * (1 + place % 3) + "AED 讲解",
            hours=f"{place}.5",
        )
        for place in range(count)
    )


TABLE_LAST = "兹证明 {姓名} 于 {起始日期} 至 {截止日期} 参加志愿服务，共 {服务时间} 小时：\n{服务内容}"


@pytest.mark.parametrize("border", ["double", "fret", "letter"])
@pytest.mark.parametrize("body", ["", TABLE_LAST])
@pytest.mark.parametrize("seal", ["", SEAL])
def test_records_of_service_look_as_if_printed_alone(border: str, body: str, seal: str) -> None:
    """Their tables are of different heights, and what stands below moves."""
    given: dict[str, Any] = {"border": border, "seal": seal, "remark": "此件为复印件", "anchor": "y 12:abc"}
    if body:
        values = {**VALUES, "name": "王秀英"}
        given["paragraphs"] = fill_in(Kind.SERVICE, body, values)
    sheets = [
        replace(one, lines=lines_of(count), total=f"{count}.0")
        for one, count in zip(papers(Kind.SERVICE, *NAMES, **given), (1, 3, 8, 5), strict=True)
    ]
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0, 1, 2, 3]]
    for one, alone in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(alone))
    assert [code.text[-5:-1] for one in together(*sheets) for code in codes(one, dpi=150)] == [
        f"{place:04}" for place in range(len(NAMES))
    ]


def test_a_record_in_landscape_keeps_its_foot_at_least_where_it_stands_without_a_table() -> None:
    sheets = [
        replace(one, lines=lines_of(count))
        for one, count in zip(papers(Kind.SERVICE, *NAMES[:2], is_landscape=True), (1, 2), strict=True)
    ]
    assert len(places_of(print_many(sheets, practice=False, created=CREATED))) == 1
    for one, alone in zip(together(*sheets), sheets, strict=True):
        assert_look_alike(one, printed(alone))


def test_a_record_that_goes_on_to_a_second_page_is_laid_out_alone() -> None:
    sheets = [
        replace(one, lines=lines_of(count))
        for one, count in zip(papers(Kind.SERVICE, *NAMES[:3]), (4, 40, 3), strict=True)
    ]
    made = places_of(print_many(sheets, practice=False, created=CREATED))
    assert made == [[0, 2], [1]]


def test_what_does_not_fit_is_laid_out_alone_in_its_place() -> None:
    """A character of another font, a name without a place to break it, a long text, a table."""
    sheets = [
        *papers(Kind.TIER, "王秀英", "龚䶮", "a" * 200, "李建国"),
        sheet(Kind.SERVICE),
        sheet(Kind.COMMENDATION, values={"reason": "照顾邻居，" * 60}),
    ]
    made = list(print_many(sheets, practice=False, created=CREATED))
    assert places_of(made)[0] == [0, 3]
    assert sorted(place for places in places_of(made) for place in places) == list(range(6))
    assert all(isinstance(one.content, bytes) for one in made)


def test_looks_and_units_are_not_mixed() -> None:
    sheets = [sheet(Kind.TIER), sheet(Kind.TIER, issuer="别的单位"), sheet(Kind.TIER, seal=SEAL)]
    assert places_of(print_many(sheets, practice=False, created=CREATED)) == [[0], [1], [2]]
