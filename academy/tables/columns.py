"""The page that asks for the content of each column of a list: the base of its form and of its view."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic

from academy.core.actions import Refusable
from academy.core.forms import CommunityModelForm
from academy.core.refusals import Refusal
from academy.tables.filling import letters
from academy.tables.reading import HEADINGS_WITHIN, Line, Table

SAMPLE_LINES = 6
MOST_CHARACTERS = 24

Top = tuple[Table, list[Line]]  # a list that was read, and its first lines


class ColumnsForm(CommunityModelForm):
    """Ask for the column of each field. A subclass calls `ask_header` and `ask_column` with its guess."""

    def __init__(self, *args: Any, content: Top | Refusal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unreadable = content if isinstance(content, Refusal) else None
        self.asked_columns: list[str] = []
        self.table, self.lines = (Table([]), []) if isinstance(content, Refusal) else content

    @property
    def chosen(self) -> Mapping[str, Any]:
        """The stored choice; empty if it is that of another sheet."""
        chosen: Mapping[str, Any] = self.instance.columns
        return chosen if chosen.get("sheet", self.table.sheet) in ("", self.table.sheet) else {}

    def ask_header(self, initial: int) -> None:
        self.fields["sheet"] = forms.CharField(required=False, initial=self.table.sheet, widget=forms.HiddenInput)
        self.fields["header"] = forms.TypedChoiceField(
            label=_("Line of the headers"),
            help_text=_("The list begins below it."),
            coerce=int,
            choices=[
                (0, _("No headers")),
                *((line.number, f"{line.number} · {_start(line)}") for line in self.lines[:HEADINGS_WITHIN]),
            ],
            initial=initial,
        )

    def ask_column(self, name: str, *, label: Any, initial: int | str, required: bool = False) -> None:
        """Add the field `name`; `initial` is a column, from 0, or empty."""
        self.asked_columns.append(name)
        self.fields[name] = forms.TypedChoiceField(
            label=label,
            coerce=int,
            empty_value=None,
            required=required,
            choices=[("", "—"), *self.named_columns],
            initial=initial,
        )

    @property
    def named_columns(self) -> list[tuple[int, str]]:
        """Each column by its letter, with its heading."""
        header = self.fields["header"].initial
        named = next((line for line in self.lines if line.number == header), None)
        return [(place, f"{letters(place)} · {named.text(place) if named else ''}"[:60]) for place in self.places]

    @property
    def places(self) -> list[int]:
        """The columns, from 0, in which any of the lines holds something."""
        return Table(self.lines).filled_columns

    @property
    def sample(self) -> list[tuple[int, list[str]]]:
        """The first lines of the file, to compare with the choices."""
        return [(line.number, [_shown(line, place) for place in self.places]) for line in self.lines[:SAMPLE_LINES]]

    @property
    def letters(self) -> list[str]:
        return [letters(place) for place in self.places]

    def clean(self) -> dict[str, Any] | None:
        if self.unreadable:
            raise forms.ValidationError(str(self.unreadable), code=self.unreadable.code)
        return super().clean()


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _shown(line: Line, place: int) -> str:
    """Return the text of a cell; that of a wide title stands once."""
    return "" if line.covered.get(place) == line.number else _cut(line.text(place))


def _start(line: Line) -> str:
    return _cut(" · ".join(filter(None, (_shown(line, place) for place in range(len(line.cells))))))


class ColumnsView(Refusable, generic.EditView):
    """Base view of the columns of a stored list; a subclass reads its top and stores the choice."""

    template_name = "tables/admin/columns.html"
    page_title = _("Columns")
    success_message = None
    submit_button_label = _("Check the lines")
    check_url_name = ""

    def top(self, sheet: str | None) -> Top | Refusal:
        """Return the list by `sheet`, or by the stored choice, with its first lines."""
        raise NotImplementedError

    def get_form_kwargs(self) -> dict[str, Any]:
        sheet = self.request.POST.get("sheet") or self.request.GET.get("sheet")
        return {**super().get_form_kwargs(), "content": self.top(sheet)}

    def get_history_url(self) -> None:
        """Return no address: a list is deleted after a while, so it has no history."""

    def get_success_url(self) -> str:
        return reverse(self.check_url_name, args=[self.object.pk])

    def get_success_buttons(self) -> list[Any]:
        return []
