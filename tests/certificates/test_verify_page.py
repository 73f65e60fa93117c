from typing import Any

import pytest
from django.db import connection
from django.test import Client

from academy.audit import services as audit
from academy.certificates import printing, services
from academy.certificates.models import Certificate, Closure
from tests.hours.scene import AUDITED, ISSUED_AT, Scene
from tests.pages import text_of
from tests.roles import unguarded_facts
from tests.typing import pasted, wide

pytestmark = pytest.mark.django_db


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    return response.content.decode()


def test_anybody_sees_what_the_paper_must_say(client: Client, certificate: Certificate, scene: Scene) -> None:
    shown = page(client, f"/verify/{certificate.code}/")
    for words in (
        *("verdict-valid", certificate.number, "王*英", "5.0", scene.issuer.name),
        *("入户宣传防火知识", "冬季防火入户宣传"),
        *("2026年1月1日", "2026年1月31日", "2026年2月2日", "010-12345678", "https://academy.test"),
    ):
        assert words in shown
    assert "现场扫码 5.0" in text_of(client.get(f"/verify/{certificate.code}/"))  # what the hours rest on


def test_nothing_else_of_the_person_is_shown(client: Client, certificate: Certificate) -> None:
    shown = page(client, f"/verify/{certificate.code}/")
    for secret in ("王秀英", certificate.volunteer.number, "13800138000", certificate.personal[:20]):
        assert secret not in shown


@pytest.mark.parametrize("address", ["/VERIFY/{}/", "/verify/{}/", "/Verify/{}/"])
@pytest.mark.parametrize("case", [str.upper, str.lower])
def test_the_case_of_the_address_does_not_matter(
    client: Client, certificate: Certificate, address: str, case: object
) -> None:
    assert certificate.number in page(client, address.format(case(certificate.code)))  # type: ignore[operator]


@pytest.mark.parametrize("write", [wide, pasted, lambda code: f"{code[:4]}—{code[4:]}", lambda code: ".".join(code)])
def test_a_genuine_code_is_known_from_every_keyboard(client: Client, certificate: Certificate, write: object) -> None:
    typed = write(certificate.code)  # type: ignore[operator]

    assert certificate.number in page(client, f"/verify/{typed}/")
    assert client.get("/verify/", {"code": typed})["Location"] == f"/verify/{certificate.code}/"


def test_a_revoked_certificate_is_shown_as_revoked(client: Client, certificate: Certificate, scene: Scene) -> None:
    assert "verdict-valid" in page(client, f"/verify/{certificate.code}/")
    services.revoke(certificate=certificate, note="内部原因", by=scene.social_worker, at=ISSUED_AT)
    shown = page(client, f"/verify/{certificate.code}/")
    assert "verdict-revoked" in shown and "verdict-valid" not in shown
    said = text_of(client.get(f"/verify/{certificate.code}/"))
    assert "这份证明已于2026年2月2日撤销" in said  # the year too: it may be read years later
    assert certificate.number in shown
    assert "内部原因" not in shown


def test_a_replaced_certificate_leads_to_the_newer_one(client: Client, certificate: Certificate, scene: Scene) -> None:
    scene.serve(certificate.volunteer, "14:00", "15:00")
    replacement = services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(replacement, Certificate)
    shown = page(client, f"/verify/{certificate.code}/")
    assert "verdict-replaced" in shown
    assert "已于2026年2月2日" in text_of(client.get(f"/verify/{certificate.code}/"))
    assert f"/verify/{replacement.code}/" in shown
    assert "6.0" in page(client, f"/verify/{replacement.code}/")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE certificates_certificate SET snapshot = '{}'",
        "UPDATE certificates_certificate SET snapshot = '[]'",
        "UPDATE certificates_certificate SET minutes = minutes + 60",
        "UPDATE certificates_certificate SET period_to = '2026-03-31'",
        "UPDATE certificates_certificate SET content_hash = 'x'",
        "UPDATE certificates_certificate SET personal = 'x'",
        "DELETE FROM certificates_certificate_entries",
        "UPDATE hours_ledgerentry SET minutes = minutes + 60",
    ],
)
def test_what_was_changed_after_the_issue_is_shown_as_such_and_not_printed(
    client: Client, certificate: Certificate, scene: Scene, statement: str
) -> None:
    with unguarded_facts(), connection.cursor() as cursor:
        cursor.execute(statement)
    shown = page(client, f"/verify/{certificate.code}/")
    assert "verdict-changed" in shown and "无法查验" in shown and "verdict-valid" not in shown
    assert "王*英" not in shown and "5.0" not in shown
    assert scene.issuer.telephone in shown
    assert printing.render(Certificate.objects.get(), at=ISSUED_AT) == printing.NOT_INTACT
    assert any(certificate.number in line for line in audit.differences(at=AUDITED))


