"""Certificates: issue frozen snapshots, close them, find them by their code."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.certificates import integrity
from academy.certificates.contents import content_of, snapshot_of
from academy.certificates.models import Certificate, Closure
from academy.core.keys import normalise_key, random_key
from academy.core.one_by_one import each_alone
from academy.core.refusals import Refusal
from academy.core.sequences import next_number
from academy.designs import services as designs
from academy.designs.models import PaperKind
from academy.families import belongings
from academy.hours.models import LedgerEntry
from academy.people.models import Issuer, User, Volunteer
from academy.people.names import mask_name
from academy.people.permissions import Right
from academy.people.refusals import PERSONAL_DATA_LOCKED
from academy.people.services import personal_data
from academy.profiles.refusals import NO_DOCUMENT
from academy.profiles.services import keeping_documents

logger = logging.getLogger(__name__)

CODE_BITS = 80
FILE_FORM = "pdf/a-3u"  # of the PDF: it carries its record (ADR 131). Certificates of earlier releases have none

NOT_ALLOWED = Refusal("not_allowed", _("You may not print this person's certificate. Ask the social worker."))
BAD_PERIOD = Refusal("bad_period", _("The period must have begun and end today at the latest. Change its dates."))
NO_REASON_GIVEN = Refusal("no_reason_given", _("Say why: the reason is kept with the certificate."))
CLOSED = Refusal(
    "closed", _("This certificate was revoked or replaced and cannot be printed any more. Issue a new one.")
)


@transaction.atomic
def issue(
    *,
    issuer: Issuer,
    volunteer: Volunteer,
    period_from: dt.date,
    period_to: dt.date,
    by: User,
    at: dt.datetime,
    remark: str = "",
    school: str = "",
    school_class: str = "",
    design: str = "",
    look: dict[str, Any] | None = None,
    with_document: bool = False,
) -> Certificate | Refusal:
    """Issue a certificate of `issuer` over its own effective records of the period, frozen (P1–P3, P6).

    `school` and `school_class` are those of the form that schools ask for, encrypted with the name. `design` names a
    template of the community; `look` is the frozen template of a batch instead. `with_document` prints the ID number,
    which the volunteer asks for on each certificate (V2).

    Return an existing valid certificate with the same content instead of a second one. Refuses with `not_allowed`,
    `bad_period`, `nothing_effective`, `not_issuer`, `day_in_excess`, `no_document`, and as `encrypt_for` does.
    """
    volunteer = volunteer.stays
    if not may_issue(by, issuer=issuer, volunteer=volunteer):
        return NOT_ALLOWED
    if not period_from <= period_to <= timezone.localdate(at):
        return BAD_PERIOD
    # On two taps at the same moment, the second finds the certificate of the first.
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    content = content_of(issuer=issuer, volunteer=volunteer, period_from=period_from, period_to=period_to)
    if isinstance(content, Refusal):
        return content
    document = keeping_documents.as_printed(volunteer) if with_document else {}
    if with_document and not document:
        return NO_DOCUMENT
    snapshot = snapshot_of(content, issuer, period_from, period_to, at)
    if not school.strip():  # the product's blank has the school's lines; a template may lack them
        snapshot |= _own_design(look or designs.frozen_for(issuer, PaperKind.SERVICE, name=design))
    personal = {
        "name": volunteer.name,
        "volunteer_number": volunteer.number,
        "phone": volunteer.phone,
        "remark": remark.strip(),
        **_of_school(school, school_class),
        **document,
    }
    standing = Certificate.objects.filter(
        volunteer=volunteer,
        issuer=issuer,
        kind=PaperKind.SERVICE,
        period_from=period_from,
        period_to=period_to,
        closure=None,
    )
    for certificate in standing:
        # The ledger went on since: that alone needs no second certificate.
        same = _compared(certificate.snapshot) == _compared(snapshot)
        if same and personal_data.decrypt_for(volunteer, certificate.personal) == personal:
            return certificate
    return store(content.minutes, snapshot, personal, issuer, volunteer, by, at)


def _own_design(design: dict[str, Any]) -> dict[str, Any]:
    """Return the community's template; without one, the product's blank is filled in (ADR 8)."""
    return {} if design["version"] is None else {"design": design}


def _of_school(school: str, school_class: str) -> dict[str, str]:
    given = {"school": school.strip(), "school_class": school_class.strip()}
    return {name: value for name, value in given.items() if value}


def _compared(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Return what two certificates must have alike: not their look, nor what earlier releases kept there."""
    return {name: value for name, value in snapshot.items() if name not in ("anchor", "design", "masked_name", "file")}


