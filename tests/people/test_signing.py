"""The key that signs answers to machines: one is current, former ones stay published."""

import base64
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from academy.people.key_models import SigningKey
from academy.people.services import master_keys, signing
from academy.people.services.signing import Signature
from tests.answers import code_of
from tests.at_once import at_once

pytestmark = pytest.mark.django_db

CONTENT = "有效 38.5".encode()


def signed(content: bytes = CONTENT) -> Signature:
    answer = signing.sign(content, at=timezone.now())
    assert isinstance(answer, Signature)
    return answer


def bytes_of(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keys() -> dict[str, Any]:
    return {key["kid"]: key for key in signing.published(at=timezone.now())}


def test_anybody_with_the_published_key_proves_a_signature() -> None:
    signature = signed()
    key = keys()[signature.key]
    assert (key["kty"], key["crv"], key["use"]) == ("OKP", "Ed25519", "sig")
    public = Ed25519PublicKey.from_public_bytes(bytes_of(key["x"]))
    public.verify(bytes_of(signature.value), CONTENT)
    with pytest.raises(InvalidSignature):
        public.verify(bytes_of(signature.value), CONTENT + b" ")


def test_the_same_content_gets_the_same_signature_and_another_one_another() -> None:
    assert signed() == signed()
    assert signed(b"x") != signed()
    assert signing.is_signed(CONTENT, signed())
    assert not signing.is_signed(b"x", signed())
    assert not signing.is_signed(CONTENT, Signature("0" * 16, signed().value))
    assert not signing.is_signed(CONTENT, Signature(signed().key, "x"))


def test_a_new_key_signs_and_what_the_former_one_signed_stays_provable(capsys: Any) -> None:
    before = signed()
    call_command("change_signing_key")
    after = signed()

    assert after.key != before.key
    assert signing.is_signed(CONTENT, before) and signing.is_signed(CONTENT, after)
    assert list(keys()) == [after.key, before.key]
    assert "until" in keys()[before.key] and "until" not in keys()[after.key]
    assert SigningKey.objects.get(name=before.key).sealed == ""  # it can sign no more
    assert f"The key {before.key} signs no more" in capsys.readouterr().out


def test_what_a_compromised_key_signed_proves_no_more(capsys: Any) -> None:
    before = signed()
    call_command("change_signing_key", "--compromised")

    assert not signing.is_signed(CONTENT, before)
    assert list(keys()) == [signed().key]
    assert "not published any more" in capsys.readouterr().out


def test_the_first_key_may_be_made_by_the_command(capsys: Any) -> None:
    call_command("change_signing_key")
    assert list(keys()) == [signed().key]


def test_the_private_key_is_sealed_anew_with_a_new_master_key(settings: Any) -> None:
    before = signed()
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode(), *settings.PERSONAL_DATA_KEYS]
    done = master_keys.rotate()
    settings.PERSONAL_DATA_KEYS = settings.PERSONAL_DATA_KEYS[:1]
    assert done.retired and signed() == before


def test_without_its_master_key_nothing_is_signed_and_the_master_key_stays_needed(settings: Any) -> None:
    before, right = signed(), settings.PERSONAL_DATA_KEYS
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode()]
    assert code_of(signing.sign(CONTENT, at=timezone.now())) == "cannot_sign"
    assert signing.is_signed(CONTENT, before)  # to prove one needs the public key alone

    settings.PERSONAL_DATA_KEYS = right
    SigningKey.objects.update(sealed=Fernet(Fernet.generate_key()).encrypt(b"{}").decode())
    settings.PERSONAL_DATA_KEYS = [Fernet.generate_key().decode(), *right]
    assert master_keys.rotate().retired == []


@pytest.mark.parametrize(
    "wrong",
    [{"is_current": None}, {"ended_at": "now"}, {"sealed": ""}, {"distrusted_at": "now"}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_key_is_current_with_its_private_part_or_former_without(wrong: dict[str, Any]) -> None:
    signed()
    wrong = {name: timezone.now() if value == "now" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        SigningKey.objects.update(**wrong)
    SigningKey.objects.update(is_current=None, ended_at=timezone.now(), sealed="", distrusted_at=timezone.now())


def test_only_one_key_is_current() -> None:
    signed()
    key = SigningKey.objects.get()
    key.name = "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        key.save(force_insert=True)


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_two_first_answers_at_once_are_signed_by_one_key() -> None:
    first, second = at_once(signed, signed)
    assert first == second
    assert SigningKey.objects.count() == 1
