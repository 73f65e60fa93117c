"""The page behind the code, without sign-in; and what was said, for the leader and staff."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.activities.http import led_activity
from academy.activities.models import Activity
from academy.core import practice
from academy.core.http import form_page, posted_id
from academy.core.links import public_address, typed_address
from academy.core.refusals import Refusal
from academy.feedback import printing, selectors, services
from academy.feedback.models import Face, Feedback
from academy.paper.codes import qr_svg
from academy.paper.http import pdf_response
from academy.people.http import network_of, user_of
from academy.people.permissions import Right
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

COOKIE = "word"  # a random name of the browser, to take one word from each
COOKIE_DAYS = 30
OF_A_NETWORK = Limit(free=40, half_life=10 * 60)  # a whole building may share one address
SLOW_DOWN = Refusal("too_many_attempts", gettext_lazy("Many people answer just now. Wait a minute, then tap again."))
NO_CODE = Refusal("no_code", gettext_lazy("This code leads nowhere. Look at the poster or the slip again."))


@never_cache
@form_page
def say(request: HttpRequest, key: str) -> HttpResponse:
    """Show three faces and a line, and store one word of this browser."""
    now, code = timezone.now(), services.find_code(key)
    if code is None or request.method == "POST":  # who guesses or floods is slowed down; a look is free
        source = Source("feedback.network", network_of(request), OF_A_NETWORK)
        if wait := attempts.begin(sources=[source], at=now):
            response = _render(request, None, refusal=SLOW_DOWN, status=429)
            response.headers["Retry-After"] = str(wait)
            return response
    if code is None:
        return _render(request, None, refusal=NO_CODE, status=404)
    activity = code.activity
    practice.show(request, activity.community_id)
    browser = _browser_of(request)
    known = _hash(activity, browser) if browser else ""
    said = Feedback.objects.filter(activity=activity, browser=known).first() if known else None
    if request.method != "POST" or said is not None:
        closed = None if said else services.cannot_say(activity, at=now)
        response = _render(request, activity, said=said, is_open=said is None and closed is None, refusal=closed)
        return _named(request, response, browser)
    outcome = services.say(
        activity=activity,
        face=posted_id(request, "face"),
        words=request.POST.get("words", ""),
        browser=known or _hash(activity, get_random_string(32)),  # a browser without cookies
        at=now,
    )
    if isinstance(outcome, Refusal):
        is_open = outcome in (services.NEEDS_FACE, SLOW_DOWN)
        return _render(request, activity, is_open=is_open, refusal=outcome, status=409)
    return redirect("feedback:say", code.key.lower())


@login_required
@never_cache
@require_GET
def show_words(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Show the code, the rate and the lines to the leader and to staff."""
    activity = led_activity(request, activity_id)
    code = services.code_of(activity)
    path = reverse("feedback:say", args=[code.key])
    context = {
        "activity": activity,
        "said": selectors.said_about(activity, for_staff=_is_staff(request, activity)),
        "svg": qr_svg(public_address(path).upper()),
        "typed_address": typed_address(path).lower(),
        "address": path.lower(),
    }
    return render(request, "feedback/words.html", context)


@login_required
@require_GET
def print_code(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Print the code as a poster, or with `?slips` as slips to hand out."""
    activity = led_activity(request, activity_id)
    name = _("Slips") if "slips" in request.GET else _("Poster")
    answer = printing.print_code(activity=activity, as_slips="slips" in request.GET, at=timezone.now())
    if isinstance(answer, Refusal):
        return render(request, "feedback/unprintable.html", {"activity": activity, "refusal": answer}, status=409)
    return pdf_response(answer, f"{activity.title}_{name}.pdf")


def _is_staff(request: HttpRequest, activity: Activity) -> bool:
    return user_of(request).has_right(Right.RUN_ACTIVITIES, activity.community)


def _render(request: HttpRequest, activity: Activity | None, *, status: int = 200, **context: object) -> HttpResponse:
    context = {"activity": activity, "faces": list(reversed(Face)), **context}
    response = render(request, "feedback/say.html", context, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _browser_of(request: HttpRequest) -> str:
    name = request.COOKIES.get(COOKIE, "")
    return name if len(name) == 32 and name.isalnum() and name.isascii() else ""


def _named(request: HttpRequest, response: HttpResponse, browser: str) -> HttpResponse:
    """Give the browser its random name, if it has none yet."""
    if not browser:
        age = COOKIE_DAYS * 24 * 3600
        response.set_cookie(
            COOKIE, get_random_string(32), age, secure=request.is_secure(), httponly=True, samesite="Lax"
        )
    return response


def _hash(activity: Activity, browser: str) -> str:
    return salted_hmac("academy.feedback.browser", f"{activity.pk}:{browser}", algorithm="sha256").hexdigest()
