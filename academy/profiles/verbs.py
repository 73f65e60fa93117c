"""Acts of staff on a person's details."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import DATA


def verbs_of(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the form of the person's details, for users who keep the roll."""
    if volunteer.merged_into_id is not None or not user.may(Right.MANAGE_PEOPLE, volunteer.community_id):
        return []
    return [Verb(_("Fill in the details"), reverse("profile_edit", args=[volunteer.pk]), "edit", order=64, group=DATA)]
