"""The poster of a standing shift in the back office: printed, and given a new code."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic import PermissionCheckedMixin

from academy.core.actions import ActionView
from academy.core.refusals import Refusal
from academy.paper.http import pdf_response, warn_of_blanks
from academy.people.http import user_of
from academy.rotas import posters
from academy.rotas.http import rota_url
from academy.rotas.models import Series
from academy.rotas.services import renewing


class PrintPosterView(PermissionCheckedMixin, View):
    """The poster with one code for all dates, as a PDF."""

    model: Any = None
    pk_url_kwarg = "pk"
    permission_required = "change"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        related = ("community", "leader__merged_into", "issuer")
        series = get_object_or_404(Series.objects.select_related(*related), pk=pk)
        answer = posters.print_poster(series, at=timezone.now())
        if isinstance(answer, Refusal):
            messages.error(request, str(answer))
            return redirect(rota_url(series))
        warn_of_blanks(request, [str(series.leader.stays)])
        return pdf_response(answer, f"{series.title}_{gettext('Poster')}.pdf")


class RenewPosterView(ActionView):
    act = _("Give the poster a new code")
    lead = _(
        "For a code that has got about, as in a photo. The posters that hang there no longer work: print the "
        "new one, and hang it up before the next date."
    )
    done = _("“%(object)s” has a new code. Print the poster, and hang it up instead of the old one.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        answer = renewing.renew_poster(series=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return rota_url(self.object)
