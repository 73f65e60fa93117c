"""The back office's list of batches: what became of each, print it, issue the rest."""

from typing import Any

from django.db.models import Count
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from academy.certificates import batches
from academy.certificates.batch_models import Batch
from academy.certificates.batch_views import begin_issuing
from academy.certificates.print_many import PrintForm, begin_printing
from academy.core.actions import ActionView
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.designs import services as designs
from academy.paper.http import DOUBLE_SIDED, prints_double_sided
from academy.people.http import user_of
from academy.people.permissions import Right

NOTHING_THERE = Refusal(
    "nothing_there", _("This batch has no certificate that can be printed. Issue the missing ones first.")
)


class BatchActionView(ActionView):
    permission_required = "view"


class PrintBatchView(BatchActionView):
    form_class = PrintForm
    act = _("Print the batch")
    lead = _("The valid certificates of this batch, printed in the background. You may leave the page meanwhile.")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), DOUBLE_SIDED: prints_double_sided(self.request)}

    def perform(self, form: PrintForm) -> Refusal | HttpResponse:
        valid = batches.certificates_of(self.object).filter(closure=None)
        found = list(valid.select_related("volunteer__merged_into", "community"))
        if not found:
            return NOTHING_THERE
        return begin_printing(self.request, found, **form.cleaned_data, at=timezone.now())


class GoOnView(BatchActionView):
    act = _("Issue the missing ones")
    lead = _("Those of the batch who have no certificate from it yet. Nobody gets two.")

    def perform(self, form: Any) -> HttpResponse:
        return begin_issuing(self.object, by=user_of(self.request), at=timezone.now())


class BatchInspectView(generic.InspectView):
    template_name = "certificates/admin/batch.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        items = self.object.items.select_related("certificate__volunteer__merged_into", "certificate__closure")
        context: dict[str, Any] = super().get_context_data(
            batch=self.object,
            items=list(items.order_by("certificate__number")),
            missing=batches.missing_from(self.object),
            design=designs.name_of(self.object.design),
            form=PrintForm(initial={DOUBLE_SIDED: prints_double_sided(self.request)}),
            **kwargs,
        )
        return context


class BatchIndexView(generic.IndexView):
    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().annotate(done=Count("items"))


def _of_total(batch: Any) -> str:
    return pgettext("certificates of a batch", "%(done)s of %(total)s") % {
        "done": batch.done,
        "total": len(batch.people),
    }


class BatchViewSet(CommunityViewSet):
    """Batches of certificates. They are begun on the page of certificates of many people."""

    model = Batch
    rights = {"view": Right.ISSUE_CERTIFICATES}
    icon = "doc-full"
    index_view_class = BatchIndexView
    inspect_view_class = BatchInspectView
    inspect_view_enabled = True
    inspect_template_name = "certificates/admin/batch.html"
    list_display: list[Any] = [
        TitleColumn(
            "batch",
            label=_("batch of certificates"),
            accessor=str,
            get_url=lambda batch: reverse("certificate_batch:inspect", args=[batch.pk]),
        ),
        "issuer",
        Column("done", label=_("issued"), accessor=_of_total),
        "begun_at",
        "begun_by",
    ]
    list_filter = {"kind": ["exact"], "issuer": ["exact"], "begun_at": ["date__gte", "date__lte"]}
    ordering = "-begun_at"

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("print/<int:pk>/", self.construct_view(PrintBatchView), name="print"),
            path("go-on/<int:pk>/", self.construct_view(GoOnView), name="go_on"),
        ]
