"""The block that shows an activity to come."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from academy.activities.cards import Card, cards_of, with_cards
from academy.activities.models import Activity
from academy.core.http import MOST_DIGITS

_NUMBER = re.compile(rf"(?:/activities/)?([0-9]{{1,{MOST_DIGITS}}})/?(?:[?#].*)?$", re.ASCII)


class ActivityBlock(blocks.StructBlock):
    """An activity where learners can try what they have learnt. It disappears when the activity is over."""

    link = blocks.CharBlock(
        label=_("Link of the activity"),
        max_length=200,
        help_text=_("Open the activity, copy its address and paste it here. It disappears when the activity is over."),
    )

    class Meta:
        icon = "date"
        label = _("Activity to come")
        template = "cms/blocks/activity.html"
        group = _("More")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        link = (cleaned["link"] or "").strip()  # a draft may lack it
        if link and not Activity.objects.published().filter(pk=number_in(link)).exists():
            sentence = _("No published activity stands at this address. Open the activity and copy its address.")
            raise blocks.StructBlockValidationError({"link": ValidationError(sentence, code="no_activity")})
        return cleaned

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["card"] = card_at(value["link"] or "", page=context.get("page"))
        return context


def number_in(link: str) -> int | None:
    """Return the number of the activity that a link leads to."""
    found = _NUMBER.search(link.strip())
    return int(found[1]) if found else None


def card_at(link: str, *, page: Any) -> Card | None:
    """Return the activity's card, without places.

    None if it is over, not published, or of another community.
    """
    number = number_in(link)
    if number is None or page is None or not page.path:
        return None
    at = timezone.now()
    activities = Activity.objects.in_communities([page.home.community_id]).upcoming(at).filter(pk=number)
    return next(iter(cards_of(with_cards(activities, at), at=at)), None)
