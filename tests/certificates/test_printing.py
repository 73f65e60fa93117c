"""Certificates found, printed, joined with another entry, and corrected after they were issued."""

import datetime as dt
from typing import Any

import pypdfium2
import pytest
import time_machine
import zxingcpp
from cryptography.fernet import Fernet
from django.test import TestCase

from academy.certificates import contents, integrity, printing, services
from academy.certificates.models import Certificate, Closure
from academy.decisions.services import decide
from academy.hours.models import ServiceRecord
from academy.hours.services import make_ups
from academy.people.models import Issuer, PersonalKey, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import merging, personal_data
from tests.answers import code_of
from tests.certificates.issuing import JANUARY, issue, issued
from tests.factories import UserFactory
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene, moment

pytestmark = pytest.mark.slow

# Finding and printing


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: f" {code[:4]}-{code[4:8]} {code[8:]} "])
def test_a_certificate_is_found_however_its_code_is_typed(certificate: Certificate, typed: Any) -> None:
    assert services.find(typed(certificate.code)) == certificate


def test_look_alikes_are_mended_and_nonsense_finds_nothing(certificate: Certificate) -> None:
    assert services.find(certificate.code.replace("0", "o").replace("1", "l")) == certificate
    assert services.find("") is None
    assert services.find("0000-0000-0000-0000") is None


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_the_paper_says_everything_and_its_code_leads_to_its_page(
    certificate: Certificate, volunteer: Volunteer
) -> None:
    pdf = printing.render(certificate, at=moment("09:00", dt.date(2026, 3, 1)))
    assert isinstance(pdf, bytes)
    text = text_of(pdf)
    for words in (
        *("王秀英", volunteer.number, "5.0", "2026年1月1日至2026年1月31日", "入户宣传防火知识", certificate.number),
        *("赵敏", "孙丽", "010-12345678", "2026年2月2日", "academy.test/verify/", "依据本记录单位志愿服务记录出具"),
    ):
        assert words in text.replace("\r\n", "")
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=2).to_pil()
    (read,) = zxingcpp.read_barcodes(page)
    assert read.text == f"HTTPS://ACADEMY.TEST/VERIFY/{certificate.code}/"


def test_the_paper_is_the_same_whenever_it_is_printed(certificate: Certificate) -> None:
    first = printing.render(certificate, at=ISSUED_AT)
    Volunteer.objects.update(name="王秀兰")
    Issuer.objects.update(telephone="000")
    certificate = Certificate.objects.get()
    assert printing.render(certificate, at=ISSUED_AT + dt.timedelta(days=90)) == first


def test_where_lines_are_cut_the_paper_says_why_they_do_not_add_up(scene: Scene) -> None:
    volunteer = scene.volunteer()
    for came, left in (("09:00", "09:35"), ("10:00", "10:35")):
        scene.serve(volunteer, came, left)
    certificate = issued(issue(scene, volunteer, remark="用于积分入户。"))
    assert [row["hours"] for row in certificate.snapshot["rows"]] == ["0.5", "0.5"]
    assert certificate.snapshot["hours"] == "1.1"
    assert printing.adds_up(certificate.snapshot) is False
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    text = text_of(pdf).replace("\r\n", "")
    assert "用于积分入户。各行小时数舍去第二位小数，合计按总分钟数计算。" in text


@pytest.mark.parametrize("close", ["revoke", "reissue"])
def test_a_closed_certificate_is_printed_no_more(scene: Scene, certificate: Certificate, close: str) -> None:
    given = {"certificate": certificate, "note": "更正", "by": scene.social_worker, "at": ISSUED_AT}
    getattr(services, close)(**given)
    assert code_of(printing.render(certificate, at=ISSUED_AT)) == "closed"


def test_a_character_without_a_picture_is_never_printed_wrongly(scene: Scene) -> None:
    volunteer = scene.volunteer("王\U000323b0")
    scene.serve(volunteer, "09:00", "10:00")
    answer = printing.render(issued(issue(scene, volunteer)), at=ISSUED_AT)
    assert code_of(answer) == "missing_glyphs"
    assert "\U000323b0" in str(answer)


def test_a_person_whose_data_were_deleted_keeps_a_certificate_that_verifies_and_is_not_printed(
    scene: Scene, certificate: Certificate, volunteer: Volunteer
) -> None:
    PersonalKey.objects.filter(volunteer=volunteer).delete()
    assert code_of(printing.render(certificate, at=ISSUED_AT)) == "personal_data_gone"
    assert (
        code_of(services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)) == "personal_data_gone"
    )
    found = services.find(certificate.code)
    assert found is not None and integrity.content_hash(found) == found.content_hash


