"""Certificates, as staff find them in the back office."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from academy.certificates.models import Certificate
from academy.core import formats
from academy.core.finders import EXACT, FAR, INSIDE, MOST, Hit, graded
from academy.core.keys import normalise_key
from academy.core.look import current_language
from academy.people import finding
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


def find_certificates(request: HttpRequest, typed: str) -> Iterator[Hit]:
    """Yield the certificates that the user issues, by number, verification code or person."""
    communities = user_of(request).communities_for(Right.ISSUE_CERTIFICATES)
    people = finding.find(Volunteer.objects.in_communities(communities), typed).order_by().values("pk")
    steps = {
        EXACT: Q(number__iexact=typed) | Q(code=normalise_key(typed)),
        INSIDE: Q(number__icontains=typed),
        FAR: Q(volunteer__in=people) | Q(volunteer__merged_into__in=people),
    }
    issued = Certificate.objects.filter(community__in=communities).select_related("volunteer", "closure")
    for certificate in graded(issued, steps).order_by("nearness", "-issued_at", "-pk")[:MOST]:
        url = reverse("certificate:inspect", args=[certificate.pk])
        yield Hit(certificate.number, url, _facts(certificate), certificate.nearness, certificate)


def _facts(certificate: Certificate) -> str:
    first, last = (
        formats.day(day, current_language(), year=True) for day in (certificate.period_from, certificate.period_to)
    )
    stated = _("%(first)s to %(last)s") % {"first": first, "last": last}
    facts = [str(certificate.volunteer), stated if certificate.is_of_service else certificate.title]
    if hasattr(certificate, "closure"):
        facts.append(certificate.closure.get_reason_display())
    return " · ".join(facts)
