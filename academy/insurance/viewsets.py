"""The back office's screens for policies and for the recipients' own forms."""

from typing import Any

from django import forms
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.viewsets.model import ModelViewSetGroup

from academy.core.columns import YesNoColumn
from academy.core.refusals import Refusal
from academy.core.viewsets import CommunityViewSet
from academy.insurance.forms import FilingColumnsForm, FilingWorkbookUploadForm, PolicyForm
from academy.insurance.models import FilingWorkbook, Policy
from academy.insurance.services import lists
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.tables.workbook_pages import WorkbookColumnsView, WorkbookUploadView


class PolicyViewSet(CommunityViewSet):
    """Policies, for staff and administrators. Nobody deletes one: an accident may rest on it."""

    model = Policy
    rights = dict.fromkeys(("view", "add", "change"), Right.MANAGE_PEOPLE)
    base_form_class = PolicyForm
    icon = "lock"
    menu_label = _("Insurance policies")
    list_display: list[Any] = [
        "number",
        "insurer",
        "starts_on",
        "ends_on",
        YesNoColumn("for_all", label=_("for all activities")),
        "claims_telephone",
        "community",
    ]
    list_filter = ["community"]
    list_export = ["number", "insurer", "starts_on", "ends_on", "for_all", "claims_telephone", "report_hours"]

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PolicyForm


class FilingUploadView(WorkbookUploadView):
    columns_url_name = "filing_workbook:columns"

    def get_form_class(self) -> type[forms.ModelForm]:
        return FilingWorkbookUploadForm

    def store(self, form: FilingWorkbookUploadForm, *, name: str, data: bytes) -> FilingWorkbook | Refusal:
        return lists.add_workbook(
            community=form.cleaned_data["community"],
            recipient=form.cleaned_data["recipient"],
            name=name,
            data=data,
            by=user_of(self.request),
            at=timezone.now(),
        )


class FilingColumnsView(WorkbookColumnsView):
    form_class = FilingColumnsForm
    columns_url_name = "filing_workbook:columns"
    done = _("%(object)s can be filled: it stands on the filing page of each activity.")

    def set_columns(self, **chosen: Any) -> FilingWorkbook | Refusal:
        return lists.set_columns(workbook=self.object, **chosen, by=user_of(self.request))

    def get_success_url(self) -> str:
        return reverse("filing_workbook:index")


class FilingWorkbookViewSet(CommunityViewSet):
    model = FilingWorkbook
    rights = {"view": Right.RUN_ACTIVITIES, "add": Right.RUN_ACTIVITIES}
    icon = "download"
    menu_label = _("Forms for the list of people")
    add_view_class = FilingUploadView
    form_fields = ["community", "recipient"]
    list_display: list[Any] = [
        TitleColumn(
            "name",
            label=_("name"),
            accessor="name",
            get_url=lambda workbook: reverse("filing_workbook:columns", args=[workbook.pk]),
        ),
        "recipient",
        "community",
        "uploaded_by",
        "uploaded_at",
    ]
    list_filter = ["community"]

    def get_urlpatterns(self) -> list[Any]:
        return [
            *super().get_urlpatterns(),
            path("columns/<int:pk>/", self.construct_view(FilingColumnsView), name="columns"),
        ]


class InsuranceGroup(ModelViewSetGroup):
    menu_label = _("Insurance and filing")
    menu_icon = "lock"
    menu_order = 250
    submenu_hook = "register_insurance_menu_item"  # for the page of filings, and for apps above
    items = (
        PolicyViewSet("policy", menu_order=20),
        FilingWorkbookViewSet("filing_workbook", menu_order=40),
    )
