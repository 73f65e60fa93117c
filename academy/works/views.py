"""A page for each work: its progress, a way to cancel it, its file. Only its own login opens it."""

import datetime as dt
import mimetypes
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core import health
from academy.core.refusals import Refusal
from academy.works import services
from academy.works.models import Work

REFRESH = 3  # seconds
PATIENCE = 60  # seconds of waiting, after which the page asks whether a worker runs

TITLE = _("My work under way")


def work_url(work: Work) -> str:
    """Return the address of the page of a work."""
    return work.url


class OwnWork:
    """Mixin: 404 unless this login began the work, and still has the right to its kind."""

    request: Any
    kwargs: Any

    def get_work(self) -> Work:
        work = Work.objects.of_login(self.request.user).select_related("community").filter(pk=self.kwargs["pk"]).first()
        if work is None or not work.act().is_allowed(self.request.user, work.community, services.order_of(work)):
            raise Http404
        return work


class WorksView(WagtailAdminTemplateMixin, TemplateView):
    """List of the works that this login began."""

    template_name = "works/admin/index.html"
    page_title = TITLE
    header_icon = "tasks"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": TITLE}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        works = Work.objects.of_login(self.request.user).filter(expires_at__gt=timezone.now()).order_by("-begun_at")
        return super().get_context_data(works=works, refresh=_refresh(*works), **kwargs)


class WorkView(OwnWork, WagtailAdminTemplateMixin, TemplateView):
    """Show how far a work is; when it is over, what was left out, and its file."""

    template_name = "works/admin/work.html"
    header_icon = "tasks"

    def get_page_title(self) -> str:
        return str(self.work)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse("works"), "label": TITLE},
            {"url": "", "label": str(self.work)},
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.work = self.get_work()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**context_of(self.work, timezone.now()), **kwargs)


def context_of(work: Work, at: dt.datetime) -> dict[str, Any]:
    """Return what the page of a work shows."""
    waits = not work.is_over and work.silent_since(at).total_seconds() > PATIENCE
    return {
        "work": work,
        "has_file": bool(work.file) and at < work.expires_at,
        "refresh": _refresh(work),
        "nobody_works": waits and not health.worker_is_alive(),
    }


def _refresh(*works: Work) -> int:
    """Return the seconds after which the page loads itself again; 0 if nothing goes on."""
    return 0 if all(work.is_over for work in works) else REFRESH


class CancelView(OwnWork, View):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        work = self.get_work()
        answer = services.cancel(work=work, by=request.user, at=timezone.now())
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
        return redirect(work_url(work))


class FileView(OwnWork, View):
    """Send the file. A POST: the first one sets the hour after which a file with keys is deleted."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        work, at = self.get_work(), timezone.now()
        answer = services.fetch(work=work, by=request.user, at=at)
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect(work_url(work))
        name = work.file_name
        headers = {
            "Content-Disposition": str(content_disposition_header(True, name)),
            "Cache-Control": "no-store",
        }
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        sent = HttpResponse if isinstance(answer, bytes) else StreamingHttpResponse
        return sent(answer, content_type=kind, headers=headers)
