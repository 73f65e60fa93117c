"""The picture of an activity as sheets of paper hold it."""

from base64 import b64encode

from academy.activities.models import Activity
from academy.paper.press import PHOTO


def photo_of(activity: Activity, size: str) -> str:
    """Return the activity's picture as an address that holds it whole; empty if there is no file."""
    if activity.cover is None:
        return ""
    try:
        with activity.cover.get_rendition(f"{size}|format-jpeg").file.open("rb") as file:
            return PHOTO + b64encode(file.read()).decode()
    except OSError:
        return ""
