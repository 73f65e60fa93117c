"""The certificate that staff can issue for a volunteer."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


def verbs_of(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the form of a certificate with this person chosen."""
    if volunteer.merged_into_id is not None or not user.may(Right.ISSUE_CERTIFICATES, volunteer.community_id):
        return []
    form = f"{reverse('certificate:add')}?volunteer={volunteer.pk}"
    return [Verb(_("Issue a certificate"), form, "doc-full", order=50)]
