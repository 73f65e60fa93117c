"""Many certificates at once, and the receipt that an office files."""

import datetime as dt
import json
from typing import Any

import pypdfium2
import pytest
import time_machine
from django.db import connection
from django.test import Client

from academy.audit import services as audit
from academy.certificates import receipts, services
from academy.certificates.models import Certificate, Receipt
from academy.certificates.office_sheets import ReceiptLine, ReceiptSheet
from academy.certificates.pasted import PastedLine, read
from academy.people.services import signing
from tests.answers import code_of
from tests.certificates.issuing import issue, issued
from tests.hours.scene import AUDITED, ISSUED_AT, SATURDAY, Scene
from tests.paper.printing import printed
from tests.paper.reading import codes, pages
from tests.roles import unguarded_facts

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = ISSUED_AT + dt.timedelta(days=9)
UNKNOWN = "ZM99-2026-000001"


def given(text: str) -> Receipt:
    receipt = receipts.give_receipt(asked=list(read(text)), network="n", at=LATER)
    assert isinstance(receipt, Receipt), receipt
    return receipt


def posted(client: Client, text: str) -> Any:
    with time_machine.travel(LATER, tick=False):
        return client.post("/verify/many/", {"lines": text}, follow=True)


def test_a_pasted_list_is_answered_line_by_line(scene: Scene, certificate: Certificate) -> None:
    revoked = issued(issue(scene, certificate.volunteer, period=(SATURDAY, SATURDAY)))
    services.revoke(certificate=revoked, note="打印错了", by=scene.social_worker, at=ISSUED_AT)
    receipt = given(
        f"{certificate.number} {certificate.code}\n{revoked.number}\n{UNKNOWN}\n{certificate.number} {revoked.code}\n"
        "王秀英 34052419800101001X\n7K3M-9QXA-2B4C-5D6E"
    )
    first, second, *others = receipt.lines
    assert first == {
        "shown": certificate.number,
        "state": "valid",
        "by_code": True,
        "issuer": scene.issuer.name,
        "issued_on": "2026-02-02",
        "hours": "5.0",
        "period_from": "2026-01-01",
        "period_to": "2026-01-31",
    }
    # A number can be counted up: it tells neither hours nor period.
    assert second == {
        "shown": revoked.number,
        "state": "revoked",
        "by_code": False,
        "issuer": scene.issuer.name,
        "issued_on": "2026-02-02",
        "closed_on": "2026-02-02",
        "has_newer": False,
    }
    assert [(one["shown"], one["state"]) for one in others] == [
        (UNKNOWN, "unknown"),
        (certificate.number, "other_code"),
        ("", "unreadable"),
        ("7K3M-…-5D6E", "unknown"),
    ]


def test_no_name_and_no_id_number_is_stored(certificate: Certificate) -> None:
    receipt = given(f"王秀英 34052419800101001X {certificate.number} {certificate.code}")
    stored = json.dumps(receipt.lines, ensure_ascii=False)
    for secret in ("王", "34052419800101001X", certificate.code, certificate.volunteer.number):
        assert secret not in stored
    assert receipts.masked_names(receipt) == {certificate.number: "王*英"}


@pytest.mark.parametrize(
    ("text", "code"),
    [("---", "no_lines"), ("王秀英", "none_found"), (UNKNOWN, "none_found"), (f"{UNKNOWN}\n" * 101, "too_many_lines")],
)
def test_a_list_without_a_certificate_of_ours_gets_no_receipt(certificate: Certificate, text: str, code: str) -> None:
    assert code_of(receipts.give_receipt(asked=list(read(text)), network="n", at=LATER)) == code
    assert not Receipt.objects.exists()


def test_a_flood_from_one_network_ends_and_others_go_on(certificate: Certificate, monkeypatch: Any) -> None:
    asked = [PastedLine(code=certificate.code)] * 30
    receipt = receipts.give_receipt(asked=asked, network="a", at=LATER)
    assert isinstance(receipt, Receipt)
    monkeypatch.setattr(receipts, "_OF_A_NETWORK", int(len(json.dumps(receipt.lines)) * 1.5))
    answer = receipts.give_receipt(asked=asked, network="a", at=LATER)
    assert code_of(answer) == "receipts_full"
    assert isinstance(receipts.give_receipt(asked=asked, network="b", at=LATER), Receipt)
    assert isinstance(receipts.give_receipt(asked=asked, network="a", at=LATER + dt.timedelta(days=1)), Receipt)


def test_a_hundred_lines_cost_as_many_statements_as_two(
    certificate: Certificate, django_assert_max_num_queries: Any
) -> None:
    given(certificate.code)
    with django_assert_max_num_queries(6):  # letters of thanks too
        receipts.look_up([PastedLine(code=certificate.code)] * 50 + [PastedLine(certificate.number)] * 50)


# The pages


def test_an_office_pastes_its_list_and_gets_a_dated_receipt(client: Client, certificate: Certificate) -> None:
    response = posted(client, f"{certificate.number} {certificate.code}\n{UNKNOWN}")
    receipt = Receipt.objects.get()
    assert response.redirect_chain == [(f"/verify/receipt/{receipt.code}/", 302)]
    page = response.content.decode()
    for words in (certificate.number, "王*英", "5.0", "有效", UNKNOWN, "2026年2月11日"):
        assert words in page
    assert response["X-Robots-Tag"] == "noindex, nofollow"


