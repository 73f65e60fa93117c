"""The back office's screens of imports that were done: look, take back, download."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from django.views.generic import View
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.widgets.button import Button, HeaderButton

from academy.core import shown_hours
from academy.core.actions import ActionView
from academy.core.files import private_file
from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.core.spreadsheets import ExportColumn, time_columns
from academy.core.viewsets import CommunityViewSet
from academy.hours.exports import SERVICE
from academy.hours.models import Import, ImportedRow
from academy.people.permissions import Right
from academy.transfers.import_forms import ReasonForm
from academy.transfers.services import importing
from academy.transfers.upload_viewsets import UploadView, answer_with_left_out

ROWS_A_PAGE = 200  # a list of 5,000 lines took seconds to draw


def _taken_back(one: Import) -> Any:
    return _("taken back") if hasattr(one, "taken_back") else pgettext("an import", "imported")


def _hours(one: Import) -> str:
    return shown_hours.hours(one.minutes, one.community_id)


class ImportIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Import]:
        found: QuerySet[Import] = super().get_base_queryset().select_related("imported_by", "issuer", "taken_back")
        return found

    @property
    def header_buttons(self) -> list[Button]:
        return [HeaderButton(UploadView.page_title, url=reverse("upload:add"), icon_name="plus")]

    @property
    def header_more_buttons(self) -> list[Button]:
        return [Button(_("Spreadsheets under way"), url=reverse("upload:index"), icon_name="time", priority=10)]


class ImportInspectView(generic.InspectView):
    template_name = "transfers/admin/import.html"

    @property
    def header_more_buttons(self) -> list[Button]:
        acts = [("file", _("The file as it was handed in"), "download")]
        if self.object.left_out:
            acts.append(("left_out", _("The lines that were left out"), "download"))
        if not hasattr(self.object, "taken_back"):
            acts.append(("take_back", TakeBackView.act, "rotate"))
        return [
            Button(label, url=reverse(f"import:{name}", args=[self.object.pk]), icon_name=icon, priority=priority)
            for priority, (name, label, icon) in enumerate(acts)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = self.object.rows.select_related("volunteer__merged_into", "record").order_by("line")
        pages = WagtailPaginator(found, ROWS_A_PAGE)
        rows = pages.get_page(self.request.GET.get("p"))
        objects_shown.send(sender=ImportedRow, request=self.request, objects=list(rows))
        numbers = pages.get_elided_page_range(rows.number)
        return super().get_context_data(rows=rows, elided_page_range=numbers, **kwargs)


class TakeBackView(ActionView):
    permission_required = "view"
    form_class = ReasonForm
    act = _("Take the import back")
    lead = _(
        "Records that are still on public notice are withdrawn, and their lines may be imported again. People who came "
        "onto the roll for it leave it, unless they were used otherwise. The import stays in the list."
    )
    done = _("%(object)s is taken back.")
    serious = True

    def perform(self, form: ReasonForm) -> Refusal | None:
        given = {"reason": form.cleaned_data["reason"], "by": self.request.user, "at": timezone.now()}
        answer = importing.take_back(done=self.object, **given)
        if isinstance(answer, Refusal):
            return answer
        for file in importing.people_of(self.object):
            messages.warning(self.request, _("The people of “%(list)s” stay: some were used.") % {"list": file})
        return None

    def get_success_url(self) -> str:
        return reverse("import:inspect", args=[self.object.pk])


class FileView(PermissionCheckedMixin, View):
    """Send the spreadsheet of an import, which is evidence, to users who may import."""

    model = Import
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        done = get_object_or_404(Import, pk=pk)
        return private_file(request, done.file, done.name)


class LeftOutView(PermissionCheckedMixin, View):
    """Send the lines of an import that were left out, with the reasons that hold now."""

    model = Import
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        answer = answer_with_left_out(request, get_object_or_404(Import, pk=pk))
        if isinstance(answer, Refusal):
            raise Http404
        return answer


class ImportViewSet(CommunityViewSet):
    """Imports, which are append-only. A mistake is reversed as a whole, or corrected record by record."""

    model = Import
    rights = {"view": Right.CONFIRM_HOURS}
    icon = "upload"
    menu_label = _("Imports")
    index_view_class = ImportIndexView
    inspect_view_class = ImportInspectView
    inspect_view_enabled = True
    inspect_template_name = "transfers/admin/import.html"
    inspect_view_fields = ["name", "issuer", "count", "left_out", "minutes", "imported_by", "imported_at"]
    list_display: list[Any] = [
        "name",
        "issuer",
        "count",
        "left_out",
        Column("hours", label=_("hours"), accessor=_hours),
        "imported_by",
        "imported_at",
        Column("taken_back", label=_("state"), accessor=_taken_back, classname="nobr"),
    ]
    list_filter = {"community": ["exact"], "imported_at": ["date__gte", "date__lte"]}
    search_fields = ["name"]
    ordering = "-imported_at"
    list_export = [
        "name",
        "issuer",
        "count",
        "left_out",
        *time_columns("minutes", *SERVICE),
        "imported_by",
        "imported_at",
        ExportColumn("taken_back", _("state"), _taken_back),
    ]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("file/<int:pk>/", self.construct_view(FileView), name="file"),
            path("left-out/<int:pk>/", self.construct_view(LeftOutView), name="left_out"),
            path("take-back/<int:pk>/", self.construct_view(TakeBackView), name="take_back"),
        ]
