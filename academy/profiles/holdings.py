"""Rows of this app about a person, for the copy of their data (V3)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.core.refusals import Refusal
from academy.people.holding import hold, leave_out
from academy.profiles.models import IdentityRequest, OwnValue, Profile
from academy.profiles.services import details, keeping_documents


def _sealed(profile: Profile) -> dict[str, Any]:
    number = keeping_documents.read_number(profile)
    return {
        _("ID number"): "" if isinstance(number, Refusal) else number,
        _("what my body does not allow"): details.body_of(profile),
        _("skills, free times, interests"): "、".join(word.text for word in profile.words.all()),
        **{value.field.label: value.text for value in profile.own_values.select_related("field")},
    }


hold(
    Profile,
    gettext_lazy("My details"),
    "sex",
    "document_type",
    "area",
    "emergency_name",
    "emergency_relation",
    "emergency_phone",
    "platform_number",
    order=11,
    further=_sealed,
)
hold(
    IdentityRequest,
    gettext_lazy("My wishes to change name or document"),
    "asked_at",
    "decided_at",
    "accepted",
    "reason",
    order=15,
    moment="asked_at",
)
leave_out(OwnValue, "The details have it.")