def masked_name_of(certificate: Certificate) -> str:
    """Return the masked name for the public page; empty once the person's data was erased (V3).

    The name is encrypted under the personal key and goes with it. Certificates of earlier releases hold the masked name
    in their public content too; it is no longer shown then.
    """
    if certificate.volunteer.erased_at:
        return ""
    personal = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    if isinstance(personal, Refusal):
        masked: str = certificate.snapshot.get("masked_name", "—")
        return masked
    return mask_name(personal["name"])


def may_issue(user: User, *, issuer: Issuer, volunteer: Volunteer) -> bool:
    """Return whether `user` is staff of the unit, the volunteer, or a person who acts for them (P1)."""
    return user.has_right(Right.ISSUE_CERTIFICATES, issuer.community) or belongings.may(
        user, Right.PRINT_CERTIFICATE, volunteer=volunteer
    )


@transaction.atomic
def revoke(*, certificate: Certificate, note: str, by: User, at: dt.datetime) -> Closure | Refusal:
    """Revoke the certificate; its public page shows that (P5).

    Refuses with `not_allowed`, `no_reason_given` and `closed`.
    """
    if not by.has_right(Right.ISSUE_CERTIFICATES, certificate.community):
        return NOT_ALLOWED
    if not note.strip():
        return NO_REASON_GIVEN
    _lock(certificate)
    if is_closed(certificate):
        return CLOSED
    closure = Closure.objects.create(
        certificate=certificate, reason=Closure.Reason.REVOKED, note=note, closed_at=at, closed_by=by
    )
    log(certificate, "certificates.revoke", user=by, timestamp=at)
    return closure


@transaction.atomic
def reissue(*, certificate: Certificate, by: User, at: dt.datetime, note: str = "") -> Certificate | Refusal:
    """Replace the certificate by a new one of the same unit and period, from the present records (P6).

    Refuses with `not_allowed`, `closed`, `nothing_effective`, `not_issuer`, and as `decrypt_for` does.
    """
    if not may_issue(by, issuer=certificate.issuer, volunteer=certificate.volunteer):
        return NOT_ALLOWED
    _lock(certificate)
    if is_closed(certificate):
        return CLOSED
    return _replace(certificate, by=by, at=at, note=note)


def _replace(certificate: Certificate, *, by: User, at: dt.datetime, note: str) -> Certificate | Refusal:
    assert certificate.is_of_service, "awarding.reissue replaces the others"
    issuer, volunteer = certificate.issuer, certificate.volunteer.stays
    before = personal_data.decrypt_for(certificate.volunteer, certificate.personal)
    if isinstance(before, Refusal):
        return before
    period_from, period_to = certificate.period_from, certificate.period_to
    content = content_of(issuer=issuer, volunteer=volunteer, period_from=period_from, period_to=period_to)
    if isinstance(content, Refusal):
        return content
    personal = {
        "remark": before["remark"],
        "name": volunteer.name,
        "volunteer_number": volunteer.number,
        "phone": volunteer.phone,
        **_of_school(before.get("school", ""), before.get("school_class", "")),
        **(keeping_documents.as_printed(volunteer) if before.get("document_number") else {}),
    }
    snapshot = snapshot_of(content, issuer, period_from, period_to, at)
    if not before.get("school"):
        snapshot |= _own_design(look_of_next(certificate))
    replacement = store(content.minutes, snapshot, personal, issuer, volunteer, by, at)
    if isinstance(replacement, Refusal):
        return replacement
    Closure.objects.create(
        certificate=certificate,
        reason=Closure.Reason.REPLACED,
        replacement=replacement,
        note=note,
        closed_at=at,
        closed_by=by,
    )
    log(certificate, "certificates.reissue", user=by, timestamp=at)
    return replacement


