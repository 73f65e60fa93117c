"""The lines of a platform's workbook: one for each record, or one for each of its visits."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils import timezone

from academy.checkin.models import Direction, Scan
from academy.core import formats, shown_hours
from academy.core.sql import batched
from academy.hours.models import ServiceRecord
from academy.hours.recount import minutes_up_to
from academy.tables import filling

TIMES = {"came", "left"}  # the fields that a form with times asks for

Moment = tuple[dt.datetime, bool]  # of a scan, and True for a check-in


class HandoverLine(NamedTuple):
    """One line: the times of a visit within the record's day, and the minutes that count."""

    came: dt.datetime | None
    left: dt.datetime | None
    minutes: int


class _Visit(NamedTuple):
    """A closed visit within one local day, and the moment of its check-out, which may be on the next day."""

    came: dt.datetime
    left: dt.datetime
    checked_out_at: dt.datetime


def rows_of(columns: dict[str, Any], records: list[ServiceRecord]) -> list[dict[int, filling.Value]]:
    """Return the values of each line by the column, from 0, that holds them."""
    with_times = any(column.get("field") in TIMES for column in columns.values())
    moments = _moments(records) if with_times else {}
    rows: list[dict[int, filling.Value]] = []
    for record in records:
        for line in lines_of(record, moments.get(record.pk, [])):
            values = _values(len(rows) + 1, record, line)
            rows.append(
                {
                    int(place): column["text"] if "text" in column else values[column["field"]]
                    for place, column in columns.items()
                }
            )
    return rows


def lines_of(record: ServiceRecord, moments: list[Moment]) -> list[HandoverLine]:
    """Return the lines of a record.

    It is one line with the first and the last time, or one line a visit if those two contradict the minutes. A visit
    over midnight is cut there, because each of its days has a record of its own (H3). The minutes of the lines together
    are the record's minutes.
    """
    visits = _visits(record, moments)
    if not visits:
        return [HandoverLine(None, None, record.minutes)]
    came, left = visits[0].came, visits[-1].left
    if len(visits) == 1 or (left - came) // dt.timedelta(minutes=1) == record.minutes:
        return [HandoverLine(came, left, record.minutes)]
    ends = minutes_up_to(record, [visit.checked_out_at for visit in visits])
    ends = [*(min(end, record.minutes) for end in ends[:-1]), record.minutes]
    lines, before = [], 0
    for visit, end in zip(visits, ends, strict=True):
        if end > before:
            lines.append(HandoverLine(visit.came, visit.left, end - before))
            before = end
    return lines


def _visits(record: ServiceRecord, moments: list[Moment]) -> list[_Visit]:
    """Return the closed visits of the record's day, paired as counting pairs them (H3, 2; H6)."""
    midnight, next_midnight = (
        dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
        for day in (record.date, record.date + dt.timedelta(days=1))
    )
    longest = dt.timedelta(minutes=record.rule_set.parameters["max_visit_minutes"])
    visits: list[_Visit] = []
    opened: dt.datetime | None = None
    for moment, is_in in sorted(moments):
        if opened is not None and moment - opened > longest:
            opened = None
        if is_in:
            opened = opened or moment
        elif opened is not None:
            visits.append(_Visit(max(opened, midnight), min(moment, next_midnight), moment))
            opened = None
    return [visit for visit in visits if visit.came < visit.left]


def times_of(records: Sequence[ServiceRecord]) -> dict[int, tuple[Any, Any]]:
    """Return the first and the last time on each record's day, by its id; a midnight as `24:00`."""
    prefetch_related_objects(records, "rule_set")
    moments = _moments(records)
    found = {}
    for record in records:
        if visits := _visits(record, moments.get(record.pk, [])):
            left = timezone.localtime(visits[-1].left)
            end = left.time() if left.date() == record.date else "24:00"
            found[record.pk] = (timezone.localtime(visits[0].came).time(), end)
    return found


def _values(index: int, record: ServiceRecord, line: HandoverLine) -> dict[str, filling.Value]:
    person, described, issuer = record.volunteer.stays, record.described, record.issuer
    assert issuer is not None and record.leader is not None, f"{record!r} is not settled"
    return {
        "index": index,
        "name": person.name,
        "volunteer_number": person.number,
        "phone": person.get_phone_display(),
        "activity": described.title,
        "content": described.service_content,
        "place": described.place,
        "date": record.date,
        "came": _clock(line.came, record.date),
        "left": _clock(line.left, record.date),
        "hours": float(shown_hours.hours(line.minutes, record.community_id)),
        "minutes": line.minutes,
        "organiser": described.organiser,
        "leader": record.leader.stays.name,
        "issuer": issuer.name,
        "person_responsible": issuer.person_responsible,
        "handler": issuer.handler,
        "telephone": issuer.telephone,
    }


def _clock(moment: dt.datetime | None, date: dt.date) -> str:
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return formats.clock(local) if local.date() == date else "24:00"


def _moments(records: Sequence[ServiceRecord]) -> dict[int, list[Moment]]:
    """Return the moments of each record's scans with their directions."""
    of_scan: dict[str, list[int]] = defaultdict(list)
    for record in records:
        for scan in record.basis["scans"]:
            of_scan[scan].append(record.pk)
    found: dict[int, list[Moment]] = defaultdict(list)
    for ids in batched(sorted(of_scan)):
        scans = Scan.objects.filter(pk__in=[UUID(pk) for pk in ids])
        for pk, happened_at, direction in scans.values_list("pk", "happened_at", "direction"):
            for record_id in of_scan[str(pk)]:
                found[record_id].append((happened_at, direction == Direction.IN))
    return found
