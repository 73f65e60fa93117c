"""Preparation sessions of an activity: published, checked in, and limited together (H8)."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.text import Truncator
from django.utils.translation import gettext

from academy.activities import changing, services
from academy.activities.beside import Way
from academy.activities.models import Activity, Kind, Shift
from academy.checkin.models import Visit
from academy.core.look import period
from academy.core.refusals import Refusal
from academy.people.models import User
from academy.proposals.models import Preparation
from academy.proposals.refusals import NO_PREPARATION, OTHER_PLACE, SESSION_LATE

TITLE_LENGTH = 60


def can_be_prepared(activity: Activity, *, at: dt.datetime) -> bool:
    """Return whether the activity is a published service that has not begun."""
    is_open = activity.published_at is not None and activity.cancelled_at is None and activity.kind == Kind.SERVICE
    return is_open and not activity.shifts.filter(starts_at__lte=at).exists()


@transaction.atomic
def plan_session(
    *, activity: Activity, starts_at: dt.datetime, ends_at: dt.datetime, place: str, by: User, at: dt.datetime
) -> Activity | Refusal:
    """Plan and publish a session in which the people of an activity prepare it.

    The first session makes the preparation, an activity of its own; further ones are its shifts, so that the limit of
    H8 holds for all of them together. Refuses with `no_preparation`, `session_late`, and as `publish_activity` and
    `save_activity` do.
    """
    held = Activity.objects.select_for_update(no_key=True, of=("self",)).select_related("issuer", "leader", "community")
    activity = held.get(pk=activity.pk)
    if not can_be_prepared(activity, at=at):
        return NO_PREPARATION
    first = activity.shifts.order_by("starts_at").first()
    if first is None or not at < starts_at < ends_at <= first.starts_at:
        return SESSION_LATE
    kept = Preparation.objects.filter(prepares=activity, activity__cancelled_at=None).select_related("activity").first()
    if kept is not None:
        session = kept.activity
        if place and place != session.place:
            return OTHER_PLACE
        session.shifts.add(Shift(starts_at=starts_at, ends_at=ends_at, walk_ins=True))
        saved = changing.save_activity(activity=session, by=by, at=at)
        return saved if isinstance(saved, Refusal) else saved.activity
    if Visit.objects.filter(shift__activity__preparation_for__prepares=activity).exists():
        return NO_PREPARATION  # the hours of a cancelled session count already (H8)
    role = activity.roles.order_by("pk").first()
    with translation.override(settings.LANGUAGE_CODE):
        title = Truncator(gettext("Preparing: %(title)s") % {"title": activity.title}).chars(TITLE_LENGTH)
    planned = services.plan_activity(
        community=activity.community,
        title=title,
        kind=Kind.PREPARATION,
        place=place or activity.place,
        service_content=activity.service_content,
        leader=activity.leader,
        organiser=activity.organiser,
        issuer=activity.issuer,
        shifts=[{"starts_at": starts_at, "ends_at": ends_at}],
        roles=[{"name": role.name, "capacity": sum(one.capacity for one in activity.roles.all())}] if role else [],
        by=by,
    )
    published = services.publish_activity(activity=planned, by=by, at=at)
    if isinstance(published, Refusal):
        transaction.set_rollback(True)
        return published
    Preparation.objects.filter(prepares=activity).delete()  # the one that was cancelled
    Preparation.objects.create(prepares=activity, activity=planned)
    return planned


def ways_of(activity: Activity) -> list[Way]:
    """Return the ways between an activity and its preparation. One statement if it has one."""
    if activity.kind == Kind.PREPARATION:
        found = getattr(activity, "preparation_for", None)
        if found is None or found.prepares.published_at is None:
            return []
        label = gettext("Prepares: %(title)s") % {"title": found.prepares.title}
        return [Way(label, reverse("activities:detail", args=[found.prepares_id]), "list", order=20)]
    kept = getattr(activity, "preparation", None)
    if kept is None:
        return []
    shifts = Shift.objects.filter(activity=kept.activity_id, activity__cancelled_at=None, ends_at__gt=timezone.now())
    page = reverse("activities:detail", args=[kept.activity_id])
    return [
        Way(gettext("We prepare it: %(when)s") % {"when": period(shift)}, page, "list", order=20)
        for shift in shifts.order_by("starts_at")[:3]
    ]
