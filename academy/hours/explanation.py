"""The explanation of a service record: its steps, its remarks, and the scans behind it.

Settled hours (H4, H5), the day's limit and the longest visit decide which sentence is true, so each is chosen from the
record's own basis.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.checkin.models import Direction, Scan
from academy.core import formats
from academy.core.look import current_language
from academy.hours import rules, sentences
from academy.hours.models import ROLE_MISSING, Category, ServiceRecord


class Night(NamedTuple):
    """The part of a night in a record, “11月28日 23:50–24:00”, and the records of the other parts."""

    here: str
    halves: list[ServiceRecord]
    minutes: int  # of all parts


def explain(record: ServiceRecord, flags: list[str]) -> dict[str, Any]:
    """Return what `hours/explanation.html` shows of `record`, with the remarks that `flags` name.

    A record whose role is still to be named says only that: no clause has taken its time away.
    """
    scans = evidence_of(record)
    found: dict[str, Any] = {"scans": scans, "night": night_of(record, scans)}
    if record.role_missing:
        others = [flag for flag in flags if flag not in (ROLE_MISSING, "not_service")]
        return {**found, "steps": [], "flags": remarks_of(record, [ROLE_MISSING, *others], scans)}
    return {**found, "steps": steps_of(record, scans), "flags": remarks_of(record, flags, scans)}


def evidence_of(record: ServiceRecord) -> list[Scan]:
    """Return the scans that `record` was computed from, in time order."""
    return list(
        Scan.objects.filter(pk__in=record.basis.get("scans", [])).select_related("checkpoint").order_by("happened_at")
    )


def night_of(record: ServiceRecord, scans: Sequence[Scan]) -> Night | None:
    """Return which part of a night `record` holds, with the records beside it; None without them.

    Takes one statement, for a night alone.
    """
    parts = list(_parts(record, scans))
    if not any(part.is_cut for part in parts):
        return None
    days = [day for part in parts for day in (part.before, part.after) if day is not None]
    halves = ServiceRecord.objects.live().of(record.volunteer).filter(shift=record.shift_id, date__in=days)
    others = list(halves.exclude(pk=record.pk).order_by("date"))
    minutes = sum(one.minutes for one in (record, *others))
    return Night("、".join(map(str, parts)), others, minutes) if others else None


def steps_of(record: ServiceRecord, scans: Sequence[Scan] | None = None) -> list[dict[str, Any]]:
    """Return a record's stored steps as `components/steps.html` shows them, with links to their clauses.

    `scans`: those that the record was computed from; they are read if the record may be a part of a night.
    """
    if scans is None:
        scans = evidence_of(record) if _may_be_of_night(record) else ()
    parts = list(_parts(record, scans))
    span = "、".join(f"{part.start}–{part.end}" for part in parts) if any(part.is_cut for part in parts) else ""
    return [
        {
            **step,
            "clause": sentences.clause_of(step["clause"]),
            "sentence": _step_sentence(record, step, span),
            "url": reverse("rulebook:clause", args=(record.rule_set_id, sentences.clause_of(step["clause"]))),
        }
        for step in record.steps
    ]


def remarks_of(record: ServiceRecord, flags: Iterable[str], scans: Iterable[Scan] | None = None) -> list[str]:
    """Return the sentences of a record's flags, and of flags of the scans behind it, each once.

    `scans`: those that the record was computed from. With them a visit that is too long is told from a missing scan;
    without them, one sentence covers both where both are possible.
    """
    unpaired = [] if scans is None else list(_find_unpaired(record, scans))
    found: list[str] = []
    for flag in flags:
        if flag == "daily_cap":
            found += _day_sentences(record)
        elif flag == "below_minimum":
            found.append(str(sentences.BELOW_MINIMUM) % {"minimum": record.rule_set.parameters["minimum_minutes"]})
        elif flag == "overlap":
            found.append(str(_overlap(record, sentences.OVERLAPS_SETTLED, sentences.OVERLAPS_BOTH, flag)))
        elif mine := [one for one in unpaired if one.flag == flag]:
            found += map(str, mine)
        elif flag in _MISSING and scans is None and not _may_be_too_long(record):
            found.append(str(_MISSING[flag]))
        else:
            found.append(sentences.flag_sentence(flag))
    return list(dict.fromkeys(found))


def why_no_time(record: ServiceRecord) -> str:
    """Return the sentence of the step that left the record without a minute; empty without one."""
    lost = [step for step in record.steps if step["before"] and not step["after"]]
    if record.minutes or record.role_missing or not lost:
        return ""
    step = lost[-1]
    if step["clause"] == "H3-minimum":
        return str(sentences.BELOW_MINIMUM) % {"minimum": record.rule_set.parameters["minimum_minutes"]}
    return _step_sentence(record, step, "")


def _step_sentence(record: ServiceRecord, step: Mapping[str, Any], span: str) -> str:
    clause, values = step["clause"], {"after": step["after"], "lost": step["before"] - step["after"]}
    sentence: Any = sentences.STEPS[clause]
    if clause == "H1-visits" and span:
        sentence, values["span"] = sentences.PART_OF_NIGHT, span
    elif clause == "H1-visits" and not step["after"] and _MISSING.keys() & {*record.flags}:
        sentence = sentences.NO_WHOLE_VISIT
    elif clause == "H5-overlap":
        sentence = _overlap(record, sentences.OVERLAP_SETTLED, sentences.OVERLAP_BOTH, None) or sentence
    elif clause == "H4-day" and (settled := _settled_minutes(record)):
        sentence, values["settled"] = sentences.DAY_WITH_SETTLED, settled
    return str(sentence) % values


# The day (H4)


def _day_sentences(record: ServiceRecord) -> list[str]:
    date = record.date.isoformat()
    if date not in record.basis.get("limits", {}):
        return [sentences.flag_sentence("daily_cap")]
    limits = record.basis["limits"][date]
    limit = rules.DayLimit(limits["daily_minutes"], limits["daily_hard_minutes"])
    approved = [one["daily_minutes"] for one in record.basis["approvals"] if one["date"] == date]
    most = rules.day_limit(limit, max(approved, default=0))
    sentence = sentences.DAY_LIMIT if most < limit.hard_minutes else sentences.DAY_FULL
    found = [str(sentence) % {"hours": _hours(most), "most": _hours(limit.hard_minutes)}]
    if settled := _settled_minutes(record):
        found.append(str(sentences.DAY_SETTLED) % {"settled": settled})
    return found


def _settled_minutes(record: ServiceRecord) -> int:
    """Return the service minutes of the record's day that it was counted behind."""
    return sum(
        one["minutes"]
        for one in record.basis.get("stands", ())
        if one["date"] == record.date.isoformat() and one["category"] == Category.SERVICE
    )


