"""Rows of this app about a person, for the copy of their data (V3)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.own_data.models import DataCopy, DataCorrection, DataDeletion
from academy.people.holding import hold


def _words(request: DataCorrection) -> dict[str, Any]:
    return {_("reason"): request.words}


ASKED = ("reason", "asked_at", "due_on", "decided_at", "accepted", "answer")

hold(DataCopy, gettext_lazy("My requests for a copy"), *ASKED, order=96, moment="asked_at")
hold(
    DataCorrection,
    gettext_lazy("My requests for a correction"),
    *ASKED[1:],
    order=97,
    further=_words,
    moment="asked_at",
)
hold(DataDeletion, gettext_lazy("My requests for the deletion"), *ASKED, order=98, moment="asked_at")
