"""Certificates filled into a blank look like laid out ones; one that does not fit is laid out."""

import dataclasses
from typing import ClassVar

import pytest
from PIL import ImageChops

from academy.certificates.sheets import CertificateSheet
from academy.paper.blanks import DoesNotFit
from academy.paper.pdf import render_pdf
from tests.certificates.samples import certificate
from tests.paper.printing import CREATED, filled, laid_out, use_templates
from tests.paper.reading import assert_look_alike, codes, pages, picture

pytestmark = pytest.mark.slow

LONG = "测量血压、登记并讲解用药，“一对一”陪同 5 位长辈（共 3 次）到 Union Hospital 复诊；回访 24 小时内完成"


def with_first_row(**fields: str) -> CertificateSheet:
    sheet = certificate(rows=3)
    return dataclasses.replace(sheet, rows=(dataclasses.replace(sheet.rows[0], **fields), *sheet.rows[1:]))


FITTING = {
    "ten rows": certificate(rows=10),
    "one row": certificate(rows=1),
    "every field": certificate(
        rows=5, document_type="居民身份证", document_number="34052419800101001X", remark="以现场扫码为准。"
    ),
    "content on three lines": with_first_row(content=LONG),
    "activity and place on two lines each": with_first_row(activity=LONG[:20], place=LONG[:24]),
    "blanks": with_first_row(content=" 测量  血压\n 登记 ", place="　一楼　大厅 "),
    "Latin": with_first_row(content="Taking blood pressure, first aid & registration <10 people>"),
}


@pytest.mark.parametrize("sheet", FITTING.values(), ids=FITTING)
def test_it_looks_as_if_it_had_been_laid_out(sheet: CertificateSheet):
    assert_look_alike(filled(sheet), laid_out(sheet))


def test_it_reads_from_top_to_bottom():
    (text,) = pages(filled(certificate(rows=2)))
    parts = [
        "证明编号",
        "志愿者姓名王秀英",
        "12026-01-15春季",
        "22026-02-15周六",
        "合计38.5",
        "（盖章）",
        "第1页/共1页",
    ]
    assert sorted(parts, key=text.index) == parts


@pytest.mark.parametrize("rows", [1, 7, 11])
def test_its_code_is_read(rows: int):
    (code,) = codes(filled(certificate(rows=rows)), dpi=100)
    assert code.text == "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/"
    assert code.ec_level == "Q"


def test_rare_characters_come_from_the_whole_font():
    assert "龚䶮" in pages(filled(certificate(name="龚䶮")))[0]


NOT_FITTING = {
    "a second page": certificate(rows=30),
    "a name on two lines": certificate(name="阿卜杜热合曼·麦麦提吐尔逊·阿布都克里木江"),
    "a remark on two lines": certificate(remark=LONG * 2),
    "a word longer than its line": with_first_row(activity="Llanfairpwllgwyngyllgogerychwyrndrobwll"),
    "a break that is not seen": certificate(name="王\u200b秀英"),
    "a hyphen that is not seen": certificate(name="王\u00ad秀英"),
}


@pytest.mark.parametrize("sheet", NOT_FITTING.values(), ids=NOT_FITTING)
def test_what_does_not_fit_is_laid_out(sheet: CertificateSheet):
    with pytest.raises(DoesNotFit):
        filled(sheet)
    assert render_pdf(sheet, created=CREATED) == laid_out(sheet)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<div class="closing blank-foot">', "<div>"),
        ('<table class="services blank-table">', "<table>"),
        ("<h2>服务内容</h2>", "<h3>服务内容</h3>"),
        ('<p class="numbers">', '<p class="numbers hei">'),
        ('<p class="seal">', '<p class="seal" style="color: #c00">'),
        ("志愿服务记录证明</text>", "{{ sheet.name }}</text>"),
        ("</h1>", '</h1><div style="border: 1px solid rgb(0 0 0 / 0.1)"></div>'),
        ("{% endif %}\n    </div>\n", "{% endif %}\n    </div><hr>\n"),
        ("</h1>", '</h1><svg width="9mm" height="9mm"><circle cx="3" cy="3" r="3" opacity="0.5"/></svg>'),
    ],
)
def test_a_template_that_cannot_be_taken_apart_is_laid_out(settings, old: str, new: str):
    """A unit may print its own form without parts for a blank."""
    sheet = sheet_of_own_template(settings, old, new)
    with pytest.raises(DoesNotFit):
        filled(sheet)
    assert render_pdf(sheet, created=CREATED) == laid_out(sheet)


def test_a_template_that_can_be_taken_apart_is_filled_with_what_it_adds(settings):
    sheet = sheet_of_own_template(settings, "<h2>", "<hr><h2>")
    assert_look_alike(filled(sheet), laid_out(sheet))
    assert ImageChops.difference(
        picture(filled(sheet), dpi=100), picture(filled(certificate(rows=2)), dpi=100)
    ).getbbox()


def sheet_of_own_template(settings, old: str, new: str) -> CertificateSheet:
    with open("templates/certificates/paper_certificate.html") as file:
        source = file.read()
    assert old in source
    use_templates(settings, {"own.html": source.replace(old, new)})

    class OwnSheet(CertificateSheet):
        template: ClassVar[str] = "own.html"

    return OwnSheet(**vars(certificate(rows=2)))
