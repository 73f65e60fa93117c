"""The rows of the page that confirms many activities, with what its user has typed so far (C4)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.functional import cached_property

from academy.activities.models import Activity
from academy.core.http import posted_ids
from academy.hours import explanation
from academy.hours.late import PUBLISHED_LATE
from academy.hours.models import Confirmation, ServiceRecord
from academy.hours.services import confirmation, deadlines
from academy.lead.heads import LONGEST_TYPED, HeadCount, read_head_count
from academy.people.models import User
from academy.people.permissions import Right

_MISSING = {"missing_check_in", "missing_check_out"}


@dataclass(frozen=True)
class Entry:
    """The fields of the form beside the button that was pressed, so that a refused number is not lost."""

    heads: dict[int, str] = field(default_factory=dict)  # by activity
    ticked: frozenset[int] | None = None  # None: a page without a post, on which everything is ticked
    short: frozenset[int] = frozenset()  # fewer people counted than scanned: look at the poster's records singly
    evaluates: bool = False

    @classmethod
    def read(cls, request: HttpRequest) -> "Entry":
        """Return the fields of a post; none on a page without one."""
        if request.method != "POST":
            return cls()
        heads = {pk: request.POST.get(f"heads-{pk}", "")[:LONGEST_TYPED] for pk in posted_ids(request, "counts")}
        ticked, short = (frozenset(posted_ids(request, name)) for name in ("activity", "short"))
        for pk in ticked:
            if typed := request.POST.get(f"heads-{pk}"):
                heads[pk] = typed[:LONGEST_TYPED]
        return cls(heads, ticked, short, "evaluate" in request.POST)


@dataclass(frozen=True)
class Look:
    """A record that somebody has to look at, with the reasons and the steps of its hours."""

    record: ServiceRecord
    remarks: list[str]
    steps: list[dict[str, Any]]

    @property
    def lacks_scan(self) -> bool:
        """A flag: a scan is missing, so that accepting confirms the minutes without it (H6)."""
        return bool(_MISSING & {*self.record.flags})


@dataclass(frozen=True)
class Row:
    """An activity with its records that wait for confirmation."""

    activity: Activity
    candidates: confirmation.Candidates
    counted: list[ServiceRecord]  # C4: the number of heads confirms them
    to_look_at: list[Look]
    deadline: deadlines.Deadline | None
    short: HeadCount | None  # the counted number below the scans, whose poster records are looked at singly
    typed: str = ""
    is_ticked: bool = True
    is_answered: bool = False  # the user has just pressed a button for it

    @cached_property
    def heads(self) -> HeadCount:
        """The field of the head count, with its error or its question if a button was pressed."""
        if not self.is_answered or not self.counted:
            return HeadCount(self.typed)
        return self.count(self.typed)

    def count(self, typed: str | None) -> HeadCount:
        """Return the head count for what was typed: a number, an error, or a number to ask about."""
        return read_head_count(typed, scanned=self.candidates.scanned, posters=len(self.counted))

    @property
    def held(self) -> list[ServiceRecord]:
        """The records that the leader's page shows with the act that comes first."""
        return [*self.candidates.role_missing, *self.candidates.entered, *self.candidates.minors]

    @property
    def named(self) -> list[ServiceRecord]:
        """The records whose volunteers the page names."""
        return [*(one.record for one in self.to_look_at), *self.held]

    @property
    def published_late(self) -> bool:
        """The mark of an activity with a record of a shift that had begun before it was published (C1)."""
        return any(PUBLISHED_LATE in flags for flags in self.candidates.suspected.values())

    @property
    def minutes(self) -> int:
        return sum(record.minutes for record in (*self.candidates.ready, *self.counted))

    @property
    def can_be_ticked(self) -> bool:
        return bool(self.candidates.ready or self.counted)

    @property
    def is_kept(self) -> bool:
        """A flag: the page holds something of the user's that a new one would lose."""
        return bool(self.heads.typed or self.heads.error or self.short or (self.can_be_ticked and not self.is_ticked))


def list_rows(
    user: User, at: dt.datetime, running: list[deadlines.Deadline], typed: Entry, answered: frozenset[int] = frozenset()
) -> list[Row]:
    """Return a row for each activity with records that `user` may confirm, the next due first.

    Takes as many statements for many activities as for one. `answered`: those for which a button was pressed.
    """
    confirms = user.communities_for(Right.CONFIRM_HOURS)
    records = ServiceRecord.objects.awaiting_confirmation().filter(community__in=confirms)
    waiting = Activity.objects.in_communities(confirms).filter(pk__in=records.values("activity"))
    activities = list(waiting.select_related("leader__merged_into", "published_by__volunteer").order_by("pk"))
    found = confirmation.list_candidates_by_activity(activities=activities, by=user, at=at)
    latest: dict[int, Confirmation] = {}
    for one in Confirmation.objects.filter(activity__in=activities, heads__isnull=False).order_by("confirmed_at", "pk"):
        latest[one.activity_id] = one
    due = {one.activity.pk: one for one in running}
    rows = []
    for activity in activities:
        pk, candidates = activity.pk, found[activity.pk]
        short = _find_short(latest.get(pk), typed.heads.get(pk, "") if pk in typed.short else "", candidates)
        counted, looked_at = [], []
        for record in candidates.flagged:
            flags = [*record.remarks, *candidates.suspected[record.pk]]
            if flags == ["static"] and not short:
                counted.append(record)
            else:
                looked_at.append(Look(record, explanation.remarks_of(record, flags), explanation.steps_of(record)))
        rows.append(
            Row(
                activity,
                candidates,
                counted,
                looked_at,
                due.get(pk),
                short if looked_at else None,
                typed=typed.heads.get(pk, ""),
                is_ticked=typed.ticked is None or pk in typed.ticked,
                is_answered=pk in answered,
            )
        )
    far = dt.date.max
    return sorted(rows, key=lambda row: (row.deadline.due_on if row.deadline else far, row.activity.pk))


def _find_short(confirmed: Confirmation | None, typed: str, candidates: confirmation.Candidates) -> HeadCount | None:
    """Return the head count below the scans, typed just now or stored with the latest confirmation (C4)."""
    count = read_head_count(typed or None, scanned=candidates.scanned, posters=0)
    if count.asked is not None and count.missing > 0:
        return count
    if confirmed is not None and confirmed.heads is not None and confirmed.heads < confirmed.scanned:
        return HeadCount(asked=confirmed.heads, scanned=confirmed.scanned)
    return None
