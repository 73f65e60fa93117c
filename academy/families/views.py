"""The pages of a sign-in slip: sign in, or share the phone of another person (`/s/`)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from academy.core.http import safe_next
from academy.core.refusals import Refusal
from academy.families import services
from academy.people.adapter import landing_page
from academy.people.forms import SlipForm
from academy.people.http import user_of
from academy.people.models import Slip
from academy.people.refusals import STAFF_LOGIN
from academy.people.services import slips


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def slip_typed(request: HttpRequest) -> HttpResponse:
    """Sign in by the slip's code, typed at `/s/`. On a phone that is another person's, ask first."""
    form = SlipForm(request.POST or None)
    if form.is_valid():
        answer = _enter(request, form.cleaned_data["code"])
        if not isinstance(answer, Refusal):
            return answer
        form.add_error("code", str(answer))
        return _page(request, "families/slip.html", form=form, refusal=answer)
    return _page(request, "families/slip.html", form=form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def slip_scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Open `/s/<code>/` from the slip's picture. Chat apps fetch links: only the POST signs in and uses the slip up."""
    if request.method == "POST":
        answer: HttpResponse | Slip | Refusal = _enter(request, code)
    else:
        answer = slips.find_slip(code)
    if isinstance(answer, HttpResponse):
        return answer
    if isinstance(answer, Slip):
        if _is_somebody_elses(request, answer):
            return _ask_whose(request, answer, code)
        return _page(request, "families/slip_button.html", volunteer=slips.slip_holder(answer))
    if request.user.is_authenticated and services.slip_belongs_to(request.user, code=code):
        # A second tap, or the slip scanned again on the phone that it signed in.
        return HttpResponseRedirect(safe_next(request) or landing_page(request.user))
    return _page(request, "families/slip_refused.html", refusal=answer)


def _enter(request: HttpRequest, code: str) -> HttpResponse | Refusal:
    """Sign the slip's holder in, or let them share this phone; ask which, where the form does not say."""
    slip = slips.find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    then = request.POST.get("then", "")
    if not _is_somebody_elses(request, slip) or then == "switch":
        return _sign_in(request, code)
    if then != "share":
        return _ask_whose(request, slip, code)
    shared = services.share_phone(user=user_of(request), code=code, at=timezone.now())
    if isinstance(shared, Refusal):
        return _ask_whose(request, slip, code) if shared is STAFF_LOGIN else shared
    messages.success(request, _("%(name)s is on this phone now.") % {"name": shared.name})
    return HttpResponseRedirect(safe_next(request) or landing_page(user_of(request)))


def _is_somebody_elses(request: HttpRequest, slip: Slip) -> bool:
    """Whether this phone is signed in as another person than the slip's."""
    return request.user.is_authenticated and slips.slip_holder(slip).user_id != request.user.pk


def _ask_whose(request: HttpRequest, slip: Slip, code: str) -> HttpResponse:
    """Ask whether the slip's holder shares this phone or signs in instead of its owner."""
    volunteer = slips.slip_holder(slip)
    refusal = services.cannot_share(user_of(request), volunteer)
    return _page(request, "families/slip_shared.html", volunteer=volunteer, code=code, refusal=refusal)


def _sign_in(request: HttpRequest, code: str) -> HttpResponse | Refusal:
    answer = slips.redeem_slip(code=code, at=timezone.now())
    if isinstance(answer, Refusal):
        return answer
    # Where another login was signed in, this ends its session: Django flushes it when the login changes.
    login(request, answer, backend="academy.people.backends.LoginBackend")
    return HttpResponseRedirect(safe_next(request) or landing_page(answer))


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, template, {"next": safe_next(request), **context})
