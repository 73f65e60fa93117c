from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail import hooks

from academy.activities.models import Activity
from academy.checkin import posters
from academy.core.refusals import Refusal
from academy.core.rights import right_required
from academy.paper.http import pdf_response, warn_of_blanks
from academy.people.permissions import Right


@right_required(Right.RUN_ACTIVITIES)
def poster(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Return the activity's poster as a PDF."""
    user: Any = request.user
    in_mine = Activity.objects.in_communities(user.communities_for(Right.RUN_ACTIVITIES))
    activity = get_object_or_404(in_mine.select_related("leader", "issuer"), pk=activity_id)
    answer = posters.print_pdf(activity=activity, at=timezone.now())
    if isinstance(answer, Refusal):
        messages.error(request, str(answer))
        return redirect("activity:edit", activity.pk)
    warn_of_blanks(request, [str(activity.leader)])
    return pdf_response(answer, f"{activity.title}_{_('Poster')}.pdf")


@hooks.register("register_admin_urls")
def admin_urls() -> list[Any]:
    return [path("activity/poster/<int:activity_id>/", poster, name="activity_poster")]
