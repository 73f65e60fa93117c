"""The forms of the back office about policies and filings."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.core.forms import CommunityModelForm
from academy.core.models import Community
from academy.core.opened_forms import OpenedForm
from academy.insurance.models import FilingTerms, FilingWorkbook, Policy, Recipient
from academy.insurance.services import lists
from academy.people.form_fields import DayField
from academy.people.typed_days import Near
from academy.tables.workbook_pages import WorkbookColumnsForm


class PolicyForm(CommunityModelForm):
    class Meta(CommunityModelForm.Meta):
        model = Policy
        fields = [
            *("community", "insurer", "number", "starts_on", "ends_on", "for_all", "claims_telephone", "report_hours"),
            "asks_documents",
        ]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The policy ends before it begins. Change one of the two days."))
        return cleaned


class FilingForm(forms.Form):
    """With whom an activity was filed, under which number, when. `seen` is the list that was on the page."""

    recipient = forms.ChoiceField(label=_("Filed with"), choices=Recipient.choices, widget=forms.RadioSelect)
    number = forms.CharField(
        label=_("Filing number"),
        max_length=60,
        required=False,
        help_text=_("As the insurer or the platform gave it. Without one: how you sent it, such as “by e-mail”."),
    )
    filed_on = DayField(label=_("Filed on"), near=Near.BEHIND)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


class FilingWorkbookUploadForm(CommunityModelForm):
    file = forms.FileField(
        label=_("the empty form"),
        help_text=_("The Excel workbook (.xlsx) of the insurer or the platform. Its content is kept."),
    )

    class Meta(CommunityModelForm.Meta):
        model = FilingWorkbook
        fields = ["community", "recipient"]


class FilingColumnsForm(WorkbookColumnsForm):
    contents = lists.FIELDS
    remark_on_identity = _("Masked unless you choose the whole number. Choose it only where it is asked for (V2).")


class FilingTermsForm(OpenedForm):
    """The choice for publishing without a filing, in each community of the user."""

    def __init__(self, *args: Any, communities: list[Community], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for community in communities:
            self.fields[f"before_{community.pk}"] = forms.ChoiceField(
                label=community.name, choices=FilingTerms.Before.choices, widget=forms.RadioSelect
            )
