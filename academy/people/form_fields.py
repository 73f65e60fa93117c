"""Form fields for names, phones, days and printed codes, which judge the one form that is stored."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.widgets import AdminDateInput

from academy.core.look import day_in_words
from academy.core.refusals import Refusal
from academy.people.birth_dates import read_birth_date
from academy.people.models import Consent
from academy.people.names import contact_number, phone_in_words, tidy_name, tidy_phone
from academy.people.typed_days import Near, read_day

# A volunteer may refuse these; each is asked for by itself.
FREE_KINDS = (Consent.Kind.PUBLIC_NOTICE, Consent.Kind.PHOTOS, Consent.Kind.MESSAGES)


class NameField(forms.CharField):
    """Field for a person's name, of 60 characters at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})

    def to_python(self, value: Any) -> str:
        return tidy_name(super().to_python(value) or "")


class PhoneField(forms.CharField):
    """Field for a mobile number or a landline, with or without +86, blanks and dashes (R4)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"validators": [contact_number], **kwargs})

    def to_python(self, value: Any) -> str:
        return tidy_phone(super().to_python(value) or "")

    def prepare_value(self, value: Any) -> Any:
        return phone_in_words(value) if isinstance(value, str) else value


class BirthDateField(forms.DateField):
    """Field for a birth date as elders say it: 1958-3-5, 1958.3.5, 58年3月5日, 19580305.

    A browser's or Wagtail's picker would turn 58 into 2058, so this is a field of text.
    """

    widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off", "placeholder": "1958-3-5"})

    def to_python(self, value: Any) -> dt.date | None:
        if isinstance(value, str):
            answer = read_birth_date(value, today=timezone.localdate())
            if isinstance(answer, Refusal):
                raise ValidationError(str(answer), code=answer.code)
            return answer
        return super().to_python(value)


class DayInput(AdminDateInput):
    """Input for a day; a line below shows in words which day was understood (`js/dates.js`)."""

    def __init__(self, attrs: dict[str, Any] | None = None, format: str | None = None) -> None:
        super().__init__({"data-day": reverse_lazy("typed_day"), **(attrs or {})}, format)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field = super().render(name, value, attrs, renderer)
        near = Near.__members__.get(self.attrs.get("data-near", ""))
        day = read_day(value, today=timezone.localdate(), near=near) if isinstance(value, str) else value
        words = day_in_words(day) if isinstance(day, dt.date) else ""
        return format_html(
            '{}<span class="day-words" id="{}-words" role="status">{}</span>', field, (attrs or {}).get("id", ""), words
        )


class DayField(forms.DateField):
    """Field for a day as people type it: 2026-12-12, 2026年12月12日, 12-12, 明天, 下周二.

    `near` is the side of today on which a day without a year is meant; without it, the year is asked for.
    """

    widget = DayInput

    def __init__(self, *, near: Near | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.near = near

    @property
    def near(self) -> Near | None:
        return self._near

    @near.setter
    def near(self, near: Near | None) -> None:
        self._near = near
        self.widget.attrs["data-near"] = near.name if near else ""

    def to_python(self, value: Any) -> dt.date | None:
        if not isinstance(value, str):
            return super().to_python(value)
        answer = read_day(value, today=timezone.localdate(), near=self.near)
        if not isinstance(answer, Refusal):
            return answer
        try:
            return super().to_python(value)  # as the reader's language writes it: 12/31/2026
        except ValidationError:
            raise ValidationError(str(answer), code=answer.code) from None


# Registered at import: form classes take their fields when they are defined.
register_form_field_override(models.DateField, override={"form_class": DayField, "widget": DayInput})


class CodeInput(forms.TextInput):
    """Input for a printed code: the phone begins it in capitals and leaves it uncorrected.

    `autocomplete`: `one-time-code` for a code that is valid once.
    """

    def __init__(self, autocomplete: str = "off") -> None:
        super().__init__(
            attrs={
                "autocomplete": autocomplete,
                "autocapitalize": "characters",
                "autocorrect": "off",
                "spellcheck": "false",
                "class": "code-field",
            }
        )


class ManyFilesInput(forms.FileInput):
    """Input for any number of files."""

    allow_multiple_selected = True

    def __init__(self, accept: str, **attrs: Any) -> None:
        super().__init__(attrs={"accept": accept, "multiple": True, **attrs})


class FilesField(forms.FileField):
    """Any number of files; the cleaned value is their list."""

    def __init__(self, *, accept: str = "image/*,.pdf", **kwargs: Any) -> None:
        super().__init__(widget=ManyFilesInput(accept), **kwargs)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(file, initial) for file in data or []]


class FreeConsentsField(forms.MultipleChoiceField):
    """A box for each consent that a person may refuse; none is ticked beforehand (N4)."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        choices = [(kind.value, capfirst(kind.label)) for kind in FREE_KINDS]
        super().__init__(choices=choices, required=False, **kwargs)
