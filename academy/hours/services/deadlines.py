"""The deadline of K3: ten working days from an activity's end, to confirm and evaluate its hours."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, ActivityQuerySet
from academy.core.links import link_to
from academy.core.look import lazy_working_day
from academy.core.workdays import add_working_days, working_days_between
from academy.hours.models import OPEN_STATES, Evaluation, OpenDeadline, ServiceRecord
from academy.messaging import services as messaging
from academy.messaging.kinds import WORK
from academy.messaging.models import Tone
from academy.rulebook.models import RuleSet

ALERTS = (3, 6)  # working days after the end
REMINDER = "deadline"  # how the key of a reminder begins
CONFIRM = _("“%(title)s” waits for you to confirm its hours, by %(day)s.")
CONFIRM_LATE = _("“%(title)s” waits for you to confirm its hours. It was due on %(day)s.")
EVALUATE = _("“%(title)s” waits for your evaluation, by %(day)s.")
EVALUATE_LATE = _("“%(title)s” waits for your evaluation. It was due on %(day)s.")


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
    def reminder(self) -> Any:
        """The lazy text of a message that names the leader's next step, to confirm or to evaluate."""
        if self.unconfirmed:
            return CONFIRM_LATE if self.is_overdue else CONFIRM
        return EVALUATE_LATE if self.is_overdue else EVALUATE

    @property
    def days_left(self) -> int:
        """The working days until the deadline; negative once it is overdue."""
        return working_days_between(self.today, self.due_on)

    @property
    def days_overdue(self) -> int:
        """The working days since the deadline; 0 before it, and until the next working day."""
        return max(0, working_days_between(self.due_on, self.today))

    @property
    def days_passed(self) -> int:
        """The working days since the activity's end."""
        return working_days_between(self.ended_on, self.today)


def running(communities: Iterable[Any], *, at: dt.datetime) -> list[Deadline]:
    """Return the deadlines of activities that are over, the earliest first. Takes five statements.

    An activity stays until all its records are confirmed and all its people evaluated, however long ago it was.
    """
    return _running(Activity.objects.in_communities(communities), at=at)


def _running(among: ActivityQuerySet, *, at: dt.datetime) -> list[Deadline]:
    today = timezone.localdate(at)
    live = ServiceRecord.objects.live().filter(activity=OuterRef("pk"))
    over = (
        among.published()
        .filter(open_deadline__isnull=False)
        .annotate(ended_at=Max("shifts__ends_at"), until=Max("shifts__overtime_until"))
        .filter(Exists(live), ended_at__lt=at)
        .select_related("leader__merged_into", "community")
    )
    activities = list(over)
    left = _left_to_do([activity.pk for activity in activities])
    rules = RuleSet.objects.timelines(activity.community_id for activity in activities)
    found = []
    for activity in activities:
        unconfirmed, unevaluated = left[activity.pk]
        if not unconfirmed and not unevaluated:
            continue
        ended_on = timezone.localdate(max(activity.ended_at, activity.until or activity.ended_at))
        working_days = rules.parameters_on(activity.community_id, ended_on)["record_working_days"]
        due_on = add_working_days(ended_on, working_days)
        found.append(Deadline(activity, ended_on, due_on, unconfirmed, unevaluated, today))
    return sorted(found, key=lambda one: (one.due_on, one.activity.pk))


def _left_to_do(activities: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return how many records to confirm and people to evaluate each activity has. Two statements."""
    people: dict[int, set[int]] = {pk: set() for pk in activities}
    unconfirmed = dict.fromkeys(activities, 0)
    rows = ServiceRecord.objects.live().filter(activity__in=activities)
    for activity_id, volunteer_id, stays, state in rows.values_list(
        "activity_id", "volunteer_id", "volunteer__merged_into", "state"
    ):
        people[activity_id].add(stays or volunteer_id)
        unconfirmed[activity_id] += state in OPEN_STATES
    evaluated = Evaluation.objects.filter(activity__in=activities)
    for activity_id, volunteer_id, stays in evaluated.values_list(
        "activity_id", "volunteer_id", "volunteer__merged_into"
    ):
        people[activity_id].discard(stays or volunteer_id)
    return {pk: (unconfirmed[pk], len(people[pk])) for pk in activities}


def end_finished(activities: Collection[int], *, at: dt.datetime) -> int:
    """End the open deadlines of activities that are done or imported, and return how many.

    A deadline that a new record starts at this moment is skipped. Call it in a transaction.
    """
    held = OpenDeadline.objects.select_for_update(skip_locked=True).filter(pk__in=activities).order_by("pk")
    left = _left_to_do(list(held.values_list("pk", flat=True)))
    done = Q(pk__in=[pk for pk, counts in left.items() if not any(counts)]) | Q(pk__in=left, activity__imported=True)
    finished = list(OpenDeadline.objects.filter(done).values_list("pk", flat=True))
    end_reminders(finished, at=at)
    OpenDeadline.objects.filter(pk__in=finished).delete()
    return len(finished)


def end_reminders(activities: Collection[int], *, at: dt.datetime) -> None:
    """Mark the reminders of these activities, which are done, as read."""
    led = Activity.objects.filter(pk__in=activities).select_related("leader__merged_into")
    if leaders := [one.leader.stays for one in led]:
        keys = [_key(pk, alert) for pk in activities for alert in ALERTS]
        messaging.settle(volunteers=leaders, keys=keys, at=at)


def is_done(activity: Activity) -> bool:
    """Return whether all hours of the activity are confirmed and all its people evaluated.

    Takes two statements.
    """
    return not any(_left_to_do([activity.pk])[activity.pk])


def _key(activity_id: int, alert: int) -> str:
    return f"{REMINDER}:{activity_id}:{alert}"


def find_reminded(key: str) -> int | None:
    """Return the id of the activity that a message with this `key` reminds of; None for other messages."""
    kind, _colon, rest = key.partition(":")
    return int(rest.partition(":")[0]) if kind == REMINDER else None


def send_alerts(activities: Collection[int], *, at: dt.datetime) -> int:
    """Remind leaders on the third and sixth working day after the end, and return how many."""
    drafts = [
        messaging.Draft(
            WORK,
            one.activity.leader.stays,
            _key(one.activity.pk, alert),
            messaging.fill_in(one.reminder, title=one.activity.title, day=lazy_working_day(one.due_on, at)),
            link_to("leader_page", one.activity.pk),
            Tone.TODO,
        )
        for one in _running(Activity.objects.filter(pk__in=activities), at=at)
        for alert in ALERTS
        if one.days_passed >= alert and not (alert != ALERTS[-1] and one.days_passed >= ALERTS[-1])
    ]
    return messaging.send_all(drafts, at=at) if drafts else 0
