"""The photos on the public page of an activity."""

from typing import Any

from django import template

from academy.activities.models import Activity
from academy.photos.selectors import public_photos_of

register = template.Library()


@register.inclusion_tag("photos/shown.html")
def photos_of(activity: Activity, has_begun: bool) -> dict[str, Any]:
    """``{% photos_of activity offers.has_begun %}`` → the photos that everybody sees. One statement."""
    return {"photos": public_photos_of(activity) if has_begun else []}
