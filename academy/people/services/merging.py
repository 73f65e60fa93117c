"""Service that merges two rows of the roll that are one person."""

import datetime as dt
from functools import partial

from django.db import transaction
from django.db.models import Q
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people.logins import is_staff, may_hand_out, people_opened
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.refusals import (
    BIRTH_DATES_DIFFER,
    ERASED,
    LOGIN_WITH_DUTIES,
    MERGED,
    NOT_ALLOWED,
    OPENS_ELSEWHERE,
    OTHER_COMMUNITY,
    OWN_ENTRY,
    SAME_PERSON,
)
from academy.people.services import sessions
from academy.people.signals import volunteers_joined, volunteers_merged, volunteers_merging


@transaction.atomic
def merge(
    *, volunteer: Volunteer, into: Volunteer, by: User, at: dt.datetime, sure: bool = False
) -> Volunteer | Refusal:
    """Merge `volunteer`, who goes, into `into`, who stays and is returned.

    Facts do not move: scans, consents, records, ledger entries, certificates, completions, cards and slips are found
    through the one who stays. All other data moves: the login, agencies, units, a suspension, and the phone and birth
    date if the one who stays has none.

    Refuses with `same_person`, `other_community`, `not_allowed`, `own_entry` (K4: no user adds hours to their own
    entry, or to that of a person whom their login opens), `merged`, `erased`, `staff_login` or `opens_elsewhere` (two
    logins, and the one to be closed has duties or opens entries elsewhere) and, unless `sure`, `birth_dates_differ`,
    and as the apps above refuse what the two rows would hold together (`too_much_imported`).
    """
    if volunteer.pk == into.pk:
        return SAME_PERSON
    # Lock in one order: another request may merge the two in the other direction.
    rows = Volunteer.objects.filter(Q(pk__in=(volunteer.pk, into.pk)) | Q(merged_into__in=(volunteer.pk, into.pk)))
    people = {person.pk: person for person in rows.select_for_update(of=("self",)).order_by("pk")}
    goes, stays = people[volunteer.pk], people[into.pk]
    if refusal := cannot_merge(volunteer=goes, into=stays, by=by):
        return refusal
    if not sure and goes.birth_date and stays.birth_date and goes.birth_date != stays.birth_date:
        return BIRTH_DATES_DIFFER

    _unite_logins(goes, stays, by=by, at=at)
    volunteers_merging.send(sender=Volunteer, goes=goes, stays=stays, by=by, at=at)
    _complete(goes, stays)
    Volunteer.objects.filter(merged_into=goes).update(merged_into=stays)
    goes.merged_into = stays
    goes.save(update_fields=["merged_into"])
    log(goes, "people.merge", user=by, timestamp=at, data={"into": stays.number})
    log(stays, "people.merge", user=by, timestamp=at, data={"from": goes.number})
    for _receiver, answer in volunteers_joined.send(sender=Volunteer, stays=stays, by=by, at=at):
        if isinstance(answer, Refusal):
            transaction.set_rollback(True)
            return answer
    for pk in (goes.pk, *(person.pk for person in people.values() if person.merged_into_id == goes.pk)):
        transaction.on_commit(
            partial(volunteers_merged.send_robust, sender=Volunteer, volunteer_id=pk, into_id=stays.pk), robust=True
        )
    return stays


def cannot_merge(*, volunteer: Volunteer, into: Volunteer, by: User) -> Refusal | None:
    """Return why `by` may not merge the two, else None; `merge` itself compares the birth dates."""
    if volunteer.pk == into.pk:
        return SAME_PERSON
    if volunteer.community_id != into.community_id:
        return OTHER_COMMUNITY
    if not by.has_right(Right.MANAGE_PEOPLE, into.community):
        return NOT_ALLOWED
    if {volunteer.pk, into.pk} & {person.pk for person in people_opened(by)}:
        return OWN_ENTRY
    if volunteer.merged_into_id is not None or into.merged_into_id is not None:
        return MERGED
    if volunteer.erased_at or into.erased_at:
        return ERASED
    if volunteer.user is not None and into.user is not None and is_staff(volunteer.user):
        return LOGIN_WITH_DUTIES
    if volunteer.user is not None and into.user is not None and not may_hand_out(volunteer.user, by=by):
        return OPENS_ELSEWHERE  # the other login would open those entries too
    return None


def _unite_logins(goes: Volunteer, stays: Volunteer, *, by: User, at: dt.datetime) -> None:
    """Keep one login: the only one, else that of the one who stays. Close the other, and end its sessions."""
    moving, staying = goes.user, stays.user
    if moving is not None and staying is None:
        goes.user = None
        goes.save(update_fields=["user"])
        stays.user = moving
        stays.save(update_fields=["user"])
    elif moving is not None and staying is not None:
        moving.is_active = False
        moving.save(update_fields=["is_active"])
        sessions.end_all_sessions(user=moving, reason="closed", by=by, at=at)
        # Keep the e-mail address of the closed login if the other has none: the person signs in with it. A link to a
        # new password goes there, so it is a key to the other login.
        if not staying.email and may_hand_out(staying, by=by):
            staying.email = moving.email
            staying.save(update_fields=["email"])


def _complete(goes: Volunteer, stays: Volunteer) -> None:
    """Complete the entry that stays from the one that goes; a suspension holds for both."""
    stays.birth_date = stays.birth_date or goes.birth_date
    if not stays.provisional:
        stays.phone = stays.phone or goes.phone
    stays.provisional = stays.provisional and goes.provisional
    if goes.is_suspended and not stays.is_suspended:
        stays.suspended_at, stays.suspended_reason = goes.suspended_at, goes.suspended_reason
        stays.left_as = goes.left_as
    stays.save(update_fields=["birth_date", "phone", "provisional", "suspended_at", "suspended_reason", "left_as"])
