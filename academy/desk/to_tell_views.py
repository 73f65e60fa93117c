"""The list of people whom no message reaches, with telephone and text, ticked off when told."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from academy.core.http import posted_ids
from academy.core.rights import RightRequiredMixin
from academy.core.signals import objects_shown
from academy.messaging import services, untold
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


class ToTell(RightRequiredMixin, WagtailAdminTemplateMixin, TemplateView):
    """Page of the people to call or to write to, those with the next event first."""

    right = Right.RUN_ACTIVITIES
    template_name = "desk/admin/to_tell.html"
    page_title = _("Call or write")
    header_icon = "mail"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Note that the messages of the chosen people were told."""
        at = timezone.now()
        chosen = untold.waiting(list(self.communities), at=at).filter(pk__in=posted_ids(request, "message"))
        told = services.mark_told(messages=list(chosen), by=user_of(request), at=at)
        messages.success(request, ngettext("%(n)s message told.", "%(n)s messages told.", told) % {"n": told})
        return redirect(request.path)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        people = untold.people_to_tell(list(self.communities), at=timezone.now())
        objects_shown.send(sender=Volunteer, request=self.request, objects=[one.person for one in people])
        return super().get_context_data(people=people, group_texts=untold.group_texts(people), **kwargs)
