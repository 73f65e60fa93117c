"""Issue and replace certificates without hours: one valid certificate for each fact and unit."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.certificates import services
from academy.certificates.awards import Award, awards_of
from academy.certificates.models import Certificate, Closure
from academy.core.refusals import Refusal
from academy.designs import services as designs
from academy.hours.anchors import short_anchor_of
from academy.people.models import Issuer, User, Volunteer
from academy.people.services import personal_data

NOT_THERE = Refusal(
    "award_not_there",
    _("The fact that this certificate should state is not recorded. Look again at the person's page."),
)
NO_ISSUER = Refusal(
    "no_issuer", _("The community has no recording unit yet, and only one can issue certificates. Enter it first.")
)
CHANGED = "内容有更新，按新内容换发"  # the note on a replaced certificate; its public page is read in Chinese


def issuer_for(award: Award, volunteer: Volunteer) -> Issuer | None:
    """Return the unit that certifies this: the organiser of the class, else the community's first."""
    issuers = list(Issuer.objects.filter(community=volunteer.stays.community_id).order_by("pk"))
    organiser = next((one for one in issuers if one.name == award.organiser), None)
    return organiser or next(iter(issuers), None)


@transaction.atomic
def issue_award(
    *,
    volunteer: Volunteer,
    source: str,
    by: User,
    at: dt.datetime,
    issuer: Issuer | None = None,
    design: str = "",
    look: dict[str, Any] | None = None,
) -> Certificate | Refusal:
    """Issue the certificate of one fact, such as ``tier:beginner``, frozen (P6).

    `design` names a template of the community; `look` is the frozen template of a batch instead.

    Return an existing valid certificate with the same content; one whose content has changed since is replaced.
    Refuses with `not_allowed`, `award_not_there`, `no_issuer`, the reasons in `awards.REASONS`, and as `encrypt_for`
    does.
    """
    volunteer = volunteer.stays
    # On two taps at the same moment, the second finds the certificate of the first.
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    award = next((one for one in awards_of(volunteer, at=at) if one.source == source), None)
    if award is None:
        return NOT_THERE
    issuer = issuer or issuer_for(award, volunteer)
    if issuer is None:
        return NO_ISSUER
    if issuer.community_id != volunteer.community_id or not services.may_issue(by, issuer=issuer, volunteer=volunteer):
        return services.NOT_ALLOWED
    if award.refusal is not None:
        return award.refusal
    personal = _personal(volunteer, award)
    standing = Certificate.objects.of(volunteer).filter(issuer=issuer, source=source, closure=None).first()
    if standing is not None and _is_same(standing, award, personal):
        return standing
    if look is None and standing is not None and not design:
        look = services.look_of_next(standing)
    snapshot = _snapshot(award, issuer, at, look or designs.frozen_for(issuer, award.kind, name=design))
    certificate = services.store(0, snapshot, personal, issuer, volunteer, by, at)
    if standing is not None and isinstance(certificate, Certificate):
        _close(standing, by=certificate, note=CHANGED, user=by, at=at)
    return certificate


@transaction.atomic
def reissue(*, certificate: Certificate, by: User, at: dt.datetime, note: str = "") -> Certificate | Refusal:
    """Replace a certificate of any kind by a new one from the present records (P6).

    Refuses with `not_allowed`, `closed`, `award_not_there`, and as `services.reissue` and `issue_award` do.
    """
    if certificate.is_of_service:
        return services.reissue(certificate=certificate, by=by, at=at, note=note)
    issuer, volunteer = certificate.issuer, certificate.volunteer.stays
    if not services.may_issue(by, issuer=issuer, volunteer=volunteer):
        return services.NOT_ALLOWED
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    if services.is_closed(certificate):
        return services.CLOSED
    award = next((one for one in awards_of(volunteer, at=at) if one.source == certificate.source), None)
    if award is None:
        return NOT_THERE
    if award.refusal is not None:
        return award.refusal
    personal, look = _personal(volunteer, award), services.look_of_next(certificate)
    replacement = services.store(0, _snapshot(award, issuer, at, look), personal, issuer, volunteer, by, at)
    if isinstance(replacement, Certificate):
        _close(certificate, by=replacement, note=note, user=by, at=at)
    return replacement


def _personal(volunteer: Volunteer, award: Award) -> dict[str, str]:
    return {"name": volunteer.name, "volunteer_number": volunteer.number, **award.private}


def _is_same(standing: Certificate, award: Award, personal: dict[str, str]) -> bool:
    return bool(
        standing.snapshot["facts"] == award.facts
        and personal_data.decrypt_for(standing.volunteer, standing.personal) == personal
    )


def _snapshot(award: Award, issuer: Issuer, at: dt.datetime, look: dict[str, Any]) -> dict[str, Any]:
    """Return the public content. It holds what that of service hours holds, with no hours."""
    assert award.day is not None
    today = timezone.localdate(at)
    return {
        "kind": award.kind,
        "source": award.source,
        "subject": award.subject,
        "facts": award.facts,
        "design": look,
        "anchor": short_anchor_of(issuer.community),
        "issuer": issuer.name,
        "person_responsible": issuer.person_responsible,
        "handler": issuer.handler,
        "telephone": issuer.telephone,
        "period_from": award.day.isoformat(),
        "period_to": award.day.isoformat(),
        "issued_on": today.isoformat(),
        "minutes": 0,
        "hours": "0.0",
        "rows": [],
        "evidence": [],
        "entries": [],
    }


def _close(certificate: Certificate, *, by: Certificate, note: str, user: User, at: dt.datetime) -> None:
    Closure.objects.create(
        certificate=certificate,
        reason=Closure.Reason.REPLACED,
        replacement=by,
        note=note,
        closed_at=at,
        closed_by=user,
    )
    log(certificate, "certificates.reissue", user=user, timestamp=at)
