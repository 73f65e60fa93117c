"""An uploaded PDF is compared with what was issued: unchanged, or which value differs."""

import datetime as dt
import json
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from academy.certificates import file_checks, printing, services
from academy.certificates.file_checks import FileCheck
from academy.certificates.models import Certificate
from academy.paper import apart, comparing
from academy.people.models import PersonalKey
from academy.people.services import personal_data
from tests.answers import code_of
from tests.certificates import awarded, editing
from tests.certificates.issuing import issue
from tests.hours.scene import ISSUED_AT, Scene

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = ISSUED_AT + dt.timedelta(days=9)
FORGERIES = 12


@pytest.fixture
def pdf(certificate: Certificate) -> bytes:
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes)
    return made


@pytest.fixture
def read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files in this process: another one takes its time to start."""
    monkeypatch.setattr(comparing, "read_stranger", comparing.read_own)


def checked(content: bytes) -> FileCheck:
    answer = file_checks.check(content, at=LATER)
    assert isinstance(answer, FileCheck), answer
    return answer


def test_the_file_as_it_was_issued_is_unchanged(certificate: Certificate, pdf: bytes) -> None:
    answer = checked(pdf)
    assert (answer.verdict, answer.certificate, answer.state) == ("same", certificate, "valid")
    assert not answer.differing and not answer.remarks


def test_a_file_that_was_saved_again_has_every_value(pdf: bytes) -> None:
    again = editing.saved_again(pdf)
    assert again != pdf
    assert checked(again).verdict == "resaved"


@pytest.mark.usefixtures("read_here")
def test_other_hours_are_named_with_both_values(certificate: Certificate) -> None:
    answer = checked(editing.with_value(certificate, hours="98.5"))
    assert answer.verdict == "different"
    assert {(one.label, one.printed, one.found) for one in answer.differing} == {("服务时间（小时）", "5.0", "98.5")}


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("values", "label"),
    [
        ({"issuer": "另一个志愿服务队"}, "记录单位"),
        ({"period_to": "2026年12月31日"}, "统计止日"),
        ({"issued_on": "2026年2月3日"}, "出具日期"),
        ({"telephone": "010-99999999"}, "电话"),
        ({"number": "ZM01-2026-000999"}, "证明编号"),
    ],
)
def test_another_value_is_named(certificate: Certificate, values: dict[str, str], label: str) -> None:
    answer = checked(editing.with_value(certificate, **values))
    assert answer.verdict == "different"
    assert label in {one.label for one in answer.differing}
    assert any(next(iter(values.values())) in one.found for one in answer.differing)


@pytest.mark.usefixtures("read_here")
def test_the_lines_of_the_table_are_told_apart(certificate: Certificate) -> None:
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    assert isinstance(personal, dict)
    sheet = printing.sheet_of(certificate, personal)
    rows = (sheet.rows[0], replace(sheet.rows[1], hours="8.0"))
    answer = checked(editing.printed(certificate, replace(sheet, rows=rows)))
    assert [(one.label, one.printed, one.found) for one in answer.differing] == [("第 2 行：小时", "2.0", "8.0")]


@pytest.mark.usefixtures("read_here")
def test_personal_data_is_only_said_to_differ(certificate: Certificate) -> None:
    for values in ({"name": "李建国"}, {"volunteer_number": "V2026000099K"}, {"name": "王秀兰", "remark": "特此证明"}):
        answer = checked(editing.with_value(certificate, **values))
        personal = {(one.label, one.found) for one in answer.differing if not one.printed}
        assert ("本人姓名、编号、证件号码或备注", "") in personal
        assert personal <= {("本人姓名、编号、证件号码或备注", ""), ("文字", "")}
        shown = json.dumps([vars(one) for one in answer.differing] + answer.remarks, ensure_ascii=False)
        assert "王秀英" not in shown and certificate.volunteer.number not in shown


@pytest.mark.usefixtures("read_here")
def test_a_paper_in_a_templates_look_is_compared_and_its_text_names_no_person(scene: Scene) -> None:
    volunteer = scene.volunteer("王秀英")
    awarded.give_all(scene, volunteer)
    certificate = awarded.issued(awarded.issue(scene, volunteer, "tier:beginner"))
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes)
    assert checked(made).verdict == "same"
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    assert isinstance(personal, dict)
    forged = printing.sheet_of(certificate, {**personal, "name": "李建国"})
    answer = checked(editing.printed(certificate, replace(forged, issuer="另一个志愿服务队")))
    assert answer.verdict in ("different", "unlike")  # the text is most of the words
    assert "记录单位" in {one.label for one in answer.differing}
    shown = json.dumps([vars(one) for one in answer.differing] + answer.remarks, ensure_ascii=False)
    assert "王秀英" not in shown and certificate.volunteer.number not in shown


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    ("name", "other"),
    [
        pytest.param("ئابدۇراخمان مەمەت", "ئابدۇراخمان ئەھمەت", id="Uyghur"),
        pytest.param("བསྟན་འཛིན་རྒྱ་མཚོ།", "བསྟན་འཛིན་རྒྱ་མཚེ།", id="Tibetan"),
    ],
)
def test_a_name_in_its_own_script_is_compared(scene: Scene, name: str, other: str) -> None:
    volunteer = scene.volunteer(name)
    scene.serve(volunteer, "09:00", "10:00")
    certificate = awarded.issued(issue(scene, volunteer))
    made = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(made, bytes)
    assert checked(made).verdict == "same"
    assert checked(editing.saved_again(made)).verdict == "resaved"
    answer = checked(editing.with_value(certificate, name=other))
    assert answer.verdict == "different"
    assert "本人姓名、编号、证件号码或备注" in {one.label for one in answer.differing}


@pytest.mark.usefixtures("read_here")
def test_personal_data_cannot_be_found_by_trying(certificate: Certificate, monkeypatch: Any) -> None:
    monkeypatch.setattr(file_checks, "_PERSONAL_IN_A_DAY", 2)
    forged = editing.with_value(certificate, name="李建国")
    assert [code_of(file_checks.check(forged, at=LATER)) for _try in range(3)] == ["", "", "compared_too_often"]
    # Each file counts, also one whose personal data is right; the genuine file is still answered, the next day all are.
    assert file_checks.check(editing.with_value(certificate, hours="98.5"), at=LATER) == file_checks.TOO_OFTEN
    assert isinstance(file_checks.check(forged, at=LATER, network="another"), FileCheck)
    original = printing.render(certificate, at=LATER)
    assert isinstance(original, bytes) and checked(original).verdict == "same"
    assert file_checks.check(forged, at=LATER + dt.timedelta(days=1)) != file_checks.TOO_OFTEN


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize(
    "change",
    [
        editing.both(editing.cover(200, 600, 60, 14), editing.write("98.5", 205, 604)),
        editing.cover(60, 300, 80, 20, shade=0),
        editing.cover(430, 150, 40, 40, shade=90),
        editing.remove_words(9),
        editing.annotate(200, 600),
        editing.attach('{"hours": "98.5"}'),
        editing.add_page,
    ],
    ids=["covered and written", "blackened", "stamped", "words gone", "note", "record", "page"],
)
def test_what_an_editor_does_is_found(pdf: bytes, change: Any) -> None:
    answer = checked(editing.edited(pdf, change))
    assert answer.verdict == "different"
    assert answer.differing or answer.remarks


@pytest.mark.usefixtures("read_here")
@pytest.mark.parametrize("change", [editing.crop, editing.turn], ids=["cropped", "turned"])
def test_another_layout_is_not_called_ours(pdf: bytes, change: Any) -> None:
    assert checked(editing.edited(pdf, change)).verdict in ("unlike", "different")


@pytest.mark.usefixtures("read_here")
def test_edited_files_are_found(certificate: Certificate, pdf: bytes) -> None:
    """`tests/soak/test_edited_files.py` edits a thousand."""
    find_every_edit(certificate, pdf, Random(17), many=FORGERIES)


def find_every_edit(certificate: Certificate, pdf: bytes, dice: Random, *, many: int) -> None:
    for number in range(many):
        if number % 2:
            name, content = editing.forged(certificate, dice)
        else:
            name, content = "drawn", editing.drawn_over(pdf, dice)
        answer = file_checks.check(content, at=LATER)
        if isinstance(answer, FileCheck):
            assert answer.verdict in ("different", "unlike"), (number, name)
            assert answer.differing or answer.remarks or answer.verdict == "unlike", (number, name)
        else:
            assert answer.code in ("no_code", "file_unreadable"), (number, name)


@pytest.mark.usefixtures("read_here")
def test_a_file_of_which_the_code_was_changed_is_told_by_the_record_that_it_carries(certificate: Certificate) -> None:
    answer = checked(editing.with_value(certificate, verify_code="0000-0000-0000-000X"))
    assert answer.certificate == certificate
    assert "查验码" in {one.label for one in answer.differing}


@pytest.mark.usefixtures("read_here")
def test_a_file_with_a_code_of_nothing_is_no_certificate_of_ours(certificate: Certificate, pdf: bytes) -> None:
    forged = editing.with_value(certificate, verify_code="0000-0000-0000-000X")
    assert code_of(file_checks.check(editing.edited(forged, editing.attach("{}")), at=LATER)) == "no_code"
    for record in ("[]", "[" * 9000, '{"code": 7}', '{"code": ["x"]}', "\x00"):
        assert code_of(file_checks.check(editing.edited(forged, editing.attach(record)), at=LATER)) == "no_code"


@pytest.mark.usefixtures("read_here")
def test_a_revoked_certificates_file_is_unchanged_and_revoked(
    certificate: Certificate, pdf: bytes, scene: Scene
) -> None:
    services.revoke(certificate=certificate, note="打印错了", by=scene.social_worker, at=ISSUED_AT)
    answer = checked(pdf)
    assert (answer.verdict, answer.state) == ("same", "revoked")


@pytest.mark.usefixtures("read_here")
def test_what_we_cannot_print_any_more_is_not_compared(certificate: Certificate, pdf: bytes) -> None:
    PersonalKey.objects.filter(volunteer=certificate.volunteer).delete()
    assert checked(pdf).verdict == "no_original"


# Strangers' files


def test_a_file_that_is_none_is_refused(certificate: Certificate) -> None:
    for content, code in (
        (b"", "not_a_pdf"),
        (b"\x89PNG", "not_a_pdf"),
        (b"%PDF-1.7\nnothing more", "file_unreadable"),
        (b"%PDF-1.7" + b" " * comparing.MOST_BYTES, "large_file"),
    ):
        assert code_of(file_checks.check(content, at=LATER)) == code


def test_a_file_that_takes_too_long_is_given_up(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_SECONDS", 0.001)
    assert code_of(comparing.read_stranger(pdf)) == "file_unreadable"


def test_while_a_file_is_read_another_one_waits_and_is_told(pdf: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_WAIT", 0.01)
    with comparing._turn:
        assert code_of(comparing.read_stranger(pdf)) == "busy"
    assert code_of(comparing.read_stranger(pdf)) == ""


def test_a_stranger_reads_no_secret(monkeypatch: pytest.MonkeyPatch, pdf: bytes) -> None:
    """The process that reads files gets none of our environment."""
    seen: dict[str, Any] = {}
    run = apart.subprocess.run
    monkeypatch.setattr(apart.subprocess, "run", lambda *args, **given: seen.update(given) or run(*args, **given))
    comparing.read_stranger(pdf)
    assert seen["env"] == {}


def test_a_file_of_many_pages_is_refused(pdf: bytes) -> None:
    def many(document: Any) -> None:
        for _page in range(30):
            document.new_page(595, 842)

    assert code_of(comparing.read_stranger(editing.edited(pdf, many))) == "file_unreadable"


def test_a_page_as_large_as_a_field_is_not_drawn(pdf: bytes) -> None:
    made = pypdfium2.PdfDocument.new()
    made.new_page(14400, 14400)
    saved = BytesIO()
    made.save(saved)
    file = comparing.read_stranger(saved.getvalue())
    assert isinstance(file, comparing.File) and file.pages[0].pictures == []


# The page


def sent(client: Client, content: bytes) -> Any:
    with time_machine.travel(LATER, tick=False):
        return client.post("/verify/file/", {"file": SimpleUploadedFile("证明.pdf", content, "application/pdf")})


def test_an_office_uploads_a_file_and_reads_what_was_changed(
    client: Client, certificate: Certificate, pdf: bytes
) -> None:
    page = sent(client, editing.with_value(certificate, hours="98.5")).content.decode()
    assert "verdict-revoked" in page and "98.5" in page and "5.0" in page
    assert f"/verify/{certificate.code}/" in page and certificate.number in page
    assert "verdict-valid" in sent(client, pdf).content.decode()


def test_a_refusal_stands_beside_the_file(client: Client, certificate: Certificate) -> None:
    response = sent(client, b"x")
    assert response.status_code == 200
    assert "这不是 PDF 文件" in response.content.decode()
    assert 'name="file"' in client.get("/verify/file/").content.decode()
