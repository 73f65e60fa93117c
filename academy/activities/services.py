"""Services for activities and sign-ups: each is one transaction and returns a `Refusal` for a “no”."""

import datetime as dt
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import Image
from wagtail.log_actions import log

from academy.activities import concerned, plans, reminding, responsible
from academy.activities.models import Activity, Break, Role, Shift, SignUp
from academy.activities.needs import judging, reasons
from academy.activities.refusals import MINOR_NOT_ALLOWED as MINOR_NOT_ALLOWED  # the door of upper apps
from academy.activities.refusals import NEEDS_CONSENT as NEEDS_CONSENT
from academy.activities.refusals import ROLE_ASKS_MORE as ROLE_ASKS_MORE
from academy.activities.refusals import ROLE_GONE as ROLE_GONE
from academy.activities.refusals import SUSPENDED as SUSPENDED
from academy.activities.seats import asking_roles, has_place, take_seat
from academy.activities.signals import (
    activity_published,
    ask_against_publishing,
    ask_against_sign_up,
    places_freed,
)
from academy.activities.taking_part import cannot_take_part as cannot_take_part
from academy.core import practice
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.people import ages
from academy.people.models import Issuer, User, Volunteer

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
PRACTICE_ONLY = Refusal(
    "practice_only",
    _("Practice and real service do not mix: this activity is not for this person. Choose another one."),
)


def tidy(activity: Activity) -> None:
    """Strip the activity's texts, as every form does: a policy number of blanks is none (V1)."""
    for name in ("title", "place", "service_content", "organiser", "insurance", "meeting_point", "cost"):
        setattr(activity, name, getattr(activity, name).strip())


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
    home_visit: bool = False,
    volunteer_initiated: bool = False,
    subject: str = "",
    cover: Image | None = None,
    terms: Mapping[str, Any] | None = None,
    by: User | None,
) -> Activity:
    """Create an activity, not yet published. `cover` is a picture of the community's own.

    `shifts`: mappings with `starts_at`, `ends_at` and optionally `walk_ins`, `teaches` and `breaks` (pairs of start and
    end). A break outside its shift raises `ValidationError`, as every other value that no form would let through.
    `roles`: mappings with `name` and optionally `counts_as`, `capacity` (places in each shift), `practicum` and what
    the role asks for (`RoleNeeds`). `terms`: the fields of `ActivityTerms`.
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
        home_visit=home_visit,
        volunteer_initiated=volunteer_initiated,
        insurance=insurance,
        subject=subject,
        cover=cover,
        **(terms or {}),
    )
    tidy(activity)
    activity.full_clean()
    activity.save()
    for planned in shifts:
        shift = Shift(activity=activity, **{name: value for name, value in planned.items() if name != "breaks"})
        shift.full_clean()
        shift.save()
        pauses = [Break(shift=shift, starts_at=start, ends_at=end) for start, end in planned.get("breaks", ())]
        if refusal := plans.refuse_breaks(shift, pauses):
            raise ValidationError(str(refusal), code=refusal.code)
        for pause in pauses:
            pause.full_clean()
            pause.save()
    for wanted in roles:
        role = Role(activity=activity, **wanted)
        role.full_clean()
        role.save()
    log(activity, "wagtail.create", user=by)
    return activity


class PastActivity(NamedTuple):
    """A past activity, as a line of an earlier list describes it."""

    title: str
    place: str
    service_content: str
    organiser: str


@transaction.atomic
def add_past_activities(
    *, community: Community, leader: Volunteer, issuer: Issuer, days: Mapping[PastActivity, Iterable[dt.date]]
) -> dict[PastActivity, list[Shift]]:
    """Create past activities that were not planned here, with one shift for each of their `days`.

    The shifts keep the order of the days. The activities are marked as imported and never published. The time of day
    is not known: each shift is a whole local day and is shown as a date. Takes four statements at most.
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
def publish_activity(
    *, activity: Activity, by: User | None, at: dt.datetime, in_row: bool = False
) -> Activity | Refusal:
    """Publish the activity: open it to sign-ups and create its codes. A second call is ignored.

    `in_row`: it is one of many that are planned and published at once, such as dates of a standing shift. Refuses with
    `imported`, `cancelled`, `needs_shift`, `needs_role`, `needs_insurance` (V1), `foreign_leader`, `foreign_issuer`,
    and as the apps above do (`ask_against_publishing`). C1: an activity that has begun is still published; see
    `Shift.is_published_late`.
    """
    if activity.published_at is not None:
        return activity
    if refusal := _cannot_publish(activity):
        return refusal
    asked: Any = ask_against_publishing.send(sender=Activity, activity=activity, in_row=in_row)
    if said := next((refusal for _receiver, refusal in asked if refusal is not None), None):
        return cast(Refusal, said)
    if not Activity.objects.filter(pk=activity.pk, published_at=None).update(published_at=at, published_by=by):
        activity.refresh_from_db(fields=["published_at", "published_by"])  # another request published it just now
        return activity
    activity.published_at, activity.published_by = at, by
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
    if activity.dangerous and not activity.insurance.strip():
        return NEEDS_INSURANCE
    if activity.leader.community_id != activity.community_id:
        return FOREIGN_LEADER
    if activity.issuer.community_id != activity.community_id:
        return FOREIGN_ISSUER
    return None


