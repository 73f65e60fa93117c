"""Verbs of a person on the roll: print the sheet, store the signed one."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.agreements.models import Agreement
from academy.core.memo import once
from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the act for each text in force. The list of the roll takes one statement for all people."""
    if (
        volunteer.merged_into_id is not None
        or volunteer.erased_at
        or not user.may(Right.MANAGE_PEOPLE, volunteer.community_id)
    ):
        return []
    return [
        Verb(
            _("Store a signed sheet: %(title)s") % {"title": agreement.title},
            f"{reverse('agreement:paper', args=[agreement.pk])}?volunteer={volunteer.pk}",
            "form",
            order=64,
        )
        for agreement in once(
            ("agreements", volunteer.community_id), lambda: Agreement.objects.in_force(volunteer.community_id)
        )
    ]
