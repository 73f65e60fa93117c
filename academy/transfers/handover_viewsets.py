"""The back office's screens of handing over (P10): set a workbook up, fill it, hand it in, mark it."""

from typing import Any

from django import forms
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin

from academy.core.actions import ActionView
from academy.core.files import private_file
from academy.core.refusals import Refusal
from academy.core.signals import objects_shown
from academy.core.viewsets import CommunityViewSet
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.tables.workbook_pages import WorkbookColumnsView, WorkbookUploadView
from academy.transfers.handover_forms import PeriodForm, PlatformColumnsForm, WorkbookUploadForm
from academy.transfers.models import Handover, PlatformHandover, PlatformWorkbook
from academy.transfers.services import handing_over

# The platform's workbook


class PlatformUploadView(WorkbookUploadView):
    columns_url_name = "platform_workbook:columns"

    def get_form_class(self) -> type[forms.ModelForm]:
        return WorkbookUploadForm

    def store(self, form: WorkbookUploadForm, *, name: str, data: bytes) -> PlatformWorkbook | Refusal:
        return handing_over.add_workbook(
            community=form.cleaned_data["community"],
            platform=form.cleaned_data["platform"],
            name=name,
            data=data,
            by=user_of(self.request),
            at=timezone.now(),
        )


class PlatformColumnsView(WorkbookColumnsView):
    form_class = PlatformColumnsForm
    columns_url_name = "platform_workbook:columns"
    done = _("%(object)s can be filled.")

    def set_columns(self, **chosen: Any) -> PlatformWorkbook | Refusal:
        return handing_over.set_columns(workbook=self.object, **chosen, by=user_of(self.request))

    def get_success_url(self) -> str:
        return reverse("platform_workbook:fill", args=[self.object.pk])


