"""The public notice (公示): what may be shown of hours that are about to count, and the sheet for the wall (K5, K6)."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from academy.core.models import Community
from academy.desk import notices
from academy.desk.views import user_of
from academy.people.permissions import Right


@never_cache
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """Every batch that is on notice now: a community's records confirmed on one day."""
    return _quiet(render(request, "desk/notices.html", {"batches": notices.batches()}))


@never_cache
@require_GET
def notice(request: HttpRequest, community: str, day: dt.date) -> HttpResponse:
    """One batch; gone when its notice is over."""
    batch = notices.batch(get_object_or_404(Community, slug=community), day)
    if not batch.count:
        raise Http404
    return _quiet(render(request, "desk/notice.html", {"batch": batch}))


@login_required
@never_cache
@require_GET
def notice_sheet(request: HttpRequest, community: str, day: dt.date) -> HttpResponse:
    """For the wall, or with `?all` for the desk alone: there everybody is listed. Printed by whoever confirms hours."""
    home = get_object_or_404(user_of(request).communities_for(Right.CONFIRM_HOURS), slug=community)
    batch = notices.batch(home, day, everybody="all" in request.GET)
    if not batch.count:
        raise Http404
    context = {"batch": batch, "printed_on": timezone.localdate()}
    return _quiet(render(request, "desk/notice_sheet.html", context))


def _quiet(response: HttpResponse) -> HttpResponse:
    """No search engine keeps what is to be forgotten when the notice is over."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
