"""Names and texts that would break paper or page: markup, direction marks, 200 characters, emoji."""

import datetime as dt
import json
from contextlib import suppress
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test import Client

from academy.certificates import printing
from academy.certificates.models import Certificate
from academy.core.refusals import Refusal
from academy.core.text import visible
from academy.hours.services import confirmation, notices
from academy.paper import press
from tests.answers import code_of
from tests.certificates.issuing import issue, issued
from tests.certificates.samples import certificate as sample
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene, moment
from tests.paper.printing import printed
from tests.paper.reading import codes, margins_are_white, pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MARKUP = '<img src="https://evil.example/x.png"><script>alert(1)</script>王'
BIDI = "王\u202e英秀\u202c\u2066a\u2069"
LONG = "买买提·吐尔逊·" * 25
EMOJI = "王😀英"
TEXTS = {
    "markup": MARKUP,
    "style": "王<style>@page{size:A3}</style>",
    "a file": '王<link rel=attachment href="file:///etc/passwd">',
    "a remote picture": '王<object data="https://evil.example/">',
    "a template": "{{ sheet.number }}{% include 'x' %}",
    "a mark of a blank": "{0}{12}",
    "an entity": "王&lt;b&gt;&amp;&#x202e;",
    "css": "王; background: url(https://evil.example/)",
    "direction marks": BIDI,
}


def served(scene: Scene, name: str, **activity: Any) -> Certificate:
    volunteer = scene.volunteer(name)
    scene.serve(volunteer, "09:00", "10:00", **activity)
    return issued(issue(scene, volunteer))


def pdf_of(certificate: Certificate) -> bytes:
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes), made
    return made


@pytest.fixture
def fetched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that WeasyPrint gets something from."""
    asked: list[str] = []
    fetch = press._FontsOnly.fetch

    def note(self: Any, url: str, headers: Any = None) -> Any:
        found = fetch(self, url, headers)
        asked.append(url)  # what it refuses is not fetched
        return found

    monkeypatch.setattr(press._FontsOnly, "fetch", note)
    return asked


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_hostile_text_is_printed_as_text_and_fetches_nothing(text: str, fetched: list[str]) -> None:
    shown = visible(text)
    sheet = sample(rows=2, name=shown[:40], remark=shown, issuer=shown[:40])
    for pdf in (printed(sheet), printed(sample(rows=30, remark=shown))):
        whole = "".join(pages(pdf))
        assert "".join(shown.split()) in whole
        assert [code.text for code in codes(pdf, page=len(pages(pdf)) - 1, dpi=150)] == [sample().verify_url]
        with pypdfium2.PdfDocument(pdf) as document:
            assert document.count_attachments() == 0
    assert [url for url in fetched if not url.startswith(press.PHOTO) and url not in press._FontsOnly._paths] == []


@pytest.mark.parametrize("name", [MARKUP[:30], BIDI])
def test_a_hostile_name_goes_through_issue_paper_record_and_page(scene: Scene, client: Client, name: str) -> None:
    certificate = served(scene, name, title="<b>活动</b>")
    pdf = pdf_of(certificate)
    assert "<b>活动</b>" in pages(pdf)[0]
    with pypdfium2.PdfDocument(pdf) as document:
        record = json.loads(bytes(document.get_attachment(0).get_data()))
    assert record["rows"][0]["activity"] == "<b>活动</b>"
    assert "\u202e" not in json.dumps(record, ensure_ascii=False)
    page = client.get(f"/verify/{certificate.code}/").content.decode()
    assert "&lt;b&gt;活动&lt;/b&gt;" in page
    for raw in ("<b>活动", "<img src=", "\u202e", "<script>alert"):
        assert raw not in page


def test_a_place_that_an_earlier_release_stored_with_the_marks_of_word_is_printed(scene: Scene) -> None:
    volunteer, activity = scene.volunteer(), scene.activity(("09:00", "10:00"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE activities_activity SET place = %s", ["一号楼\v大厅\ufe0e\u200b"])
    activity.refresh_from_db()
    assert "\v" in activity.place
    scene.attend(volunteer, activity.shifts.get(), "09:00", "10:00")
    confirmation.confirm(activity=activity, by=scene.leading, at=moment("10:30"))
    notices.end_notices(at=moment("00:05", SATURDAY + dt.timedelta(days=6)))
    (text, *_more) = pages(pdf_of(issued(issue(scene, volunteer))))
    assert "一号楼大厅" in "".join(text.split())


def test_a_name_of_two_hundred_characters_stays_within_the_paper() -> None:
    pdf = printed(sample(rows=3, name=LONG[:200]))
    assert LONG[:200] in "".join(pages(pdf))
    assert all(margins_are_white(pdf, page=page) for page in range(len(pages(pdf))))


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        pytest.param(EMOJI, "😀", id="emoji"),
        # A name in a script without a font is never printed in part.
        pytest.param("ᠮᠣᠩᠭᠣᠯ", "ᠮ", id="Mongolian"),
        pytest.param("ꆈꌠ", "ꆈ", id="Yi"),
    ],
)
def test_a_character_without_a_font_is_named_before_it_is_printed(scene: Scene, name: str, missing: str) -> None:
    answer = printing.render(served(scene, name), at=ISSUED_AT)
    assert isinstance(answer, Refusal)
    assert code_of(answer) == "missing_glyphs" and missing in str(answer)


@pytest.mark.parametrize("name", [pytest.param("བཀྲ་ཤིས", id="Tibetan"), pytest.param("ئابدۇقادىر", id="Uyghur")])
def test_a_name_in_a_script_of_its_own_is_issued_and_printed(scene: Scene, name: str) -> None:
    assert name in "".join(pages(pdf_of(served(scene, name))))


@pytest.mark.parametrize(
    "html",
    [
        '<link rel="attachment" href="file:///etc/passwd">',
        '<link rel="stylesheet" href="https://evil.example/x.css">',
        "<style>@import url(https://evil.example/x.css);</style>",
        '<style>p { background: url("file:///etc/passwd") }</style><p>王</p>',
        '<svg><image href="https://evil.example/x.png"/></svg>',
        '<a rel="attachment" href="file:///etc/passwd">王</a>',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="https://evil.example/">',
    ],
)
def test_a_template_that_asks_for_another_file_is_refused(html: str, fetched: list[str]) -> None:
    """Only our fonts are ever read, also for a file that carries a record."""
    record = press.Record("record.json", "{}", ISSUED_AT)
    pdf = b""
    with suppress(RuntimeError):  # “Paper is printed offline”
        pdf = press.html_to_pdf(f"<html><body>{html}<p>王</p></body></html>", "paper/sheet.css", record=record)
    if pdf:  # the element that named the file is not drawn at all
        assert not [url for url in fetched if "evil" in url or "passwd" in url]
        with pypdfium2.PdfDocument(pdf) as document:
            assert document.count_attachments() == 1
