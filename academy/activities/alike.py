"""Activities that differ in their times alone, such as dates of a standing shift, in few statements."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from typing import Any, TypeVar, cast

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone
from wagtail.log_actions import get_active_log_context
from wagtail.models import ModelLogEntry

from academy.activities import services
from academy.activities.models import Activity, Break, Role, Shift
from academy.activities.signals import activity_published, ask_against_publishing
from academy.core.refusals import Refusal
from academy.core.sql import AT_ONCE
from academy.people.models import User

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True)
class Times:
    """The times of the only shift of an activity. `breaks`: pairs of start and end."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    breaks: Sequence[tuple[dt.datetime, dt.datetime]] = ()


@dataclass(frozen=True)
class OpenedActivity:
    """A published activity with its roles, in their order."""

    activity: Activity
    roles: Sequence[Role]


@transaction.atomic
def open_alike(
    *, times: Sequence[Times], roles: Sequence[Mapping[str, Any]], by: User, at: dt.datetime, **facts: Any
) -> list[OpenedActivity] | Refusal:
    """Plan and publish one activity for each of the times, which all have these roles and facts.

    The first is planned and published by itself, which validates the common values; the others are its copies. So many
    take a few statements more than one. `roles` and `facts` are those of `services.plan_activity`. Refuses as
    `services.publish_activity` does for one of a row; the caller then undoes the first.
    """
    if not times:
        return []
    first = services.plan_activity(shifts=[vars(times[0])], roles=roles, by=by, **facts)
    published = services.publish_activity(activity=first, by=by, at=at, in_row=True)
    if isinstance(published, Refusal):
        return published
    given = list(first.roles.order_by("pk"))
    others = Activity.objects.bulk_create([_copy(first) for _one in times[1:]], batch_size=AT_ONCE)
    shifts = Shift.objects.bulk_create(
        [
            Shift(activity=activity, starts_at=one.starts_at, ends_at=one.ends_at)
            for activity, one in zip(others, times[1:], strict=True)
        ],
        batch_size=AT_ONCE,
    )
    for activity in others if first.dangerous else ():  # V1 is judged on each day
        asked: Any = ask_against_publishing.send(sender=Activity, activity=activity, in_row=True)
        if said := next((one for _receiver, one in asked if one is not None), None):
            return cast(Refusal, said)
    Break.objects.bulk_create(
        [
            Break(shift=shift, starts_at=start, ends_at=end)
            for shift, one in zip(shifts, times[1:], strict=True)
            for start, end in one.breaks
        ],
        batch_size=AT_ONCE,
    )
    copies = Role.objects.bulk_create(
        [_copy(role, activity=activity) for activity in others for role in given], batch_size=AT_ONCE
    )
    _ask_for_courses(given, copies)
    copied = iter(copies)
    _log(others, by=by)
    for activity in others:
        transaction.on_commit(partial(activity_published.send_robust, sender=Activity, activity=activity), robust=True)
    return [
        OpenedActivity(first, given),
        *(OpenedActivity(activity, [next(copied) for _role in given]) for activity in others),
    ]


def _copy(row: M, **changed: Any) -> M:
    """Return an unsaved copy of a stored row."""
    values = {
        field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key
    }
    for name, value in changed.items():
        values.pop(row._meta.get_field(name).attname)  # type: ignore[union-attr]
        values[name] = value
    return type(row)(**values)


def _ask_for_courses(given: Sequence[Role], copies: Sequence[Role]) -> None:
    """Let the copies, which follow the order of `given`, ask for the same courses."""
    asked = Role.courses.through
    courses = defaultdict(list)
    for role, course in asked.objects.filter(role__in=given).values_list("role", "course"):
        courses[role].append(course)
    asked.objects.bulk_create(
        [
            asked(role=copy, course_id=course)
            for role, copy in zip(cycle(given), copies, strict=False)
            for course in courses[role.pk]
        ],
        batch_size=AT_ONCE,
    )


def _log(activities: Iterable[Activity], *, by: User) -> None:
    """Enter into the history of each what planning and publishing by itself would enter."""
    kind, now = ContentType.objects.get_for_model(Activity), timezone.now()
    context = get_active_log_context()
    ModelLogEntry.objects.bulk_create(
        [
            ModelLogEntry(
                content_type=kind,
                object_id=str(activity.pk),
                label=str(activity),
                action=action,
                timestamp=now,
                user=by,
                data={},
                uuid=context.uuid,
            )
            for activity in activities
            for action in ("wagtail.create", "activities.publish")
        ],
        batch_size=AT_ONCE,
    )
