"""/verify/<code>.json: what the page shows, for machines, signed with the published key."""

import datetime as dt
import json
from typing import Any

import pytest
import time_machine
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.test import Client

from academy.certificates import services
from academy.certificates.models import Certificate
from academy.core.models import Community
from academy.people.services import erasing, signing
from tests.factories import CommunityFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.people.test_signing import bytes_of
from tests.roles import unguarded_facts

pytestmark = pytest.mark.django_db

LATER = ISSUED_AT + dt.timedelta(days=9)


def canonical(record: dict[str, Any]) -> bytes:
    """Return the JSON text that RFC 8785 gives for texts and whole numbers."""
    return json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def asked(client: Client, code: str, status: int = 200) -> dict[str, Any]:
    """Return the record, whose signature is proven with the published key as a stranger does it."""
    with time_machine.travel(LATER, tick=False):
        response = client.get(f"/verify/{code}.json")
        published = {key["kid"]: key for key in client.get("/verify/keys.json").json()["keys"]}
    assert (response.status_code, response["Content-Type"]) == (status, "application/json")
    assert "no-store" in response["Cache-Control"] and response["Access-Control-Allow-Origin"] == "*"
    signature = response.json()["signature"]
    public = Ed25519PublicKey.from_public_bytes(bytes_of(published[signature["key"]]["x"]))
    record: dict[str, Any] = response.json()["record"]
    public.verify(bytes_of(signature["value"]), canonical(record))
    return record


def test_a_machine_gets_what_the_page_shows(client: Client, certificate: Certificate, scene: Scene) -> None:
    record = asked(client, certificate.code)
    expected = {
        "form": "volunteer-certificate-check/1",
        "asked": certificate.code,
        "state": "valid",
        "number": certificate.number,
        "issuer": scene.issuer.name,
        "issued_on": "2026-02-02",
        "closed_on": None,
        "newer": None,
        "masked_name": "王*英",
        "hours": "5.0",
        "minutes": 300,
        "period_from": "2026-01-01",
        "period_to": "2026-01-31",
        "evidence": [{"kind": "scanned", "minutes": 300, "hours": "5.0"}],
        "page": f"https://academy.test/verify/{certificate.code}/",
    }
    assert {name: record[name] for name in expected} == expected
    assert record["checked_at"].startswith("2026-02-11T") and record["checked_at"].endswith("+08:00")
    assert [row["hours"] for row in record["rows"]] == ["3.0", "2.0"]


@pytest.mark.parametrize(
    "typed", [str.lower, lambda code: f"{code[:4]}-{code[4:]}", lambda code: code.replace("0", "O")]
)
def test_the_code_is_forgiven_its_form(client: Client, certificate: Certificate, typed: Any) -> None:
    assert asked(client, typed(certificate.code))["asked"] == certificate.code


def test_nothing_else_of_the_person_is_told(client: Client, certificate: Certificate) -> None:
    told = json.dumps(asked(client, certificate.code), ensure_ascii=False)
    for secret in ("王秀英", certificate.volunteer.number, "13800138000", "document", "赵敏", "孙丽"):
        assert secret not in told


def test_a_revoked_one_is_told_with_its_day(client: Client, certificate: Certificate, scene: Scene) -> None:
    services.revoke(certificate=certificate, note="内部原因", by=scene.social_worker, at=ISSUED_AT)
    record = asked(client, certificate.code)
    assert (record["state"], record["closed_on"], record["newer"]) == ("revoked", "2026-02-02", None)
    assert "内部原因" not in json.dumps(record, ensure_ascii=False)


def test_a_replaced_one_names_the_newer(client: Client, certificate: Certificate, scene: Scene) -> None:
    scene.serve(certificate.volunteer, "14:00", "15:00")
    newer = services.reissue(certificate=certificate, by=scene.social_worker, at=ISSUED_AT)
    assert isinstance(newer, Certificate)
    record = asked(client, certificate.code)
    assert (record["state"], record["newer"]) == ("replaced", f"https://academy.test/verify/{newer.code}/")
    assert record["closed_on"] == "2026-02-02"
    assert asked(client, newer.code)["hours"] == "6.0"


def test_an_unknown_code_is_a_signed_no(client: Client, certificate: Certificate) -> None:
    record = asked(client, "0000000000000000", status=404)
    assert (record["state"], record["asked"]) == ("unknown", "0000000000000000")
    assert "issuer" not in record


def test_what_was_changed_after_the_issue_is_not_told(client: Client, certificate: Certificate) -> None:
    with unguarded_facts(), connection.cursor() as cursor:
        cursor.execute("UPDATE certificates_certificate SET minutes = minutes + 60")
    record = asked(client, certificate.code)
    assert record["state"] == "changed"
    assert not {"hours", "masked_name", "rows"} & record.keys()


def test_an_erased_persons_certificate_has_no_name(client: Client, certificate: Certificate, scene: Scene) -> None:
    erased = erasing.erase(volunteer=certificate.volunteer, by=scene.social_worker, at=LATER)
    assert erased == certificate.volunteer, erased
    record = asked(client, certificate.code)
    assert (record["state"], record["masked_name"], record["hours"]) == ("valid", "", "5.0")


def test_without_the_key_the_answer_says_that_it_is_not_signed(
    client: Client, certificate: Certificate, settings: Any
) -> None:
    asked(client, certificate.code)
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode()]
    answer = client.get(f"/verify/{certificate.code}.json").json()
    assert answer["signature"] is None
    assert answer["record"]["hours"] == "5.0"


def test_a_kept_answer_stays_provable_after_a_change_of_the_key(client: Client, certificate: Certificate) -> None:
    answer = client.get(f"/verify/{certificate.code}.json").json()
    signing.change_key(at=LATER)
    published = {key["kid"]: key for key in client.get("/verify/keys.json").json()["keys"]}
    kept = published[answer["signature"]["key"]]
    public = Ed25519PublicKey.from_public_bytes(bytes_of(kept["x"]))
    public.verify(bytes_of(answer["signature"]["value"]), canonical(answer["record"]))
    assert asked(client, certificate.code)["state"] == "valid"


def test_a_room_behind_one_address_is_not_locked_out(client: Client, certificate: Certificate) -> None:
    for number in range(60):
        client.get(f"/verify/{number:016}/")
        assert client.get(f"/verify/{number:016}.json").status_code == 404
    assert asked(client, certificate.code)["state"] == "valid"
    assert "verdict-valid" in client.get(f"/verify/{certificate.code}/").content.decode()


def test_a_certificate_of_practice_is_never_valid(client: Client, certificate: Certificate) -> None:
    Community.objects.filter(pk=certificate.community_id).update(practice_of=CommunityFactory())
    assert asked(client, certificate.code)["state"] == "practice"
    Community.objects.filter(pk=certificate.community_id).update(closed_at=LATER)
    record = asked(client, certificate.code)
    assert record["state"] == "closed_practice" and "hours" not in record