def test_a_revoked_certificate_whose_end_was_deleted_is_not_valid_again(
    client: Client, certificate: Certificate, scene: Scene
) -> None:
    services.revoke(certificate=certificate, note="内部原因", by=scene.social_worker, at=ISSUED_AT)
    with unguarded_facts():
        Closure.objects.all().delete()
    assert "verdict-changed" in page(client, f"/verify/{certificate.code}/")
    said = f"certificate {certificate.number}: the log says that it was revoked or replaced, and it stands"
    assert said in list(audit.differences(at=AUDITED))


@pytest.mark.parametrize("code", ["0000000000000000", "x", "..", "王", "%3Cscript%3E", "9" * 300])
def test_an_unknown_code_is_told_with_what_to_do(client: Client, certificate: Certificate, code: str) -> None:
    shown = page(client, f"/verify/{code}/", status=404)
    assert "callout-stop" in shown and 'name="code"' in shown
    assert "<script>" not in shown


@pytest.mark.parametrize("write", [str, str.lower, lambda number: number.replace("-", " ")])
def test_the_number_in_place_of_the_code_is_told_kindly(client: Client, certificate: Certificate, write: Any) -> None:
    shown = page(client, f"/verify/{write(certificate.number)}/", status=404)
    assert "这是证明编号" in shown and f'value="{certificate.number}"' in shown
    assert "伪造" not in shown


@pytest.mark.parametrize("number", ["ZM07-2026-000001", "ZM566-2026-000001", "演练12-2026-000034"])
def test_a_typed_number_stands_in_the_field_as_the_paper_writes_it(client: Client, number: str) -> None:
    shown = page(client, f"/verify/{number}/", status=404)
    assert f'value="{number}"' in shown


def test_an_unknown_code_is_shown_as_the_paper_writes_it_and_names_whom_to_ring(
    client: Client, certificate: Certificate, scene: Scene
) -> None:
    shown = page(client, "/verify/7k3m9qxa2b4c/", status=404)
    assert 'value="7K3M-9QXA-2B4C"' in shown
    assert scene.issuer.telephone in shown


def test_a_code_is_typed_without_a_camera(client: Client, certificate: Certificate) -> None:
    shown = page(client, "/verify/")
    assert 'name="code"' in shown and "callout-stop" not in shown
    typed = f"{certificate.code[:4]}-{certificate.code[4:8]} {certificate.code[8:].lower()}"
    response = client.get("/verify/", {"code": typed})
    assert response.status_code == 302
    assert response.headers["Location"] == f"/verify/{certificate.code}/"


@pytest.mark.parametrize("typed", ["王秀英", "a/b", "../../admin"])
def test_what_cannot_be_a_code_is_unknown(client: Client, typed: str) -> None:
    response = client.get("/verify/", {"code": typed})
    assert response.status_code == 404


def test_an_empty_form_asks_again(client: Client) -> None:
    assert "callout-stop" not in page(client, "/verify/?code=")


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_the_page_is_only_read(client: Client, certificate: Certificate, method: str) -> None:
    assert getattr(client, method)(f"/verify/{certificate.code}/").status_code == 405


def test_the_page_reads_in_english_too(client: Client, certificate: Certificate) -> None:
    client.cookies["django_language"] = "en"
    shown = page(client, f"/verify/{certificate.code}/")
    assert "Basis of the hours" in shown
    assert "The paper is printed in Chinese." in shown  # and so are the words that were printed
    client.cookies["django_language"] = "zh-hans"
    assert "中文" not in text_of(client.get(f"/verify/{certificate.code}/")).replace("中文 English", "")


def test_each_answer_reads_in_english_too(client: Client, certificate: Certificate, scene: Scene) -> None:
    client.cookies["django_language"] = "en"
    scene.serve(certificate.volunteer, "14:00", "15:00")
    newer = services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(newer, Certificate)
    services.revoke(certificate=newer, note="内部原因", by=scene.social_worker, at=ISSUED_AT)

    replaced = text_of(client.get(f"/verify/{certificate.code}/"))
    assert "Replaced It was replaced by a newer certificate on 2 Feb 2026. See the newer one" in replaced
    revoked = text_of(client.get(f"/verify/{newer.code}/"))
    assert "Revoked It was revoked on 2 Feb 2026 and is no longer valid." in revoked
    unknown = text_of(client.get("/verify/7K3M-9QXA-2B4C-5D6E/"))
    assert "No certificate has this code" in unknown


def test_the_page_takes_few_statements(
    client: Client, certificate: Certificate, django_assert_max_num_queries: object
) -> None:
    with django_assert_max_num_queries(5):  # type: ignore[operator]  # the unit's key that signs files is one
        page(client, f"/verify/{certificate.code}/")
