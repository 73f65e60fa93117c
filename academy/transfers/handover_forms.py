"""The forms of handing over: the platform's workbook, the content of its columns, and a period."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.widgets import AdminDateInput

from academy.core.forms import CommunityModelForm
from academy.tables.filling import letters
from academy.tables.reading import HEADINGS_WITHIN, MOST_LINES
from academy.transfers.models import PlatformWorkbook
from academy.transfers.services import handing_over

NOT_KEPT = _("ID numbers are kept encrypted and not written here: fill this column in the finished file yourself.")
_IDENTITY = re.compile("证件|身份证")

FIXED = "="  # the choice of a column that always holds the same text


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


class WorkbookColumnsForm(forms.Form):
    """Ask for the content of each column of the platform's workbook.

    A subclass for another list gives its `contents`, and no remark if they hold ID numbers.
    """

    contents: dict[str, Any] = handing_over.FIELDS
    remark_on_identity: Any = NOT_KEPT

    header_row = forms.IntegerField(label=_("Line of the headings"), min_value=1, max_value=HEADINGS_WITHIN)
    first_row = forms.IntegerField(
        label=_("Line of the first record"),
        min_value=2,
        max_value=MOST_LINES,
        help_text=_("An example in this line is overwritten; its formats are kept."),
    )

    def __init__(self, *args: Any, workbook: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.header_before = workbook.header_row
        self.headings = headings
        choices = [("", _("leave empty")), *self.contents.items(), (FIXED, _("always the same text"))]
        for place, heading in enumerate(self.headings):
            known = workbook.columns.get(str(place), {})
            label = f"{letters(place)} · {heading or '—'}"
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=FIXED if "text" in known else known.get("field", ""),
            )
            self.fields[f"text_{place}"] = forms.CharField(
                label=_("%(column)s: the text") % {"column": letters(place)},
                required=False,
                max_length=100,
                initial=known.get("text", ""),
            )

    @property
    def rows(self) -> list[tuple[Any, Any, Any]]:
        """The two fields of each column, with a remark on one that the records cannot fill."""
        remark = self.remark_on_identity
        return [
            (self[f"field_{place}"], self[f"text_{place}"], remark if _IDENTITY.search(heading) else "")
            for place, heading in enumerate(self.headings)
        ]

    def clean(self) -> None:
        given = self.cleaned_data
        if given.get("header_row") and given.get("first_row") and given["first_row"] <= given["header_row"]:
            self.add_error("first_row", _("The first record must be below the headings."))
        for place in range(len(self.headings)):
            if given.get(f"field_{place}") == FIXED and not given.get(f"text_{place}"):
                self.add_error(f"text_{place}", _("Write the text of this column."))
        if not self.errors and not self.moved and not self.columns:
            self.add_error(None, _("All columns would stay empty: choose the content of at least one."))

    @property
    def moved(self) -> bool:
        """True if the headings are in another line than before: the form asks for the columns again."""
        return bool(self.cleaned_data.get("header_row") != self.header_before)

    @property
    def columns(self) -> dict[str, dict[str, str]]:
        chosen = {}
        for place in range(len(self.headings)):
            field = self.cleaned_data[f"field_{place}"]
            if field == FIXED:
                chosen[str(place)] = {"text": self.cleaned_data[f"text_{place}"]}
            elif field:
                chosen[str(place)] = {"field": field}
        return chosen


class PeriodForm(forms.Form):
    since = forms.DateField(label=pgettext_lazy("first day of a period", "From"), widget=AdminDateInput)
    until = forms.DateField(label=pgettext_lazy("last day of a period", "Until"), widget=AdminDateInput)
    again = forms.BooleanField(label=_("Also records that were handed over already"), required=False)
