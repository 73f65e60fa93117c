"""The forms of a list of people: the file, its columns, the answers to its questions."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.forms import CommunityModelForm
from academy.core.refusals import Refusal
from academy.roll.columns import CONSENTS, guess
from academy.roll.matching import KINDS
from academy.roll.models import RollFile
from academy.tables.filling import letters
from academy.tables.reading import HEADINGS_WITHIN, Line, Table

SAMPLE_LINES = 6
MOST_CHARACTERS = 24

FIELD_WORDS: dict[str, Any] = {
    "name": pgettext_lazy("of a person", "Name"),
    "phone": _("Phone"),
    "landline": _("Landline, where the phone is missing"),
    "birth_date": _("Birth date"),
    "sex": _("sex"),
    "id_type": _("Kind of document"),
    "id_number": _("ID number"),
    "address": _("area of residence"),
    "emergency": _("emergency contact"),
    "emergency_relation": _("relation to the person"),
    "emergency_phone": _("phone of the emergency contact"),
    "skills": pgettext_lazy("of a person", "skills"),
    "platform_number": _("number on the higher platform"),
    "guardian": _("Guardian of a minor"),
    "guardian_phone": _("Guardian's phone (not stored)"),
    "consent_registration": _("Consent to the roll"),
    "consent_public_notice": _("Consent to the public notice"),
    "consent_photos": _("Consent to photos"),
    "consent_messages": _("Consent to messages"),
    "consent_document": _("Consent to keeping the ID number"),
}


def offered_fields() -> list[str]:
    """Return the fields that the form asks for: no consent of a kind that this release does not have."""
    return [name for name in FIELD_WORDS if name not in CONSENTS or CONSENTS[name] in KINDS]


class RollFileForm(CommunityModelForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), one line for each person. Nothing is registered before you have seen all."),
    )

    class Meta(CommunityModelForm.Meta):
        model = RollFile
        fields = ["community"]


class ColumnsForm(CommunityModelForm):
    """Ask for the column of each field, with a guess by the headings of the sheet as initial values."""

    class Meta(CommunityModelForm.Meta):
        model = RollFile
        fields = ["evidence", "document_evidence"]

    def __init__(self, *args: Any, content: tuple[Table, list[Line]] | Refusal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.unreadable = content if isinstance(content, Refusal) else None
        self.table, self.lines = (Table([]), []) if isinstance(content, Refusal) else content
        guessed, chosen = guess(self.lines), self.instance.columns
        if chosen.get("sheet", self.table.sheet) != self.table.sheet:
            chosen = {}  # the columns of another sheet
        header, columns = chosen.get("header", guessed.header), chosen.get("of", guessed.columns)
        self.fields["evidence"].required = True
        self.fields["sheet"] = forms.CharField(required=False, initial=self.table.sheet, widget=forms.HiddenInput)
        self.fields["header"] = forms.TypedChoiceField(
            label=_("Line of the headers"),
            help_text=_("The list begins below it."),
            coerce=int,
            choices=[
                (0, _("No headers")),
                *((line.number, f"{line.number} · {_start(line)}") for line in self.lines[:HEADINGS_WITHIN]),
            ],
            initial=header,
        )
        choices = [("", "—"), *self._columns(header)]
        for name in offered_fields():
            self.fields[name] = forms.TypedChoiceField(
                label=capfirst(FIELD_WORDS[name]),
                coerce=int,
                empty_value=None,
                required=name == "name",
                choices=choices,
                initial=columns.get(name, ""),
            )
        self.order_fields(["sheet", "header", *offered_fields(), "evidence", "document_evidence"])
        taken = {columns.get(name) for name in offered_fields()}
        self.not_stored = [text for place, text in self._columns(header) if place not in taken]

    def _columns(self, header: int) -> list[tuple[int, str]]:
        """Return each column by its letter, with its heading."""
        named = next((line for line in self.lines if line.number == header), None)
        return [(place, f"{letters(place)} · {named.text(place) if named else ''}"[:60]) for place in self.places]

    @property
    def places(self) -> list[int]:
        """The columns, from 0, in which any of the first lines holds something."""
        filled = {place for line in self.lines for place in range(len(line.cells)) if line.text(place)}
        return sorted(filled)

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


def answers_of(posted: QueryDict, rows: dict[int, str]) -> dict[int, str]:
    """Return the answers in a posted form, by the row of each line.

    `rows` holds the rows that ask, each with the code of its first question. The answer for all lines of a question is
    that of the lines without their own.
    """
    found = {}
    for row, code in rows.items():
        if answer := posted.get(f"answer-{row}") or posted.get(f"all-{code}"):
            found[row] = answer
    return found


def _cut(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else text[: MOST_CHARACTERS - 1] + "…"


def _shown(line: Line, place: int) -> str:
    """Return the text of a cell; that of a wide title stands once."""
    return "" if line.covered.get(place) == line.number else _cut(line.text(place))


def _start(line: Line) -> str:
    return _cut(" · ".join(filter(None, (_shown(line, place) for place in range(len(line.cells))))))
