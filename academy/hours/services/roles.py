"""Name the role of somebody who took part without choosing one (H9, T2)."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from academy.activities.belongings import may_confirm, may_lead
from academy.activities.models import Role, Shift
from academy.core.refusals import Refusal
from academy.decisions.second_person import own_people
from academy.hours.models import OPEN_STATES, NamedRole, ServiceRecord
from academy.hours.roles import chosen_role
from academy.hours.services.records import compute_one, lock_volunteers
from academy.people.models import User, Volunteer

NOT_ALLOWED = Refusal("not_allowed", _("Only the activity's leader or a social worker does this. Ask one of them."))
OWN_ROLE = Refusal(
    "own_matter", _("This is your own role, or that of somebody you act for: another person in charge names it.")
)
HAS_PLACE = Refusal("already_signed_up", _("This person signed up for a role. It counts as it was chosen."))
CONFIRMED = Refusal("confirmed", _("These hours are confirmed already. Ask for a correction instead."))


@transaction.atomic
def name_role(
    *, volunteer: Volunteer, shift: Shift, role: Role, by: User, at: dt.datetime
) -> list[ServiceRecord] | Refusal:
    """Name what the volunteer did at the shift, and count the hours again.

    The role named last counts. Returns the valid records of these days.

    Refuses with `not_allowed`, `own_matter` (K4), `already_signed_up` and `confirmed`.
    """
    volunteer = volunteer.stays
    if role.activity_id != shift.activity_id:
        raise ValueError(f"role {role.pk} is not one of activity {shift.activity_id}")
    if not may_confirm(by, shift.activity) and not may_lead(by, shift.activity):
        return NOT_ALLOWED
    if own_people(by, [volunteer]):
        return OWN_ROLE
    lock_volunteers([volunteer.pk])
    settled = ServiceRecord.objects.live().of(volunteer).filter(shift=shift).exclude(state__in=OPEN_STATES)
    if settled.exists():
        return CONFIRMED
    if chosen_role(volunteer, shift):
        return HAS_PLACE
    NamedRole.objects.create(volunteer=volunteer, shift=shift, role=role, named_by=by, named_at=at)
    return compute_one(volunteer_id=volunteer.pk, shift_id=shift.pk, at=at).records
