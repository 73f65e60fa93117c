"""Services that put people into units and teams, and record contributions."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.units.models import Contribution, Team, TeamPeriod, Unit, UnitMembership

NOT_A_MEMBER = Refusal("not_a_member", _("This person is not a member of the unit. Add them to the unit first."))


@transaction.atomic
def put_in_unit(
    *, volunteer: Volunteer, unit: Unit, is_contact: bool = False, by: User | None, at: dt.datetime
) -> UnitMembership:
    """Make a person a member of a unit (G2), or change whether they are its contact."""
    membership, created = UnitMembership.objects.update_or_create(
        unit=unit, volunteer=volunteer, defaults={"is_contact": is_contact}
    )
    action = "wagtail.create" if created else "wagtail.edit"
    log(membership, action, user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def correct_membership(
    *, membership: UnitMembership, volunteer: Volunteer, unit: Unit, is_contact: bool, by: User | None, at: dt.datetime
) -> UnitMembership:
    """Correct the person or the unit of a membership."""
    membership.volunteer, membership.unit, membership.is_contact = volunteer, unit, is_contact
    membership.save(update_fields=["volunteer", "unit", "is_contact"])
    log(membership, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def unite_memberships(*, goes: Volunteer, stays: Volunteer) -> None:
    """Move the memberships of the person who goes to the one who stays.

    The one who stays is a unit's contact if either was.
    """
    for membership in UnitMembership.objects.filter(volunteer=goes):
        same, _created = UnitMembership.objects.get_or_create(unit=membership.unit, volunteer=stays)
        if membership.is_contact and not same.is_contact:
            same.is_contact = True
            same.save(update_fields=["is_contact"])
        membership.delete()

    _unite_teams(goes=goes, stays=stays)


def _unite_teams(*, goes: Volunteer, stays: Volunteer) -> None:
    """Move the times in teams. If both are in a team, that of the one who stays goes on."""
    for period in TeamPeriod.objects.filter(volunteer=goes):
        if period.until is None and (same := TeamPeriod.objects.filter(volunteer=stays, until=None).first()):
            period.until = max(same.since, period.since)
        period.volunteer = stays
        period.save(update_fields=["volunteer", "until"])


@transaction.atomic
def join_team(*, volunteer: Volunteer, team: Team, by: User | None, at: dt.datetime) -> TeamPeriod | Refusal:
    """Let a member of the unit be in the team from today; another team ends today (G2).

    Ignores a second call. Refuses with `not_a_member`.
    """
    volunteer = Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.stays.pk)
    if not UnitMembership.objects.filter(unit=team.unit_id, volunteer=volunteer).exists():
        return NOT_A_MEMBER
    today = timezone.localdate(at)
    current = TeamPeriod.objects.filter(volunteer=volunteer, until=None).first()
    if current is not None and current.team_id == team.pk:
        return current
    if current is not None:
        _end(current, today, by=by, at=at)
    period = TeamPeriod.objects.create(team=team, volunteer=volunteer, since=today)
    log(period, "wagtail.create", user=by, timestamp=at)
    return period


@transaction.atomic
def leave_team(*, period: TeamPeriod, by: User | None, at: dt.datetime) -> TeamPeriod:
    """End the person's time in the team today. Earlier records stay with the team. Ignores a second call."""
    period = TeamPeriod.objects.select_for_update().get(pk=period.pk)
    if period.until is None:
        _end(period, timezone.localdate(at), by=by, at=at)
    return period


def _end(period: TeamPeriod, day: dt.date, *, by: User | None, at: dt.datetime) -> None:
    period.until = max(day, period.since)
    period.save(update_fields=["until"])
    log(period, "wagtail.edit", user=by, timestamp=at, content_changed=True)


@transaction.atomic
def record_contribution(
    *,
    unit: Unit,
    kind: str,
    word: str,
    since: dt.date,
    until: dt.date | None = None,
    by: User | None,
    at: dt.datetime,
) -> Contribution:
    """Record what a unit gave. It gives no hours to any person (T7)."""
    contribution = Contribution(
        unit=unit, kind=kind, word=word, since=since, until=until, recorded_by=by, recorded_at=at
    )
    contribution.full_clean()
    contribution.save()
    log(contribution, "wagtail.create", user=by, timestamp=at)
    return contribution


@transaction.atomic
def end_memberships(*, people: Iterable[Volunteer], at: dt.datetime) -> None:
    """Remove these people from their units, and end their time in a team, as their data is erased (V3).

    Earlier records stay with the team (G2).
    """
    UnitMembership.objects.filter(volunteer__in=people).delete()
    for period in TeamPeriod.objects.select_for_update().filter(volunteer__in=people, until=None):
        _end(period, timezone.localdate(at), by=None, at=at)
