"""Template tags of the pages."""

from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from wagtail.documents.models import AbstractDocument

from academy.activities.cards import cards_of, with_cards
from academy.activities.models import Activity
from cms.blocks import VIDEO_TYPES

register = template.Library()


@register.inclusion_tag("cms/next_activities.html")
def next_activities(community_id: int, count: int = 3) -> dict[str, Any]:
    """List the next `count` activities of the community that have not ended.

    The page may be cached, so the cards show no places.
    """
    at = timezone.now()
    activities = Activity.objects.in_communities([community_id]).upcoming(at)
    return {"cards": cards_of(with_cards(activities, at)[:count], at=at)}


@register.filter
def video_type(document: AbstractDocument) -> str:
    """Return the media type: ``{{ document|video_type }}`` → video/mp4."""
    return VIDEO_TYPES.get(document.file_extension.lower(), "")


@register.filter
def file_detail(document: AbstractDocument) -> str:
    """Return type and size: ``{{ document|file_detail }}`` → PDF · 240.0 KB, or PDF for a missing file."""
    kind = document.file_extension.upper()
    size = document.get_file_size()
    return f"{kind} · {filesizeformat(size)}" if size else kind