def _hours(minutes: int) -> str:
    return f"{minutes / 60:g}"


# Overlaps (H5)


def _overlap(record: ServiceRecord, settled: Any, both: Any, flag: str | None) -> Any:
    """Return the sentence for time of other activities: `settled` ones, or `both` these and open ones.

    Without settled ones, return the sentence of `flag`, or None.
    """
    own = str(record.shift_id)
    stands = [one for one in record.basis.get("stands", ()) if one["shift"] != own]
    held = any(_meets(record.basis, start, end) for one in stands for start, end in one["time"])
    if not held:
        return None if flag is None else sentences.FLAGS[flag]
    standing = {one["shift"] for one in stands}
    others = [facts for shift, facts in record.basis["with"].items() if shift not in standing]
    also = any(_meets(record.basis, one["starts_at"], one["overtime_until"] or one["ends_at"]) for one in others)
    return both if also else settled


def _meets(plan: Mapping[str, Any], start: str, end: str) -> bool:
    """Return whether a stretch of time meets the shift as planned."""
    read = dt.datetime.fromisoformat
    return read(start) < read(plan["overtime_until"] or plan["ends_at"]) and read(plan["starts_at"]) < read(end)


# Visits over midnight (step 7 of the rules)


class _Part(NamedTuple):
    """The part of a visit on the record's date. `before`, `after`: the days of the rest, if any."""

    day: str
    start: str
    end: str
    before: dt.date | None
    after: dt.date | None

    @property
    def is_cut(self) -> bool:
        return self.before is not None or self.after is not None

    def __str__(self) -> str:
        return f"{self.day} {self.start}–{self.end}"


