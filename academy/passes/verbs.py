"""Acts that staff can do for a person of the roll: the passbook, the badge."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.verbs import Verb
from academy.passes.bulk_actions import print_badges_url
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import PAPERS


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the acts for a person who is on the roll; those who have left still get their passbook."""
    if volunteer.merged_into_id is not None or volunteer.erased_at is not None:
        return []
    verbs = []
    if user.may(Right.ISSUE_CERTIFICATES, volunteer.community_id):
        verbs.append(Verb(_("Passbook"), reverse("person_passbook", args=[volunteer.pk]), "doc-full", 52, group=PAPERS))
    if user.may(Right.MANAGE_PEOPLE, volunteer.community_id) and not volunteer.left_as:
        verbs.append(Verb(_("Print the badge"), print_badges_url(volunteer), "print", order=61, group=PAPERS))
    return verbs
