"""Acts of staff on a person of the roll."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.verbs import Verb
from academy.people.bulk_actions import print_cards_url, print_slips_url
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import DATA, LEAVING, PAPERS


def verbs_of(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the acts on a person of the roll; a merged entry leads to the entry that stays."""
    if volunteer.erased_at or not user.may(Right.MANAGE_PEOPLE, volunteer.community_id):
        return []
    if volunteer.merged_into_id is not None:
        stays = reverse("volunteer:edit", args=[volunteer.merged_into_id])
        return [Verb(_("Open the entry that stays"), stays, "user", is_next=True)]
    if volunteer.left_as:
        return [Verb(_("Let them return"), _url("reinstate", volunteer), "check", order=95)]
    if volunteer.is_suspended:
        suspension = Verb(_("End the suspension"), _url("reinstate", volunteer), "check", order=95)
    else:
        suspension = Verb(_("Suspend"), _url("suspend", volunteer), "lock", 95, is_serious=True, group=LEAVING)
    verbs = [
        Verb(_("Print a sign-in slip"), print_slips_url(volunteer), "print", order=60),
        Verb(_("Print the check-in card"), print_cards_url(volunteer), "print", order=61, group=PAPERS),
        Verb(_("Replace a lost card"), _url("replace_card", volunteer), "rotate", order=62, group=PAPERS),
        Verb(_("Sign out everywhere"), _url("sign_out", volunteer), "logout", order=85, group=DATA),
        Verb(_("Join to another person"), _url("merge", volunteer), "group", order=90, group=DATA),
        suspension,
        Verb(_("Record a departure"), _url("leave", volunteer), "minus", 96, is_serious=True, group=LEAVING),
        Verb(_("Record a death"), _url("death", volunteer), "cross", 97, is_serious=True, group=LEAVING),
    ]
    if volunteer.provisional:
        accept = Verb(_("Accept as a new volunteer"), _url("accept", volunteer), "check", order=5, is_next=True)
        verbs.append(accept)
    return verbs


def _url(act: str, volunteer: Volunteer) -> str:
    return reverse(f"volunteer:{act}", args=[volunteer.pk])
