"""Pages of those who take part: ask for an exception, read the private details of an activity."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from academy.activities import private_details
from academy.activities.needs import exceptions
from academy.activities.views import published, read_place, render_activity
from academy.core.refusals import Refusal
from academy.people.http import user_of
from academy.people.models import User

_TELEPHONE = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})(?!\d)")


@require_POST
def ask_exception(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for an exception for the user, or for a person whom they act for (T3)."""
    activity = published(request, pk)
    page = reverse("activities:detail", args=[activity.pk])
    if not isinstance(request.user, User):
        return redirect_to_login(page)
    wish = read_place(request, activity)
    answer = exceptions.ask(
        volunteer=wish.volunteer,
        shift=wish.shift,
        role=wish.role,
        reason=request.POST.get("reason", ""),
        by=request.user,
        at=timezone.now(),
    )
    if isinstance(answer, Refusal):
        return render_activity(request, activity, refusal=answer, wish=wish)
    messages.success(request, _("The social worker decides about it. You get a message then."))
    return redirect(f"{page}#choose")


@never_cache
@login_required
@require_safe
def show_private(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the private details of an activity to those who take part, around its time; 404 for all others."""
    activity, user, now = published(request, pk), user_of(request), timezone.now()
    if not private_details.may_read(user, activity, at=now):
        raise Http404
    text = private_details.read(activity=activity, by=user, at=now)
    if text is None:
        raise Http404
    context = {"activity": activity, "text": text, "numbers": list(dict.fromkeys(_TELEPHONE.findall(text)))}
    response = render(request, "activities/private.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    return response
