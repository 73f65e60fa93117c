"""The particulars of a service record (K2, P3): what it says about its activity besides the minutes.

While a record waits, it says what its activity says now. From the moment when it settles, it keeps its own.
"""

from typing import Any, NamedTuple

from academy.activities.models import Activity


class Particulars(NamedTuple):
    """The texts about an activity that a service record holds (K2)."""

    title: str
    place: str
    service_content: str
    organiser: str


def particulars_of(activity: Activity) -> Particulars:
    """Return what a record of `activity` says as long as it waits."""
    return Particulars(*(getattr(activity, name) for name in Particulars._fields))


def settled_fields(activity: Activity) -> dict[str, Any]:
    """Return the fields that a record keeps when it settles, with the unit that certifies it (P3)."""
    return {
        "particulars": particulars_of(activity)._asdict(),
        "leader_id": activity.leader_id,
        "issuer_id": activity.issuer_id,
    }


SETTLED_FIELDS = ("particulars", "leader_id", "issuer_id")
