"""The leader's roster: tick people in and out on the screen, and print the sheet to be signed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
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
from academy.checkin.refusals import leader_refusal
from academy.checkin.rosters import RosterRow, ShiftRoster
from academy.checkin.rows import row_key
from academy.checkin.services import scanning
from academy.checkin.services.leading import is_recent
from academy.checkin.services.undoing import check_outs_to_take_back
from academy.core import formats
from academy.core.http import form_page
from academy.core.refusals import Refusal
from academy.families.http import log_people_shown
from academy.lead import roster_requests, works
from academy.lead.undoing import Act, others_of, read_act, take_back
from academy.paper.http import DOUBLE_SIDED, pdf_response, warn_of_blanks
from academy.people import namesakes
from academy.people.http import user_of
from academy.works.http import print_later
from academy.works.services import latest_of

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
    undo: Act | None = None  # what the button beside the sentence takes back

    def is_about(self, row: RosterRow) -> bool:
        return self.row == row.key and (self.shift_id is None or row.shift is None or row.shift.pk == self.shift_id)


@dataclass(frozen=True)
class ScreenRow:
    """A row of the screen with its button (several when the shift is not clear) and the last tap's result."""

    row: RosterRow
    buttons: tuple[tuple[Tick, Candidate | None], ...]
    result: TickResult | None = None
    asks_since: dt.datetime | None = None  # the check-in that a check-out follows so soon that the row asks
    undo: Act | None = None  # takes back the check-out that the row ends with
    is_anchor: bool = False  # the first row with a result or a question: the page scrolls to it


@login_required
@never_cache
@form_page
def show_roster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show a row with a button for each person. A tap stores a scan; the same tap twice stores one."""
    activity = led_activity(request, activity_id)
    if request.method != "POST":
        return _render_roster(request, activity)
    if "undo" in request.POST:
        return _undo_tick(request, activity)
    sure = "sure" in request.POST
    tick = _read_tick(request.POST["sure"] if sure else request.POST.get("tick", ""))
    person = roster_requests.find_person(activity, tick.row) if tick else None
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
        sure=sure,
        shift_id=tick.shift_id,
    )
    if answer.asks:
        since = answer.visit_opened_at if answer.asks == "sure" else None
        return _render_roster(request, activity, asked=tick, choices=answer.choices, asks_since=since)
    if not answer.stored:
        assert answer.refusal is not None
        refusal = leader_refusal(answer.refusal.code, at=answer.at)
        result = TickResult(tick.row, tick.shift_id, str(refusal), refusal.code)
        return _render_roster(request, activity, result=result, status=409)
    return _redirect_to_result(request, activity, tick.scan_id)


def _undo_tick(request: HttpRequest, activity: Activity) -> HttpResponse:
    """Take the tick back that the row's line is about. A refusal stands at the row."""
    act = read_act(request.POST["undo"])
    if act is None or len(act.scans) != 1:
        raise Http404
    outcome = take_back(request, activity, act)
    if isinstance(outcome, Refusal):
        scan = Scan.objects.get(pk=act.scans[0])
        assert scan.volunteer_id is not None
        result = TickResult(row_key(activity, scan.volunteer_id), scan.shift_id, str(outcome), outcome.code)
        return _render_roster(request, activity, result=result, status=409)
    return _redirect_to_result(request, activity, act.scans[0])


def _redirect_to_result(request: HttpRequest, activity: Activity, scan_id: UUID) -> HttpResponse:
    text = roster_requests.searched_text(request)
    query = {"scan": str(scan_id), **({"q": text} if text else {})}
    return redirect(f"{reverse('lead:roster', args=[activity.pk])}?{urlencode(query)}#said")


