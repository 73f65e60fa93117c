"""The ID document on a certificate (P2): whole on the paper alone; staff's prints are looks (V2)."""

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.certificates import printing, services
from academy.certificates.models import Certificate
from academy.people.models import Volunteer
from academy.people.services import consents, personal_data
from academy.profiles.services import keeping_documents
from tests.certificates.issuing import issue, issued
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.reading import pages

pytestmark = pytest.mark.slow

PASSPORT = "G20261975"


def keep(volunteer: Volunteer) -> None:
    keeping_documents.keep_document(
        volunteer=volunteer, kind="passport", number=PASSPORT, evidence="表", by=None, at=ISSUED_AT
    )


def text_of(certificate: Certificate) -> str:
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes)
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_a_number_that_is_asked_for_makes_a_new_certificate(
    scene: Scene, certificate: Certificate, volunteer: Volunteer
) -> None:
    assert PASSPORT not in text_of(certificate)
    assert issued(issue(scene, volunteer)) == certificate
    keep(volunteer)
    assert issued(issue(scene, volunteer)) == certificate  # kept is not asked for

    newer = issued(issue(scene, volunteer, with_document=True))

    assert newer != certificate
    assert "护照" in text_of(newer) and PASSPORT in text_of(newer)
    assert PASSPORT not in f"{newer.snapshot}{newer.personal}"
    assert issued(issue(scene, volunteer, with_document=True)) == newer


def test_a_reissue_prints_no_number_whose_consent_was_withdrawn(scene: Scene, volunteer: Volunteer) -> None:
    keep(volunteer)
    certificate = issued(issue(scene, volunteer, with_document=True))
    consents.record_consent(volunteer=volunteer, kind="document", granted=False, evidence="口头", by=None, at=ISSUED_AT)

    newer = services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)

    assert isinstance(newer, Certificate)
    assert PASSPORT not in text_of(newer)


def test_a_print_by_staff_is_logged_as_a_look(scene: Scene, volunteer: Volunteer, client: Client) -> None:
    keep(volunteer)
    certificate = issued(issue(scene, volunteer, with_document=True))
    client.force_login(scene.social_worker)

    assert client.get(reverse("certificate:print", args=[certificate.pk])).status_code == 200

    entry = ModelLogEntry.objects.get(action=personal_data.DOCUMENT_VIEWED)
    assert (entry.user, entry.label) == (scene.social_worker, volunteer.number)
    assert PASSPORT not in client.get(reverse("certificate:inspect", args=[certificate.pk])).content.decode()


def test_no_public_answer_about_a_paper_with_a_number_has_it(
    scene: Scene, volunteer: Volunteer, client: Client
) -> None:
    keep(volunteer)
    certificate = issued(issue(scene, volunteer, with_document=True))
    pdf = printing.render(certificate, at=ISSUED_AT)
    assert isinstance(pdf, bytes) and PASSPORT in text_of(certificate)
    file = SimpleUploadedFile("证明.pdf", pdf, "application/pdf")

    answers = [
        client.get(f"/verify/{certificate.code}/"),
        client.get(f"/verify/{certificate.code}.json"),
        client.post("/verify/many/", {"lines": certificate.number}, follow=True),
        client.post("/verify/file/", {"file": file}),
    ]

    for answer in answers:
        assert answer.status_code == 200 and certificate.number in answer.content.decode()
        assert PASSPORT not in answer.content.decode() and PASSPORT[-4:] not in answer.content.decode()
    receipt = client.get(f"{answers[2].request['PATH_INFO']}pdf/")
    assert certificate.number in "".join(pages(receipt.content)) and PASSPORT not in "".join(pages(receipt.content))
