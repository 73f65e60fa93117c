"""Signatures of this installation, by which machines know that an answer is ours (Ed25519, ADR 129).

The private key is sealed with a master key. The public keys are published, the former ones too: a stored answer stays
provable after a change of the key.
"""

import base64
import datetime as dt
import hashlib
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.core import encryption
from academy.core.refusals import Refusal
from academy.core.sql import insert_if_absent
from academy.people.key_models import SigningKey
from academy.people.services import master_keys

logger = logging.getLogger(__name__)

ALGORITHM = "Ed25519"
CANNOT_SIGN = Refusal(
    "cannot_sign", _("Signed answers are not possible at the moment. Tell the administrator: a key is locked.")
)


@dataclass(frozen=True)
class Signature:
    """A signature, and the name of the public key that proves it."""

    key: str
    value: str  # in base64url, without padding

    def as_json(self) -> dict[str, str]:
        return {"algorithm": ALGORITHM, "key": self.key, "value": self.value}


def sign(content: bytes, *, at: dt.datetime) -> Signature | Refusal:
    """Return the signature of the current key, which the first call creates. Refuses with `cannot_sign`.

    The same key gives the same content the same signature.
    """
    kept = _current(at)
    try:
        private = encryption.unseal(kept.sealed)["key"]
    except encryption.DecryptionError:
        logger.error("cannot_sign: no master key opens the signing key %s", kept.name)
        return CANNOT_SIGN
    signed = Ed25519PrivateKey.from_private_bytes(_bytes(private)).sign(content)
    return Signature(kept.name, _text(signed))


def is_signed(content: bytes, signature: Signature) -> bool:
    """Return whether one of our keys signed this content, and is trusted."""
    kept = SigningKey.objects.filter(name=signature.key, distrusted_at=None).first()
    if kept is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(_bytes(kept.public)).verify(_bytes(signature.value), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def published(*, at: dt.datetime) -> list[dict[str, Any]]:
    """Return the trusted public keys as JSON Web Keys (RFC 8037), the current one first."""
    _current(at)
    keys: Iterable[SigningKey] = SigningKey.objects.filter(distrusted_at=None).order_by("-begun_at", "name")
    return [
        {
            "kty": "OKP",
            "crv": ALGORITHM,
            "use": "sig",
            "kid": key.name,
            "x": key.public,
            "from": key.begun_at.isoformat(timespec="seconds"),
            **({"until": key.ended_at.isoformat(timespec="seconds")} if key.ended_at else {}),
        }
        for key in keys
    ]


@transaction.atomic
def change_key(*, at: dt.datetime, compromised: bool = False) -> tuple[str, str]:
    """Let a new key sign from now on. Return the names of the former key, if any, and of the new one.

    The private part of the former key is destroyed. If it is `compromised`, its public part is published no more, and
    whatever it has signed proves no more.
    """
    former = SigningKey.objects.select_for_update().filter(is_current=True).first()
    if former is not None:
        former.is_current, former.ended_at, former.sealed = None, at, ""
        former.distrusted_at = at if compromised else None
        former.save()
    master_keys.record_first()
    new = _new(at)
    new.save(force_insert=True)
    return (former.name if former else "", new.name)


def _current(at: dt.datetime) -> SigningKey:
    """Return the key that signs. The first call creates it; of two at the same moment, one."""
    kept = SigningKey.objects.filter(is_current=True).first()
    if kept is None:
        master_keys.record_first()
        insert_if_absent(_new(at))
        kept = SigningKey.objects.get(is_current=True)
    return kept


def _new(at: dt.datetime) -> SigningKey:
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes_raw()
    return SigningKey(
        name=hashlib.sha256(public).hexdigest()[:16],
        public=_text(public),
        sealed=encryption.seal({"key": _text(private.private_bytes_raw())}),
        is_current=True,
        begun_at=at,
    )


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