@transaction.atomic
def extend_shift(*, shift: Shift, until: dt.datetime, by: User) -> Shift:
    """Count the shift until `until`, the overtime that a second person approved (H4)."""
    before = plans.part_of(shift)
    shift.overtime_until = until
    shift.save(update_fields=["overtime_until"])
    plans.log_change(shift.activity, before, plans.part_of(shift), by=by)
    return shift


@transaction.atomic
def cancel_activity(*, activity: Activity, by: User | None, at: dt.datetime, tells: bool = True) -> Activity | Refusal:
    """Cancel the activity. Its sign-ups stay as they are, and these people get a message.

    Check-ins are refused from then on. A caller that tells them itself passes `tells=False`.

    Refuses with `too_late` when the activity is over.
    """
    if activity.cancelled_at is not None:
        return activity
    if activity.shifts.exists() and not activity.shifts.filter(ends_at__gt=at).exists():
        return OVER
    activity.cancelled_at = at
    activity.save(update_fields=["cancelled_at"])
    log(activity, "activities.cancel", user=by)
    if tells:
        responsible.tell_cancelled(activity, by=by, at=at)
        concerned.tell_cancelled(activity, at=at)
    return activity


@transaction.atomic
def sign_up(
    *,
    volunteer: Volunteer,
    shift: Shift,
    role: Role,
    by: User | None,
    at: dt.datetime,
    walk_in: bool = False,
    late: bool = False,
) -> SignUp | Refusal:
    """Give the volunteer a place in the shift. When two people want the last place, one of them gets it.

    Every way to a place leads here. `late`: the shift may have begun, as for a person who is called. Refuses with
    `practice_only`, `not_published`, `cancelled`, `too_late` (not walk-ins), as `reasons.refuse` does, with every
    reason at once (T3, A2, A3, N2, N3), with `already_signed_up`, `shift_full`, `role_gone`, and as the apps above do
    (`ask_against_sign_up`).
    """
    activity, volunteer = shift.activity, volunteer.stays
    if practice.are_mixed(activity.community_id, volunteer.community_id):
        return PRACTICE_ONLY
    if role.activity_id != activity.pk:
        raise ValueError(f"role {role.pk} is not one of activity {activity.pk}")
    if activity.published_at is None:
        return NOT_PUBLISHED
    if activity.cancelled_at is not None:
        return CANCELLED
    if at >= shift.starts_at and not (walk_in or late):
        return TOO_LATE_TO_SIGN_UP
    asked: Any = ask_against_sign_up.send(sender=Shift, shift=shift, role=role, volunteer=volunteer, walk_in=walk_in)
    if said := next((refusal for _receiver, refusal in asked if refusal is not None), None):
        return cast(Refusal, said)
    if ages.is_minor(volunteer.birth_date, shift.date) or role.asks_something:
        _lock(volunteer)  # a guardian's consent (N2) or an exception (T3) may end at this moment
    if unfit := reasons.refuse(volunteer, shift, role, walk_in=walk_in):
        return unfit
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
    """Give a walk-in a place in the first role that is open to walk-ins and has one.

    Roles without needs come first; then those that the person fits (T3). Makes no other checks. Refuses with
    `shift_full`, with `role_asks_more` if a place is left only in roles that the person does not fit, or to a minor at
    the hour at which minors go home, and with `already_signed_up` when another scan gave a place at the same moment.
    """
    if ages.is_minor(volunteer.birth_date, timezone.localdate(at)):
        shift = Shift.objects.select_related("activity").get(pk=shift_id)
        until = shift.activity.minors_until
        if until is not None and judging.is_late(timezone.localtime(shift.starts_at).time(), until):
            return ROLE_ASKS_MORE
    given: dict[str, Any] = {
        "volunteer_id": volunteer.stays.pk,
        "shift_id": shift_id,
        "activity_id": activity_id,
        "by_id": by.pk if by else None,
        "at": at,
        "walk_in": True,
        "full": SHIFT_FULL,
        "taken": ALREADY_SIGNED_UP,
    }
    answer: SignUp | Refusal = take_seat(role_id=None, asks_more=ROLE_ASKS_MORE, **given)
    if answer is not ROLE_ASKS_MORE:
        return answer
    answer = SHIFT_FULL
    for role in asking_roles(activity_id, shift_id=shift_id):
        shift = Shift.objects.select_related("activity").get(pk=shift_id)
        if reasons.refuse(volunteer.stays, shift, role, walk_in=True) is None:
            taken = take_seat(role_id=role.pk, **given)
            if taken not in (SHIFT_FULL, ROLE_GONE):
                return taken
        elif has_place(role, shift_id):
            answer = ROLE_ASKS_MORE
    return answer


def _lock(volunteer: Volunteer) -> None:
    """Make a guardian's withdrawal at the same moment wait, or wait for it."""
    Volunteer.objects.select_for_update(no_key=True, of=("self",)).filter(pk=volunteer.pk).first()


@transaction.atomic
def cancel_sign_up(*, sign_up: SignUp, by: User | None, at: dt.datetime) -> SignUp | Refusal:
    """Give the place back, for the first who waits. Refuses with `too_late` after the beginning."""
    if at >= sign_up.shift.starts_at:
        return TOO_LATE_TO_CANCEL
    SignUp.objects.filter(pk=sign_up.pk, cancelled_at=None).update(cancelled_at=at)
    sign_up.refresh_from_db(fields=["cancelled_at"])
    reminding.drop([sign_up.shift], at=at, volunteer=sign_up.volunteer)
    places_freed.send(sender=SignUp, shifts=[sign_up.shift_id], at=at)
    return sign_up
