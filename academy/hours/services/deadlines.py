"""The deadline of K3: ten working days from an activity's end, to confirm and evaluate its hours."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.links import link_to
from academy.core.look import lazy_day
from academy.core.models import Community
from academy.core.workdays import add_working_days, is_known, is_working_day
from academy.hours.models import OPEN_STATES, Evaluation, ServiceRecord
from academy.messaging import services as messaging
from academy.rulebook.models import RuleSet

ALERTS = (3, 6)  # working days after the end
LOOK_BACK = dt.timedelta(days=400)


@dataclass(frozen=True)
class Deadline:
    """The deadline of an activity that is not confirmed and evaluated yet."""

    activity: Activity
    ended_on: dt.date
    due_on: dt.date
    unconfirmed: int
    unevaluated: int
    today: dt.date

    @property
    def is_overdue(self) -> bool:
        return self.today > self.due_on

    @property
    def days_left(self) -> int:
        """The working days until the deadline; negative once it is overdue."""
        return working_days_between(self.today, self.due_on)

    @property
    def days_passed(self) -> int:
        """The working days since the activity's end."""
        return working_days_between(self.ended_on, self.today)

    @property
    def is_certain(self) -> bool:
        """A flag: the holidays of these years are known. Otherwise the deadline may still move."""
        return all(is_known(year) for year in range(self.ended_on.year, self.due_on.year + 1))


def running(communities: Iterable[Any], *, at: dt.datetime) -> list[Deadline]:
    """Return the deadlines of activities that are over, the earliest first. Takes three statements."""
    today = timezone.localdate(at)
    live = ServiceRecord.objects.live().filter(activity=OuterRef("pk"))
    over = (
        Activity.objects.in_communities(communities)
        .published()
        .annotate(ended_at=Max("shifts__ends_at"), until=Max("shifts__overtime_until"))
        .filter(Exists(live), ended_at__lt=at, ended_at__gte=at - LOOK_BACK)
        .select_related("leader__merged_into", "community")
    )
    activities = list(over)
    people: dict[int, set[int]] = {}
    unconfirmed: dict[int, int] = {}
    rows = ServiceRecord.objects.live().filter(activity__in=activities)
    for activity_id, volunteer_id, stays, state in rows.values_list(
        "activity_id", "volunteer_id", "volunteer__merged_into", "state"
    ):
        people.setdefault(activity_id, set()).add(stays or volunteer_id)
        unconfirmed[activity_id] = unconfirmed.get(activity_id, 0) + (state in OPEN_STATES)
    for activity_id, volunteer_id in Evaluation.objects.filter(activity__in=activities).values_list(
        "activity_id", "volunteer_id"
    ):
        people.get(activity_id, set()).discard(volunteer_id)
    rules: dict[tuple[int, dt.date], int] = {}
    found = []
    for activity in activities:
        if not unconfirmed[activity.pk] and not people[activity.pk]:
            continue
        ended_at = max(activity.ended_at, activity.until or activity.ended_at)
        ended_on = timezone.localdate(ended_at)
        key = (activity.community_id, ended_on)
        if key not in rules:
            rules[key] = RuleSet.objects.in_force(*key).parameters["record_working_days"]
        due_on = add_working_days(ended_on, rules[key])
        found.append(Deadline(activity, ended_on, due_on, unconfirmed[activity.pk], len(people[activity.pk]), today))
    return sorted(found, key=lambda one: (one.due_on, one.activity.pk))


def send_alerts(*, at: dt.datetime) -> int:
    """Remind leaders on the third and sixth working day after the end; return the number of messages."""
    drafts = [
        messaging.Draft(
            one.activity.leader.stays,
            f"deadline:{one.activity.pk}:{alert}",
            messaging.fill_in(
                _("“%(title)s” is not confirmed and evaluated yet. It is due on %(day)s."),
                title=one.activity.title,
                day=lazy_day(one.due_on, at),
            ),
            link_to("leader_page", one.activity.pk),
        )
        for one in running(Community.objects.all(), at=at)
        for alert in ALERTS
        if one.days_passed >= alert and not (alert != ALERTS[-1] and one.days_passed >= ALERTS[-1])
    ]
    return messaging.send_all(drafts, at=at) if drafts else 0


def working_days_between(start: dt.date, end: dt.date) -> int:
    """Count the working days after `start`, up to and with `end`; negative if `end` is before `start`."""
    if end < start:
        return -working_days_between(end, start)
    days = ((start + dt.timedelta(days=number)) for number in range(1, (end - start).days + 1))
    return sum(is_working_day(day) for day in days)
