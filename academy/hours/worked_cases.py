"""Worked cases: one volunteer's scans from JSON, and the result with every step of the count.

This module needs no database and no Django. A case that cannot be read raises `MalformedCase`, whose one line names the
case (its place in the list, from 1) and the field; places inside a case count from 1 too.
"""

import datetime as dt
import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from academy.hours.rules import KINDS, ROLES, SERVICE, TRAINING, Activity, Approval, Parameters, Record, Scan, settle

DEFAULT_TIMEZONE = "Asia/Shanghai"
RULES = tuple(field.name for field in fields(Parameters))
YEARS = range(2, 9999)  # a time zone needs room on both sides
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# `fromisoformat` accepts any one character between date and time; ISO 8601 has a T, and we accept a space.
DATE_THEN_TIME = re.compile(r"[0-9W-]{7,10}[T ]")
REPEATED = object()  # stands for the value of a name that an object holds twice

T = TypeVar("T")
D = TypeVar("D")
Reader = Callable[[object, str], T]  # takes a value, and the path to it for the message


class MalformedCase(ValueError):
    """A text that holds no case; the message is one line for a person."""


@dataclass(frozen=True)
class Case:
    """One volunteer's activities and scans, and the rules to count them by."""

    title: str
    timezone: ZoneInfo
    parameters: Parameters
    approvals: list[Approval]
    activities: list[Activity]
    scans: list[Scan]

    def settle(self, *, explain: bool = True) -> list[Record]:
        """Count as H3 says, with the case's one rule set for all activities and days."""
        limit = self.parameters.day_limit
        return settle(
            self.activities,
            self.scans,
            timezone=self.timezone,
            limit_on=lambda date: limit,
            approvals=self.approvals,
            explain=explain,
        )


def read(content: bytes) -> tuple[list[Case], bool]:
    """Return the cases of a JSON text in UTF-8, and whether it is a list of them. Raises `MalformedCase`."""
    try:
        found = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        raise MalformedCase(f"not JSON in UTF-8: {error}") from error
    wrappers = found if isinstance(found, list) else [found]
    return [_case(wrapper, f"case {place}") for place, wrapper in enumerate(wrappers, start=1)], found is wrappers


def result(records: list[Record]) -> dict[str, Any]:
    """Return the records with their steps, and the total minutes of service and of training."""
    return {
        "records": [
            {
                **record._asdict(),
                "date": record.date.isoformat(),
                "flags": list(record.flags),
                "steps": [step._asdict() for step in record.steps],
            }
            for record in records
        ],
        "totals": {
            category: sum(record.minutes for record in records if record.category == category)
            for category in (SERVICE, TRAINING)
        },
    }


class _Fields:
    """The checked fields of an object: all required ones, none unknown, null or given twice."""

    def __init__(self, value: object, path: str, *, required: tuple[str, ...], optional: tuple[str, ...]) -> None:
        if not isinstance(value, dict):
            raise MalformedCase(f"{path}: is not an object")
        for name, content in value.items():
            if name not in required and name not in optional:
                raise MalformedCase(f"{path}, {name!r}: is not a known field")
            if content is None or content is REPEATED:
                raise MalformedCase(f"{path}, {name}: is {'null' if content is None else 'given twice'}")
        for name in required:
            if name not in value:
                raise MalformedCase(f"{path}, {name}: is missing")
        self.values = value
        self.path = path

    def read(self, name: str, reader: Reader[T]) -> T:
        return reader(self.values[name], f"{self.path}, {name}")

    def read_or(self, default: D, name: str, reader: Reader[T]) -> T | D:
        return self.read(name, reader) if name in self.values else default

    def refuse(self, name: str, why: str) -> MalformedCase:
        return MalformedCase(f"{self.path}, {name}: {why}")


def _case(wrapper: object, path: str) -> Case:
    case = _Fields(
        _Fields(wrapper, path, required=("case",), optional=("expect",)).values["case"],
        path,
        required=("activities", "scans"),
        optional=("title", "timezone", "rules", "approvals"),
    )
    parameters = case.read_or(Parameters(), "rules", _parameters)
    activities = case.read("activities", _list_of(lambda value, path: _activity(value, path, parameters)))
    known: set[str] = set()
    for place, activity in enumerate(activities, start=1):
        if activity.id in known:
            raise case.refuse(f"activities {place}, id", f"{activity.id!r} is given twice")
        known.add(activity.id)
    scans = case.read("scans", _list_of(_scan))
    for place, scan in enumerate(scans, start=1):
        if scan.activity not in known:
            raise case.refuse(f"scans {place}, activity", f"{scan.activity!r} is not one of the activities")
    return Case(
        title=case.read_or("", "title", _text),
        timezone=case.read_or(ZoneInfo(DEFAULT_TIMEZONE), "timezone", _timezone),
        parameters=parameters,
        approvals=case.read_or([], "approvals", _list_of(_approval)),
        activities=activities,
        scans=scans,
    )


