"""Rows of this app about a person, for the copy of their data (V3)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.people.holding import hold
from academy.roll.models import RollLine


def _details(line: RollLine) -> dict[str, Any]:
    texts = [str(value) for value in (line.details or {}).values() if value]
    return {_("details as the list had them"): "；".join(texts)}


hold(
    RollLine,
    gettext_lazy("Lists that I came from"),
    "source.name",
    "source.uploaded_at",
    "name",
    "phone",
    "birth_date",
    "guardian",
    order=95,
    further=_details,
)
