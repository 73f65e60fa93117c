"""Printing: offline, with our fonts only, the same bytes every time, no box for a character."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pypdfium2 as pdfium
import pytest
from django.utils import timezone, translation

from academy.core.refusals import Refusal
from academy.paper import press
from academy.paper.http import pdf_response
from academy.paper.pdf import MissingGlyphs, print_sheet, render_pdf
from tests.paper.printing import CREATED
from tests.paper.reading import pages
from tests.paper.samples import loan

pytestmark = pytest.mark.slow


def test_the_same_sheet_is_the_same_bytes():
    assert render_pdf(loan(), created=CREATED) == render_pdf(loan(), created=CREATED)


def test_who_prints_it_where_changes_no_byte():
    expected = render_pdf(loan(), created=CREATED)
    with timezone.override("America/New_York"), translation.override("en"):
        assert render_pdf(loan(), created=CREATED.astimezone(dt.UTC)) == expected


def test_the_moment_of_issue_is_written_into_the_file():
    with pdfium.PdfDocument(render_pdf(loan(), created=CREATED)) as document:
        assert document.get_metadata_dict()["CreationDate"].startswith("D:20261201023000")


def test_several_threads_print_at_once():
    expected = render_pdf(loan(), created=CREATED)
    with ThreadPoolExecutor(4) as pool:
        printed = list(pool.map(lambda _: render_pdf(loan(), created=CREATED), range(8)))
    assert set(printed) == {expected}


def test_a_character_without_a_glyph_is_refused_before_anything_is_laid_out():
    with pytest.raises(MissingGlyphs) as caught:
        render_pdf(loan(borrower="王𠮷英"), created=CREATED)
    assert caught.value.characters == {"𠮷"}
    assert "U+20BB7" in str(caught.value)


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "Our fonts cannot print “𠮷𲎰”. Tick that person on the screen."),
        ("zh-hans", "字库打印不了“𠮷𲎰”。请在屏幕签到表上为这位志愿者签到。"),
    ],
)
def test_the_refusal_names_the_characters_and_gives_the_advice_of_the_sheet(language: str, sentence: str):
    with translation.override(language):
        answer = print_sheet(loan(borrower="𲎰王𠮷"), created=CREATED, practice=False)
        assert isinstance(answer, Refusal)
        assert answer.code == "missing_glyphs"
        assert str(answer) == sentence


def test_a_font_of_the_machine_is_never_used_in_silence(monkeypatch: pytest.MonkeyPatch):
    """Without the first check, Pango would use the machine's fonts for the character, or draw a box."""
    monkeypatch.setattr(press, "missing_characters", lambda text: set())
    with pytest.raises(MissingGlyphs) as caught:
        render_pdf(loan(borrower="王ሀ\U0001f9a5英"), created=CREATED)
    assert caught.value.characters == {"ሀ", "\U0001f9a5"}


@pytest.mark.parametrize(
    "address",
    ["https://academy.example.org/logo.png", "file:///etc/passwd", "data:image/gif;base64,AAAA", "/static/logo.png"],
)
def test_nothing_but_our_fonts_is_fetched(address: str):
    with pytest.raises(RuntimeError, match="offline"):
        press.html_to_pdf(f'<p><img src="{address}"></p>', "paper/sheet.css")


def test_what_people_typed_is_never_markup():
    text = "".join(
        pages(render_pdf(loan(borrower='<img src="https://academy.example.org/x.png">义诊'), created=CREATED))
    )
    assert '<imgsrc="https://academy.example.org/x.png">义诊' in text


def test_a_pdf_opens_in_the_browser_under_its_chinese_name_and_stays_in_no_cache():
    response = pdf_response(b"%PDF-1.7", "志愿服务记录证明 王秀英.pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == "inline; filename*=utf-8''" + quote("志愿服务记录证明 王秀英.pdf")
    assert response["Cache-Control"] == "no-store"
    assert response.content == b"%PDF-1.7"


def test_a_pdf_that_must_not_be_loaded_again_is_saved():
    response = pdf_response(b"%PDF-1.7", "sign-in-slips.pdf", as_attachment=True)
    assert response["Content-Disposition"] == 'attachment; filename="sign-in-slips.pdf"'
    assert response["Cache-Control"] == "no-store"
