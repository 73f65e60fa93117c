"""Queries of the waiting list, for the pages that show it."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from academy.activities.models import Shift
from academy.activities.waiting import offering
from academy.activities.waiting.models import WaitingEntry
from academy.core.links import public_address
from academy.core.look import moment, period
from academy.core.together import Together, as_moment
from academy.people.models import Volunteer


def waiting_at(shifts: Collection[Shift]) -> dict[int, list[WaitingEntry]]:
    """Return who waits, by shift (id), in the order in which places are offered. One statement."""
    found: dict[int, list[WaitingEntry]] = defaultdict(list)
    entries = WaitingEntry.objects.open().filter(shift__in=shifts)
    for entry in entries.select_related("volunteer__merged_into", "role", "shift__activity", "joined_by__volunteer"):
        found[entry.shift_id].append(entry)
    return found


def count_at(shifts: Collection[Shift]) -> dict[tuple[int, int], int]:
    """Return how many people wait, by shift and role (ids). One statement."""
    open_ones = WaitingEntry.objects.filter(ended_at=None, shift__in=shifts).order_by()
    counted = open_ones.values("shift", "role").annotate(people=Count("pk"))
    return {(one["shift"], one["role"]): one["people"] for one in counted}


def waits_of(people: Sequence[Volunteer], shifts: Iterable[Shift]) -> dict[int, list[WaitingEntry]]:
    """Return the open entries of these people, by shift (id). No statement without people."""
    found: dict[int, list[WaitingEntry]] = defaultdict(list)
    if people:
        entries = WaitingEntry.objects.open().of_all(people).filter(shift__in=shifts)
        for entry in entries.select_related("volunteer__merged_into", "role"):
            found[entry.shift_id].append(entry)
    return found


@dataclass(frozen=True)
class ComingWait:
    """An open entry of a person for a shift to come."""

    title: str
    activity: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    answer_by: dt.datetime | None  # None while no place is offered


def coming_waits(volunteer: Volunteer, at: dt.datetime, *, together: Together) -> Callable[[], list[ComingWait]]:
    """Return the person's open entries for shifts to come, the next shift first."""
    entries = WaitingEntry.objects.of(volunteer).filter(ended_at=None, shift__starts_at__gt=at)
    columns = ("shift__activity__title", "shift__activity", "shift__starts_at", "shift__ends_at", "answer_by", "pk")
    rows = together.add(entries, *columns)

    def read() -> list[ComingWait]:
        ordered = sorted(rows(), key=lambda row: (row[2], row[5]))
        return [
            ComingWait(title, activity, as_moment(starts), as_moment(ends), as_moment(answer_by) if answer_by else None)
            for title, activity, starts, ends, answer_by, _pk in ordered
        ]

    return read


def text_to_send(entry: WaitingEntry) -> str:
    """Return the text with the own link of this person, to send to them alone."""
    facts = {
        "name": entry.volunteer.stays.name,
        "title": entry.shift.activity.title,
        "when": period(entry.shift),
        "url": public_address(offering.page_of(entry)),
    }
    if entry.answer_by is None:
        return _("%(name)s, you are on the waiting list: %(title)s, %(when)s. Your page: %(url)s") % facts
    sentence = _("%(name)s, a place is free for you: %(title)s, %(when)s. Please answer by %(until)s: %(url)s")
    return sentence % {**facts, "until": moment(entry.answer_by)}
