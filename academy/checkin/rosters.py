"""The roster of an activity, on screen and on paper: who is expected and who came. Reads only."""

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import takewhile

from django.db.models import Q, QuerySet
from django.utils import timezone

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin.choice import IN, OUT
from academy.checkin.context import shift_window
from academy.checkin.models import Visit
from academy.checkin.rows import row_key
from academy.checkin.sheets import RosterLine, RosterPart, RosterSheet
from academy.core import formats
from academy.core.keys import normalise_number
from academy.core.links import link_to, public_address
from academy.core.look import current_language
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, printable_name
from academy.people.models import Volunteer
from academy.people.names import tidy_name, tidy_phone
from academy.people.querysets import phone_ends_with

FOUND_AT_MOST = 10
SHORTEST_SEARCH = 2  # of the whole roll, of which a family name alone would list half
PHONE_TAIL = 4
_NAME_AND_DIGITS = re.compile(r"(.*?[^\d ]) ?([\d ]*\d)")


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person on an activity's roster, at one of its shifts. `shift` is None until they have one."""

    key: str
    volunteer: Volunteer
    shift: Shift | None
    expected: bool = False
    visits: tuple[Visit, ...] = ()  # in time order
    companions: int = 0  # people without a name whom the person brings
    hides_name: bool = False  # from a leader, while the person has no part in the activity (ADR 37)

    @property
    def name(self) -> str:
        return self.volunteer.masked_name if self.hides_name else self.volunteer.name

    @property
    def inside_since(self) -> dt.datetime | None:
        return next((visit.opened_at for visit in self.visits if visit.closed_at is None), None)

    @property
    def direction(self) -> str:
        """The direction of the row's one button."""
        return OUT if self.inside_since else IN


@dataclass(frozen=True, slots=True)
class ShiftRoster:
    """A shift's rows, in the order of volunteer numbers, on screen as on paper."""

    shift: Shift
    rows: tuple[RosterRow, ...]
    opens_at: dt.datetime
    closes_at: dt.datetime

    def is_open(self, at: dt.datetime) -> bool:
        """Return whether the gate is open at `at` (C2)."""
        return self.opens_at <= at <= self.closes_at

    def takes(self, direction: str, at: dt.datetime) -> bool:
        """Return whether a scan in this direction is possible at `at`. Check-in ends with the shift."""
        over = direction == IN and at >= self.shift.end_with_overtime
        return self.is_open(at) and not over


# Reading


