"""Rows of this app about a person, for the copy of their data (V3)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from academy.agreements import services
from academy.agreements.models import Signature
from academy.people.holding import clear_after_term, hold
from academy.people.services import personal_data


def _signed_name(signature: Signature) -> dict[str, Any]:
    data = personal_data.decrypt_for(signature.volunteer, signature.personal) if signature.personal else {}
    return {_("name as signed"): data.get("name", "")} if isinstance(data, dict) else {}


hold(
    Signature,
    gettext_lazy("My signatures"),
    "agreement",
    "way",
    "by_agent",
    "signed_on",
    "recorded_at",
    order=25,
    further=_signed_name,
    moment="recorded_at",
)
clear_after_term("signatures", gettext_lazy("photos of signed sheets"), services.clear_old_photos)
