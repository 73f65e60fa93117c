from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.forms import ValidationError
from django.forms.forms import BaseForm


@dataclass(frozen=True)
class Refusal:
    """A service's "no": a stable code for machines, and a translated sentence with what to do next.

    A service returns it and never raises it: an exception would roll back the transaction, and with it the fact that
    records the refusal.
    """

    code: str
    message: Any  # str or lazy translation

    def __str__(self) -> str:
        return str(self.message)

    def __hash__(self) -> int:
        """Return a hash that no language changes: that of a lazy message is the hash of its translation."""
        return hash(self.code)


def add_to_form(
    form: BaseForm, refusal: Refusal, fields: Mapping[str, str] | None = None, *, field: str | None = None
) -> None:
    """Show the refusal beside the field that `fields` names for its code, else beside `field`.

    Without either, the sentence stands above the form.
    """
    form.add_error((fields or {}).get(refusal.code, field), ValidationError(str(refusal), code=refusal.code))
