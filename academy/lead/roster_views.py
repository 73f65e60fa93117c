"""The leader's roster: tick people in and out, print the sheet, and key in the signed sheet."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin import rosters
from academy.checkin.choice import Candidate
from academy.checkin.models import Direction, Method, Scan
from academy.checkin.refusals import keying_refusal, leader_refusal
from academy.checkin.rosters import RosterRow, ShiftRoster
from academy.checkin.rows import find_people, row_key
from academy.checkin.services import keying_in, scanning
from academy.checkin.times import days_asked, visit_at
from academy.core import formats
from academy.core.http import form_page
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.families.http import log_people_found, log_people_shown
from academy.paper.http import pdf_response
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right
from academy.tables.cells import parse_date, parse_typed_clock

# On the screen


@dataclass(frozen=True)
class Tick:
    """One tap: the row's key, in or out, the shift, and the scan's id. Written as ``9X…:in:12:0b7c…``."""

    row: str
    direction: str
    shift_id: int | None
    scan_id: UUID

    def __str__(self) -> str:
        return f"{self.row}:{self.direction}:{self.shift_id or ''}:{self.scan_id}"


@dataclass(frozen=True)
class TickResult:
    """The result of the last tap: its row, and a sentence for the leader."""

    row: str
    shift_id: int | None
    sentence: str
    code: str = ""  # of a refusal

    def is_about(self, row: RosterRow) -> bool:
        return self.row == row.key and (self.shift_id is None or row.shift is None or row.shift.pk == self.shift_id)


@dataclass(frozen=True)
class ScreenRow:
    """A row of the screen with its button (several when the shift is not clear) and the last tap's result."""

    row: RosterRow
    buttons: tuple[tuple[Tick, Candidate | None], ...]
    result: TickResult | None = None
    is_anchor: bool = False  # the first row with a result: the page scrolls to it


@login_required
@never_cache
@form_page
def show_roster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show a row with a button for each person. A tap stores a scan; the same tap twice stores one."""
    activity = led_activity(request, activity_id)
    if request.method != "POST":
        return _render_roster(request, activity)
    tick = _read_tick(request.POST.get("tick", ""))
    person = _person(activity, tick.row) if tick else None
    if tick is None or person is None:
        raise Http404
    answer = scanning.record_for(
        scan_id=tick.scan_id,
        activity=activity,
        volunteer=person,
        method=Method.TICK,
        by=user_of(request),
        direction=tick.direction,
        at=timezone.now(),
        shift_id=tick.shift_id,
    )
    if answer.asks:
        return _render_roster(request, activity, asked=tick, choices=answer.choices)
    if not answer.stored:
        assert answer.refusal is not None
        refusal = leader_refusal(answer.refusal.code, at=answer.at)
        result = TickResult(tick.row, tick.shift_id, str(refusal), refusal.code)
        return _render_roster(request, activity, result=result, status=409)
    query = {"scan": str(tick.scan_id), **({"q": _search(request)} if _search(request) else {})}
    return redirect(f"{reverse('lead:roster', args=[activity.pk])}?{urlencode(query)}#said")


def _render_roster(
    request: HttpRequest,
    activity: Activity,
    *,
    asked: Tick | None = None,
    choices: tuple[Candidate, ...] = (),
    result: TickResult | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    listed = rosters.rosters_of(activity)
    found = _find(request, activity, listed)
    log_people_shown(request, [row.volunteer for row in (*found, *_rows_of(listed))])
    taking = {part.shift.pk: part for part in listed}
    result = result or _read_result(request, activity, taking)
    anchored = False

    def line(row: RosterRow) -> ScreenRow:
        nonlocal anchored
        buttons: list[tuple[Tick, Candidate | None]] = []
        if asked and asked.row == row.key and asked.shift_id is None and row.shift is None:
            buttons = [(Tick(row.key, asked.direction, shift.id, asked.scan_id), shift) for shift in choices]
        elif row.shift is None or taking[row.shift.pk].takes(row.direction, now):
            buttons = [(Tick(row.key, row.direction, row.shift.pk if row.shift else None, uuid4()), None)]
        about = result if result and result.is_about(row) else None
        first, anchored = about is not None and not anchored, anchored or about is not None
        return ScreenRow(row, tuple(buttons), about, first)

    context: dict[str, Any] = {
        "activity": activity,
        "found": [line(row) for row in found],
        "parts": [(part, part.is_open(now), [line(row) for row in part.rows]) for part in listed],
        "none_open": not any(part.is_open(now) for part in listed),
        "q": _search(request),
        "too_short": 0 < len(_search(request)) < rosters.SHORTEST_SEARCH,
    }
    return render(request, "lead/roster.html", context, status=status)


def _read_result(request: HttpRequest, activity: Activity, parts: dict[int, ShiftRoster]) -> TickResult | None:
    """Return the result of the scan that the address names, if this user made it."""
    try:
        wanted = UUID(request.GET.get("scan", ""))
    except ValueError:
        return None
    scans = Scan.objects.filter(checkpoint__activity=activity, method=Method.TICK, operator=user_of(request))
    scan = scans.select_related("checkpoint", "volunteer").filter(pk=wanted).first()
    if scan is None or scan.volunteer is None:
        return None
    key = row_key(activity, scan.volunteer.pk)
    if scan.refusal:
        part = parts.get(scan.shift_id or 0)
        refusal = leader_refusal(
            scan.refusal,
            at=scan.happened_at,
            opens_at=part.opens_at if part else None,
            since=scanning.stored_answer(scan).visit_opened_at,
        )
        return TickResult(key, scan.shift_id, str(refusal), refusal.code)
    sentence = _("Checked in at %(time)s.") if scan.direction == Direction.IN else _("Checked out at %(time)s.")
    return TickResult(key, scan.shift_id, sentence % {"time": formats.clock(timezone.localtime(scan.happened_at))})


def _read_tick(text: str) -> Tick | None:
    """Return the tap that a button posted; None for any other text."""
    try:
        row, direction, shift, scan_id = text.split(":")
        return Tick(row, Direction(direction).value, int(shift) if shift else None, UUID(scan_id))
    except ValueError:
        return None


def _search(request: HttpRequest) -> str:
    return (request.POST.get("q") or request.GET.get("q") or "").strip()[:40]


# On paper


@login_required
@never_cache
@require_GET
def print_roster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Print the sheet to be signed: of the shift in `?shift=`, else of all shifts not over, else of all."""
    activity = led_activity(request, activity_id)
    listed = rosters.rosters_of(activity)
    wanted = _shift_asked_for(request, listed)
    coming = [part for part in listed if part.closes_at > timezone.now()]
    printed = [wanted] if wanted else coming or listed
    answer = rosters.print_pdf(activity=activity, rosters=printed, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("lead:roster", activity.pk)
    log_people_shown(request, [row.volunteer for row in _rows_of(printed)])
    return pdf_response(answer, f"{activity.title}.pdf")


# Keyed in


@dataclass
class Entry:
    """A row that is keyed in: the typed times stay until they are stored."""

    row: RosterRow
    scan_id: UUID
    arrived: str = ""
    left: str = ""
    day: dt.date | None = None  # of the arrival, if the sheet may mean two days
    refusal: Refusal | None = None
    stored: bool = False

    @property
    def is_empty(self) -> bool:
        return not (self.arrived or self.left)

    @property
    def scan_ids(self) -> tuple[UUID, UUID]:
        return self.scan_id, uuid5(self.scan_id, "out")


@dataclass
class SheetResult:
    """The result of keying in a whole sheet."""

    stored: list[Entry] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)


