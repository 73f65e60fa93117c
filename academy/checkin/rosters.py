"""The roster of an activity: who is expected and who came, on the leader's screen and on paper. Nothing here writes."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin import tokens
from academy.checkin.choice import IN, OUT
from academy.checkin.context import shift_window
from academy.checkin.models import Visit
from academy.checkin.services.codes import secret
from academy.core import formats
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.paper.pdf import MissingGlyphs, render_pdf
from academy.paper.sheets import RosterLine, RosterPart, RosterSheet
from academy.people.models import Volunteer
from academy.people.names import tidy_name

FOUND_AT_MOST = 10
SHORTEST_SEARCH = 2  # a family name alone would list half the roll
MISSING_GLYPHS = Refusal(
    "missing_glyphs", _("A name holds a character that our fonts do not have. Tick that person on the screen.")
)
_CLOCK = re.compile(r"(\d{1,2})\s*[:：.．点时h]?\s*(\d{2})分?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One person on an activity's roster, at one of its shifts; `shift` is None for whoever has none yet."""

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
        """What the row's one button does."""
        return OUT if self.inside_since else IN


@dataclass(frozen=True, slots=True)
class ShiftRoster:
    """A shift's rows in the order of volunteer numbers, as they stand on paper too."""

    shift: Shift
    rows: tuple[Row, ...]
    opens_at: dt.datetime
    closes_at: dt.datetime

    def is_open(self, at: dt.datetime) -> bool:
        """Whether anybody may check in or out (C2)."""
        return self.opens_at <= at <= self.closes_at

    def takes(self, direction: str, at: dt.datetime) -> bool:
        """Whether a check-in, or a check-out, is possible: one comes no more once the shift is over."""
        over = direction == IN and at >= (self.shift.overtime_until or self.shift.ends_at)
        return self.is_open(at) and not over


# Reading


def row_key(activity: Activity, volunteer: Volunteer) -> str:
    return tokens.row_key(secret(), activity.pk, volunteer.pk)


def rosters_of(activity: Activity) -> list[ShiftRoster]:
    """Each shift with everybody who has a place or came, merged people as the ones who stay."""
    people: dict[int, dict[int, Volunteer]] = defaultdict(dict)
    expected = set()
    sign_ups = SignUp.objects.filter(shift__activity=activity, cancelled_at=None)
    for sign_up in sign_ups.select_related("volunteer__merged_into"):
        person = _who_stays(sign_up.volunteer)
        people[sign_up.shift_id][person.pk] = person
        expected.add((sign_up.shift_id, person.pk))
    came: dict[tuple[int, int], list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(shift__activity=activity).select_related("volunteer__merged_into"):
        person = _who_stays(visit.volunteer)
        people[visit.shift_id][person.pk] = person
        came[visit.shift_id, person.pk].append(visit)
    rosters = []
    for shift in activity.shifts.all():
        rows = [
            Row(
                key=row_key(activity, person),
                volunteer=person,
                shift=shift,
                expected=(shift.pk, pk) in expected,
                visits=tuple(came[shift.pk, pk]),
            )
            for pk, person in people[shift.pk].items()
        ]
        rows.sort(key=lambda row: row.volunteer.number)
        rosters.append(ShiftRoster(shift, tuple(rows), *shift_window(shift, activity.community_id)))
    return rosters


def find_rows(activity: Activity, rosters: Iterable[ShiftRoster], text: str) -> list[Row]:
    """The rows of the community's people whom `text` may mean: part of a name or number, or the phone's last digits.

    Too short a text finds nobody, and never more than ten are found: the roll is not for leafing through.
    """
    text = tidy_name(text)
    if len(text) < SHORTEST_SEARCH:
        return []
    wanted = Q(name__icontains=text) | Q(number__icontains=text)
    if text.isdecimal() and len(text) >= 4:
        wanted |= Q(phone__endswith=text)
    people = Volunteer.objects.present().in_communities([activity.community_id]).filter(wanted)
    listed: dict[int, list[Row]] = defaultdict(list)
    for roster in rosters:
        for row in roster.rows:
            listed[row.volunteer.pk].append(row)
    found: list[Row] = []
    for person in people.order_by("number")[:FOUND_AT_MOST]:
        found += listed.get(person.pk) or [Row(row_key(activity, person), person, None)]
    return found


def find_person(activity: Activity, key: str) -> Volunteer | None:
    """Whose row has this key: somebody with a place, or anybody of the community; None for a key of no row."""
    key = normalise_key(key)
    with_place = SignUp.objects.filter(shift__activity=activity).values_list("volunteer", flat=True).distinct()
    of_community = Volunteer.objects.in_communities([activity.community_id]).values_list("pk", flat=True)
    pk = _pk_behind(activity, key, with_place) or _pk_behind(activity, key, of_community)
    if pk is None:
        return None
    return _who_stays(Volunteer.objects.select_related("merged_into").get(pk=pk))


def rows_of_person(rosters: Iterable[ShiftRoster], person: Volunteer) -> list[Row]:
    """The person's row at every shift, those with a place or not."""
    rows = []
    for roster in rosters:
        mine = next((row for row in roster.rows if row.volunteer.pk == person.pk), None)
        rows.append(mine or Row(row_key(roster.shift.activity, person), person, roster.shift))
    return rows


def _pk_behind(activity: Activity, key: str, pks: Iterable[int]) -> int | None:
    return next((pk for pk in pks if tokens.row_key(secret(), activity.pk, pk) == key), None)


def _who_stays(volunteer: Volunteer) -> Volunteer:
    return volunteer.merged_into or volunteer


# Times as people write them


def read_clock(text: str) -> dt.time | None:
    """A time of day as somebody keys it in, ``905``, ``9:05``, ``9点05``; None where it is none."""
    read = _CLOCK.fullmatch(text.strip())
    if read is None:
        return None
    hour, minute = map(int, read.groups())
    return dt.time(hour, minute) if hour < 24 and minute < 60 else None


def moment_at(roster: ShiftRoster, time: dt.time) -> dt.datetime:
    """The moment of that time of day at which the shift's gate is open; of a shift across midnight the right date's."""
    first, last = timezone.localdate(roster.opens_at), timezone.localdate(roster.closes_at)
    days = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
    zone = timezone.get_default_timezone()
    moments = [dt.datetime.combine(day, time, zone) for day in days]
    fitting = (moment for moment in moments if roster.is_open(moment))
    return next(fitting, dt.datetime.combine(roster.shift.date, time, zone))


# On paper


def print_pdf(*, activity: Activity, rosters: Collection[ShiftRoster], at: dt.datetime) -> bytes | Refusal:
    """The roster to be signed, A4, each shift on sheets of its own, in the reader's language.

    Refuses with `missing_glyphs`.
    """
    language = get_language() or settings.LANGUAGE_CODE
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
    try:
        return render_pdf(sheet, language=language, created=at)
    except MissingGlyphs:
        return MISSING_GLYPHS


def row_url(activity: Activity, key: str) -> str:
    """What a row's code holds; in capitals it is coarser and scans from further away."""
    return (settings.PUBLIC_URL.rstrip("/") + reverse("checkin:roster_row", args=[activity.pk, key])).upper()