def look_of_next(certificate: Certificate) -> dict[str, Any]:
    """Return the template for the certificate that replaces this one: the same one, in its latest version."""
    name = designs.name_of(certificate.snapshot.get("design"))
    return designs.frozen_for(certificate.issuer, certificate.kind, name=name)


def follow_corrections(*, at: dt.datetime) -> int:
    """Replace the certificates whose ledger entries were reversed since (P6). Return their number.

    A certificate without remaining hours, or whose personal data is deleted or damaged, is revoked. One whose data is
    locked waits for the right key. Otherwise a second run finds none.
    """
    stale = Certificate.objects.filter(closure=None, entries__reversed_by__isnull=False).order_by("pk").distinct()
    followed = each_alone(
        list(stale.values_list("pk", flat=True)),
        lambda pk: _follow(pk, at),
        failed="Certificate %s does not show yet that hours were corrected",
        log=logger,
    )
    return sum(followed)


@transaction.atomic
def _follow(pk: int, at: dt.datetime) -> bool:
    certificate = Certificate.objects.get(pk=pk)
    _lock(certificate)
    if is_closed(certificate):
        return False
    reversal = LedgerEntry.objects.filter(reverses__certificates=certificate).order_by("-seq").first()
    assert reversal is not None and reversal.actor is not None
    by, note = reversal.actor, reversal.reason
    answer = _replace(certificate, by=by, at=at, note=note)
    if answer == PERSONAL_DATA_LOCKED:
        return False
    if isinstance(answer, Refusal):
        Closure.objects.create(
            certificate=certificate, reason=Closure.Reason.REVOKED, note=note, closed_at=at, closed_by=by
        )
        log(certificate, "certificates.revoke", user=by, timestamp=at)
    return True


def find(code: str) -> Certificate | None:
    """Return the certificate with this code, in any typed form."""
    certificates = integrity.with_evidence(Certificate.objects.select_related("community"))
    return certificates.filter(code=normalise_key(code)).first()


def _lock(certificate: Certificate) -> None:
    """Lock the certificate's volunteer: other requests that would close it wait.

    To lock a fact itself, the serving role would need the right to change it (ADR 41).
    """
    Volunteer.objects.select_for_update(no_key=True).get(pk=certificate.volunteer_id)


def is_closed(certificate: Certificate) -> bool:
    """Return whether the certificate was revoked or replaced."""
    return Closure.objects.filter(certificate=certificate).exists()


def next_certificate_number(issuer: Issuer, year: int) -> str:
    """Return the unit's next number of the year, without gaps: one row for papers of all kinds."""
    return f"{integrity.number_begins(issuer, year)}-{next_number(f'certificate:{issuer.pk}:{year}'):06}"


def store(
    minutes: int,
    snapshot: dict[str, Any],
    personal: dict[str, str],
    issuer: Issuer,
    volunteer: Volunteer,
    by: User,
    at: dt.datetime,
) -> Certificate | Refusal:
    """Store a certificate with this content, for the services of this app. Refuses as `encrypt_for` does."""
    encrypted = personal_data.encrypt_for(volunteer, personal)
    if isinstance(encrypted, Refusal):
        return encrypted
    snapshot = {"file": FILE_FORM, **snapshot}
    year = timezone.localdate(at).year
    certificate = Certificate(
        community=issuer.community,
        issuer=issuer,
        volunteer=volunteer,
        kind=snapshot.get("kind", PaperKind.SERVICE),
        source=snapshot.get("source", ""),
        number=next_certificate_number(issuer, year),
        code=random_key(CODE_BITS),
        period_from=dt.date.fromisoformat(snapshot["period_from"]),
        period_to=dt.date.fromisoformat(snapshot["period_to"]),
        minutes=minutes,
        snapshot=snapshot,
        personal=encrypted,
        issued_at=at,
        issued_by=by,
    )
    certificate.content_hash = integrity.content_hash(certificate)
    certificate.save(force_insert=True)
    certificate.entries.add(*LedgerEntry.objects.filter(hash__in=snapshot["entries"]))
    said = {"with_document": True} if personal.get("document_number") else None  # asked for on this one (V2)
    log(certificate, "certificates.issue", user=by, timestamp=at, data=said)
    return certificate
