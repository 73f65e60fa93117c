"""The text of a template: named fields, faults, and values that stay values."""

import pytest

from academy.designs.standard import STANDARD
from academy.designs.wording import FIELDS, Kind, Paragraph, Piece, fault_of, fill_in, names_in

WHOLE = "{姓名}：\n修完《{课程}》，{学时} 学时，{主办单位}，{完成日期}。\n{主要内容}"


@pytest.mark.parametrize("kind", list(Kind))
def test_the_products_own_texts_may_be_published(kind: Kind) -> None:
    standard = STANDARD[kind]
    assert fault_of(kind, standard.heading, standard.body) is None


@pytest.mark.parametrize(
    ("heading", "body", "code", "names"),
    [
        pytest.param("结业证书", WHOLE, None, (), id="whole"),
        pytest.param("结业证书", WHOLE.replace("{姓名}", "｛姓名｝"), None, (), id="wide braces"),
        pytest.param("结业证书", WHOLE + "{爱好}", "unknown_field", ("爱好",), id="unknown"),
        pytest.param("结业证书", WHOLE + "{服务时间}", "unknown_field", ("服务时间",), id="of another kind"),
        pytest.param("结业证书", WHOLE.replace("{学时}", "4"), "missing_field", ("学时",), id="T1"),
        pytest.param("结业证书", WHOLE + "{", "open_field", (), id="open"),
        pytest.param("结业{证书", WHOLE, "open_field", (), id="open in the heading"),
        pytest.param("志愿服务记录证明", WHOLE, "wrong_heading", ("志愿服务记录证明",), id="P9"),
        pytest.param(" ", WHOLE, "no_heading", (), id="no heading"),
        pytest.param("结业证书", WHOLE + "\n好" * 20, "too_many_lines", (), id="long"),
    ],
)
def test_a_completion_certificate_keeps_what_a_training_record_holds(
    heading: str, body: str, code: str | None, names: tuple[str, ...]
) -> None:
    fault = fault_of(Kind.COMPLETION, heading, body)
    assert (fault and fault.code, fault.names if fault else ()) == (code, names)


@pytest.mark.parametrize("field", [one for one in FIELDS[Kind.SERVICE] if one.is_mandatory], ids=lambda one: one.key)
def test_no_template_of_service_loses_a_field_of_the_law(field: object) -> None:
    """P1: service time and service content; and whose, and when."""
    standard = STANDARD[Kind.SERVICE]
    fault = fault_of(Kind.SERVICE, standard.heading, standard.body.replace(f"{{{field.name}}}", ""))  # type: ignore[attr-defined]
    assert fault is not None and (fault.code, fault.names) == ("missing_field", (field.name,))  # type: ignore[attr-defined]


def test_the_table_stands_alone_on_its_line() -> None:
    body = STANDARD[Kind.SERVICE].body
    for wrong in ("服务内容：{服务内容}", "{服务内容}{姓名}"):
        fault = fault_of(Kind.SERVICE, "证明", body.replace("{服务内容}", wrong))
        assert fault is not None and fault.code == "field_not_alone"


def test_a_draft_may_lack_fields_but_names_no_unknown_ones() -> None:
    assert fault_of(Kind.TIER, "", "写到一半", is_whole=False) is None
    fault = fault_of(Kind.TIER, "", "{课程}", is_whole=False)
    assert fault is not None and fault.code == "unknown_field"


def test_a_value_is_never_read_as_a_template() -> None:
    filled = fill_in(Kind.TIER, "{姓名}：\n评为{等级}志愿者", {"name": "{等级}<b>", "tier": "初级"})
    assert filled == (
        Paragraph((Piece("{等级}<b>", "name"), Piece("：")), is_flush=True),
        Paragraph((Piece("评为"), Piece("初级", "tier"), Piece("志愿者"))),
    )


def test_a_line_whose_fields_are_all_empty_is_left_out() -> None:
    body = "{姓名}\n{证件类型}号码：{证件号码}\n{服务内容}\n特此证明。"
    filled = fill_in(Kind.SERVICE, body, {"name": "王秀英"})
    assert [("".join(piece.text for piece in one.pieces), one.is_table) for one in filled] == [
        ("王秀英", False),
        ("", True),
        ("特此证明。", False),
    ]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("于 {评定日期} 起", "于2026年5月1日起"),
        ("自 {评定日期} 评定 {姓名} 为 {级别} 志愿者", "自2026年5月1日评定 Zoë 为初级志愿者"),
        ("（编号 {志愿者编号}）", "（编号 V2026000012K）"),
        ("awarded to {姓名} on {评定日期}", "awarded to Zoë on 2026年5月1日"),
        ("A B {级别}", "A B 初级"),
    ],
)
def test_blanks_beside_a_field_are_kept_for_latin_words_alone(body: str, text: str) -> None:
    values = {"name": "Zoë", "tier": "初级", "done_on": "2026年5月1日", "volunteer_number": "V2026000012K"}
    (paragraph,) = fill_in(Kind.TIER, body, values)
    assert "".join(piece.text for piece in paragraph.pieces) == text
    assert [piece.key for piece in paragraph.pieces if piece.is_whole] in ([], ["done_on"])


def test_names_are_read_without_blanks_around_them() -> None:
    assert names_in("{ 姓名 }，{等级}") == ["姓名", "级别"]  # a former name as the present one
