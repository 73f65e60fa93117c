"""Key in the signed roster: one row, or the whole sheet."""

import datetime as dt
from dataclasses import dataclass, field
from uuid import UUID, uuid4, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin import rosters
from academy.checkin.refusals import keying_refusal
from academy.checkin.rosters import RosterRow, ShiftRoster
from academy.checkin.services import keying_in
from academy.checkin.times import days_asked, visit_at
from academy.core.clocks import Span
from academy.core.http import form_page
from academy.core.kept_forms import typed_now_or_before
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.lead import roster_requests
from academy.lead.undoing import Act, others_of, read_act, say_done, take_back
from academy.people import namesakes
from academy.people.http import user_of
from academy.tables.cells import parse_date, parse_typed_clock


@dataclass
class Entry:
    """A row that is keyed in: the typed times stay until they are stored."""

    row: RosterRow
    scan_id: UUID
    arrived: str = ""
    left: str = ""
    day: dt.date | None = None  # of the arrival, if the sheet may mean two days
    refusal: Refusal | None = None
    faults: frozenset[str] = frozenset()  # the fields that the refusal is about
    stored: bool = False
    undo: Act | None = None  # of a row that this page stored

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
    """Key in the two times of one row of the signed roster; the row's code opens this page."""
    activity = led_activity(request, activity_id)
    person = roster_requests.find_person(activity, row)
    listed = rosters.rosters_of(activity)
    if person is None or not listed:
        raise Http404
    whole_roll = roster_requests.sees_roll(request, activity)
    mine = [rosters.row_at(listed, part.shift, person, whole_roll=whole_roll) for part in listed]
    chosen = roster_requests.shift_asked_for(request, listed) or _likely_shift(listed, mine)
    own = next(one for one in mine if one.shift and chosen.shift.pk == one.shift.pk)
    entry = _read_entry(request, typed_now_or_before(request), own)
    if request.method == "POST":
        _key_in(request, activity, chosen, entry)
        if entry.stored:
            text = _("%(name)s is keyed in.") % {"name": person.name}
            say_done(request, activity, text, _act_of(request, [entry]))
            return redirect(f"{_row_address(activity, own.key)}?shift={chosen.shift.pk}")
    log_people_shown(request, [person])
    days = days_asked(chosen.shift)
    context = {"activity": activity, "entry": entry, "rows": mine, "chosen": chosen, "days": days}
    return render(request, "lead/roster_row.html", context)


