"""The roster of an activity, on screen and on paper: who is expected and who came. Reads only."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin.choice import IN, OUT
from academy.checkin.context import shift_window
from academy.checkin.models import Visit
from academy.checkin.rows import row_key
from academy.checkin.sheets import RosterLine, RosterPart, RosterSheet
from academy.core import formats
from academy.core.links import link_to
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet
from academy.people.models import Volunteer
from academy.people.names import tidy_name, tidy_phone

FOUND_AT_MOST = 10
SHORTEST_SEARCH = 2  # a family name alone would list half the roll


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One person on an activity's roster, at one of its shifts. `shift` is None until they have one."""

    key: str
    volunteer: Volunteer
    shift: Shift | None
    expected: bool = False
    visits: tuple[Visit, ...] = ()  # in time order

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
    expected = set()
    sign_ups = SignUp.objects.filter(shift__activity=activity, cancelled_at=None)
    for sign_up in sign_ups.select_related("volunteer__merged_into"):
        person = sign_up.volunteer.stays
        people[sign_up.shift_id][person.pk] = person
        expected.add((sign_up.shift_id, person.pk))
    visits: dict[tuple[int, int], list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(shift__activity=activity).select_related("volunteer__merged_into"):
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
            )
            for pk, person in people[shift.pk].items()
        ]
        rows.sort(key=lambda row: row.volunteer.number)
        window = shift_window(shift, activity.community_id)
        rosters.append(ShiftRoster(shift, tuple(rows), window.opens_at, window.closes_at))
    return rosters


def find_rows(activity: Activity, rosters: Iterable[ShiftRoster], text: str) -> list[RosterRow]:
    """Return the rows of the community's people who match `text`.

    `text` is part of a name or number, or the last digits of a phone. A short text has no matches, and the result has
    at most ten people: the leader cannot browse the whole roll.
    """
    text = tidy_name(text)
    if len(text) < SHORTEST_SEARCH:
        return []
    wanted = Q(name__icontains=text) | Q(number__icontains=text)
    digits = tidy_phone(text)
    if digits.isdecimal() and len(digits) >= 4:
        wanted |= Q(phone__endswith=digits)
    people = Volunteer.objects.present().in_communities([activity.community_id]).filter(wanted)
    listed: dict[int, list[RosterRow]] = defaultdict(list)
    for roster in rosters:
        for row in roster.rows:
            listed[row.volunteer.pk].append(row)
    found: list[RosterRow] = []
    for person in people.order_by("number")[:FOUND_AT_MOST]:
        found += listed.get(person.pk) or [RosterRow(row_key(activity, person.pk), person, None)]
    return found


def rows_of_person(rosters: Iterable[ShiftRoster], person: Volunteer) -> list[RosterRow]:
    """Return the person's row at every shift, with or without a place."""
    rows = []
    for roster in rosters:
        mine = next((row for row in roster.rows if row.volunteer.pk == person.pk), None)
        rows.append(mine or RosterRow(row_key(roster.shift.activity, person.pk), person, roster.shift))
    return rows


# On paper


def print_pdf(*, activity: Activity, rosters: Collection[ShiftRoster], at: dt.datetime) -> bytes | Refusal:
    """Return the paper roster as a PDF, A4, in the reader's language. Each shift begins on a new sheet.

    Refuses with `missing_glyphs`.
    """
    language = current_language()
    sheet = RosterSheet(
        title=activity.title,
        place=activity.place,
        organiser=activity.organiser,
        leader=activity.leader.name,
        parts=tuple(
            RosterPart(
                when=formats.when(
                    timezone.localtime(roster.shift.starts_at),
                    timezone.localtime(roster.shift.ends_at),
                    language,
                    year=True,
                ),
                lines=tuple(
                    RosterLine(name=row.volunteer.name, number=row.volunteer.number, url=row_url(activity, row.key))
                    for row in roster.rows
                ),
            )
            for roster in rosters
        ),
    )
    return print_sheet(sheet, language=language, created=at)


def row_url(activity: Activity, key: str) -> str:
    """Return the address in a row's code. Capitals make a coarser code, which scans from further away."""
    return (settings.PUBLIC_URL.rstrip("/") + link_to("roster_row", activity.pk, key)).upper()
