"""The state of a certificate as a check says it: on a page, to a machine, on a receipt (P5)."""

from collections.abc import Iterable
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.certificates import integrity
from academy.certificates.letter_models import Letter
from academy.certificates.models import Certificate, Closure

VALID: Final = "valid"
REVOKED: Final = Closure.Reason.REVOKED.value
REPLACED: Final = Closure.Reason.REPLACED.value
CHANGED: Final = "changed"  # stored otherwise than it was issued
PRACTICE: Final = "practice"
CLOSED_PRACTICE: Final = "closed_practice"
UNKNOWN: Final = "unknown"
LETTER: Final = "letter"  # of thanks: its page shows what it says
LETTER_REVOKED: Final = "letter_revoked"

WORDS: Final[dict[str, Any]] = {
    VALID: pgettext_lazy("certificate", "Valid"),
    REVOKED: pgettext_lazy("certificate", "Revoked"),
    REPLACED: pgettext_lazy("certificate", "Replaced"),
    CHANGED: pgettext_lazy("certificate", "Cannot be verified"),
    PRACTICE: _("Practice: this is no proof"),
    CLOSED_PRACTICE: _("Practice: this is no proof"),
    UNKNOWN: pgettext_lazy("certificate", "Unknown"),
    LETTER: _("Letter of thanks: see its own page"),
    LETTER_REVOKED: _("Letter of thanks, revoked"),
}


def state_of(certificate: Certificate | None) -> str:
    """Return the state of a certificate that `integrity.with_evidence` read; `unknown` of none."""
    if certificate is None:
        return UNKNOWN
    return states_of([certificate])[certificate.pk]


def states_of(certificates: Iterable[Certificate]) -> dict[int, str]:
    """Return the states of certificates by their keys. `integrity.with_evidence` has read them."""
    found = list(certificates)
    intact = integrity.intact_among(found)
    return {one.pk: _state(one, one.pk in intact) for one in found}


def state_of_letter(letter: Letter) -> str:
    """Return `letter`, or that the letter was revoked. Read it with its closure."""
    return LETTER_REVOKED if hasattr(letter, "closure") else LETTER


def _state(certificate: Certificate, is_intact: bool) -> str:
    community = certificate.community
    if community.is_practice:
        return PRACTICE if community.closed_at is None else CLOSED_PRACTICE
    if not is_intact:
        return CHANGED
    closure = getattr(certificate, "closure", None)
    return closure.reason if closure else VALID
