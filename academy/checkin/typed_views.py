"""The page for typing a code that the camera cannot read."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.checkin.cookies import browser_of
from academy.checkin.forms import CodeForm
from academy.checkin.gate_pages import gate_url
from academy.checkin.services import claimants, codes
from academy.checkin.services.visits import still_running
from academy.core.refusals import Refusal
from academy.families.belongings import people_of


@never_cache
@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """Redirect to the page behind the typed code: `/c/`."""
    now = timezone.now()
    form = CodeForm(request.GET if "code" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        found = codes.find_typed(text=form.cleaned_data["code"], at=now)
        if not isinstance(found, Refusal):
            return redirect(gate_url(*found, typed=True))
        form.add_error("code", str(found))
        context["refusal"] = found
    return render(request, "checkin/typed.html", {**context, "directions": _directions(request, now)})


def _directions(request: HttpRequest, at: dt.datetime) -> str:
    """Return what the people of this phone come to do: `in`, `out` or `in/out`."""
    people = people_of(request.user)
    if not people:
        return "out" if claimants.people_are_inside(browser=browser_of(request), at=at) else "in"
    inside = {visit.volunteer.stays for visit in still_running(people=people, at=at)}
    return "/".join(word for word, some in (("in", len(inside) < len(people)), ("out", inside)) if some)
