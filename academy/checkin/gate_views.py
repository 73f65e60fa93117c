"""The page behind a code: one sentence, one button, one large tick. Only the tap stores a scan."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from academy.checkin.acts import Act, kept_ids, read_acts, scans_done
from academy.checkin.cookies import browser_of, has_grace, has_stale_token, set_browser
from academy.checkin.gate_pages import (
    FORM_GONE_STALE,
    add_typed,
    gate_page,
    gate_url,
    refused_offer,
    refused_page,
    retry_url,
    scan_result,
    sign_in_page,
    unknown_page,
    was_typed,
)
from academy.checkin.models import Direction, Scan
from academy.checkin.next_steps import tone_of
from academy.checkin.services import relief, scanning
from academy.checkin.services.visits import still_running
from academy.core import links
from academy.core.http import form_page, posted_id
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.families.belongings import people_of, people_to_sign_up
from academy.people import namesakes
from academy.people.models import User, Volunteer

NO_VOLUNTEER = Refusal(
    "no_volunteer", _("This sign-in is not a volunteer's. Sign in with your own slip, then scan the code again.")
)
NOT_FOR_THE_CHILD = _(
    "You are the guardian of %(names)s and do not sign for the child. The leader ticks the name or scans the child's "
    "card; your home page shows it then."
)
NOBODY_CHOSEN = _("Tap the names of those who are here, then the button.")
SIGNED_OUT = _("You were signed out. Sign in once more, then tap the button.")


@csrf_exempt  # checked below: a stale form comes back instead of a bare error page
@never_cache
@form_page
def gate(request: HttpRequest, checkpoint: str, code: str | None = None) -> HttpResponse:
    """Render the gate, or scan: GET and POST of `/c/<checkpoint>/` and `/c/<checkpoint>/<code>/`."""
    response = _gate(request, checkpoint, code)
    if request.method == "GET" and not browser_of(request):
        set_browser(request, response)
    return response


def _gate(request: HttpRequest, checkpoint: str, code: str | None) -> HttpResponse:
    if not isinstance(request.user, User):
        if request.method == "POST":
            return sign_in_page(request, checkpoint, code, notice=SIGNED_OUT, status=403)
        return sign_in_page(request, checkpoint, code)
    if request.method != "POST":
        return _show(request, checkpoint, code)
    acts = read_acts(request)
    if acts is None or has_stale_token(request):
        return _show(request, checkpoint, code, notice=FORM_GONE_STALE, status=403)
    if not acts:
        return _show(request, checkpoint, code, notice=NOBODY_CHOSEN)
    return _scan(request, request.user, checkpoint, code, acts)


def _scan(request: HttpRequest, operator: User, checkpoint: str, code: str | None, acts: list[Act]) -> HttpResponse:
    answers = [
        scanning.record_scan(
            scan_id=act.scan_id,
            checkpoint=checkpoint,
            code=code,
            volunteer=act.volunteer,
            operator=operator,
            direction=act.direction,
            at=timezone.now(),
            grace=has_grace(request, checkpoint),
            sure="sure" in request.POST,
            shift_id=posted_id(request, "shift"),
            browser=browser_of(request),
        )
        for act in acts
    ]
    for answer in answers:
        if answer.refusal and not answer.stored:
            if answer.refusal.code == "unknown_checkpoint":
                return unknown_page(request)
            again = gate_url(checkpoint, code, typed=was_typed(request))
            return refused_page(request, answer.refusal, gate=again, status=409)
    # The answer also shows the people whose scans were made before the page asked a question.
    done = [*scans_done(request), *[answer.scan_id for answer in answers if not answer.asks]]
    questions = [(act, answer) for act, answer in zip(acts, answers, strict=True) if answer.asks]
    if questions:
        return _ask(request, checkpoint, questions, done)
    return redirect(_answer_url(request, checkpoint, done))


def _show(
    request: HttpRequest, checkpoint: str, code: str | None, *, notice: Any = "", status: int = 200
) -> HttpResponse:
    """Render the button for the signed-in user, or the refusal in its place."""
    now = timezone.now()
    grace = has_grace(request, checkpoint)
    people: list[Volunteer | None] = [*people_of(request.user)]
    offers = [
        scanning.preview(checkpoint=checkpoint, code=code, volunteer=person, at=now, grace=grace)
        for person in people or [None]
    ]
    known = [offer for offer in offers if offer is not None]
    if not known:
        return unknown_page(request)
    if not people:
        return refused_offer(request, known[0].refusal or _no_volunteer(request.user), known[0], status=status)
    able = [offer for offer in known if offer.refusal is None]
    if not able:
        assert known[0].refusal is not None
        return refused_offer(request, known[0].refusal, known[0], status=status)
    here = gate_url(checkpoint, code, typed=was_typed(request))
    kept = kept_ids(request)
    acts = [
        (offer, Act(offer.volunteer, offer.direction, kept.get((offer.volunteer.pk, offer.direction)) or uuid4()))
        for offer in able
        if offer.volunteer
    ]
    tails = namesakes.tails([act.volunteer for _offer, act in acts])
    context: dict[str, Any] = {
        "reliefs": _late_reliefs(acts, now),
        "people": [
            {
                "value": str(act),
                "name": namesakes.named(act.volunteer, tails),
                "direction": act.direction,
                "since": offer.since,
                "left": offer.left_at,
            }
            for offer, act in acts
        ],
        "refused": [
            {"name": offer.volunteer.name, "refusal": offer.refusal, "tone": tone_of(offer.refusal.code)}
            for offer in known
            if offer.refusal is not None and offer.volunteer
        ],
        "shifts": next((offer.choice.among for offer in able if offer.choice.among), ()),
        "notice": notice,
        "directions": "/".join(sorted({act.direction for _offer, act in acts})),
        "share_url": f"{reverse('families:slip_typed')}?{urlencode({'next': here})}",
    }
    return gate_page(request, "ask", able[0], status=status, **context)


def _no_volunteer(user: Any) -> Refusal:
    """Return why a login without a volunteer cannot check in: a guardian does not sign for a child (C5)."""
    children = [one.name for one in people_to_sign_up(user) if not one.acts]
    return Refusal(NO_VOLUNTEER.code, NOT_FOR_THE_CHILD % {"names": "、".join(children)}) if children else NO_VOLUNTEER


def _late_reliefs(acts: list[tuple[scanning.Prospect, Act]], at: dt.datetime) -> list[relief.LateRelief]:
    """Return the late relief of the people who may check out here, each shift once.

    It is looked for only at an activity one of whose shifts has ended while another one runs.
    """
    leaving = [act.volunteer for _offer, act in acts if act.direction == Direction.OUT]
    shifts = acts[0][0].gate.shifts
    if not leaving or not any(one.ends_at <= at for one in shifts) or all(at < one.starts_at for one in shifts):
        return []
    running = still_running(people=leaving, at=at)
    return list({one.shift.pk: one for one in relief.late_reliefs(running, at=at).values()}.values())


def _ask(
    request: HttpRequest, checkpoint: str, questions: list[tuple[Act, scanning.Answer]], done: list[UUID]
) -> HttpResponse:
    """Render the questions to answer before these scans are made. The form carries the same ids again.

    `done`: the scans already made for other people on this phone. An answer given before, the shift, is kept.
    """
    chosen = posted_id(request, "shift")
    offer = scanning.preview(
        checkpoint=checkpoint, code=None, volunteer=questions[0][0].volunteer, at=timezone.now(), grace=True
    )
    if offer is None:
        return unknown_page(request)
    tails = namesakes.tails([act.volunteer for act, _answer in questions])
    shifts = next((answer.choices for _act, answer in questions if answer.choices), ())
    context: dict[str, Any] = {
        "people": [
            {
                "value": str(act),
                "name": namesakes.named(act.volunteer, tails),
                "direction": act.direction,
                "since": answer.visit_opened_at,
                "left": answer.visit_closed_at,
                "checked": True,
            }
            for act, answer in questions
        ],
        "shifts": shifts,
        "asks": {answer.asks for _act, answer in questions} - {"shift"},
        "chosen": None if shifts else chosen,
        "done": done,
        "no_url": _answer_url(request, checkpoint, done) if done else links.link_to("my_page"),
    }
    return gate_page(request, "ask", offer, shift_id=chosen, **context)


@never_cache
@require_safe
def answer(request: HttpRequest, checkpoint: str, scan_id: str) -> HttpResponse:
    """Render the results of the scans, for the people of this login only. A reload stores no second visit."""
    if not isinstance(request.user, User):
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    try:
        wanted = [UUID(text) for text in [scan_id, *request.GET.getlist("and")]]
    except ValueError as error:
        raise Http404 from error
    scans = {
        scan.pk: scan
        for scan in Scan.objects.of_all(people_of(request.user))
        .filter(pk__in=wanted, checkpoint__key=normalise_key(checkpoint))
        .select_related("volunteer__merged_into", "checkpoint__activity")
    }
    if not scans or len(scans) < len(set(wanted)):
        raise Http404
    results = [scan_result(scans[pk]) for pk in wanted]
    place = scans[wanted[0]].checkpoint
    activity = place.activity
    if len(results) == 1 and results[0]["tone"]:
        again = retry_url(place.key, rotating=place.rotating, typed=was_typed(request))
        return refused_page(request, results[0]["refusal"], title=activity.title, activity_id=activity.pk, gate=again)
    return render(request, "checkin/page.html", {"state": "done", "activity": activity, "results": results})


def _answer_url(request: HttpRequest, checkpoint: str, ids: list[UUID]) -> str:
    url = reverse("checkin:answer", args=[normalise_key(checkpoint), ids[0]])
    url = f"{url}?{urlencode({'and': ids[1:]}, doseq=True)}" if ids[1:] else url
    return add_typed(url, typed=was_typed(request))