@login_required
@never_cache
@form_page
def key_in_sheet(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Key in a whole signed roster: store the good rows, and show the others again with their reasons."""
    activity = led_activity(request, activity_id)
    if "undo" in request.POST:
        _undo_row(request, activity)  # before the rows are read
    listed = rosters.rosters_of(activity)
    if not listed:
        raise Http404
    chosen = roster_requests.shift_asked_for(request, listed) or roster_requests.last_begun(listed)
    typed = typed_now_or_before(request)
    entries = _entries(request, typed, activity, listed, chosen)
    keyed = SheetResult()
    if request.method == "POST" and not {"find", "undo"} & {*request.POST}:
        for entry in entries:
            if entry.is_empty:
                continue
            _key_in(request, activity, chosen, entry)
            (keyed.stored if entry.stored else keyed.refused).append(entry)
        if keyed.stored and not keyed.refused:
            text = _("Keyed in: %(count)s.") % {"count": len(keyed.stored)}
            say_done(request, activity, text, _act_of(request, keyed.stored))
            return redirect(f"{reverse('lead:roster_sheet', args=[activity.pk])}?shift={chosen.shift.pk}")
        for entry in keyed.stored:
            entry.undo = _act_of(request, [entry])
    log_people_shown(request, [entry.row.volunteer for entry in entries])
    context = {
        "activity": activity,
        "parts": listed,
        "chosen": chosen,
        "days": days_asked(chosen.shift),
        "entries": entries,
        "tails": namesakes.tails([entry.row.volunteer for entry in entries if not entry.row.hides_name]),
        "keyed": keyed,
        "q": typed.get("q", "").strip()[:40] if "find" in typed else "",
    }
    return render(request, "lead/roster_sheet.html", context)


def _act_of(request: HttpRequest, entries: list[Entry]) -> Act | None:
    """Return the act that stored these rows, without rows that the user may not annul: their own."""
    others = others_of(request, [entry.row.volunteer for entry in entries])
    scans = [scan for entry in entries if entry.row.volunteer in others for scan in entry.scan_ids]
    return Act(tuple(scans)) if scans else None


def _undo_row(request: HttpRequest, activity: Activity) -> None:
    """Take back a row that was just stored, with a message. The text typed in the other rows stays."""
    act = read_act(request.POST["undo"])
    if act is None or not act.scans:
        raise Http404
    outcome = take_back(request, activity, act)
    if isinstance(outcome, Refusal):
        messages.warning(request, str(outcome))
    else:
        messages.success(request, outcome.sentence)


def _entries(
    request: HttpRequest, typed: QueryDict, activity: Activity, listed: list[ShiftRoster], chosen: ShiftRoster
) -> list[Entry]:
    """Return the sheet's rows: people with a place or a visit, then the people who were added."""
    rows = {row.key: row for row in chosen.rows}
    added = [roster_requests.find_person(activity, key) for key in typed.getlist("row") if key not in rows]
    if "find" in request.POST:
        added += [row.volunteer for row in roster_requests.find(request, activity, listed)]
    whole_roll = bool(added) and roster_requests.sees_roll(request, activity)
    for person in added:
        if person is not None:
            row = rosters.row_at(listed, chosen.shift, person, whole_roll=whole_roll)
            rows.setdefault(row.key, row)
    return [_read_entry(request, typed, row, suffix=f"-{key}") for key, row in rows.items()]


def _read_entry(request: HttpRequest, typed: QueryDict, row: RosterRow, *, suffix: str = "") -> Entry:
    """Return what was typed for this row, and the id of its scan."""
    try:
        scan_id = UUID(typed.get(f"scan{suffix}", ""))
    except ValueError:
        scan_id = uuid4()
    arrived, left = (typed.get(f"{name}{suffix}", "").strip()[:20] for name in ("arrived", "left"))
    day = parse_date(typed.get(f"day{suffix}", ""))
    done = typed.get(f"done{suffix}", "")
    undo = read_act(done) if done != request.POST.get("undo") else None
    return Entry(row, scan_id, arrived, left, day, undo=undo)


def _key_in(request: HttpRequest, activity: Activity, part: ShiftRoster, entry: Entry) -> None:
    """Store the row, or note on the entry the refusal and the fields that it is about."""
    if not (entry.arrived and entry.left):
        entry.refusal = keying_refusal("needs_times")
        entry.faults = frozenset({"left"} if entry.arrived else {"arrived"})
        return
    arrived, left = parse_typed_clock(entry.arrived), parse_typed_clock(entry.left)
    if arrived is None or left is None:
        entry.refusal = keying_refusal("bad_time")
        entry.faults = frozenset(name for name, time in (("arrived", arrived), ("left", left)) if time is None)
        return
    visit = visit_at(part.shift, arrived, left, day=entry.day)
    if isinstance(visit, Refusal):
        entry.refusal, entry.faults = visit, frozenset({"day"})
        return
    now = timezone.now()
    answer = keying_in.key_in(
        scan_ids=entry.scan_ids,
        activity=activity,
        shift=part.shift,
        volunteer=entry.row.volunteer,
        arrived=visit[0],
        left=visit[1],
        by=user_of(request),
        at=now,
    )
    if isinstance(answer, Refusal):
        entry.refusal, entry.faults = answer, _faults(answer.code, visit, part, now)
    else:
        entry.stored = True


def _faults(code: str, visit: Span, part: ShiftRoster, now: dt.datetime) -> frozenset[str]:
    """Return the fields that a refusal is about; none if it is about the person or the activity."""
    came, left = visit
    match code:
        case "times_reversed" | "already_scanned" | "id_reused":
            return frozenset({"arrived", "left"})
        case "in_the_future":
            return frozenset(name for name, time in (("arrived", came), ("left", left)) if time > now)
        case "outside_shift":
            wrong = {"arrived": came < part.opens_at, "left": left > part.closes_at}
            return frozenset(name for name, is_wrong in wrong.items() if is_wrong)
    return frozenset()


def _likely_shift(listed: list[ShiftRoster], mine: list[RosterRow]) -> ShiftRoster:
    """Return the last shift begun in which the person has a place and no scan, else the last one begun."""
    now = timezone.now()
    waiting = [
        part for part, row in zip(listed, mine, strict=True) if row.expected and not row.visits and part.opens_at <= now
    ]
    return waiting[-1] if waiting else roster_requests.last_begun(listed)


def _row_address(activity: Activity, key: str) -> str:
    return reverse("lead:roster_row", args=[activity.pk, key])
