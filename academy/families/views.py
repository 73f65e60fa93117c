"""Pages of a sign-in slip (`/s/`), which signs in or shares a phone; signed forms of guardians."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET

from academy.core import practice
from academy.core.files import private_file
from academy.core.http import form_page, safe_next
from academy.core.links import link_to
from academy.core.refusals import Refusal, add_to_form
from academy.families import services
from academy.families.http import log_people_shown
from academy.families.models import SignedForm
from academy.people.forms import SlipForm
from academy.people.http import sign_in, user_of
from academy.people.landing import landing_page
from academy.people.models import Slip
from academy.people.permissions import Right
from academy.people.refusals import PRACTICE_PHONE, STAFF_LOGIN
from academy.people.services import slips


@never_cache
@sensitive_post_parameters("code")
@form_page
def slip_typed(request: HttpRequest) -> HttpResponse:
    """Sign in by a code that was typed at `/s/`. Ask first if another person is signed in on this phone."""
    form = SlipForm(request.POST or None)
    if form.is_valid():
        answer = _enter(request, form.cleaned_data["code"])
        if not isinstance(answer, Refusal):
            return answer
        add_to_form(form, answer, field="code")
        return _page(request, "families/slip.html", form=form, refusal=answer)
    return _page(request, "families/slip.html", form=form)


@never_cache
@form_page
def slip_scanned(request: HttpRequest, code: str) -> HttpResponse:
    """Show the page behind the picture on a slip, `/s/<code>/`.

    Chat apps fetch links, so only the POST signs in and uses up the slip.
    """
    if request.method == "POST":
        answer: HttpResponse | Slip | Refusal = _enter(request, code)
    else:
        answer = slips.find_slip(code)
    if isinstance(answer, HttpResponse):
        return answer
    if isinstance(answer, Slip):
        practice.show(request, answer.volunteer.community_id)
        if _is_another_persons_phone(request, answer):
            return _ask_whose(request, answer, code)
        return _page(request, "families/slip_button.html", volunteer=slips.slip_holder(answer))
    if request.user.is_authenticated and services.slip_belongs_to(request.user, code=code):
        # A second tap, or a second scan on the phone that the slip signed in.
        return HttpResponseRedirect(safe_next(request) or landing_page(request.user))
    return _page(request, "families/slip_refused.html", refusal=answer)


@login_required
@never_cache
@require_GET
def send_signed_form(request: HttpRequest, form_id: int) -> HttpResponseBase:
    """Send the photographed form of a guardian to staff who keep the roll of the child's community."""
    kept = user_of(request).communities_for(Right.MANAGE_PEOPLE)
    forms = SignedForm.objects.filter(consent__volunteer__community__in=kept).select_related("consent__volunteer")
    found = get_object_or_404(forms, pk=form_id)
    log_people_shown(request, [found.consent.volunteer])
    return private_file(request, found.file, found.name)


def _enter(request: HttpRequest, code: str) -> HttpResponse | Refusal:
    """Sign in the slip's holder, or let them share this phone; ask if the form does not decide."""
    slip = slips.find_slip(code)
    if isinstance(slip, Refusal):
        return slip
    then = request.POST.get("then", "")
    if not _is_another_persons_phone(request, slip) or then == "switch":
        return _sign_in(request, code)
    if then != "share":
        return _ask_whose(request, slip, code)
    shared = services.share_phone(user=user_of(request), code=code, at=timezone.now())
    if isinstance(shared, Refusal):
        return _ask_whose(request, slip, code) if shared in (STAFF_LOGIN, PRACTICE_PHONE) else shared
    messages.success(request, _("%(name)s is on this phone now.") % {"name": shared.name})
    return HttpResponseRedirect(safe_next(request) or landing_page(user_of(request)))


def _is_another_persons_phone(request: HttpRequest, slip: Slip) -> bool:
    """Return whether a person other than the slip's holder is signed in on this phone."""
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
    return sign_in(request, answer, method="slip", then=safe_next(request) or landing_page(answer))


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    back = safe_next(request)
    # The gate sends a signed-in phone here to add a person; other pages, to prove whose phone it is.
    adds = request.user.is_authenticated and back.startswith(link_to("typed_code"))
    return render(request, template, {"next": back, "adds": adds, **context})
