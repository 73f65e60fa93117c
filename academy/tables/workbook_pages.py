"""The pages of somebody else's workbook: it is uploaded, and the content of its columns chosen once."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.core.actions import ActionView, Refusable
from academy.core.meanwhile import NoticesChanges
from academy.core.refusals import Refusal
from academy.tables import workbooks
from academy.tables.filling import letters
from academy.tables.reading import HEADINGS_WITHIN, MOST_BYTES, MOST_LINES
from academy.tables.refusals import UNREADABLE

_IDENTITY = re.compile("证件|身份证")
_FIXED = "="  # the choice of a column that always holds the same text


class WorkbookColumnsForm(forms.Form):
    """Ask for the content of each column. A subclass gives its `contents`, and a remark on ID numbers."""

    contents: Mapping[str, Any] = {}
    remark_on_identity: Any = ""

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
        choices = [("", _("leave empty")), *self.contents.items(), (_FIXED, _("always the same text"))]
        for place, heading in enumerate(self.headings):
            known = workbook.columns.get(str(place), {})
            label = f"{letters(place)} · {heading or '—'}"
            self.fields[f"field_{place}"] = forms.ChoiceField(
                label=label,
                choices=choices,
                required=False,
                initial=_FIXED if "text" in known else known.get("field", ""),
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
            if given.get(f"field_{place}") == _FIXED and not given.get(f"text_{place}"):
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
            if field == _FIXED:
                chosen[str(place)] = {"text": self.cleaned_data[f"text_{place}"]}
            elif field:
                chosen[str(place)] = {"field": field}
        return chosen


class WorkbookUploadView(Refusable, generic.CreateView):
    """Base view of the upload; a subclass stores the workbook."""

    refusal_field = "file"
    success_message = _("“%(object)s” is stored. Choose the content of its columns.")
    columns_url_name = ""

    def serve(self, form: Any) -> Any:
        file = form.cleaned_data["file"]
        if file.size > MOST_BYTES:
            return UNREADABLE["too_big"]
        return self.store(form, name=file.name, data=file.read())

    def store(self, form: Any, *, name: str, data: bytes) -> Any:
        """Return the stored workbook, or the refusal."""
        raise NotImplementedError

    def get_success_url(self) -> str:
        return reverse(self.columns_url_name, args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []


class WorkbookColumnsView(NoticesChanges, ActionView):
    """Base view of the columns; a subclass stores the choice."""

    permission_required = "add"
    template_name = "tables/admin/workbook_columns.html"
    act = _("Save the columns")
    lead = _("Choose the content of each column. You do this once; afterwards the form is filled automatically.")
    columns_url_name = ""

    def get_form_kwargs(self) -> dict[str, Any]:
        headings = workbooks.headings_of(self.object)
        return {**super().get_form_kwargs(), "workbook": self.object, "headings": headings}

    def get_initial(self) -> dict[str, Any]:
        return {"header_row": self.object.header_row, "first_row": self.object.first_row}

    def perform(self, form: WorkbookColumnsForm) -> Refusal | HttpResponse | None:
        answer = self.set_columns(
            header_row=form.cleaned_data["header_row"],
            first_row=form.cleaned_data["first_row"],
            columns={} if form.moved else form.columns,
        )
        if isinstance(answer, Refusal):
            return answer
        return redirect(self.columns_url_name, self.object.pk) if form.moved else None

    def set_columns(self, **chosen: Any) -> Any:
        """Return the workbook with these columns, or the refusal."""
        raise NotImplementedError