def test_the_content_that_is_shown_before_issuing_is_what_is_issued(scene: Scene, volunteer: Volunteer) -> None:
    content = contents.content_of(
        issuer=scene.issuer, volunteer=volunteer, period_from=JANUARY[0], period_to=JANUARY[1]
    )
    assert isinstance(content, contents.Content)
    certificate = issued(issue(scene, volunteer))
    assert (content.minutes, len(content.records)) == (certificate.minutes, len(certificate.snapshot["rows"]))


# Two rows of the roll that are one person


def test_a_certificate_covers_what_was_recorded_for_a_person_who_was_joined(
    scene: Scene, volunteer: Volunteer, certificate: Certificate
) -> None:
    goes = scene.volunteer("王秀云")
    scene.serve(goes, "14:00", "16:00", day=SATURDAY + dt.timedelta(days=14))
    merging.merge(volunteer=goes, into=volunteer, by=scene.social_worker, at=ISSUED_AT)
    goes.refresh_from_db()

    joined = issue(scene, goes)

    assert isinstance(joined, Certificate)
    assert (joined.volunteer, joined.minutes) == (volunteer, certificate.minutes + 120)
    personal = personal_data.decrypt_for(volunteer, joined.personal)
    assert (personal["name"], personal["volunteer_number"]) == (volunteer.name, volunteer.number)
    assert isinstance(printing.render(joined, at=ISSUED_AT), bytes)


def test_an_old_certificate_of_a_person_who_was_joined_is_printed_and_reissued_for_the_one_who_stays(
    scene: Scene, volunteer: Volunteer, certificate: Certificate, client: Any
) -> None:
    stays = scene.volunteer("王秀云")
    joined = merging.merge(volunteer=volunteer, into=stays, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(joined, Volunteer)
    client.force_login(joined.user)

    with time_machine.travel(ISSUED_AT, tick=False):
        listed = client.get("/my/certificates/")
        assert list(listed.context["certificates"]) == [certificate]
        ((offer, _form),) = listed.context["rows"]
        assert (offer.volunteer, offer.minutes) == (stays, 300)
        assert client.get(f"/my/certificates/{certificate.number}/pdf/")["Content-Type"] == "application/pdf"
        certificate.refresh_from_db()
        second = services.reissue(certificate=certificate, by=joined.user, at=ISSUED_AT)

    assert isinstance(second, Certificate)
    assert (second.volunteer, second.minutes) == (stays, certificate.minutes)
    assert personal_data.decrypt_for(stays, second.personal)["name"] == "王秀云"


# Hours corrected after they were certified (P6)


def take_back(scene: Scene, record: ServiceRecord, left: dt.datetime | None) -> None:
    at = moment("09:00", dt.date(2026, 2, 10))
    make_up = make_ups.ask_make_up(
        volunteer=record.volunteer,
        shift=record.shift,
        came_at=record.shift.starts_at if left else None,
        left_at=left,
        reason="提前离开",
        by=scene.social_worker,
        at=at,
    )
    approver = UserFactory(duties=[(scene.community, DutyRole.APPROVER)])
    with TestCase.captureOnCommitCallbacks(execute=True):
        decide(request=make_up, by=approver, at=at, accepted=True)


def test_a_correction_marks_the_certificate_and_offers_the_new_version(scene, volunteer, certificate):
    record = volunteer.service_records.get(date=SATURDAY)
    take_back(scene, record, moment("11:00"))
    closure = Closure.objects.get()
    assert (closure.certificate, closure.reason, closure.note) == (certificate, "replaced", "提前离开")
    assert (certificate.minutes, closure.replacement.minutes) == (300, 240)
    assert closure.replacement.snapshot["evidence"] == [["scanned", 120, "2.0"], ["make_up", 120, "2.0"]]
    assert services.follow_corrections(at=ISSUED_AT) == 0


def test_with_nothing_left_to_certify_it_is_revoked(scene, volunteer, certificate):
    for record in volunteer.service_records.all():
        take_back(scene, record, None)
    reasons = list(Closure.objects.order_by("pk").values_list("reason", flat=True))
    assert reasons == ["replaced", "revoked"]


def test_locked_data_revokes_no_certificate(scene, volunteer, certificate, settings):
    record = volunteer.service_records.get(date=SATURDAY)
    right, settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS, [Fernet.generate_key().decode()]

    take_back(scene, record, moment("11:00"))
    assert code_of(printing.render(certificate, at=ISSUED_AT)) == "personal_data_locked"
    assert code_of(issue(scene, volunteer)) == "personal_data_locked"
    assert not Closure.objects.exists()

    settings.PERSONAL_DATA_KEYS = right
    assert services.follow_corrections(at=ISSUED_AT) == 1
    assert Closure.objects.get().reason == "replaced"
