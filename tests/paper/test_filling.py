"""Certificates filled into a blank look like laid out ones; what does not fit into it is laid out."""

import dataclasses
import datetime as dt
from math import dist
from typing import Any, ClassVar

import pypdfium2 as pdfium
import pytest
from django.template.loader import render_to_string
from PIL import ImageChops

from academy.paper import blanks
from academy.paper.blanks import DoesNotFit
from academy.paper.filling import filled_in
from academy.paper.pdf import MissingGlyphs, render_pdf
from academy.paper.press import printed
from academy.paper.sheets import CertificateSheet
from tests.paper.reading import codes, pages, picture
from tests.paper.samples import CREATED, certificate

pytestmark = pytest.mark.slow

LONG = "测量血压、登记并讲解用药，“一对一”陪同 5 位长辈（共 3 次）到 Union Hospital 复诊；回访 24 小时内完成"


def with_first_row(**fields: str) -> CertificateSheet:
    sheet = certificate(rows=3)
    return dataclasses.replace(sheet, rows=(dataclasses.replace(sheet.rows[0], **fields), *sheet.rows[1:]))


def context(sheet: CertificateSheet) -> dict[str, Any]:
    return {"sheet": sheet, "created": CREATED.astimezone(dt.UTC).isoformat()}


def filled(sheet: CertificateSheet) -> bytes:
    return filled_in(sheet, context(sheet))


def laid_out(sheet: CertificateSheet) -> bytes:
    return printed(render_to_string(sheet.template, context(sheet)), "sheet.css", sheet.style)


def places(pdf: bytes) -> dict[str, list[tuple[float, float]]]:
    """Of each letter, where it stands; in points."""
    found: dict[str, list[tuple[float, float]]] = {}
    with pdfium.PdfDocument(pdf) as document:
        text = document[0].get_textpage()
        for number in range(text.count_chars()):
            left, bottom, *_ = text.get_charbox(number)
            found.setdefault(text.get_text_range(number, 1), []).append((left, bottom))
    return {letter: where for letter, where in found.items() if letter.strip()}


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
    one, other = filled(sheet), laid_out(sheet)
    here, there = places(one), places(other)
    assert {letter: len(where) for letter, where in here.items()} == {
        letter: len(where) for letter, where in there.items()
    }
    for letter, where in here.items():
        for place in where:
            assert min(dist(place, other_place) for other_place in there[letter]) < 0.3
    # Lines, title and code, too.
    darker = ImageChops.difference(picture(one, dpi=100), picture(other, dpi=100)).histogram()[128:]
    assert sum(darker) < 50


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


def test_what_looks_like_a_mark_of_the_blank_is_printed_as_it_stands():
    assert "{0}{99}{}" in pages(filled(certificate(name="{0}{99}{}")))[0]


def test_a_character_without_a_glyph_is_refused(monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(MissingGlyphs):
        filled(certificate(name="王𠮷英"))
    monkeypatch.setattr("academy.paper.press.missing_characters", lambda text: set())
    with pytest.raises(MissingGlyphs) as caught:
        filled(certificate(name="王ሀ英"))
    assert caught.value.characters == {"ሀ"}


def test_a_second_one_needs_no_layout_and_is_the_same_bytes():
    for cached in (blanks.part, blanks.blank):
        cached.cache_clear()
    first = render_pdf(certificate(), created=CREATED)
    laid_out = blanks.part.cache_info().misses
    assert laid_out > 0
    assert render_pdf(certificate(), created=CREATED) == first
    assert blanks.part.cache_info().misses == laid_out


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
        ('<div class="closing">', "<div>"),
        ('<table class="services">', "<table>"),
        ("<h2>服务内容</h2>", "<h3>服务内容</h3>"),
        ('<p class="numbers">', '<p class="numbers hei">'),
        ('<p class="seal">', '<p class="seal" style="color: #c00">'),
        ("志愿服务记录证明</text>", "{{ sheet.name }}</text>"),
        ("</h1>", '</h1><div style="border: 1px solid rgb(0 0 0 / 0.1)"></div>'),
        ("<h2>", "<hr><h2>"),
        ("      </div>\n    </div>\n", "      </div>\n    </div><hr>\n"),
        ("</h1>", '</h1><svg width="9mm" height="9mm"><circle cx="3" cy="3" r="3" opacity="0.5"/></svg>'),
    ],
)
def test_a_template_that_cannot_be_taken_apart_is_laid_out(settings, old: str, new: str):
    """Whoever prints their own form need not know of blanks."""
    with open("templates/certificates/paper_certificate.html") as file:
        source = file.read()
    assert old in source
    (engine,) = settings.TEMPLATES
    loader = ("django.template.loaders.locmem.Loader", {"own.html": source.replace(old, new)})
    settings.TEMPLATES = [{**engine, "APP_DIRS": False, "OPTIONS": {**engine["OPTIONS"], "loaders": [loader]}}]

    class OwnSheet(CertificateSheet):
        template: ClassVar[str] = "own.html"

    sheet = OwnSheet(**vars(certificate(rows=2)))
    with pytest.raises(DoesNotFit):
        filled(sheet)
    assert render_pdf(sheet, created=CREATED) == laid_out(sheet)
