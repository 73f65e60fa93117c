"""Requests by staff on behalf of a volunteer: at the person and at each record (K7, K8, K9, S1)."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.verbs import Verb
from academy.hours.models import DEAD_STATES, RecordState, ServiceRecord
from academy.people import ages
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.verb_groups import SERVICE


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the requests for a person that begin with no record."""
    if (
        volunteer.merged_into_id is not None
        or volunteer.erased_at
        or not user.may(Right.CONFIRM_HOURS, volunteer.community_id)
    ):
        return []
    return [
        Verb(_("Ask for missing hours"), _for("home:missing", volunteer), "plus", order=20, is_next=True),
        Verb(_("Apply for stars"), _for("home:stars", volunteer), "pick", order=40, group=SERVICE),
    ]


def verbs_of_minor(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the way to a minor's guardian: the link, the form on paper (N2)."""
    if volunteer.merged_into_id is not None or not user.may(Right.MANAGE_PEOPLE, volunteer.community_id):
        return []
    if not ages.is_minor(volunteer.birth_date, timezone.localdate()):
        return []
    return [Verb(_("Ask the guardian"), _for("home:ask_guardian", volunteer), "mail", order=10)]


def verbs_of_record(record: ServiceRecord, user: User) -> list[Verb]:
    """Return the requests about one record: its times, and an objection while it is on notice."""
    if not user.may(Right.CONFIRM_HOURS, record.community_id):
        return []
    volunteer = record.volunteer.stays
    verbs = [Verb(_("Ask for missing hours"), _for("home:missing", volunteer), "plus", order=40)]
    if record.state not in DEAD_STATES:
        verbs.append(Verb(_("Correct"), _for("home:ask_make_up", volunteer, record.shift_id), "edit", order=20))
    if record.state == RecordState.ON_NOTICE:
        contest = pgettext_lazy("to hours on notice", "Object")
        verbs.append(Verb(contest, _for("home:object", volunteer, record.pk), "warning", order=30))
    return verbs


def _for(page: str, volunteer: Volunteer, *args: int) -> str:
    return f"{reverse(page, args=args)}?who={volunteer.number}"
