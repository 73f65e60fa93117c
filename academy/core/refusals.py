from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import Form, ValidationError


@dataclass(frozen=True)
class Refusal:
    """A "no" that is an answer: a stable code for machines and a translated sentence that says what to do next.

    It is returned, never raised: raising through `atomic` would undo the fact that records it.
    """

    code: str
    message: Any  # str or lazy translation

    def __str__(self) -> str:
        return str(self.message)


def add_to_form(form: Form, refusal: Refusal, fields: Mapping[str, str] | None = None) -> None:
    """Put the sentence of `refusal` beside the field that `fields` names for its code, else above the form."""
    form.add_error((fields or {}).get(refusal.code), ValidationError(str(refusal), code=refusal.code))
