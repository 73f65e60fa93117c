"""Form fields for names and phones, which judge the one form that is stored, and for printed codes."""

from typing import Any

from django import forms

from academy.people.models import mobile_number
from academy.people.names import tidy_name, tidy_phone


class NameField(forms.CharField):
    """Field for a person's name, of 60 characters at most."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": 60, **kwargs})

    def to_python(self, value: Any) -> str:
        return tidy_name(super().to_python(value) or "")


class PhoneField(forms.CharField):
    """Field for a mainland mobile number, with or without +86, blanks and dashes (R4)."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"validators": [mobile_number], **kwargs})

    def to_python(self, value: Any) -> str:
        return tidy_phone(super().to_python(value) or "")


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