@login_required
@never_cache
@form_page
def key_in_row(request: HttpRequest, activity_id: int, row: str) -> HttpResponse:
    """Key in the two times of one row of the signed sheet; the row's code opens this page."""
    activity = led_activity(request, activity_id)
    person = _person(activity, row)
    listed = rosters.rosters_of(activity)
    if person is None or not listed:
        raise Http404
    whole_roll = _sees_roll(request, activity)
    mine = [rosters.row_at(listed, part.shift, person, whole_roll=whole_roll) for part in listed]
    chosen = _shift_asked_for(request, listed) or _likely_shift(listed, mine)
    own = next(one for one in mine if one.shift and chosen.shift.pk == one.shift.pk)
    entry = _read_entry(request, own)
    if request.method == "POST":
        _key_in(request, activity, chosen, entry)
        if entry.stored:
            messages.success(request, _("%(name)s is keyed in.") % {"name": person.name})
            return redirect(f"{_row_address(activity, own.key)}?shift={chosen.shift.pk}")
    log_people_shown(request, [person])
    days = days_asked(chosen.shift)
    context = {"activity": activity, "entry": entry, "rows": mine, "chosen": chosen, "days": days}
    return render(request, "lead/roster_row.html", context)


@login_required
@never_cache
@form_page
def key_in_sheet(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Key in a whole signed sheet: store the good rows, and show the others again with their reasons."""
    activity = led_activity(request, activity_id)
    listed = rosters.rosters_of(activity)
    if not listed:
        raise Http404
    chosen = _shift_asked_for(request, listed) or _last_begun(listed)
    entries = _entries(request, activity, listed, chosen)
    keyed = SheetResult()
    if request.method == "POST" and "find" not in request.POST:
        for entry in entries:
            if entry.is_empty:
                continue
            _key_in(request, activity, chosen, entry)
            (keyed.stored if entry.stored else keyed.refused).append(entry)
        if keyed.stored and not keyed.refused:
            messages.success(request, _("Keyed in: %(count)s.") % {"count": len(keyed.stored)})
            return redirect(f"{reverse('lead:roster_sheet', args=[activity.pk])}?shift={chosen.shift.pk}")
    log_people_shown(request, [entry.row.volunteer for entry in entries])
    context = {
        "activity": activity,
        "parts": listed,
        "chosen": chosen,
        "days": days_asked(chosen.shift),
        "entries": entries,
        "keyed": keyed,
        "q": _search(request) if "find" in request.POST else "",
    }
    return render(request, "lead/roster_sheet.html", context)


def _entries(request: HttpRequest, activity: Activity, listed: list[ShiftRoster], chosen: ShiftRoster) -> list[Entry]:
    """Return the sheet's rows: people with a place or a visit, then the people who were added."""
    rows = {row.key: row for row in chosen.rows}
    added = [_person(activity, key) for key in request.POST.getlist("row") if key not in rows]
    if "find" in request.POST:
        added += [row.volunteer for row in _find(request, activity, listed)]
    whole_roll = bool(added) and _sees_roll(request, activity)
    for person in added:
        if person is not None:
            row = rosters.row_at(listed, chosen.shift, person, whole_roll=whole_roll)
            rows.setdefault(row.key, row)
    return [_read_entry(request, row, suffix=f"-{key}") for key, row in rows.items()]


def _find(request: HttpRequest, activity: Activity, listed: list[ShiftRoster]) -> list[RosterRow]:
    """Return the rows of the people who match the typed text, and log whom a leader looked up."""
    text = _search(request)
    if not text:
        return []
    found = rosters.find_rows(activity, listed, text, whole_roll=_sees_roll(request, activity))
    log_people_found(request, [row.volunteer for row in found if row.hides_name])
    return found


def _sees_roll(request: HttpRequest, activity: Activity) -> bool:
    """Return whether the user manages the community's people, and so sees them all."""
    return user_of(request).has_right(Right.MANAGE_PEOPLE, activity.community)


def _read_entry(request: HttpRequest, row: RosterRow, *, suffix: str = "") -> Entry:
    """Return what was typed for this row, and the id of its scan."""
    try:
        scan_id = UUID(request.POST.get(f"scan{suffix}", ""))
    except ValueError:
        scan_id = uuid4()
    arrived, left = (request.POST.get(f"{name}{suffix}", "").strip()[:20] for name in ("arrived", "left"))
    return Entry(row, scan_id, arrived, left, parse_date(request.POST.get(f"day{suffix}", "")))


def _key_in(request: HttpRequest, activity: Activity, part: ShiftRoster, entry: Entry) -> None:
    """Store the row, or note the refusal on the entry."""
    if not (entry.arrived and entry.left):
        entry.refusal = keying_refusal("needs_times")
        return
    arrived, left = parse_typed_clock(entry.arrived), parse_typed_clock(entry.left)
    if arrived is None or left is None:
        entry.refusal = keying_refusal("bad_time")
        return
    visit = visit_at(part.shift, arrived, left, day=entry.day)
    if isinstance(visit, Refusal):
        entry.refusal = visit
        return
    answer = keying_in.key_in(
        scan_ids=entry.scan_ids,
        activity=activity,
        shift=part.shift,
        volunteer=entry.row.volunteer,
        arrived=visit[0],
        left=visit[1],
        by=user_of(request),
        at=timezone.now(),
    )
    if isinstance(answer, Refusal):
        entry.refusal = answer
    else:
        entry.stored = True


def _rows_of(listed: Iterable[ShiftRoster]) -> list[RosterRow]:
    return [row for part in listed for row in part.rows]


def _shift_asked_for(request: HttpRequest, listed: list[ShiftRoster]) -> ShiftRoster | None:
    text = request.POST.get("shift") or request.GET.get("shift") or ""
    return next((part for part in listed if str(part.shift.pk) == text), None)


def _likely_shift(listed: list[ShiftRoster], mine: list[RosterRow]) -> ShiftRoster:
    """Return the last shift begun in which the person has a place and no scan, else the last one begun."""
    now = timezone.now()
    waiting = [
        part for part, row in zip(listed, mine, strict=True) if row.expected and not row.visits and part.opens_at <= now
    ]
    return waiting[-1] if waiting else _last_begun(listed)


def _last_begun(listed: list[ShiftRoster]) -> ShiftRoster:
    now: dt.datetime = timezone.now()
    begun = [part for part in listed if part.opens_at <= now]
    return begun[-1] if begun else listed[0]


def _row_address(activity: Activity, key: str) -> str:
    return reverse("lead:roster_row", args=[activity.pk, key])


def _person(activity: Activity, key: str) -> Volunteer | None:
    """Return the volunteer whose row has this key; None for an unknown key."""
    return find_people(activity, [key]).get(normalise_key(key))
