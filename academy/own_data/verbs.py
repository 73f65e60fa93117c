"""Verbs of a person: their requests about their data, at the desk (ADR 64)."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import DATA


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the link to the page of the person's data."""
    if (
        volunteer.merged_into_id is not None
        or volunteer.erased_at
        or not user.may(Right.MANAGE_PEOPLE, volunteer.community_id)
    ):
        return []
    page = f"{reverse('own_data:mine')}?who={volunteer.number}"
    return [Verb(_("Copy or delete their data"), page, "download", order=92, group=DATA)]
