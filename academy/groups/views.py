"""The page behind a unit's link (`/u/<key>/`): name and phone are the acceptance (R8).

It shows no data of a person.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from academy.core import practice
from academy.core.http import form_page
from academy.core.keys import normalise_key
from academy.core.refusals import Refusal
from academy.groups.forms import AcceptanceForm
from academy.groups.models import GroupLink
from academy.groups.refusals import LINK_OVER
from academy.groups.services import links
from academy.people.http import network_of
from academy.people.services import attempts
from academy.people.services.attempts import Limit, Source

OF_A_NETWORK = Limit(free=40, half_life=60)  # a whole office may share one address
OF_A_LINK = Limit(free=200, half_life=60)
SLOW_DOWN = Refusal(
    "too_many_attempts", _("Many people use this link just now. Wait a minute, then send the form again.")
)


@never_cache
@sensitive_post_parameters("name", "phone")
@form_page
def accept_by_link(request: HttpRequest, key: str) -> HttpResponse:
    """Show what the unit is asked to, and sign up the person who types name and phone."""
    link = _find(key)
    if link is None:
        return _render(request, None, refusal=LINK_OVER, status=404)
    practice.show(request, link.unit.community_id)
    now = timezone.now()
    if not link.is_open(now):
        return _render(request, link, refusal=LINK_OVER, status=410)
    if request.method != "POST":
        return _render(request, link, form=AcceptanceForm())
    form = AcceptanceForm(request.POST)
    sources = [
        Source("group_link.network", f"{network_of(request)} {link.key}", OF_A_NETWORK),
        Source("group_link", link.key, OF_A_LINK),
    ]
    if wait := attempts.begin(sources=sources, at=now):
        response = _render(request, link, form=form, refusal=SLOW_DOWN, status=429)
        response.headers["Retry-After"] = str(wait)
        return response
    if not form.is_valid():
        return _render(request, link, form=form)
    answer = links.accept(link=link, **form.cleaned_data, at=now)
    if isinstance(answer, Refusal):
        return _render(request, link, form=form, refusal=answer, status=409)
    return redirect("groups:done", link.key)


@never_cache
@require_safe
def show_done(request: HttpRequest, key: str) -> HttpResponse:
    """Show that the form arrived, and what to do on the day. The same page for every person."""
    link = _find(key)
    if link is None:
        return _render(request, None, refusal=LINK_OVER, status=404)
    practice.show(request, link.unit.community_id)
    return _render(request, link, done=True)


def _find(key: str) -> GroupLink | None:
    links_by_key = GroupLink.objects.select_related("unit__community", "shift__activity", "role")
    return links_by_key.filter(key=normalise_key(key)).first()


def _render(request: HttpRequest, link: GroupLink | None, *, status: int = 200, **context: Any) -> HttpResponse:
    response = render(request, "groups/link.html", {"link": link, **context}, status=status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
