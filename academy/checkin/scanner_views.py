"""The staff scanner's requests: download a roster, send scans, annul a scan, import a file of scans."""

import datetime as dt
import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.checkin.flags import SENTENCES
from academy.checkin.models import Device, Scan
from academy.checkin.refusals import refusal_for
from academy.checkin.services import devices, leading, sync
from academy.checkin.services.sync import REFUSED
from academy.checkin.wire import SteadyClock, read_milliseconds, read_moment, read_steady
from academy.core.http import form_page
from academy.core.refusals import Refusal
from academy.people.http import user_of

# An operator's phone learns of no person that they are suspended or a minor (ADR 37); the stored scan has the reason.
FOR_OPERATORS = {"suspended": "ask_desk", "needs_consent": "ask_desk", "minor_not_allowed": "ask_desk_first"}

TOKEN_SCHEME = "Device "
MOST_BYTES = 1_000_000  # of a request or a file

NOT_A_QUEUE = Refusal("bad_request", _("This is not a file that the staff scanner saved. Choose the file again."))
UNKNOWN_DEVICE = Refusal(
    "device_refused",
    _("This file is not from a scanner of this activity. Import it at the activity that it was made for."),
)
OWN_FILE = Refusal(
    "own_file", _("You made this file yourself. Give it to somebody else who may lead this activity: they import it.")
)


@login_required
@never_cache
@require_POST
def roster(request: HttpRequest, activity_id: int) -> JsonResponse:
    """Register the device. Return everything that it needs to scan without a network."""
    activity = led_activity(request, activity_id)
    now = timezone.now()
    device = devices.issue_device(
        activity=activity,
        by=user_of(request),
        at=now,
        clock=_read_clock(request.POST.get("now", "")),
        steady=_read_steady_fields(request),
        known=request.POST.get("device", "")[:16],
    )
    return JsonResponse(devices.roster_as_json(device=device, at=now))


@login_required
@never_cache
@require_POST
def undo(request: HttpRequest, activity_id: int) -> JsonResponse:
    """Annul one scan of this activity."""
    activity = led_activity(request, activity_id)
    try:
        wanted = UUID(request.POST.get("scan", ""))
    except ValueError as error:
        raise Http404 from error
    scan = get_object_or_404(
        Scan.objects.select_related("checkpoint__activity"), pk=wanted, checkpoint__activity=activity
    )
    outcome = leading.annul(scan=scan, by=user_of(request), at=timezone.now())
    if isinstance(outcome, Refusal):
        return JsonResponse({"code": outcome.code, "sentence": str(outcome)}, status=409)
    return JsonResponse({"annulled": True})


@csrf_exempt  # the device authenticates by its own token, not by a cookie
@never_cache
@require_POST
def receive(request: HttpRequest) -> JsonResponse:
    """Receive the scans of a device. Return one result for each scan, in order."""
    scheme, token = TOKEN_SCHEME, request.headers.get("Authorization", "")
    device = devices.device_with(token=token.removeprefix(scheme)) if token.startswith(scheme) else None
    if device is None:
        return JsonResponse({"code": "device_refused"}, status=401)
    sent = _read_json(request.body if _is_small(request) else b"")
    sent_at = read_moment(sent.get("sent_at"))
    scans = sent.get("scans")
    if sent_at is None or not isinstance(scans, list) or len(scans) > sync.MOST_AT_ONCE:
        return JsonResponse({"code": "bad_request"}, status=400)
    if sent.get("device") != device.key:
        return JsonResponse({"code": "device_refused"}, status=401)
    results = sync.receive_scans(
        device=device, scans=scans, sent_at=sent_at.astimezone(dt.UTC), steady=read_steady(sent), at=timezone.now()
    )
    return JsonResponse({"results": [_as_json(result) for result in results]})


@login_required
@never_cache
@form_page
def import_file(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Import a scanner's queue from a file. The device's own operator may not."""
    activity = led_activity(request, activity_id)
    context: dict[str, Any] = {"activity": activity}
    if request.method == "POST":
        outcome = _import(request, activity)
        if isinstance(outcome, Refusal):
            context["refusal"] = outcome
        else:
            context["results"] = [(result, _remarks(result)) for result in outcome]
    status = 400 if "refusal" in context else 200
    return render(request, "checkin/scanner_import.html", context, status=status)


def _import(request: HttpRequest, activity: Activity) -> list[sync.Result] | Refusal:
    upload = request.FILES.get("file")
    small = upload is not None and upload.size is not None and upload.size <= MOST_BYTES
    saved = _read_json(upload.read()) if upload is not None and small else {}
    scans = saved.get("scans")
    if not isinstance(scans, list):
        return NOT_A_QUEUE
    key = saved.get("device")
    of_activity = Device.objects.filter(activity=activity).select_related("activity__leader", "operator")
    device = of_activity.filter(key=key).first() if isinstance(key, str) and key.isalnum() else None
    if device is None:
        return UNKNOWN_DEVICE
    if device.operator_id == user_of(request).pk:
        return OWN_FILE
    return sync.receive_scans(device=device, scans=scans, sent_at=None, at=timezone.now(), by=user_of(request))


def _remarks(result: sync.Result) -> list[str]:
    """Return the sentences to show beside one scan of a file."""
    if result.outcome == REFUSED or (result.code and not result.flags):
        return [str(refusal_for(result.code, at=timezone.now()))]
    return [str(SENTENCES[flag]) for flag in result.flags]


def _is_small(request: HttpRequest) -> bool:
    length = request.headers.get("Content-Length", "")
    return length.isdecimal() and len(length) <= 18 and int(length) <= MOST_BYTES


def _read_json(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body`; an empty one for any other content."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return sent if isinstance(sent, dict) else {}


def _read_clock(text: str) -> dt.datetime | None:
    """Return the time by the device's clock, sent as milliseconds since the epoch."""
    return read_milliseconds(int(text)) if text.isdecimal() and len(text) <= 14 else None


def _read_steady_fields(request: HttpRequest) -> SteadyClock | None:
    """Return the page's steady clock in the fields of a form."""
    steady = request.POST.get("steady", "")
    counted = int(steady) if steady.isdecimal() and len(steady) <= 16 else None
    return read_steady({"run": request.POST.get("run"), "steady": counted})


def _as_json(result: sync.Result) -> dict[str, Any]:
    visit = result.visit
    return {
        "id": result.id,
        "outcome": result.outcome,
        "code": FOR_OPERATORS.get(result.code, result.code),
        "flags": [FOR_OPERATORS.get(flag, flag) for flag in result.flags],
        "visit": visit and {"opened_at": visit.opened_at, "closed_at": visit.closed_at},
    }
