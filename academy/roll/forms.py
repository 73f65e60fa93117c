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
from academy.tables import columns
from academy.tables.columns import Top

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
    "unit": _("local unit"),
    "number": _("volunteer number"),
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
        help_text=_(
            "CSV or Excel (.xlsx, .xls), one line for each person. Nothing is registered before you have seen all."
        ),
    )

    class Meta(CommunityModelForm.Meta):
        model = RollFile
        fields = ["community"]


class ColumnsForm(columns.ColumnsForm):
    """Ask for the column of each field, with a guess by the headings of the sheet as initial values."""

    class Meta(CommunityModelForm.Meta):
        model = RollFile
        fields = ["evidence", "document_evidence"]

    def __init__(self, *args: Any, content: Top | Refusal, **kwargs: Any) -> None:
        super().__init__(*args, content=content, **kwargs)
        guessed = guess(self.lines)
        places = self.chosen.get("of", guessed.columns)
        self.fields["evidence"].required = True
        self.ask_header(self.chosen.get("header", guessed.header))
        for name in offered_fields():
            self.ask_column(
                name, label=capfirst(FIELD_WORDS[name]), initial=places.get(name, ""), required=name == "name"
            )
        self.order_fields(["sheet", "header", *offered_fields(), "evidence", "document_evidence"])
        taken = {places.get(name) for name in offered_fields()}
        self.not_stored = [text for place, text in self.named_columns if place not in taken]


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
