"""The picture that invites people to an activity: drawn as a sheet of paper, sent as PNG."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.activities.cards import places_in
from academy.activities.models import Activity
from academy.activities.printed_covers import photo_of
from academy.activities.services import CANCELLED, NOT_PUBLISHED, OVER
from academy.activities.sheets import InvitationSheet
from academy.core import formats
from academy.core.links import public_address
from academy.core.look import current_language
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet
from academy.paper.pictures import page_png

PHOTO_SIZE = "fill-1080x608"
WIDTH = 1080  # dots; the page is 3 : 4, as chats show a portrait picture


def draw(*, activity: Activity, at: dt.datetime) -> bytes | Refusal:
    """Return the picture as PNG, in the reader's language.

    Refuses with `not_published`, `cancelled`, `too_late` when the activity is over, `missing_glyphs`.
    """
    if activity.published_at is None:
        return NOT_PUBLISHED
    if activity.cancelled_at is not None:
        return CANCELLED
    shifts = [shift for shift in activity.shifts.all() if shift.ends_at > at]
    if not shifts:
        return OVER
    language = current_language()
    places = places_in([shift for shift in shifts if shift.starts_at > at], people=())
    sheet = InvitationSheet(
        community=activity.community.name,
        title=activity.title,
        times=tuple(
            formats.when(timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at), language)
            for shift in shifts
        ),
        place=activity.where,
        left=_left(sum(place.left for some in places.values() for place in some)) if places else "",
        url=public_address(reverse("activities:detail", args=[activity.pk])),
        photo=photo_of(activity, PHOTO_SIZE),
        drawing=activity.drawing,
    )
    practice = activity.community.is_practice
    printed = print_sheet(sheet, language=language, created=at, practice=practice)
    return printed if isinstance(printed, Refusal) else page_png(printed, 1, width=WIDTH)


def _left(places: int) -> str:
    if not places:
        return _("All places are taken")
    return ngettext("%(n)s place left", "%(n)s places left", places) % {"n": places}
