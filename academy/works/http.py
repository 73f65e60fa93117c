"""Print a long sheet in the background, and a short one at once (ADR 172)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from academy.core import health
from academy.core.models import Community
from academy.works import services
from academy.works.kinds import Kind


def print_later(
    request: HttpRequest, *, kind: type[Kind], community: Community, order: Mapping[str, Any], lines: int, few: int
) -> HttpResponse | None:
    """Begin the work and redirect to its page. Return None for a sheet that the request prints itself.

    Those are sheets of few lines. Without a worker it is any sheet: a roster is needed at the gate all the same.
    """
    if lines <= few or not health.worker_is_alive():
        return None
    begun = services.begin(kind=kind, community=community, order=order, total=lines, by=request.user, at=timezone.now())
    return redirect(begun.url)
