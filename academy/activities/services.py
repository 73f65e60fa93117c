"""What is done to activities and sign-ups. Each verb is one transaction; a "no" is a `Refusal` that is returned."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.activities.models import Activity, Break, Role, Shift, SignUp
from academy.activities.seats import take_seat
from academy.activities.signals import activity_published
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import Consent, Issuer, User, Volunteer
from academy.people.services import consents

NEEDS_SHIFT = Refusal("needs_shift", _("Add at least one shift: people sign up for a time."))
NEEDS_ROLE = Refusal("needs_role", _("Add at least one role: people sign up for what they will do."))
NEEDS_INSURANCE = Refusal(
    "needs_insurance", _("A dangerous activity needs accident insurance. Give the policy number, then publish (V1).")
)
FOREIGN_LEADER = Refusal(
    "foreign_leader", _("The leader belongs to another community. Choose somebody from the activity's own community.")
)
FOREIGN_ISSUER = Refusal(
    "foreign_issuer", _("The recording unit belongs to another community. Choose one of the activity's own community.")
)
IMPORTED = Refusal("imported", _("This activity comes from an earlier list: it is over and is not published."))
CANCELLED = Refusal("cancelled", _("This activity has been cancelled. Look for another one under “Activities”."))
NOT_PUBLISHED = Refusal("not_published", _("This activity is not open yet. Come back when it has been published."))
OVER = Refusal("too_late", _("This activity is over and stays as it was."))
TOO_LATE_TO_SIGN_UP = Refusal(
    "too_late", _("This shift has begun. Go there and ask the leader whether you can still join.")
)
TOO_LATE_TO_CANCEL = Refusal(
    "too_late", _("This shift has begun, so the sign-up stays. Tell the leader that you cannot come.")
)
SHIFT_FULL = Refusal("shift_full", _("All places are taken. Choose another role or shift, or ask the leader."))
ALREADY_SIGNED_UP = Refusal("already_signed_up", _("You are signed up for this shift already. Just come along."))
SUSPENDED = Refusal("suspended", _("Your volunteering is suspended. Talk to the social worker, who can end this."))
MINOR_NOT_ALLOWED = Refusal(
    "minor_not_allowed", _("This activity is for adults only. Choose another one; the social worker can help you.")
)
NEEDS_CONSENT = Refusal(
    "needs_consent", _("Your guardian's consent is missing. Ask the social worker for the form and bring it signed.")
)


@transaction.atomic
def plan_activity(
    *,
    community: Community,
    title: str,
    kind: str,
    place: str,
    service_content: str,
    leader: Volunteer,
    organiser: str,
    issuer: Issuer,
    shifts: Iterable[Mapping[str, Any]],
    roles: Iterable[Mapping[str, Any]],
    dangerous: bool = False,
    insurance: str = "",
    by: User | None,
) -> Activity:
    """A new activity, not yet published.

    `shifts`: mappings of `starts_at`, `ends_at` and, as wanted, `walk_ins` and `breaks` (pairs of start and end).
    `roles`: mappings of `name` and, as wanted, `counts_as` and `capacity` (places in each shift).
    """
    activity = Activity(
        community=community,
        title=title,
        kind=kind,
        place=place,
        service_content=service_content,
        leader=leader,
        organiser=organiser,
        issuer=issuer,
        dangerous=dangerous,
        insurance=insurance,
    )
    activity.full_clean()
    activity.save()
    for planned in shifts:
        shift = Shift(activity=activity, **{name: value for name, value in planned.items() if name != "breaks"})
        shift.full_clean()
        shift.save()
        for starts_at, ends_at in planned.get("breaks", ()):
            pause = Break(shift=shift, starts_at=starts_at, ends_at=ends_at)
            pause.full_clean()
            pause.save()
    for wanted in roles:
        role = Role(activity=activity, **wanted)
        role.full_clean()
        role.save()
    log(activity, "wagtail.create", user=by)
    return activity


class PastActivity(NamedTuple):
    """An activity of earlier days, as a line of a list describes it."""

    title: str
    place: str
    service_content: str
    organiser: str


@transaction.atomic
def add_past_activities(
    *, community: Community, leader: Volunteer, issuer: Issuer, days: Mapping[PastActivity, Iterable[dt.date]]
) -> dict[PastActivity, list[Shift]]:
    """Create activities that are over and were never planned here, with a shift for each of `days`, in their order.

    They are marked as imported and never published. The time of day is not known: each shift is its whole local day,
    and is shown as a date. Four statements at most, however many there are.
    """
    activities = Activity.objects.bulk_create(
        Activity(community=community, leader=leader, issuer=issuer, imported=True, **past._asdict()) for past in days
    )
    zone = timezone.get_default_timezone()
    shifts: dict[PastActivity, list[Shift]] = {}
    for activity, (past, dates) in zip(activities, days.items(), strict=True):
        shifts[past] = [
            Shift(
                activity=activity,
                starts_at=dt.datetime.combine(day, dt.time(), zone),
                ends_at=dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), zone),
                walk_ins=False,
            )
            for day in dates
        ]
    Shift.objects.bulk_create(shift for some in shifts.values() for shift in some)
    return shifts


@transaction.atomic
def publish_activity(*, activity: Activity, by: User | None, at: dt.datetime) -> Activity | Refusal:
    """Opens the activity to sign-ups and makes its codes; again: nothing happens.

    Refuses with `imported`, `cancelled`, `needs_shift`, `needs_role`, `needs_insurance` (V1), `foreign_leader`,
    `foreign_issuer`.
    One that has begun is published all the same (C1): `published_late` tells.
    """
    if activity.published_at is not None:
        return activity
    if refusal := _cannot_publish(activity):
        return refusal
    if not Activity.objects.filter(pk=activity.pk, published_at=None).update(published_at=at):
        activity.refresh_from_db(fields=["published_at"])  # somebody else did, just now
        return activity
    activity.published_at = at
    log(activity, "activities.publish", user=by)
    transaction.on_commit(partial(activity_published.send_robust, sender=Activity, activity=activity), robust=True)
    return activity


def _cannot_publish(activity: Activity) -> Refusal | None:
    if activity.imported:
        return IMPORTED
    if activity.cancelled_at is not None:
        return CANCELLED
    if not activity.shifts.exists():
        return NEEDS_SHIFT
    if not activity.roles.exists():
        return NEEDS_ROLE
    if activity.dangerous and not activity.insurance:
        return NEEDS_INSURANCE
    if activity.leader.community_id != activity.community_id:
        return FOREIGN_LEADER
    if activity.issuer.community_id != activity.community_id:
        return FOREIGN_ISSUER
    return None


@transaction.atomic
def extend_shift(*, shift: Shift, until: dt.datetime, by: User) -> Shift:
    """The shift counts until `until`, as a second person has approved (H4)."""
    shift.overtime_until = until
    shift.save(update_fields=["overtime_until"])
    log(shift.activity, "wagtail.edit", user=by)
    return shift


def published_late(activity: Activity) -> bool:
    """Whether the activity was published after its first shift had begun (C1): its hours then go the make-up way."""
    if activity.published_at is None:
        return False
    return bool(activity.shifts.filter(starts_at__lt=activity.published_at).exists())


@transaction.atomic
def cancel_activity(*, activity: Activity, by: User | None, at: dt.datetime) -> Activity | Refusal:
    """Calls the activity off: sign-ups stay as they are, check-ins are refused. Refuses with `too_late` when over."""
    if activity.cancelled_at is not None:
        return activity
    if activity.shifts.exists() and not activity.shifts.filter(ends_at__gt=at).exists():
        return OVER
    activity.cancelled_at = at
    activity.save(update_fields=["cancelled_at"])
    log(activity, "activities.cancel", user=by)
    return activity


@transaction.atomic
def sign_up(
    *, volunteer: Volunteer, shift: Shift, role: Role, by: User | None, at: dt.datetime, walk_in: bool = False
) -> SignUp | Refusal:
    """A place in the shift for the volunteer; of two people after the last one, one gets it.

    Refuses with `not_published`, `cancelled`, `too_late` (not walk-ins), `suspended`, `minor_not_allowed` (N3),
    `needs_consent` (N2), `already_signed_up`, `shift_full`.
    """
    activity, volunteer = shift.activity, volunteer.stays
    if role.activity_id != activity.pk:
        raise ValueError(f"role {role.pk} is not one of activity {activity.pk}")
    if activity.published_at is None:
        return NOT_PUBLISHED
    if activity.cancelled_at is not None:
        return CANCELLED
    if at >= shift.starts_at and not walk_in:
        return TOO_LATE_TO_SIGN_UP
    if refusal := cannot_take_part(volunteer, day=shift.date, dangerous=activity.dangerous):
        return refusal
    return take_seat(
        volunteer_id=volunteer.pk,
        shift_id=shift.pk,
        activity_id=activity.pk,
        role_id=role.pk,
        by_id=by.pk if by else None,
        at=at,
        walk_in=walk_in,
        full=SHIFT_FULL,
        taken=ALREADY_SIGNED_UP,
    )


def place_walk_in(
    *, volunteer: Volunteer, shift_id: int, activity_id: int, by: User | None, at: dt.datetime
) -> SignUp | Refusal:
    """A place for somebody at the gate in the first role open to walk-ins that has one; asks nothing else.

    Refuses with `shift_full`, and with `already_signed_up` whom another scan placed at the same moment.
    """
    return take_seat(
        volunteer_id=volunteer.pk,
        shift_id=shift_id,
        activity_id=activity_id,
        role_id=None,
        by_id=by.pk if by else None,
        at=at,
        walk_in=True,
        full=SHIFT_FULL,
        taken=ALREADY_SIGNED_UP,
    )


def cannot_take_part(
    volunteer: Volunteer, *, day: dt.date, dangerous: bool, guardian_consents: bool | None = None
) -> Refusal | None:
    """Why this person may not sign up for a shift on `day`: `suspended`, `minor_not_allowed`, `needs_consent`.

    `guardian_consents` is for whoever has read it already; None looks it up, for minors alone.
    """
    if volunteer.is_suspended:
        return SUSPENDED
    if not ages.is_minor(volunteer.birth_date, day):
        return None
    if dangerous:
        return MINOR_NOT_ALLOWED  # N3: nobody overrides it
    if guardian_consents is None:
        guardian_consents = consents.has_consented(volunteer, Consent.Kind.GUARDIAN, day=day)
    return None if guardian_consents else NEEDS_CONSENT


@transaction.atomic
def cancel_sign_up(*, sign_up: SignUp, by: User | None, at: dt.datetime) -> SignUp | Refusal:
    """Gives the place back. Refuses with `too_late` once the shift has begun."""
    if at >= sign_up.shift.starts_at:
        return TOO_LATE_TO_CANCEL
    SignUp.objects.filter(pk=sign_up.pk, cancelled_at=None).update(cancelled_at=at)
    sign_up.refresh_from_db(fields=["cancelled_at"])
    return sign_up


@transaction.atomic
def give_back_second_places(*, volunteer_id: int, into_id: int, at: dt.datetime) -> int:
    """Of two people who are one now, the second place in a shift to come is given back; how many that were."""
    first = SignUp.objects.filter(
        shift=OuterRef("shift"), volunteer__in=Volunteer.objects.one_with(into_id), cancelled_at=None
    )
    second = SignUp.objects.filter(volunteer=volunteer_id, cancelled_at=None, shift__starts_at__gt=at)
    doubled = second.filter(Exists(first.exclude(volunteer=volunteer_id))).values_list("pk", flat=True)
    return SignUp.objects.filter(pk__in=list(doubled)).update(cancelled_at=at)