def test_the_receipt_prints_with_its_own_code(client: Client, certificate: Certificate, scene: Scene) -> None:
    services.revoke(certificate=certificate, note="打印错了", by=scene.social_worker, at=ISSUED_AT)
    receipt = given(f"{certificate.number} {certificate.code}\n{UNKNOWN}")
    response = client.get(f"/verify/receipt/{receipt.code}/pdf/")
    assert response["Content-Type"] == "application/pdf"
    (text,) = pages(response.content)
    for words in (
        "志愿服务证明查验回执",
        "2026年2月11日",
        certificate.number,
        "已撤销（2026年2月2日）",
        "查无此证",
        "王*英",
    ):
        assert words in text
    (code,) = codes(response.content, dpi=150)
    assert code.text == f"HTTPS://ACADEMY.TEST/VERIFY/{receipt.code}/"
    assert client.get(f"/verify/{receipt.code}/")["Location"] == f"/verify/receipt/{receipt.code}/"
    with pypdfium2.PdfDocument(response.content) as document:
        attached = json.loads(bytes(document.get_attachment(0).get_data()))
    assert attached == client.get(f"/verify/{receipt.code}.json").json()
    assert response.content == client.get(f"/verify/receipt/{receipt.code}/pdf/").content


def test_thirty_lines_and_more_fit_on_their_pages(client: Client, certificate: Certificate) -> None:
    receipt = given(f"{certificate.number} {certificate.code}\n" * 60)
    texts = pages(client.get(f"/verify/receipt/{receipt.code}/pdf/").content)
    assert sum(text.count(certificate.number) for text in texts) == 60
    assert texts[-1].count("本回执可扫码核对") == 1


def test_thirty_certificates_of_one_unit_are_one_sheet() -> None:
    lines = tuple(
        ReceiptLine(
            index=str(place),
            number=f"ZM01-2026-{place:06}",
            name="欧*娜",
            hours="1234.5",
            period="2026年10月10日至2026年12月31日",
            issuer="长沙县Y社区社会工作服务中心",
            finding="已换发 2026年12月31日" if place % 10 == 0 else "有效",
        )
        for place in range(1, 31)
    )
    sheet = ReceiptSheet(
        checked_at="2026年12月1日 9:05",
        count="30",
        sums=("有效 27", "已换发 3"),
        lines=lines,
        has_numbers_alone="1",
        verify_url="HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/",
        verify_address="academy.example.org/verify/",
        verify_code="7K3M-9QXA-2B4C-5D6E",
    )
    assert len(pages(printed(sheet))) == 1


def test_the_page_says_what_changed_since(client: Client, certificate: Certificate, scene: Scene) -> None:
    receipt = given(certificate.code)
    assert "今天" not in client.get(f"/verify/receipt/{receipt.code}/").content.decode()
    services.revoke(certificate=certificate, note="打印错了", by=scene.social_worker, at=LATER)
    page = client.get(f"/verify/receipt/{receipt.code}/").content.decode()
    assert "今天：已撤销" in page and "<b>有效</b>" in page


def test_a_refused_list_stands_below_the_form_with_what_was_found(
    client: Client, certificate: Certificate, monkeypatch: Any
) -> None:
    monkeypatch.setattr(receipts, "_OF_A_NETWORK", 1)
    response = posted(client, f"{certificate.number}\n{UNKNOWN}")
    page = response.content.decode()
    assert response.status_code == 200 and not Receipt.objects.exists()
    assert certificate.number in page and "打印本页" in page


def test_a_changed_receipt_is_no_proof(client: Client, certificate: Certificate) -> None:
    receipt = given(certificate.code)
    assert not [line for line in audit.differences(at=AUDITED) if "receipt" in line]
    with unguarded_facts(), connection.cursor() as cursor:
        lines = json.dumps([{**receipt.lines[0], "hours": "99.0"}])
        cursor.execute("UPDATE certificates_receipt SET lines = %s", [lines])
    page = client.get(f"/verify/receipt/{receipt.code}/").content.decode()
    assert "callout-stop" in page and "99.0" not in page
    assert client.get(f"/verify/receipt/{receipt.code}/pdf/").status_code == 404
    assert any(receipt.code in line for line in audit.differences(at=AUDITED))


def test_a_receipt_is_signed_by_the_published_key(certificate: Certificate) -> None:
    receipt = given(certificate.code)
    assert receipts.is_intact(Receipt.objects.get())
    signing.change_key(at=LATER, compromised=True)
    assert not receipts.is_intact(receipt)


@pytest.mark.parametrize("code", ["0000000000000000", "x", "王"])
def test_an_unknown_receipt_is_not_found(client: Client, certificate: Certificate, code: str) -> None:
    for address in (f"/verify/receipt/{code}/", f"/verify/receipt/{code}/pdf/"):
        assert client.get(address).status_code == 404


# The sheet for the wall


def test_the_sheet_for_the_wall_has_the_official_address_and_telephone(client: Client, scene: Scene) -> None:
    client.force_login(scene.social_worker)
    response = client.get("/admin/certificate/office-sheet/")
    (text,) = pages(response.content)
    for words in ("怎样查验志愿服务证明", "academy.test/verify/", scene.issuer.name, "010-12345678", "查验回执"):
        assert words.replace(" ", "") in text
    (code,) = codes(response.content, dpi=150)
    assert code.text == "HTTPS://ACADEMY.TEST/VERIFY/"
    assert "/admin/certificate/office-sheet/" in client.get("/admin/certificate/").content.decode()
