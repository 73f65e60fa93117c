"""Services that put people into units and teams, and record contributions."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.people.models import Consent, User, Volunteer
from academy.people.services import consents
from academy.units.models import Contribution, EmployerConsent, Team, TeamPeriod, Unit, UnitMembership

NOT_A_MEMBER = Refusal("not_a_member", _("This person is not a member of the unit. Add them to the unit first."))


@transaction.atomic
def put_in_unit(
    *,
    volunteer: Volunteer,
    unit: Unit,
    is_contact: bool = False,
    since: dt.date | None = None,
    until: dt.date | None = None,
    by: User | None,
    at: dt.datetime,
) -> UnitMembership:
    """Make a person a member of a unit (G2), or change whether they are its contact.

    Records from `since` on count for the unit; without it all of them. A membership that goes on keeps its first day.
    With `until` it is one of earlier days, or ends then.
    """
    membership, created = UnitMembership.objects.update_or_create(
        unit=unit,
        volunteer=volunteer,
        until=until,
        defaults={"is_contact": is_contact},
        create_defaults={"is_contact": is_contact, "since": since},
    )
    action = "wagtail.create" if created else "wagtail.edit"
    log(membership, action, user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def correct_membership(
    *,
    membership: UnitMembership,
    volunteer: Volunteer,
    unit: Unit,
    is_contact: bool,
    since: dt.date | None = None,
    until: dt.date | None = None,
    by: User | None,
    at: dt.datetime,
) -> UnitMembership:
    """Correct the person, the unit or the days of a membership."""
    membership.volunteer, membership.unit, membership.is_contact = volunteer, unit, is_contact
    membership.since, membership.until = since, until
    membership.save(update_fields=["volunteer", "unit", "is_contact", "since", "until"])
    log(membership, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    return membership


@transaction.atomic
def end_membership(*, membership: UnitMembership, by: User | None, at: dt.datetime) -> UnitMembership:
    """End a membership today, and the person's time in a team of the unit.

    Earlier records stay with the unit. Ignores a second call.
    """
    membership = UnitMembership.objects.select_for_update().get(pk=membership.pk)
    if membership.until is not None:
        return membership
    today = timezone.localdate(at)
    membership.until = max(today, membership.since or today)
    membership.save(update_fields=["until"])
    log(membership, "wagtail.edit", user=by, timestamp=at, content_changed=True)
    of_unit = TeamPeriod.objects.filter(team__unit=membership.unit_id, volunteer=membership.volunteer_id, until=None)
    for period in of_unit.select_for_update():
        _end(period, today, by=by, at=at)
    return membership


@transaction.atomic
def unite_memberships(*, goes: Volunteer, stays: Volunteer) -> None:
    """Move the memberships of the person who goes to the one who stays.

    Two that go on in one unit become one: it began with the earlier, and is a contact's if either was.
    """
    for membership in UnitMembership.objects.filter(volunteer=goes):
        same = UnitMembership.objects.filter(unit=membership.unit_id, volunteer=stays, until=None).first()
        if membership.until is not None or same is None:
            membership.volunteer = stays
            membership.save(update_fields=["volunteer"])
            continue
        same.is_contact = same.is_contact or membership.is_contact
        same.since = min(same.since, membership.since) if same.since and membership.since else None
        same.save(update_fields=["is_contact", "since"])
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
    today = timezone.localdate(at)
    if not UnitMembership.objects.on(today).filter(unit=team.unit_id, volunteer=volunteer).exists():
        return NOT_A_MEMBER
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
def answer_for_employer(
    *, volunteer: Volunteer, unit: Unit, granted: bool, evidence: str, by: User, at: dt.datetime
) -> Consent | Refusal:
    """Record whether this unit, the person's employer, may have a sheet of their records (双报到).

    Refuses with `not_a_member`.
    """
    volunteer = volunteer.stays
    if not UnitMembership.objects.filter(unit=unit, volunteer=volunteer).exists():
        return NOT_A_MEMBER
    consent = consents.record_consent(
        volunteer=volunteer, kind=Consent.Kind.EMPLOYER, granted=granted, evidence=evidence, by=by, at=at
    )
    EmployerConsent.objects.create(consent=consent, unit=unit)
    return consent


@transaction.atomic
def end_memberships(*, people: Iterable[Volunteer], at: dt.datetime) -> None:
    """Remove these people from their units, and end their time in a team, as their data is erased (V3).

    Earlier records stay with the team (G2).
    """
    UnitMembership.objects.filter(volunteer__in=people).delete()
    for period in TeamPeriod.objects.select_for_update().filter(volunteer__in=people, until=None):
        _end(period, timezone.localdate(at), by=None, at=at)
