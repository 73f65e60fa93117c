"""The page for typing a code that the camera cannot read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from academy.checkin.forms import CodeForm
from academy.checkin.gate_pages import gate_url
from academy.checkin.services import codes
from academy.core.refusals import Refusal


@never_cache
@require_safe
def typed(request: HttpRequest) -> HttpResponse:
    """Redirect to the page behind the typed code: `/c/`."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        found = codes.find_typed(text=form.cleaned_data["code"], at=timezone.now())
        if not isinstance(found, Refusal):
            return redirect(gate_url(*found))
        form.add_error("code", str(found))
        return render(request, "checkin/typed.html", {"form": form, "refusal": found})
    return render(request, "checkin/typed.html", {"form": form})