def rosters_of(activity: Activity) -> list[ShiftRoster]:
    """Return each shift with all people who have a place or came. Merged people are listed once."""
    people: dict[int, dict[int, Volunteer]] = defaultdict(dict)
    expected: dict[tuple[int, int], int] = {}  # with the people whom each brings
    sign_ups = SignUp.objects.filter(shift__activity=activity, cancelled_at=None)
    for sign_up in sign_ups.select_related("volunteer__merged_into"):
        person = sign_up.volunteer.stays
        people[sign_up.shift_id][person.pk] = person
        expected[sign_up.shift_id, person.pk] = sign_up.companions
    visits: dict[tuple[int, int], list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(shift__activity=activity).select_related("volunteer__merged_into", "closed_by"):
        person = visit.volunteer.stays
        people[visit.shift_id][person.pk] = person
        visits[visit.shift_id, person.pk].append(visit)
    rosters = []
    for shift in activity.shifts.all():
        rows = [
            RosterRow(
                key=row_key(activity, person.pk),
                volunteer=person,
                shift=shift,
                expected=(shift.pk, pk) in expected,
                visits=tuple(visits[shift.pk, pk]),
                companions=expected.get((shift.pk, pk), 0),
            )
            for pk, person in people[shift.pk].items()
        ]
        rows.sort(key=lambda row: row.volunteer.number)
        window = shift_window(shift, activity.community_id)
        rosters.append(ShiftRoster(shift, tuple(rows), window.opens_at, window.closes_at))
    return rosters


def people_of(rosters: Iterable[ShiftRoster]) -> set[int]:
    """Return the people (ids) of the activity: they have a place or came."""
    return {row.volunteer.pk for roster in rosters for row in roster.rows}


def has_part(volunteer: Volunteer, activities: QuerySet[Activity]) -> bool:
    """Return whether the person has a place in any of these activities, or came to one."""
    in_them = {"shift__activity__in": activities}
    signed_up = SignUp.objects.of(volunteer).filter(cancelled_at=None, **in_them)
    return signed_up.exists() or Visit.objects.of(volunteer).filter(**in_them).exists()


def find_rows(
    activity: Activity, rosters: Collection[ShiftRoster], text: str, *, whole_roll: bool = False
) -> list[RosterRow]:
    """Return the rows of people who match `text`, ten people at most.

    Among the people of the activity, or with `whole_roll` of the community, `text` is a part of a name or number, or
    the last digits of a phone; a single character is looked for in the names of the activity's people alone. Any other
    person of the community is found by the whole name and the phone's last four digits (`王秀英 8000`), or by the whole
    volunteer number: the leader finds the person who stands there, and cannot browse the roll (ADR 37).
    """
    text = tidy_name(text)
    if not text:
        return []
    is_short = len(text) < SHORTEST_SEARCH
    part = Q(name__icontains=text)
    if not is_short:
        part |= Q(number__icontains=text)
    digits = tidy_phone(text)
    if digits.isdecimal() and len(digits) >= PHONE_TAIL:
        part |= phone_ends_with(digits)
    if is_short or not whole_roll:
        part &= Q(pk__in=people_of(rosters))
    whole = Q(number=normalise_number(text))
    if (both := _NAME_AND_DIGITS.fullmatch(text)) is not None and len(tail := tidy_phone(both[2])) >= PHONE_TAIL:
        whole |= Q(name=both[1]) & phone_ends_with(tail)
    people = Volunteer.objects.present().in_communities([activity.community_id]).filter(part | whole)
    listed: dict[int, list[RosterRow]] = defaultdict(list)
    for roster in rosters:
        for row in roster.rows:
            listed[row.volunteer.pk].append(row)
    found: list[RosterRow] = []
    for person in people.order_by("number")[:FOUND_AT_MOST]:
        key = row_key(activity, person.pk)
        found += listed.get(person.pk) or [RosterRow(key, person, None, hides_name=not whole_roll)]
    return found


def row_at(rosters: Iterable[ShiftRoster], shift: Shift, person: Volunteer, *, whole_roll: bool = False) -> RosterRow:
    """Return the person's row at the shift, with or without a place."""
    rosters = list(rosters)
    rows = (row for roster in rosters if roster.shift.pk == shift.pk for row in roster.rows)
    own = next((row for row in rows if row.volunteer.pk == person.pk), None)
    hides_name = not whole_roll and person.pk not in people_of(rosters)
    return own or RosterRow(row_key(shift.activity, person.pk), person, shift, hides_name=hides_name)


# On paper


def print_pdf(
    *, activity: Activity, rosters: Collection[ShiftRoster], at: dt.datetime, double_sided: bool = False
) -> bytes | Refusal:
    """Return the paper roster as a PDF, A4, in the reader's language. Each shift begins on a new page.

    With `double_sided`, each begins on a front side. Refuses with `missing_glyphs`.
    """
    language = current_language()
    sheet = RosterSheet(
        title=activity.title,
        place=activity.where,
        organiser=activity.organiser,
        leader=printable_name(activity.leader.name),
        parts=tuple(
            RosterPart(
                when=formats.when(
                    timezone.localtime(roster.shift.starts_at),
                    timezone.localtime(roster.shift.ends_at),
                    language,
                    year=True,
                ),
                lines=_lines(activity, roster.rows),
            )
            for roster in rosters
        ),
    )
    practice = is_practice(activity.community_id)
    return print_sheet(sheet, language=language, created=at, practice=practice, double_sided=double_sided)


def _lines(activity: Activity, rows: Collection[RosterRow]) -> tuple[RosterLine, ...]:
    names = Counter(row.volunteer.name for row in rows)
    return tuple(
        RosterLine(
            name=printable_name(row.volunteer.name),
            number=row.volunteer.number,
            url=row_url(activity, row.key),
            companions=row.companions,
            phone_tail=_phone_tail(row.volunteer.phone) if names[row.volunteer.name] > 1 else "",
        )
        for row in rows
    )


def _phone_tail(phone: str) -> str:
    """Return the last digits of the phone, without an extension behind it."""
    return "".join(takewhile(str.isdecimal, phone))[-PHONE_TAIL:]


def row_url(activity: Activity, key: str) -> str:
    """Return the address in a row's code. Capitals make a coarser code, which scans from further away."""
    return (public_address(link_to("roster_row", activity.pk, key))).upper()
