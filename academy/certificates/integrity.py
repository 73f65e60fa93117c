"""The comparison of a stored certificate with what was issued: content, entries, end and log."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from wagtail.models import ModelLogEntry

from academy.certificates.models import Certificate, Closure
from academy.core import practice
from academy.hours import ledger
from academy.hours.models import LedgerEntry
from academy.people.models import Issuer

ISSUE = "certificates.issue"
CLOSE = {Closure.Reason.REVOKED.value: "certificates.revoke", Closure.Reason.REPLACED.value: "certificates.reissue"}
UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def number_begins(issuer: Issuer, year: int) -> str:
    """Return the beginning of a certificate's number: that of practice looks like no real one (ADR 77)."""
    return f"{practice.MARK if practice.is_practice(issuer.community_id) else 'ZM'}{issuer.pk:02}-{year}"


def content_hash(certificate: Certificate) -> str:
    """Return the SHA-256 of number, code, public snapshot and encrypted personal data.

    The snapshot holds the hashes of the ledger entries, so it covers them.
    """
    content = {name: getattr(certificate, name) for name in ("number", "code", "snapshot", "personal")}
    return hashlib.sha256(ledger.canonical_json(content)).hexdigest()


def with_evidence(certificates: "QuerySet[Certificate]") -> "QuerySet[Certificate]":
    """Read with the certificates what `differences_of` compares them with."""
    entries = LedgerEntry.objects.select_related("volunteer")
    return certificates.select_related("volunteer", "issuer", "closure__replacement").prefetch_related(
        Prefetch("entries", entries)
    )


def is_intact(certificate: Certificate) -> bool:
    """Return whether the certificate is the one that was issued, and its end the one that was logged."""
    return bool(intact_among([certificate]))


def intact_among(certificates: Iterable[Certificate]) -> set[int]:
    """Return the keys of those that are as they were issued. One statement for all."""
    found = list(certificates)
    logged = _logged([one.pk for one in found])
    return {one.pk for one in found if not any(differences_of(one, logged[str(one.pk)]))}


def differences() -> Iterator[str]:
    """Yield how certificates differ from what was issued, in words for an auditor."""
    logged = _logged()
    known = set()
    for certificate in with_evidence(Certificate.objects.order_by("pk")).iterator(chunk_size=200):
        known.add(str(certificate.pk))
        for text in differences_of(certificate, logged[str(certificate.pk)]):
            yield f"certificate {certificate.number}: {text}"
    for key in sorted(logged.keys() - known):
        yield f"certificate with the id {key}: it was issued, and is gone"


def differences_of(certificate: Certificate, log: list[dict[str, Any]]) -> Iterator[str]:
    """Yield how the certificate differs from its hash, its entries, and the log of its issue and end."""
    try:
        if content_hash(certificate) != certificate.content_hash:
            yield "its content is not what its hash says"
        yield from _differing_fields(certificate)
        yield from _differing_entries(certificate)
        yield from _differing_log(certificate, log)
    except UNREADABLE as error:
        yield f"its content cannot be read ({type(error).__name__}: {error})"


def _differing_fields(certificate: Certificate) -> Iterator[str]:
    """Compare the columns with the content, which the hash covers."""
    snapshot = certificate.snapshot
    issued_on = timezone.localdate(certificate.issued_at)
    for name, stored, expected in (
        ("kind", [certificate.kind, certificate.source], [snapshot.get("kind", "service"), snapshot.get("source", "")]),
        ("period", [certificate.period_from.isoformat(), certificate.period_to.isoformat()], _period(snapshot)),
        ("minutes", certificate.minutes, snapshot["minutes"]),
        ("minutes of its lines", sum(row["minutes"] for row in snapshot["rows"]), snapshot["minutes"]),
        ("date of issue", issued_on.isoformat(), snapshot["issued_on"]),
        ("number", certificate.number.rpartition("-")[0], number_begins(certificate.issuer, issued_on.year)),
        ("community", certificate.community_id, certificate.issuer.community_id),
    ):
        if stored != expected:
            yield f"{name} {stored}, and not {expected}"


def _period(snapshot: dict[str, Any]) -> list[str]:
    return [snapshot["period_from"], snapshot["period_to"]]


def _differing_entries(certificate: Certificate) -> Iterator[str]:
    """Compare the ledger entries behind the certificate: a ledger that was cut off or replaced lacks them."""
    entries = list(certificate.entries.all())
    named = certificate.snapshot["entries"]
    if sorted(entry.hash for entry in entries) != sorted(named):
        yield "the ledger entries behind it are not those that it names"
        return
    if any(entry.hash != ledger.hash_of(entry) for entry in entries):
        yield "a ledger entry behind it is not what its hash says"
    if sum(entry.minutes for entry in entries) != certificate.snapshot["minutes"]:
        yield "the ledger entries behind it have other minutes"
    person = certificate.volunteer.merged_into_id or certificate.volunteer_id
    if any((entry.volunteer.merged_into_id or entry.volunteer_id) != person for entry in entries):
        yield "the ledger entries behind it are another person's"


def _differing_log(certificate: Certificate, log: list[dict[str, Any]]) -> Iterator[str]:
    """Compare who issued it and who ended it, and when, with the log."""
    said = {(one["action"], one["timestamp"], one["user_id"]) for one in log}
    if (ISSUE, certificate.issued_at, certificate.issued_by_id) not in said:
        yield "the log does not say that it was issued by this person at this moment"
    closure = getattr(certificate, "closure", None)
    ends = {one for one in said if one[0] in CLOSE.values()}
    if closure is None:
        if ends:
            yield "the log says that it was revoked or replaced, and it stands"
        return
    if ends != {(CLOSE.get(closure.reason), closure.closed_at, closure.closed_by_id)}:
        yield "the log does not say that it was ended in this way by this person at this moment"
    newer = closure.replacement
    if newer is not None and (newer.issuer_id, newer.issued_at) != (certificate.issuer_id, closure.closed_at):
        yield f"certificate {newer.number} was not issued in its place"


def _logged(pks: Iterable[int] | None = None) -> dict[str, list[dict[str, Any]]]:
    """Return the log of issues and ends, by the key of the certificate."""
    kind = ContentType.objects.get_for_model(Certificate, for_concrete_model=False)
    entries = ModelLogEntry.objects.filter(content_type=kind, action__in=[ISSUE, *CLOSE.values()])
    if pks is not None:
        entries = entries.filter(object_id__in=[str(pk) for pk in pks])
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in entries.order_by("pk").values("object_id", "action", "timestamp", "user_id"):
        found[row["object_id"]].append(row)
    return found