def _may_be_of_night(record: ServiceRecord) -> bool:
    """Return whether a visit behind the record may cross midnight: its days were counted together."""
    return len(record.basis.get("days", ())) > 1


def _parts(record: ServiceRecord, scans: Sequence[Scan]) -> Iterator[_Part]:
    """Yield the parts of the record's visits that lie on its date, in time order."""
    day = dt.timedelta(days=1)
    for came, left in _visits(record, scans) if scans else ():
        first, last = came.date(), (left - dt.timedelta(microseconds=1)).date()
        if not first <= record.date <= last:
            continue
        yield _Part(
            formats.day(record.date, current_language()),
            "0:00" if first < record.date else _clock(came),
            "24:00" if last > record.date or left.date() > record.date else _clock(left),
            record.date - day if first < record.date else None,
            record.date + day if last > record.date else None,
        )


def _visits(record: ServiceRecord, scans: Iterable[Scan]) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """Yield the visits that count, in local time, paired as step 2 of the rules pairs them (H6)."""
    longest = dt.timedelta(minutes=record.rule_set.parameters["max_visit_minutes"])
    opened: dt.datetime | None = None
    for scan in sorted(scans, key=_order):
        at = timezone.localtime(scan.happened_at.replace(microsecond=0))
        if opened is not None and at - opened > longest:
            opened = None
        if scan.direction == Direction.IN:
            opened = opened or at
        elif opened is not None:
            if at > opened:
                yield opened, at
            opened = None


def _order(scan: Scan) -> tuple[int, bool]:
    return int(scan.happened_at.timestamp()), scan.direction == Direction.IN


# Visits that do not count (H6)

_MISSING = {"missing_check_in": sentences.NO_CHECK_IN, "missing_check_out": sentences.NO_CHECK_OUT}


def _may_be_too_long(record: ServiceRecord) -> bool:
    """Return whether a visit that is too long may be behind the flags.

    It leaves both of them, on one day or one on each of two days.
    """
    return _MISSING.keys() <= {*record.flags} or len(record.basis.get("days", ())) > 1


class _Unpaired(NamedTuple):
    """A scan without its partner. With `left`, both are there, and the visit is too long."""

    flag: str
    came: dt.datetime | None
    left: dt.datetime | None
    longest: int  # minutes

    def __str__(self) -> str:
        if self.came is None:
            return str(sentences.NO_CHECK_IN)
        if self.left is None:
            return str(sentences.NO_CHECK_OUT)
        came, left = timezone.localtime(self.came), timezone.localtime(self.left)
        times = {"came": _clock(came), "left": _clock(left)}
        if came.date() != left.date():
            times["left"] = _("%(time)s on the next day") % {"time": times["left"]}
        return str(sentences.TOO_LONG) % {**times, "hours": _hours(self.longest)}


def _clock(moment: dt.datetime) -> str:
    return formats.clock(moment) + (f":{moment.second:02}" if moment.second else "")


def _find_unpaired(record: ServiceRecord, scans: Iterable[Scan]) -> Iterator[_Unpaired]:
    """Yield the scans of the record's date that make no visit, paired as step 2 of the rules pairs them."""
    longest = record.rule_set.parameters["max_visit_minutes"]

    def is_here(moment: dt.datetime) -> bool:
        return timezone.localdate(moment) == record.date

    opened: dt.datetime | None = None
    for scan in sorted(scans, key=_order):
        at, is_in = scan.happened_at.replace(microsecond=0), scan.direction == Direction.IN
        given_up = opened if opened is not None and at - opened > dt.timedelta(minutes=longest) else None
        if given_up is not None:
            opened = None
            if is_here(given_up):
                yield _Unpaired("missing_check_out", given_up, None if is_in else at, longest)
        if is_in:
            opened = opened or at
        elif opened is None:
            if is_here(at):
                yield _Unpaired("missing_check_in", given_up, at, longest)
        else:
            opened = None
    if opened is not None and is_here(opened):
        yield _Unpaired("missing_check_out", opened, None, longest)
