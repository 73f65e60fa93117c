"""Verbs of a version of a text, and of a person on the roll who signs on paper."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.agreements.models import Agreement
from academy.core.memo import once
from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right


def verbs_of(agreement: Agreement, user: User) -> list[Verb]:
    """Return the next acts with a version."""
    if not user.may(Right.MANAGE_PEOPLE, agreement.community_id):
        return []

    def address(name: str) -> str:
        return reverse(f"agreement:{name}", args=[agreement.pk])

    verbs = [
        Verb(_("Preview"), address("preview"), "view", order=10),
        Verb(_("Print the sheet"), address("sheet"), "print", order=30),
    ]
    if agreement.published_at is None:
        return [*verbs, Verb(_("Publish"), address("publish"), "upload", order=20, is_next=True)]
    return [*verbs, Verb(_("Who has not signed"), address("unsigned"), "group", order=20, is_next=True)]


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
