"""Acts that staff can do with a certificate, or for a person who may get one."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.certificates.batch_models import Batch
from academy.certificates.models import Certificate
from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import PAPERS
from academy.units.models import Unit


def verbs_of(certificate: Certificate, user: User) -> list[Verb]:
    """Return the acts on a certificate that is neither revoked nor replaced."""
    if hasattr(certificate, "closure") or not user.may(Right.ISSUE_CERTIFICATES, certificate.community_id):
        return []

    def address(name: str) -> str:
        return reverse(f"certificate:{name}", args=[certificate.pk])

    return [
        Verb(_("Print"), address("print"), "print", order=10, is_next=True),
        Verb(_("Replace the certificate"), address("reissue"), "rotate", order=20),
        Verb(_("Revoke the certificate"), address("revoke"), "cross", order=30, is_serious=True),
    ]


def verbs_of_batch(batch: Batch, user: User) -> list[Verb]:
    """Return the act on a batch, for staff who issue certificates."""
    if not user.may(Right.ISSUE_CERTIFICATES, batch.community_id):
        return []
    print_it = reverse("certificate_batch:print", args=[batch.pk])
    return [Verb(_("Print the batch"), print_it, "print", order=10, is_next=True)]


def issue_url(volunteer: Volunteer) -> str:
    """Return the page that issues a certificate for this person."""
    return reverse("certificate:add") + f"?volunteer={volunteer.pk}"


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the pages that issue certificates, for staff who issue them."""
    if volunteer.merged_into_id is not None or not user.may(Right.ISSUE_CERTIFICATES, volunteer.community_id):
        return []
    awards = reverse("person_awards", args=[volunteer.pk])
    return [
        Verb(_("Issue a certificate"), issue_url(volunteer), "doc-full", order=50),
        Verb(_("Other certificates: course, tier, stars, commendation"), awards, "doc-full", 51, group=PAPERS),
    ]


def verbs_of_unit(unit: Unit, user: User) -> list[Verb]:
    """Return the letter of thanks with a number, for staff who issue certificates."""
    if not user.may(Right.ISSUE_CERTIFICATES, unit.community_id):
        return []
    letter = reverse("unit_letter", args=[unit.pk])
    return [Verb(_("Letter of thanks with a number"), letter, "mail", order=41)]
