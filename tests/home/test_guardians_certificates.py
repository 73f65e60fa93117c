"""A parent fetches their child's certificates: by the guardian's link, and signed in (N2, P1)."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from academy.certificates import printing, services
from academy.certificates.batch_models import Printout
from academy.certificates.models import Certificate
from academy.families import guardian_services
from academy.families.models import GuardianLink
from academy.people.models import Consent, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import consents
from academy.profiles.services import keeping_documents
from tests.certificates.issuing import issue, issued
from tests.factories import UserFactory
from tests.home.minors import YES
from tests.hours.scene import ISSUED_AT, Scene
from tests.pages import text_of
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BORN = dt.date(2011, 5, 1)
PASSPORT = "G20261975"


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def child(scene: Scene, time_machine: Any) -> Volunteer:
    """Create a child of 14 with three effective hours and a login, on the day of the certificates."""
    child = scene.volunteer("张小雨", login=True)
    scene.serve(child, "09:00", "12:00")
    Volunteer.objects.filter(pk=child.pk).update(birth_date=BORN)
    child.refresh_from_db()
    time_machine.move_to(ISSUED_AT, tick=False)
    return child


@pytest.fixture
def certificate(scene: Scene, child: Volunteer) -> Certificate:
    return issued(issue(scene, child))


def ask(child: Volunteer, phone: str = "13900005678") -> str:
    given: dict[str, Any] = {"name": "张强", "phone": phone, "by": child.user, "at": ISSUED_AT}
    answer = guardian_services.ask_guardian(volunteer=child, **given)
    assert isinstance(answer, tuple)
    return answer[1]


def answered(client: Client, child: Volunteer) -> str:
    code = ask(child)
    client.post(f"/g/{code}/", YES)
    return code


def address(code: str, certificate: Certificate) -> str:
    return f"/g/{code}/certificates/{certificate.number}/pdf/"


def test_the_answered_link_lists_the_certificates_and_sends_their_pdfs(
    client: Client, child: Volunteer, certificate: Certificate
) -> None:
    code = answered(client, child)

    page = client.get(f"/g/{code}/")
    assert address(code, certificate) in page.content.decode()
    assert "服务记录 · 3.0 小时" in text_of(page) and certificate.number in text_of(page)

    sent = client.get(address(code, certificate))
    assert (sent.status_code, sent.headers["Content-Type"]) == (200, "application/pdf")
    assert "no-store" in sent.headers["Cache-Control"] and sent.content.startswith(b"%PDF")
    assert "张小雨" in pages(sent.content)[0]


def test_each_print_by_the_link_is_noted_once_a_day_and_the_administrator_sees_it(
    client: Client, scene: Scene, child: Volunteer, certificate: Certificate, time_machine: Any
) -> None:
    code = answered(client, child)
    for _time in range(2):
        client.get(address(code, certificate))
    time_machine.move_to(ISSUED_AT + dt.timedelta(days=1), tick=False)
    client.get(address(code, certificate))
    assert list(Printout.objects.values_list("way", "by")) == [("family", None)] * 2

    client.force_login(UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)]))
    page = client.get(reverse("printouts"))
    assert text_of(page).count("监护人（凭链接）") == 2 and certificate.number in text_of(page)
    assert code not in page.content.decode()
    exported = b"".join(client.get(reverse("printouts"), {"export": "csv"}).streaming_content)  # type: ignore[attr-defined]
    assert exported.decode().count("监护人（凭链接）") == 2


def test_a_login_on_the_guardians_phone_is_noted(client: Client, child: Volunteer, certificate: Certificate) -> None:
    code, user = answered(client, child), UserFactory()
    client.force_login(user)
    client.get(address(code, certificate))
    assert list(Printout.objects.values_list("way", "by")) == [("family", user.pk)]


def test_the_database_knows_no_other_print_without_a_login(certificate: Certificate) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Printout.objects.create(certificate=certificate, by=None, way="desk", day=ISSUED_AT.date(), at=ISSUED_AT)


def test_an_unanswered_link_a_no_and_a_withdrawal_offer_none(
    client: Client, child: Volunteer, certificate: Certificate
) -> None:
    assert client.get(address(ask(child), certificate)).status_code == 404
    refused = ask(child, "13900009999")
    client.post(f"/g/{refused}/", {**YES, "act": "no"})
    assert client.get(address(refused, certificate)).status_code == 404

    code = answered(client, child)
    assert client.get(address(code, certificate)).status_code == 200
    client.post(f"/g/{code}/", {"act": "withdraw"})
    assert client.get(address(code, certificate)).status_code == 404
    assert certificate.number not in client.get(f"/g/{code}/").content.decode()


def test_closed_expired_and_grown_up_links_send_none(
    client: Client, child: Volunteer, certificate: Certificate, time_machine: Any
) -> None:
    code = answered(client, child)
    assert client.get(address("0" * 20, certificate)).status_code == 404
    time_machine.move_to(dt.datetime(2028, 1, 1, tzinfo=dt.UTC))
    assert "过期" in text_of(client.get(address(code, certificate)))
    time_machine.move_to(ISSUED_AT)
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2008, 2, 2))
    assert "已经满18岁" in text_of(client.get(address(code, certificate)))
    Volunteer.objects.filter(pk=child.pk).update(birth_date=BORN)
    guardian_services.close_link(link=GuardianLink.objects.get(), by=UserFactory(), at=ISSUED_AT)
    assert "作废" in text_of(client.get(address(code, certificate)))
    assert not Printout.objects.exists()


def test_for_a_person_of_unknown_age_the_link_shows_none(
    client: Client, child: Volunteer, certificate: Certificate
) -> None:
    code = answered(client, child)
    Volunteer.objects.filter(pk=child.pk).update(birth_date=None)

    assert client.get(address(code, certificate)).status_code == 404
    assert certificate.number not in client.get(f"/g/{code}/").content.decode()


def test_another_childs_and_a_revoked_certificate_are_not_sent(
    client: Client, scene: Scene, child: Volunteer, certificate: Certificate
) -> None:
    other = scene.volunteer("李建国")
    scene.serve(other, "09:00", "10:00")
    foreign = issued(issue(scene, other))
    code = answered(client, child)
    assert client.get(address(code, foreign)).status_code == 404

    services.revoke(certificate=certificate, note="写错了", by=scene.social_worker, at=ISSUED_AT)
    assert client.get(address(code, certificate)).status_code == 404
    assert certificate.number not in client.get(f"/g/{code}/").content.decode()


def test_a_certificate_with_the_whole_id_number_is_not_sent_by_the_link(
    client: Client, scene: Scene, child: Volunteer, certificate: Certificate
) -> None:
    keeping_documents.keep_document(
        volunteer=child, kind="passport", number=PASSPORT, evidence="表", by=None, at=ISSUED_AT
    )
    with_number = issued(issue(scene, child, with_document=True))
    assert printing.prints_document(with_number)
    code = answered(client, child)

    page = client.get(f"/g/{code}/").content.decode()
    assert certificate.number in page and with_number.number not in page and PASSPORT not in page
    assert client.get(address(code, with_number)).status_code == 404


def test_a_signed_in_parent_makes_and_fetches_it_until_the_child_is_of_age(
    client: Client, child: Volunteer, scene: Scene, time_machine: Any
) -> None:
    mother = UserFactory()
    given: dict[str, Any] = {"volunteer": child, "kind": Consent.Kind.GUARDIAN, "guardian": mother, "by": None}
    consents.record_consent(granted=True, evidence="签字的同意书", at=ISSUED_AT, **given)
    client.force_login(mother)
    asked = {"who": child.number, "issuer": scene.issuer.pk, "period": "all"}
    assert client.post("/my/certificates/new/", asked).status_code == 302
    certificate = Certificate.objects.get()
    pdf = f"/my/certificates/{certificate.number}/pdf/"

    assert certificate.number in client.get("/my/certificates/").content.decode()
    assert client.get(pdf).status_code == 200
    assert list(Printout.objects.values_list("way", "by")) == [("family", mother.pk)]

    time_machine.move_to(dt.datetime(2029, 5, 1, 1, tzinfo=dt.UTC), tick=False)
    client.force_login(mother)
    assert client.get(pdf).status_code == 404
    time_machine.move_to(ISSUED_AT, tick=False)
    consents.record_consent(granted=False, evidence="口头", at=ISSUED_AT + dt.timedelta(hours=1), **given)
    client.force_login(mother)
    assert client.get(pdf).status_code == 404
