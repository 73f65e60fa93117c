"""The forms of handing over: the platform's workbook, the content of its columns, and a period."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.forms import CommunityModelForm
from academy.people.form_fields import DayField
from academy.people.typed_days import Near
from academy.tables.workbook_pages import WorkbookColumnsForm
from academy.transfers.models import PlatformWorkbook
from academy.transfers.services import handing_over

NOT_KEPT = _("ID numbers are kept encrypted and not written here: fill this column in the finished file yourself.")


class WorkbookUploadForm(CommunityModelForm):
    file = forms.FileField(
        label=_("the platform's form"),
        help_text=_("The platform's empty Excel workbook (.xlsx), as you downloaded it. Its content is kept."),
    )

    class Meta(CommunityModelForm.Meta):
        model = PlatformWorkbook
        fields = ["community", "platform"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        homes = self.fields["community"].queryset[:2]
        if len(homes) == 1:
            self.initial.setdefault("platform", homes[0].platform)


class PlatformColumnsForm(WorkbookColumnsForm):
    contents = handing_over.FIELDS
    remark_on_identity = NOT_KEPT


class PeriodForm(forms.Form):
    since = DayField(label=pgettext_lazy("first day of a period", "From"), near=Near.BEHIND)
    until = DayField(label=pgettext_lazy("last day of a period", "Until"), near=Near.BEHIND)
    again = forms.BooleanField(label=_("Also records that were handed over already"), required=False)