class FillView(ActionView):
    """Fill the workbook with new records, and list the changes that the platform has to be told."""

    permission_required = "add"
    form_class = PeriodForm
    template_name = "transfers/admin/workbook_fill.html"
    act = _("Fill the form")
    lead = _(
        "The file holds the effective records of the period that were not handed over on this form. It is not sent: "
        "hand it in yourself, and confirm that here afterwards."
    )

    def get_initial(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {"since": today.replace(month=1, day=1), "until": today}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        since, until = self.get_initial().values()
        changed = handing_over.changed_since(self.object)
        objects_shown.send(sender=PlatformHandover, request=self.request, objects=[one.line for one in changed])
        return super().get_context_data(
            workbook=self.object,
            waiting=handing_over.records_for(self.object, since=since, until=until).count(),
            changed=changed,
            **kwargs,
        )

    def perform(self, form: PeriodForm) -> Refusal | HttpResponse:
        answer = handing_over.fill_workbook(
            workbook=self.object, **form.cleaned_data, by=user_of(self.request), at=timezone.now()
        )
        return answer if isinstance(answer, Refusal) else redirect("handover:inspect", answer.pk)

    def get_success_url(self) -> str:
        return reverse("platform_workbook:index")


class TellPlatformView(ActionView):
    """Note that the platform has been told of a changed record."""

    permission_required = "add"
    act = _("The platform has been told")
    lead = _("The corrected record is then no longer listed here.")
    done = _("Noted.")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        lines = PlatformHandover.objects.filter(handover__workbook=self.object).select_related(
            "handover__workbook__community"
        )
        self.line = get_object_or_404(lines, pk=kwargs["line"])

    def perform(self, form: Any) -> Refusal | None:
        answer = handing_over.note_platform_told(line=self.line, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("platform_workbook:fill", args=[self.object.pk])


class PlatformWorkbookViewSet(CommunityViewSet):
    model = PlatformWorkbook
    rights = {"view": Right.CONFIRM_HOURS, "add": Right.CONFIRM_HOURS}
    icon = "download"
    add_view_class = PlatformUploadView
    form_fields = ["community", "platform"]
    list_display: list[Any] = [
        TitleColumn(
            "platform",
            label=_("name of the higher platform"),
            accessor="platform",
            get_url=lambda workbook: reverse("platform_workbook:fill", args=[workbook.pk]),
        ),
        "name",
        "community",
        "uploaded_by",
        "uploaded_at",
        TitleColumn(
            "columns",
            label=_("columns"),
            accessor=lambda workbook: _("Change"),
            get_url=lambda workbook: reverse("platform_workbook:columns", args=[workbook.pk]),
        ),
    ]
    list_filter = ["community"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("columns/<int:pk>/", self.construct_view(PlatformColumnsView), name="columns"),
            path("fill/<int:pk>/", self.construct_view(FillView), name="fill"),
            path("fill/<int:pk>/told/<int:line>/", self.construct_view(TellPlatformView), name="told"),
        ]


# The filled workbooks


class HandoverIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Handover]:
        handovers = super().get_base_queryset()
        return handovers.select_related("workbook", "handed_over_by").annotate(count=Count("lines"))


class HandoverInspectView(generic.InspectView):
    template_name = "transfers/admin/handover_inspect.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lines = list(self.object.lines.select_related("record__volunteer", "record__activity").order_by("pk"))
        objects_shown.send(sender=PlatformHandover, request=self.request, objects=lines)
        return super().get_context_data(lines=lines, **kwargs)


class DownloadView(PermissionCheckedMixin, View):
    """Send the file, which is kept until it has been handed in."""

    model = Handover
    pk_url_kwarg = "pk"
    permission_required = "view"

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        handover = get_object_or_404(Handover, pk=pk)
        response = private_file(request, handover.file, handover.name)
        objects_shown.send(sender=PlatformHandover, request=request, objects=list(handover.lines.all()))
        return response


class HandOverView(ActionView):
    permission_required = "view"
    act = _("It has been handed in")
    lead = _("The records on this form are then marked “handed over” and left out of the next one.")
    done = _("The records of %(object)s are handed over.")

    def perform(self, form: Any) -> Refusal | None:
        answer = handing_over.hand_over(handover=self.object, by=user_of(self.request), at=timezone.now())
        return answer if isinstance(answer, Refusal) else None

    def get_success_url(self) -> str:
        return reverse("handover:inspect", args=[self.object.pk])


class ThrowAwayView(ActionView):
    permission_required = "view"
    act = _("Throw the file away")
    lead = _("Its records are not handed over, and the next form will hold them.")
    done = _("%(object)s is deleted.")
    serious = True

    def perform(self, form: Any) -> Refusal | None:
        return handing_over.throw_away(handover=self.object, by=user_of(self.request))

    def get_success_url(self) -> str:
        return reverse("handover:index")


class HandoverViewSet(CommunityViewSet):
    model = Handover
    rights = {"view": Right.CONFIRM_HOURS}
    community_path = "workbook__community"
    icon = "tasks"
    index_view_class = HandoverIndexView
    inspect_view_class = HandoverInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        "workbook",
        "since",
        "until",
        "made_by",
        "made_at",
        "handed_over_by",
        "handed_over_at",
    ]
    list_display: list[Any] = [
        TitleColumn(
            "name",
            label=_("file"),
            accessor="name",
            get_url=lambda handover: reverse("handover:inspect", args=[handover.pk]),
        ),
        "workbook",
        Column("count", label=_("records")),
        "made_at",
        "handed_over_at",
        "handed_over_by",
    ]
    list_filter = ["workbook", "handed_over_at"]
    ordering = "-made_at"

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("file/<int:pk>/", self.construct_view(DownloadView), name="file"),
            path("hand-over/<int:pk>/", self.construct_view(HandOverView), name="hand_over"),
            path("throw-away/<int:pk>/", self.construct_view(ThrowAwayView), name="throw_away"),
        ]
