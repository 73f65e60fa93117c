"""The page behind a code: one sentence, one button, one large tick. Opening it changes nothing."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django import forms
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from academy.checkin import services
from academy.checkin.choice import Candidate
from academy.checkin.forms import ClaimForm
from academy.checkin.models import Direction, Scan
from academy.checkin.services import Answer, Prospect
from academy.checkin.services.claims import CLAIM_BITS
from academy.core.keys import ALPHABET, normalise_key, random_key
from academy.core.refusals import Refusal
from academy.families import belongings
from academy.people.forms import SlipForm
from academy.people.models import User, Volunteer

GRACE_COOKIE = "grace"
GRACE_SECONDS = 300
GRACE_SALT = "academy.checkin.grace"
BROWSER_COOKIE = "browser"
BROWSER_BITS = 64
BROWSER_SECONDS = 400 * 24 * 60 * 60  # browsers keep no cookie longer

NO_VOLUNTEER = Refusal(
    "no_volunteer", _("This sign-in is not a volunteer's. Sign in with your own slip, then scan the code again.")
)
FORM_GONE_STALE = _("This page had been open for too long. Nothing is lost: tap once more.")
NOBODY_CHOSEN = _("Tap the names of those who are here, then the button.")
SIGNED_OUT = _("You were signed out in the meantime. Sign in once more, then tap the button.")


# Typed codes


class CodeForm(forms.Form):
    """What stands under a code, for whoever cannot scan it."""

    code = forms.CharField(
        label=_("The code on the poster or on the leader's screen"),
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
                "class": "code-field",
            }
        ),
        error_messages={"required": _("Type the code that stands under the picture.")},
    )


@never_cache
@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """`/c/`: leads to the page behind the typed code."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        found = services.find_typed(text=form.cleaned_data["code"], at=timezone.now())
        if not isinstance(found, Refusal):
            return redirect(gate_url(*found))
        form.add_error("code", str(found))
        return render(request, "checkin/typed.html", {"form": form, "refusal": found})
    return render(request, "checkin/typed.html", {"form": form})


# The page behind a code


