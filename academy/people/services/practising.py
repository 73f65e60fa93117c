"""Services for the second login of staff, which has duties in a practice community alone (ADR 77)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Q
from wagtail.log_actions import log

from academy.core.keys import random_key
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people.models import Duty, Slip, User, Volunteer
from academy.people.refusals import NO_PRACTICE, PRACTICE_CLOSED
from academy.people.services import sessions
from academy.people.services.duties import grant_duty, revoke_duty
from academy.people.services.logins import USERNAME_BITS, names_of
from academy.people.signals import practice_closed

CLOSED = "people.close_practice"  # action in the log


def open_practice_for(user: User) -> Community | None:
    """Return an open practice community of a community in which this login has a duty; None without any."""
    if user.is_practising or not user.is_active:
        return None
    staffed = Duty.objects.filter(user=user).values("community")
    return Community.objects.filter(practice_of__in=staffed, closed_at=None).order_by("pk").first()


@transaction.atomic
def practise(*, user: User) -> User | Refusal:
    """Return the second login of this member of staff, with the same duties in practice.

    Refuses with `no_practice`.
    """
    if open_practice_for(user) is None:
        return NO_PRACTICE
    second = User.objects.filter(practises_for=user).first() or _second_login(user)
    names = names_of(user.get_full_name())
    User.objects.filter(pk=second.pk).update(is_active=True, **names)
    for community in Community.objects.filter(duties__user=user).distinct():
        follow_duties(user=user, community=community)
    second.refresh_from_db()
    return second


def _second_login(user: User) -> User:
    username = f"practice-{random_key(USERNAME_BITS).lower()}"
    try:
        with transaction.atomic():
            return User.objects.create_user(username=username, practises_for=user)
    except IntegrityError:  # another browser of the same user was faster
        return User.objects.get(practises_for=user)


@transaction.atomic
def follow_duties(*, user: User, community: Community) -> None:
    """Give the second login of `user` the duties in practice that they have in `community`."""
    second = User.objects.filter(practises_for=user).first()
    practice = Community.objects.filter(practice_of=community, closed_at=None).first()
    if second is None or practice is None:
        return
    held = set(Duty.objects.filter(user=user, community=community).values_list("role", flat=True))
    practised = set(Duty.objects.filter(user=second, community=practice).values_list("role", flat=True))
    for role in sorted(held - practised):
        grant_duty(user=second, community=practice, role=role, by=None)
    for role in sorted(practised - held):
        revoke_duty(user=second, community=practice, role=role, by=None)


@transaction.atomic
def close_practice(*, community: Community, by: User, at: dt.datetime) -> Community | Refusal:
    """Close a practice community: its duties, logins and slips end.

    Its facts stay, and no page shows them. Refuses with `practice_closed` if another request did so first.
    """
    held = Community.objects.select_for_update(of=("self",)).get(pk=community.pk)
    if held.closed_at is not None:
        return PRACTICE_CLOSED
    assert held.is_practice
    held.closed_at = at
    held.save(update_fields=["closed_at"])
    for duty in Duty.objects.filter(community=held).select_related("user"):
        revoke_duty(user=duty.user, community=held, role=duty.role, by=None)
    volunteers = Volunteer.objects.filter(community=held)
    volunteers.filter(user__practises_for__isnull=False).update(user=None)  # staff go on with the next community
    Slip.objects.filter(volunteer__in=volunteers, used_at=None, replaced_at=None).update(replaced_at=at)
    practice_closed.send(sender=Community, community=held, by=by, at=at)
    theirs = Q(volunteer__community=held) | Q(guardian_consents__volunteer__community=held)
    for user in User.objects.filter(theirs, practises_for=None, duties=None, is_active=True).distinct():
        user.is_active = False
        user.save(update_fields=["is_active"])
        sessions.end_all_sessions(user=user, reason="practice_closed", by=by, at=at)
    log(held, CLOSED, user=by, timestamp=at)
    return held
