"""The picture of an activity as sheets of paper hold it."""

from academy.activities.models import Activity
from academy.paper.library import address_of


def photo_of(activity: Activity, size: str) -> str:
    """Return the activity's picture as an address that holds it whole; empty if there is no file."""
    return address_of(activity.cover, size) if activity.cover is not None else ""