def _parameters(value: object, path: str) -> Parameters:
    rules = _Fields(value, path, required=(), optional=RULES)
    for name in rules.values:
        least = 1 if name == "rounding_minutes" else 0
        if rules.read(name, _whole) < least:
            raise rules.refuse(name, f"is not a whole number from {least}")
    return Parameters(**rules.values)


def _approval(value: object, path: str) -> Approval:
    approval = _Fields(value, path, required=("date", "daily_minutes"), optional=())
    return Approval(approval.read("date", _date), approval.read("daily_minutes", _whole))


def _activity(value: object, path: str, parameters: Parameters) -> Activity:
    activity = _Fields(
        value,
        path,
        required=("id", "kind", "role", "starts_at", "ends_at"),
        optional=("overtime_until", "breaks", "group"),
    )
    starts_at, ends_at = activity.read("starts_at", _moment), activity.read("ends_at", _moment)
    overtime_until = activity.read_or(None, "overtime_until", _moment)
    if ends_at <= starts_at:
        raise activity.refuse("ends_at", "is not after starts_at")
    if overtime_until is not None and overtime_until < ends_at:
        raise activity.refuse("overtime_until", "is before ends_at")
    return Activity(
        id=activity.read("id", _text),
        kind=activity.read("kind", _one_of(KINDS)),
        role=activity.read("role", _one_of(ROLES)),
        starts_at=starts_at,
        ends_at=ends_at,
        overtime_until=overtime_until,
        breaks=activity.read_or([], "breaks", _list_of(_break)),
        group=activity.read_or(None, "group", _text),
        parameters=parameters,
    )


def _break(value: object, path: str) -> tuple[int, int]:
    if not isinstance(value, list) or len(value) != 2:
        raise MalformedCase(f"{path}: is not a pair [from, to]")
    start, end = _moment(value[0], f"{path}, from"), _moment(value[1], f"{path}, to")
    if end <= start:
        raise MalformedCase(f"{path}: does not end after it starts")
    return start, end


def _scan(value: object, path: str) -> Scan:
    scan = _Fields(value, path, required=("activity", "direction", "at"), optional=())
    direction = scan.read("direction", _one_of(("in", "out")))
    return Scan(scan.read("at", _moment), direction == "in", scan.read("activity", _text))


def _list_of(reader: Reader[T]) -> Reader[list[T]]:
    def read_list(value: object, path: str) -> list[T]:
        if not isinstance(value, list):
            raise MalformedCase(f"{path}: is not a list")
        return [reader(item, f"{path} {place}") for place, item in enumerate(value, start=1)]

    return read_list


def _one_of(known: tuple[str, ...]) -> Reader[str]:
    def read_choice(value: object, path: str) -> str:
        if value not in known:
            raise MalformedCase(f"{path}: is not one of {', '.join(known)}")
        return str(value)

    return read_choice


def _text(value: object, path: str) -> str:
    if not isinstance(value, str):
        raise MalformedCase(f"{path}: is not text")
    try:
        value.encode()
    except UnicodeEncodeError as error:  # JSON can hold half of a surrogate pair, our output cannot
        raise MalformedCase(f"{path}: holds half a character") from error
    return value


def _whole(value: object, path: str) -> int:
    if type(value) is not int or value < 0:  # True and 1.0 are no whole numbers here
        raise MalformedCase(f"{path}: is not a whole number from 0")
    return value


def _date(value: object, path: str) -> dt.date:
    text = _text(value, path)
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise MalformedCase(f"{path}: is not a date such as 2026-01-10") from error


def _moment(value: object, path: str) -> int:
    """Return the seconds since the epoch, fractions cut."""
    text = _text(value, path)
    try:
        moment = dt.datetime.fromisoformat(text if DATE_THEN_TIME.match(text) else "")
    except ValueError as error:
        raise MalformedCase(f"{path}: is not a time such as 2026-01-10T09:00:00+08:00") from error
    if moment.tzinfo is None:
        raise MalformedCase(f"{path}: has no offset from UTC, such as +08:00")
    if moment.year not in YEARS:
        raise MalformedCase(f"{path}: lies outside the years {YEARS[0]} to {YEARS[-1]}")
    return (moment.replace(microsecond=0) - EPOCH) // dt.timedelta(seconds=1)


def _timezone(value: object, path: str) -> ZoneInfo:
    name = _text(value, path)
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:  # no such zone, no such name, a folder of zones
        raise MalformedCase(f"{path}: {name!r} is not a known time zone") from error


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        found |= {name: REPEATED for name, times in Counter(name for name, _ in pairs).items() if times > 1}
    return found
