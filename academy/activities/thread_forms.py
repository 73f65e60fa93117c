"""Forms of the page that signs people up from a thread of a chat group."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Shift
from academy.activities.placing import MOST_COMPANIONS
from academy.activities.sign_up_forms import PlaceField
from academy.activities.thread_rows import LONGEST, MOST_LINES, Row
from academy.people.services.registration import NAME_LENGTH
from academy.threads.folding import lines_of

NEW, OTHER, LATER = "new", "other", ""


class ThreadForm(forms.Form):
    """Form with the pasted thread, and the shift and role that it is for."""

    thread = forms.CharField(
        label=_("The thread from the chat group"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_("Paste all of it, also several copies: the last one counts. Nobody is signed up by reading it."),
        error_messages={
            "required": _("Paste the thread first."),
            "max_length": _("This is too long. Paste the last copy of the list alone."),
        },
    )
    place = PlaceField(
        label=_("Shift and role"),
        error_messages={"required": _("Choose a shift and a role."), "invalid_choice": _("Choose from the list.")},
    )

    def __init__(self, *args: Any, shifts: Iterable[Shift], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place: Any = self.fields["place"]
        place.offer(shifts, with_title=False)

    def clean_thread(self) -> str:
        thread: str = self.cleaned_data["thread"]
        if sum(1 for line in lines_of(thread) if line.strip()) > MOST_LINES:
            raise forms.ValidationError(self.fields["thread"].error_messages["max_length"], code="max_length")
        return thread


class RowForm(forms.Form):
    """Form of one person of the thread; a row without a choice is left unchanged."""

    who = forms.ChoiceField(widget=forms.RadioSelect, required=False, label=_("Who is it?"))
    other = forms.CharField(required=False, max_length=NAME_LENGTH, label=_("Name or volunteer number"))
    name = forms.CharField(required=False, max_length=NAME_LENGTH, label=_("Whole name"))
    phone = forms.CharField(required=False, max_length=30, label=_("Phone"))
    companions = forms.IntegerField(
        required=False, min_value=0, max_value=MOST_COMPANIONS, label=_("Brings, without a name")
    )

    def __init__(self, data: Any = None, *, row: Row) -> None:
        super().__init__(data, prefix=f"row-{row.key}")
        self.row = row
        who: Any = self.fields["who"]
        who.choices = list(self._choices())
        who.initial = str(row.person.pk) if row.person and not row.is_asked else LATER
        self.fields["name"].initial = row.entry.name if row.is_new else ""
        self.fields["phone"].initial = row.entry.said.phone if len(row.entry.said.phone) > 4 else ""
        self.fields["companions"].initial = row.companions
        if row.is_new and self.fields["phone"].initial:
            who.initial = NEW

    def _choices(self) -> Iterable[tuple[str, Any]]:
        row = self.row
        for person in row.people:
            label = row.labels[person.pk]
            if not row.entry.withdrawn and person.pk in row.places:
                label = _("%(person)s (has a place)") % {"person": label}
            yield str(person.pk), label
        if row.person is None or row.is_asked:
            yield OTHER, _("somebody else on the roll")
            if not row.entry.withdrawn:
                yield NEW, _("a new person")
        yield LATER, _("leave out") if row.person and not row.is_asked else _("decide later")

    def clean(self) -> dict[str, Any] | None:
        cleaned: dict[str, Any] | None = super().clean()
        if cleaned and not cleaned.get("who") and cleaned.get("other") and self.wants_other:
            cleaned["who"] = OTHER  # who typed a name has chosen
        return cleaned

    @property
    def wants_other(self) -> bool:
        return any(value == OTHER for value, _label in self.fields["who"].choices)  # type: ignore[attr-defined]

    @property
    def wants_new(self) -> bool:
        return any(value == NEW for value, _label in self.fields["who"].choices)  # type: ignore[attr-defined]
