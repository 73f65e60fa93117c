"""The public notice (公示) of hours before they count, on the web and on paper (K5, K6)."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.core import practice
from academy.core.refusals import Refusal
from academy.core.short_names import community_called
from academy.families.http import log_people_shown
from academy.home import notices, works
from academy.hours.anchors import anchors
from academy.paper.http import pdf_response, warn_of_blanks
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.practice_views import communities_shown
from academy.works.http import print_later
from academy.works.services import latest_of


@never_cache
@require_GET
def list_notices(request: HttpRequest) -> HttpResponse:
    """Show every batch on notice: the records of a community that were confirmed on one day."""
    return _quiet(render(request, "home/notices.html", {"batches": notices.batches(communities_shown(request))}))


@never_cache
@require_GET
def show_notice(request: HttpRequest, community: str, day: dt.date) -> HttpResponse:
    """Show one batch; 404 when its notice is over. An earlier short name redirects (ADR 71)."""
    home = community_called(community)
    if home is None:
        raise Http404
    if home.slug != community:
        return redirect("home:notice", home.slug, day)
    batch = notices.batch(home, day)
    if not batch.count:
        raise Http404
    practice.show(request, home.pk)
    user = request.user
    prints = isinstance(user, User) and user.has_right(Right.CONFIRM_HOURS, batch.community)
    anchor = next(iter(anchors(batch.community)), None)
    part = {"community": home.slug, "day": day.isoformat()}
    printing = latest_of(user, works.PrintingNotice, part, at=timezone.now()) if prints else None
    context = {"batch": batch, "prints": prints, "printing": printing, "anchor": anchor}
    return _quiet(render(request, "home/notice.html", context))


@login_required
@never_cache
@require_GET
def print_notice(request: HttpRequest, community: str, day: dt.date) -> HttpResponse:
    """Print the notice for the wall, or with `?all` the full list for staff who confirm hours.

    A long one is a work in the background.
    """
    home = get_object_or_404(user_of(request).communities_for(Right.CONFIRM_HOURS), slug=community)
    everybody = "all" in request.GET
    batch = notices.batch(home, day, everybody=everybody)
    if not batch.count:
        raise Http404
    order = {"community": home.slug, "day": day.isoformat(), "everybody": everybody}
    answer: HttpResponse | bytes | Refusal | None = print_later(
        request, kind=works.PrintingNotice, community=home, order=order, lines=len(batch.shown), few=works.FEW
    )
    answer = answer or notices.print_pdf(batch, everybody=everybody, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("home:notice", community, day)
    shown = [(notices.shown_name(record, everybody=everybody), record) for record in batch.shown]
    warn_of_blanks(request, [f"{name} {record.volunteer.stays.number}" for name, record in shown])
    if everybody:
        log_people_shown(request, [record.volunteer for record in batch.shown])
    return pdf_response(answer, works.file_name(batch)) if isinstance(answer, bytes) else answer


def _quiet(response: HttpResponse) -> HttpResponse:
    """Keep the page out of search engines, because it must disappear after the notice."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