def _render_roster(
    request: HttpRequest,
    activity: Activity,
    *,
    asked: Tick | None = None,
    choices: tuple[Candidate, ...] = (),
    asks_since: dt.datetime | None = None,
    result: TickResult | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    listed = rosters.rosters_of(activity)
    found = roster_requests.find(request, activity, listed)
    rows = (*found, *roster_requests.rows_of(listed))
    log_people_shown(request, [row.volunteer for row in rows])
    taking = {part.shift.pk: part for part in listed}
    left = check_outs_to_take_back([row.visits[-1] for row in rows if row.visits], by=user_of(request), at=now)
    result = result or _read_result(request, activity, taking)
    anchored = False

    def line(row: RosterRow) -> ScreenRow:
        nonlocal anchored
        buttons: list[tuple[Tick, Candidate | None]] = []
        shift_id = row.shift.pk if row.shift else None
        is_asked = asked is not None and asked.row == row.key and asked.shift_id == shift_id
        if asked and is_asked and asks_since:
            buttons = [(asked, None)]
        elif asked and is_asked and shift_id is None:
            buttons = [(Tick(row.key, asked.direction, shift.id, asked.scan_id), shift) for shift in choices]
        elif row.shift is None or taking[row.shift.pk].takes(row.direction, now):
            buttons = [(Tick(row.key, row.direction, shift_id, uuid4()), None)]
        about = result if result and result.is_about(row) else None
        since = asks_since if is_asked else None
        has_news = about is not None or since is not None
        first, anchored = has_news and not anchored, anchored or has_news
        out = left.get(row.visits[-1].pk) if row.visits and about is None else None
        return ScreenRow(row, tuple(buttons), about, since, Act((out.pk,)) if out else None, first)

    context: dict[str, Any] = {
        "activity": activity,
        "found": [line(row) for row in found],
        "parts": [(part, part.is_open(now), [line(row) for row in part.rows]) for part in listed],
        "tails": namesakes.tails([row.volunteer for row in rows if not row.hides_name]),
        "none_open": not any(part.is_open(now) for part in listed),
        "printing": latest_of(user_of(request), works.PrintingRoster, {"activity": activity.pk}, at=now),
        "q": roster_requests.searched_text(request),
        "too_short": 0 < len(roster_requests.searched_text(request)) < rosters.SHORTEST_SEARCH,
    }
    return render(request, "lead/roster.html", context, status=status)


def _read_result(request: HttpRequest, activity: Activity, parts: dict[int, ShiftRoster]) -> TickResult | None:
    """Return the result of the scan that the address names, if this user made it or took it back."""
    try:
        wanted = UUID(request.GET.get("scan", ""))
    except ValueError:
        return None
    user = user_of(request)
    about = Q(method=Method.TICK, operator=user) | Q(annulment__annulled_by=user)
    scans = Scan.objects.filter(about, checkpoint__activity=activity)
    scan = scans.select_related("checkpoint", "volunteer__merged_into", "annulment").filter(pk=wanted).first()
    if scan is None or scan.volunteer is None:
        return None
    key = row_key(activity, scan.volunteer.pk)
    if hasattr(scan, "annulment"):
        return TickResult(key, scan.shift_id, _("Taken back"))
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
    undo = Act((scan.pk,)) if is_recent(scan, timezone.now()) and others_of(request, [scan.volunteer]) else None
    said = sentence % {"time": formats.clock(timezone.localtime(scan.happened_at))}
    return TickResult(key, scan.shift_id, said, undo=undo)


def _read_tick(text: str) -> Tick | None:
    """Return the tap that a button posted; None for any other text."""
    try:
        row, direction, shift, scan_id = text.split(":")
        return Tick(row, Direction(direction).value, int(shift) if shift else None, UUID(scan_id))
    except ValueError:
        return None


# On paper


@login_required
@never_cache
@require_GET
def print_roster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Print the sheet to be signed: of the shift in `?shift=`, else of all shifts not over, else of all.

    With `?double_sided`, each shift begins on a front. A sheet of many people is a work in the background; a second
    click on the link begins no second one.
    """
    activity = led_activity(request, activity_id)
    listed = rosters.rosters_of(activity)
    wanted = roster_requests.shift_asked_for(request, listed)
    coming = [part for part in listed if part.closes_at > timezone.now()]
    printed = [wanted] if wanted else coming or listed
    double_sided = DOUBLE_SIDED in request.GET
    people = [row.volunteer for row in roster_requests.rows_of(printed)]
    order = {"activity": activity.pk, "shifts": [part.shift.pk for part in printed], DOUBLE_SIDED: double_sided}
    answer: HttpResponse | bytes | Refusal | None = print_later(
        request, kind=works.PrintingRoster, community=activity.community, order=order, lines=len(people), few=works.FEW
    )
    answer = answer or rosters.print_pdf(
        activity=activity, rosters=printed, at=timezone.now(), double_sided=double_sided
    )
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("lead:roster", activity.pk)
    log_people_shown(request, people)
    warn_of_blanks(request, map(str, [*people, activity.leader]))
    return pdf_response(answer, works.file_name(activity)) if isinstance(answer, bytes) else answer
