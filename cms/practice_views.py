"""The page “Practice community” in the settings, and the panel that leads there (ADR 77)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.components import Component
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.http import posted_id, read_id
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.rights import RightRequiredMixin
from academy.people.http import user_of
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.services import practising
from cms import practice

TITLE = _("Practice community")


class PracticeView(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Set up the practice community of a community; with `?reset=<id>`, ask before it is reset."""

    right = Right.KEEP_SETTINGS
    template_name = "cms/admin/practice.html"
    page_title = TITLE
    header_icon = "rotate"

    @property
    def communities(self) -> Any:
        """The real communities in which the user keeps the settings."""
        return super().communities.filter(practice_of=None)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        open_ones = {
            one.practice_of_id: one
            for one in Community.objects.filter(practice_of__in=self.communities, closed_at=None)
        }
        context: dict[str, Any] = {"rows": [(one, open_ones.get(one.pk)) for one in self.communities]}
        if "reset" in self.request.GET:
            context["reset"] = self._open(read_id(self.request.GET["reset"]))
        return super().get_context_data(**context, **kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        now, by = timezone.now(), user_of(request)
        if "reset" in request.POST:
            answer = practice.reset_practice(
                practice=self._open(posted_id(request, "reset"), or_closed=True), by=by, at=now
            )
            done = _("A fresh practice community is there. The earlier one is closed.")
        else:
            real = get_object_or_404(self.communities, pk=posted_id(request, "community"))
            answer = practice.set_up_practice(community=real, by=by, at=now)
            done = _("The practice community is there. Begin whenever you like.")
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
        else:
            messages.success(request, str(done))
        return redirect("practice")

    def _open(self, pk: int | None, *, or_closed: bool = False) -> Community:
        found = (
            Community.objects.filter(pk=pk or 0, practice_of__in=self.communities).select_related("practice_of").first()
        )
        if found is None or (found.closed_at is not None and not or_closed):
            raise Http404
        return found


class PracticePanel(Component):
    """The way into the practice community, on the first page of the back office."""

    order = 90
    template_name = "cms/admin/practice_panel.html"

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"request": parent_context["request"], "csrf_token": parent_context["csrf_token"]}


def panels_for(user: User) -> list[PracticePanel]:
    """Return the panel if the user has a practice community to go to."""
    return [PracticePanel()] if practising.open_practice_for(user) is not None else []
