"""Keep and end a recording unit's key, sign its PDF files, recognise a signed one (ADR 138).

Without a key of the unit, its files go out unsigned, and no word says otherwise.
"""

import base64
import datetime as dt
import logging
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.certificates.file_signer_models import FileSigner
from academy.core import encryption, practice
from academy.core.refusals import Refusal
from academy.paper import signatures
from academy.people.models import Issuer, User
from academy.people.permissions import Right
from academy.people.services import master_keys

logger = logging.getLogger(__name__)

KEEP: Final = "certificates.keep_file_signer"
END: Final = "certificates.end_file_signer"
_SILENT: Final = "certificates.time_stamps_silent"
_SILENT_SECONDS: Final = 60  # meanwhile no download waits for it

NOT_ALLOWED = Refusal("not_allowed", _("Only an administrator of the community keeps the keys of its units."))
NO_KEY_IN_PRACTICE = Refusal(
    "no_key_in_practice",
    _("In a practice community no paper is real, so none is signed. Upload the key in the real community."),
)
NO_SIGNER = Refusal("no_signer", _("This unit has no key that signs files."))
WITHOUT_STAMP = _(
    "The time-stamp server did not answer. The file is signed without a time stamp; download it again later."
)
UNSIGNED = _("The unit's key could not be opened, so the file is not signed. Tell the administrator.")


@dataclass(frozen=True)
class OutgoingFile:
    """A PDF file as a person gets it; `notice` says what is wrong with its signature."""

    content: bytes
    notice: Any = ""


@transaction.atomic
def keep_signer(*, issuer: Issuer, content: bytes, password: str, by: User, at: dt.datetime) -> FileSigner | Refusal:
    """Let the key in a P12 file sign the unit's files from now on, in place of a former one.

    The key is kept encrypted. The password is not kept.
    Refuses with `not_allowed` and `no_key_in_practice`, and as `signatures.open_p12` does.
    """
    if not by.has_right(Right.KEEP_SETTINGS, issuer.community):
        return NOT_ALLOWED
    if practice.is_practice(issuer.community_id):
        return NO_KEY_IN_PRACTICE
    identity = signatures.open_p12(content, password, at=at)
    if isinstance(identity, Refusal):
        return identity
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    _end(issuer, by, at)
    master_keys.record_first()
    facts = signatures.facts_of(identity.certificate)
    sealed = {"key": _text(identity.key), "chain": [_text(one) for one in identity.chain]}
    signer = FileSigner.objects.create(
        issuer=issuer,
        certificate=identity.certificate,
        sealed=encryption.seal(sealed),
        name=facts.name[:200],
        valid_until=facts.valid_until,
        begun_at=at,
        begun_by=by,
    )
    log(issuer, KEEP, user=by, timestamp=at, data={"name": signer.name, "fingerprint": facts.fingerprint})
    return signer


@transaction.atomic
def end_signer(*, issuer: Issuer, by: User, at: dt.datetime) -> FileSigner | Refusal:
    """Destroy the unit's key: its files go out unsigned from now on.

    Refuses with `not_allowed` and `no_signer`.
    """
    if not by.has_right(Right.KEEP_SETTINGS, issuer.community):
        return NOT_ALLOWED
    Issuer.objects.select_for_update(no_key=True).get(pk=issuer.pk)
    ended = _end(issuer, by, at)
    if ended is None:
        return NO_SIGNER
    log(issuer, END, user=by, timestamp=at, data={"name": ended.name})
    return ended


def signer_of(issuer: Issuer, *, at: dt.datetime) -> FileSigner | None:
    """Return the key that signs the unit's files today; None without one, or once it has expired."""
    signers = FileSigner.objects.select_related("issuer")
    return signers.filter(issuer=issuer, ended_at=None, valid_until__gte=at).first()


def signed(pdf: bytes, *, issuer: Issuer, at: dt.datetime) -> OutgoingFile:
    """Return the file with the unit's signature behind it (PAdES), and a time stamp of the server.

    The bytes of `pdf` stay its beginning. Two signed files of one paper differ in the moment behind them.
    """
    signer = signer_of(issuer, at=at)
    if signer is None:
        return OutgoingFile(pdf)
    try:
        kept = encryption.unseal(signer.sealed)
    except encryption.DecryptionError:
        logger.error("No master key opens the key %s that signs files", signer.pk)
        return OutgoingFile(pdf, UNSIGNED)
    identity = signatures.Identity(
        _bytes(kept["key"]), bytes(signer.certificate), tuple(_bytes(one) for one in kept["chain"])
    )
    wants_stamp = bool(settings.TIME_STAMP_URL)
    stamp_url = "" if cache.get(_SILENT) else settings.TIME_STAMP_URL
    content, is_stamped = signatures.sign(pdf, identity, at=at, stamp_url=stamp_url)
    if stamp_url and not is_stamped:
        cache.set(_SILENT, True, _SILENT_SECONDS)
    return OutgoingFile(content, WITHOUT_STAMP if wants_stamp and not is_stamped else "")


def signature_on(content: bytes, *, original: bytes, issuer: Issuer) -> signatures.Signature | None:
    """Return the unit's signature on the original file, by a present key or a former one; else None."""
    certificates = FileSigner.objects.filter(issuer=issuer).order_by("-pk").values_list("certificate", flat=True)
    return signatures.signature_on(content, original=original, certificates=map(bytes, certificates))


@transaction.atomic
def reseal() -> bool:
    """Encrypt the keys with the first master key. Return False if no master key opens one of them."""
    for signer in FileSigner.objects.select_for_update().filter(ended_at=None):
        try:
            signer.sealed = encryption.reseal(signer.sealed)
        except encryption.DecryptionError:
            return False
        signer.save(update_fields=["sealed"])
    return True


def _end(issuer: Issuer, by: User, at: dt.datetime) -> FileSigner | None:
    former = FileSigner.objects.filter(issuer=issuer, ended_at=None).first()
    if former is not None:
        former.sealed, former.ended_at, former.ended_by = "", at, by
        former.save(update_fields=["sealed", "ended_at", "ended_by"])
    return former


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text)
