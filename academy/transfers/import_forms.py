"""The forms of an import: the file, its columns, and the reason of a reversal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.forms import CommunityModelForm
from academy.core.refusals import Refusal
from academy.people import choosers as _choosers  # noqa: F401  (registers the widget of the form below)
from academy.tables import columns
from academy.tables.columns import Top
from academy.tables.filling import letters
from academy.transfers.models import Upload
from academy.transfers.services.import_columns import guess
from academy.transfers.services.import_lines import TEXTS

FIELD_WORDS: dict[str, Any] = {
    "number": _("Volunteer number"),
    "name": pgettext_lazy("of a person", "Name"),
    "phone": _("Phone"),
    "date": _("Date"),
    "hours": _("Hours"),
    "begins": _("Beginning (if the hours are missing)"),
    "ends": _("End (if the hours are missing)"),
    "title": _("Activity"),
    "place": _("Place"),
    "content": _("Service content"),
    "organiser": _("Organiser"),
}
FOR_ALL_WORDS: dict[str, Any] = {
    "title": _("Activity, for lines without one"),
    "place": _("Place, for lines without one"),
    "content": _("Service content, for lines without one"),
    "organiser": _("Organiser, for lines without one"),
}


class UploadForm(CommunityModelForm):
    class Meta(CommunityModelForm.Meta):
        model = Upload
        fields = ["community", "issuer", "leader", "file"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuers = self.fields["issuer"].queryset
        if issuers.count() == 1:
            self.initial.setdefault("issuer", issuers.get().pk)


class ColumnsForm(columns.ColumnsForm):
    """Ask for the column of each field, with a guess by the headings of the sheet as initial values."""

    class Meta(CommunityModelForm.Meta):
        model = Upload
        fields: list[str] = []

    def __init__(self, *args: Any, content: Top | Refusal, **kwargs: Any) -> None:
        super().__init__(*args, content=content, **kwargs)
        guessed, chosen = guess(self.lines), self.chosen
        places = chosen.get("of", guessed.columns)
        self.ask_header(chosen.get("header", guessed.header))
        for name, word in FIELD_WORDS.items():
            self.ask_column(name, label=word, initial=places.get(name, ""))
            if name == "hours" and "of" not in chosen and guessed.doubtful is not None:
                self.fields[name].help_text = _(
                    "Column %(column)s holds times such as %(example)s. Choose it here only if they are lengths of "
                    "time, and as beginning or end if they are times of day."
                ) % {"column": letters(guessed.doubtful), "example": self._example(guessed.header, guessed.doubtful)}
            if name == "hours":
                self.fields["in_minutes"] = forms.TypedChoiceField(
                    label=_("A number without a unit means"),
                    coerce=int,
                    choices=[(0, pgettext_lazy("unit", "hours")), (1, pgettext_lazy("unit", "minutes"))],
                    initial=int(chosen.get("in_minutes", guessed.in_minutes)),
                )
            if name in FOR_ALL_WORDS:
                usual = self.instance.issuer.name if name == "organiser" else ""
                self.fields[f"{name}_for_all"] = forms.CharField(
                    label=FOR_ALL_WORDS[name],
                    required=False,
                    max_length=TEXTS[name],
                    initial=chosen.get("for_all", {}).get(name, usual),
                )

    def _example(self, header: int, column: int) -> str:
        return next(filter(None, (line.text(column) for line in self.lines if line.number > header)), "")


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=200)