@csrf_exempt  # checked below: a stale form is given back instead of a bare error page
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def gate(request: HttpRequest, checkpoint: str, code: str | None = None) -> HttpResponse:
    """`/c/<checkpoint>/` and `/c/<checkpoint>/<code>/`: GET shows, POST scans."""
    response = _gate(request, checkpoint, code)
    if request.method == "GET" and not browser_of(request):
        response.set_cookie(
            BROWSER_COOKIE,
            random_key(BROWSER_BITS),
            max_age=BROWSER_SECONDS,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


def _gate(request: HttpRequest, checkpoint: str, code: str | None) -> HttpResponse:
    if not isinstance(request.user, User):
        if request.method == "POST":
            return sign_in_page(request, checkpoint, code, notice=SIGNED_OUT, status=403)
        return sign_in_page(request, checkpoint, code)
    if request.method != "POST":
        return _show(request, checkpoint, code)
    acts = _acts(request)
    if acts is None or csrf_fault(request):
        return _show(request, checkpoint, code, notice=FORM_GONE_STALE, status=403)
    if not acts:
        return _show(request, checkpoint, code, notice=NOBODY_CHOSEN)
    return _scan(request, request.user, checkpoint, code, acts)


@dataclass(frozen=True)
class Act:
    """One person's part of the form: who, in or out, and the scan's id. Written ``5:in:0b7c…``."""

    volunteer: Volunteer
    direction: str
    scan_id: UUID

    def __str__(self) -> str:
        return f"{self.volunteer.pk}:{self.direction}:{self.scan_id}"


def _acts(request: HttpRequest) -> list[Act] | None:
    """Whom the form scans, oneself and those one acts for; None for a form that this page did not make."""
    try:
        parts = [value.split(":") for value in request.POST.getlist("who")]
        wanted = [(int(pk), Direction(direction).value, UUID(scan_id)) for pk, direction, scan_id in parts]
    except ValueError:
        return None
    own = _own(request)
    people = {own.pk: own} if own else {}
    if any(pk not in people for pk, _direction, _scan_id in wanted):
        people = {person.pk: person for person in _people(request)}
    acts = [Act(people[pk], direction, scan_id) for pk, direction, scan_id in wanted if pk in people]
    return acts if len(acts) == len(wanted) else None


def _scan(request: HttpRequest, operator: User, checkpoint: str, code: str | None, acts: list[Act]) -> HttpResponse:
    shift = request.POST.get("shift", "")
    answers = [
        services.record_scan(
            scan_id=act.scan_id,
            checkpoint=checkpoint,
            code=code,
            volunteer=act.volunteer,
            operator=operator,
            direction=act.direction,
            at=timezone.now(),
            grace=has_grace(request, checkpoint),
            sure="sure" in request.POST,
            shift_id=int(shift) if shift.isdecimal() else None,
            browser=browser_of(request),
        )
        for act in acts
    ]
    for answer in answers:
        if answer.refusal and not answer.stored:
            return refused_page(
                request, answer.refusal, status=404 if answer.refusal.code == "unknown_checkpoint" else 409
            )
    # Who was asked about first is answered together with the others.
    done = [*_earlier(request), *[answer.scan_id for answer in answers if not answer.asks]]
    questions = [(act, answer) for act, answer in zip(acts, answers, strict=True) if answer.asks]
    if questions:
        return _ask(request, checkpoint, questions, done)
    return redirect(_answer_url(checkpoint, done))


def _earlier(request: HttpRequest) -> list[UUID]:
    """The scans that this form's first round made, before it had to ask."""
    try:
        return [UUID(text) for text in request.POST.getlist("done")]
    except ValueError:
        return []


def _show(
    request: HttpRequest, checkpoint: str, code: str | None, *, notice: Any = "", status: int = 200
) -> HttpResponse:
    """The button for whoever is signed in, or the sentence that says why there is none."""
    now = timezone.now()
    grace = has_grace(request, checkpoint)
    people: list[Volunteer | None] = [*_people(request)]
    offers = [
        services.prospect(checkpoint=checkpoint, code=code, volunteer=person, at=now, grace=grace)
        for person in people or [None]
    ]
    known = [offer for offer in offers if offer is not None]
    if not known:
        return unknown_page(request)
    if not people:
        return refused_page(request, known[0].refusal or NO_VOLUNTEER, known[0], status=status)
    able = [offer for offer in known if offer.refusal is None]
    if not able:
        assert known[0].refusal is not None
        return refused_page(request, known[0].refusal, known[0], status=status)
    kept = _kept_ids(request)
    acts = [
        (offer, Act(offer.volunteer, offer.direction, kept.get((offer.volunteer.pk, offer.direction)) or uuid4()))
        for offer in able
        if offer.volunteer
    ]
    context: dict[str, Any] = {
        "people": [
            {"value": str(act), "name": act.volunteer.name, "direction": act.direction, "since": offer.since}
            for offer, act in acts
        ],
        "refused": [
            {"name": offer.volunteer.name, "refusal": offer.refusal}
            for offer in known
            if offer.refusal is not None and offer.volunteer
        ],
        "shifts": next((offer.choice.among for offer in able if offer.choice.among), ()),
        "notice": notice,
        "share_url": f"{reverse('families:slip_typed')}?{urlencode({'next': gate_url(checkpoint, code)})}",
    }
    return _page(request, "ask", able[0], status=status, **context)


def _ask(request: HttpRequest, checkpoint: str, questions: list[tuple[Act, Answer]], done: list[UUID]) -> HttpResponse:
    """What has to be known before these scans can be made; the same ids go round once more.

    `done`: the scans that were made already, of the others on this phone.
    """
    offer = services.prospect(
        checkpoint=checkpoint, code=None, volunteer=questions[0][0].volunteer, at=timezone.now(), grace=True
    )
    if offer is None:
        return unknown_page(request)
    context: dict[str, Any] = {
        "people": [
            {
                "value": str(act),
                "name": act.volunteer.name,
                "direction": act.direction,
                "since": answer.visit_opened_at,
                "checked": True,
            }
            for act, answer in questions
        ],
        "shifts": next((answer.choices for _act, answer in questions if answer.choices), ()),
        "sure": any(answer.asks == "sure" for _act, answer in questions),
        "done": done,
    }
    return _page(request, "ask", offer, **context)


def sign_in_page(
    request: HttpRequest,
    checkpoint: str,
    code: str | None,
    *,
    claim_form: ClaimForm | None = None,
    notice: Any = "",
    status: int = 200,
) -> HttpResponse:
    """Where to sign in, or to say “I am here”; a code that is good now stays good for five minutes in this browser."""
    now = timezone.now()
    offer = services.prospect(checkpoint=checkpoint, code=code, volunteer=None, at=now)
    if offer is None:
        return unknown_page(request)
    fresh = offer.gate.rotating and offer.refusal is None
    if offer.refusal is not None and has_grace(request, checkpoint):
        offer = services.prospect(checkpoint=checkpoint, code=code, volunteer=None, at=now, grace=True) or offer
    if offer.refusal is not None:
        return refused_page(request, offer.refusal, offer)
    response = _page(
        request,
        "sign_in",
        offer,
        notice=notice,
        waits=offer.gate.rotating,
        slip_form=SlipForm(),
        slip_url=reverse("families:slip_typed"),
        login_url=f"{reverse('account_login')}?{urlencode({'next': gate_url(checkpoint, code)})}",
        next=gate_url(checkpoint, code),
        claim_form=claim_form or ClaimForm(initial={"key": random_key(CLAIM_BITS), "code": code or ""}),
        claim_url=reverse("checkin:claim", args=[offer.gate.key]),
        status=status,
    )
    if fresh:
        response.set_signed_cookie(
            GRACE_COOKIE,
            offer.gate.key,
            salt=GRACE_SALT,
            max_age=GRACE_SECONDS,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    return response


# The answer


@never_cache
@require_safe
def answer(request: HttpRequest, checkpoint: str, scan_id: str) -> HttpResponse:
    """What the scan was answered, for those alone whom it concerns. A reload makes no second visit."""
    if not isinstance(request.user, User):
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}")
    try:
        wanted = [UUID(text) for text in [scan_id, *request.GET.getlist("and")]]
    except ValueError as error:
        raise Http404 from error
    scans = {
        scan.pk: scan
        for scan in Scan.objects.filter(pk__in=wanted, checkpoint__key=normalise_key(checkpoint))
        .filter(volunteer__in=Volunteer.objects.all_with(_people(request)))
        .select_related("volunteer__merged_into", "checkpoint__activity")
    }
    if not scans or len(scans) < len(set(wanted)):
        raise Http404
    results = [(scans[pk], services.stored_answer(scans[pk])) for pk in wanted]
    scan, first = results[0]
    if len(results) == 1 and first.refusal and first.refusal.code != "already_checked_in":
        # The printed code can be tried again from here; the one on the screen has to be scanned anew.
        retry = "" if scan.checkpoint.rotating else reverse("checkin:gate", args=[scan.checkpoint.key])
        return refused_page(request, first.refusal, activity=scan.checkpoint.activity, href=retry)
    context = {
        "state": "done",
        "activity": scan.checkpoint.activity,
        "direction": scan.direction,
        "results": [
            {
                "name": each.person.stays.name,
                "direction": each.direction,
                "at": said.visit_opened_at if said.refusal else said.at,
                "repeated": said.refusal is not None and said.refusal.code == "already_checked_in",
                "refusal": said.refusal,
                "minutes": services.seconds_today(volunteer=each.person, at=said.at) // 60,
            }
            for each, said in results
        ],
    }
    return render(request, "checkin/page.html", context)


# Pages and cookies


def _page(request: HttpRequest, state: str, offer: Prospect, *, status: int = 200, **context: Any) -> HttpResponse:
    gate = offer.gate
    shift = offer.choice.shift or _next_shift(gate.shifts)
    activity = {"title": gate.title, "place": gate.place}
    return render(
        request,
        "checkin/page.html",
        {"state": state, "activity": activity, "shift": None if context.get("shifts") else shift, **context},
        status=status,
    )


def refused_page(
    request: HttpRequest,
    refusal: Refusal,
    offer: Prospect | None = None,
    *,
    activity: Any = None,
    href: str = "",
    status: int = 200,
) -> HttpResponse:
    if offer is not None:
        activity = {"title": offer.gate.title, "place": offer.gate.place}
    context = {"state": "refused", "activity": activity, "refusal": refusal, "href": href}
    return render(request, "checkin/page.html", context, status=status)


def unknown_page(request: HttpRequest) -> HttpResponse:
    return refused_page(
        request, services.unknown_checkpoint(at=timezone.now()), href=reverse("checkin:typed"), status=404
    )


def _next_shift(shifts: tuple[Candidate, ...]) -> Candidate | None:
    return next((shift for shift in shifts if shift.ends_at > timezone.now()), shifts[-1] if shifts else None)


def _own(request: HttpRequest) -> Volunteer | None:
    """The person whose login this is; it came along with the login and costs nothing."""
    assert isinstance(request.user, User)
    own = request.user.own_volunteer
    return own if own is not None and own.merged_into_id is None else None


def _people(request: HttpRequest) -> list[Volunteer]:
    """Who may be here by this phone: its owner first, then those they act for."""
    assert isinstance(request.user, User)
    people = belongings.people_of(request.user).present().order_by("number")
    return sorted(people, key=lambda person: person.user_id != request.user.pk)


def _kept_ids(request: HttpRequest) -> dict[tuple[int, str], UUID]:
    """The scans' ids of a form that came back: tapping once more is still the same scan."""
    return {(act.volunteer.pk, act.direction): act.scan_id for act in _acts(request) or []} if request.POST else {}


def gate_url(checkpoint: str, code: str | None) -> str:
    if code:
        return reverse("checkin:gate_with_code", args=[checkpoint, code])
    return reverse("checkin:gate", args=[checkpoint])


def _answer_url(checkpoint: str, ids: list[UUID]) -> str:
    url = reverse("checkin:answer", args=[normalise_key(checkpoint), ids[0]])
    return f"{url}?{urlencode({'and': ids[1:]}, doseq=True)}" if ids[1:] else url


def has_grace(request: HttpRequest, checkpoint: str) -> bool:
    try:
        key = request.get_signed_cookie(GRACE_COOKIE, default="", salt=GRACE_SALT, max_age=GRACE_SECONDS)
    except BadSignature:
        return False
    return bool(key) and key == normalise_key(checkpoint)


def browser_of(request: HttpRequest) -> str:
    """This browser's own random id, by which a person sees that one phone checked in many (C9); empty without one."""
    key = request.COOKIES.get(BROWSER_COOKIE, "")
    return key if len(key) <= 16 and set(key) <= set(ALPHABET) else ""


class _CsrfCheck(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason


def csrf_fault(request: HttpRequest) -> str | None:
    """Why Django would refuse this form; None if it would not."""
    check = _CsrfCheck(lambda _request: HttpResponse())
    check.process_request(request)
    return check.process_view(request, lambda _request: HttpResponse(), (), {})  # type: ignore[return-value]
