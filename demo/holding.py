"""Activities of the demonstration as they were held: planned, published, attended, confirmed."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable

from django.utils import timezone

from academy.activities import services as activities
from academy.activities.models import Activity, Role, SignUp
from academy.checkin.models import Direction, Method
from academy.checkin.services import codes, scanning
from academy.core.models import Community
from academy.hours.services import confirmation, evaluation
from academy.people.models import Issuer, User, Volunteer
from demo import accounts
from demo.past import DemoActivity


def plan(past: DemoActivity, *, community: Community, by: User, at: dt.datetime) -> Activity:
    """Plan an activity of an earlier week, and publish it ten days before. Its leader is the instructor."""
    moment = clock(day_of(past, at))
    issuer = Issuer.objects.get(community=community)
    begins = moment(past.begins)
    activity = activities.plan_activity(
        community=community,
        title=past.title,
        kind=past.kind,
        subject=past.subject,
        place=past.place,
        service_content=past.content,
        leader=Volunteer.objects.get(community=community, name=accounts.INSTRUCTOR.name),
        organiser=issuer.name,
        issuer=issuer,
        shifts=[
            {
                "starts_at": begins,
                "ends_at": moment(past.ends),
                "breaks": [(moment(first), moment(last)) for first, last in past.breaks],
            }
        ],
        roles=[{"name": name, "counts_as": counts_as, "capacity": places} for name, counts_as, places in past.roles],
        dangerous=bool(past.insurance),
        insurance=past.insurance,
        volunteer_initiated=past.volunteer_initiated,
        by=by,
    )
    published = activities.publish_activity(activity=activity, by=by, at=begins - dt.timedelta(days=10))
    assert isinstance(published, Activity), published
    return activity


def sign_up(activity: Activity, volunteer: Volunteer, role: Role, *, by: User) -> SignUp:
    """Sign a person up for the only shift, three days before it."""
    shift = activity.shifts.get()
    place = activities.sign_up(
        volunteer=volunteer, shift=shift, role=role, by=by, at=shift.starts_at - dt.timedelta(days=3)
    )
    assert isinstance(place, SignUp), place
    return place


def confirm(activity: Activity, *, heads: int, by: Iterable[User], at: dt.datetime, evaluated: bool) -> None:
    """Confirm the hours after a head count, as the scans at a poster need it (C4), and evaluate.

    No person confirms their own hours (K4): each of `by` confirms what the others may not.
    """
    for confirming in by:
        confirmation.confirm(activity=activity, by=confirming, at=at, heads=heads)
        if evaluated:
            evaluation.evaluate(activity=activity, by=confirming, at=at)


def day_of(past: DemoActivity, at: dt.datetime) -> dt.date:
    """Return the day of the activity: by default that week's Saturday."""
    day = timezone.localdate(at) - dt.timedelta(weeks=past.weeks_ago)
    return day + dt.timedelta(days=past.weekday - day.weekday())


def clock(day: dt.date) -> Callable[[str], dt.datetime]:
    """Return the function that reads a time of this day; hours from 24 on are of the next one."""
    midnight = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())

    def moment(text: str) -> dt.datetime:
        hours, minutes = text.split(":")
        return midnight + dt.timedelta(hours=int(hours), minutes=int(minutes))

    return moment


def scan(
    activity: Activity,
    volunteer: Volunteer,
    direction: Direction,
    at: dt.datetime,
    *,
    operator: User | None = None,
) -> None:
    """Scan the poster with the person's own phone, or with that of `operator`."""
    answer = scanning.record_scan(
        scan_id=uuid.uuid4(),
        checkpoint=codes.checkpoint_for(activity, rotating=False).key,
        code=None,
        volunteer=volunteer,
        operator=operator or volunteer.user,
        direction=direction,
        at=at,
    )
    assert answer.accepted, answer.refusal


def show_card(activity: Activity, volunteer: Volunteer, direction: Direction, at: dt.datetime, *, by: User) -> None:
    """Let staff scan the card of a person who has no phone."""
    answer = scanning.record_for(
        scan_id=uuid.uuid4(),
        activity=activity,
        volunteer=volunteer,
        method=Method.CARD,
        by=by,
        direction=direction,
        at=at,
    )
    assert answer.accepted, answer.refusal
