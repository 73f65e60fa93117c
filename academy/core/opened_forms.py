"""Forms outside the back office that carry marks of the values they were opened with (ADR 161)."""

import copy
from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from academy.core import form_parts

OPENED = "opened"  # the hidden field: the mark of each value, one after the other
_MARK = 20  # characters


class OpenedForm(forms.Form):
    """Form of stored values: an older page puts no value back, and overwrites none unseen.

    A field that this user left as it was keeps what another user stored meanwhile. A field that both changed is refused
    once, with the stored value beside it; sent again, it is stored. A form without marks is saved as it is: it was
    opened before an update of the product.

    `initial` is what is stored. `typed` is shown in its place and is not stored yet: texts from before signing in
    again, or those of a file that was read into the form.
    """

    @property
    def edits_stored(self) -> bool:
        return True

    def __init__(self, *args: Any, typed: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.typed = typed or {}
        self.fields[OPENED] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self._marks)

    def get_initial_for_field(self, field: forms.Field, field_name: str) -> Any:
        if field_name in self.typed:
            return self.typed[field_name]
        return super().get_initial_for_field(field, field_name)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        opened, names = cleaned.pop(OPENED, ""), self._names()
        if self.edits_stored and len(opened) == _MARK * len(names):
            marks = [opened[start : start + _MARK] for start in range(0, len(opened), _MARK)]
            self._compare(dict(zip(names, marks, strict=True)), cleaned)
        return cleaned

    def _compare(self, marks: dict[str, str], cleaned: dict[str, Any]) -> None:
        data = MultiValueDict(dict(self.data.lists()))  # type: ignore[attr-defined]
        is_asked = False
        for name, mark in marks.items():
            part = form_parts.stored_part(self, name)
            if mark == form_parts.digest(part) or name not in cleaned:
                continue
            field, key = self.fields[name], self[name].html_name
            stored = field.clean(field.widget.value_from_datadict(MultiValueDict(part), MultiValueDict(), key))
            if _comparable(cleaned[name]) == _comparable(stored):
                continue
            if mark == form_parts.digest({one: data.getlist(one) for one in part}):
                cleaned[name] = stored
                for one, texts in part.items():
                    data.setlist(one, texts)
                continue
            sentence = _("Somebody else stored “%(value)s” here meanwhile. Save again to store yours.")
            self.add_error(name, sentence % {"value": self._words(name, part)})
            is_asked = True
        if is_asked:
            data.setlist(self[OPENED].html_name, [self._marks()])
        self.data = data

    def _words(self, name: str, part: form_parts.Posted) -> str:
        """Return the stored value as people read it."""
        stored = self._copy()
        stored.data = MultiValueDict(part)
        return form_parts.words_of(stored, name)[0]

    def _copy(self) -> "OpenedForm":
        """Return the form without what was typed, and without the values that it has read."""
        stored = copy.copy(self)
        stored.typed, stored._bound_fields_cache = {}, {}  # type: ignore[attr-defined]
        return stored

    def _names(self) -> list[str]:
        return [name for name in self.fields if name != OPENED]

    def _marks(self) -> str:
        stored = self._copy()
        return "".join(form_parts.digest(form_parts.stored_part(stored, name)) for name in self._names())


def _comparable(value: Any) -> Any:
    return sorted(one.pk for one in value) if isinstance(value, QuerySet) else value
