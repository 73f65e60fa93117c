"""The activity's poster, which hangs at the door, with the static code."""

import datetime as dt

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.activities.printed_covers import photo_of
from academy.checkin.services import codes
from academy.checkin.sheets import PosterSheet
from academy.core import formats
from academy.core.links import public_address
from academy.core.look import current_language
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet, printable_name

PHOTO_SIZE = "fill-960x540"

NOT_PUBLISHED = Refusal("not_published", _("Publish the activity first. Its code works only after that."))


def print_pdf(*, activity: Activity, at: dt.datetime) -> bytes | Refusal:
    """Return the poster as a PDF, A4, in the reader's language.

    Refuses with `not_published`, `missing_glyphs`.
    """
    if activity.published_at is None:
        return NOT_PUBLISHED
    language = current_language()
    key = codes.checkpoint_for(activity, rotating=False).key
    address = public_address(reverse("checkin:gate", args=[key]))
    times = [
        formats.when(timezone.localtime(shift.starts_at), timezone.localtime(shift.ends_at), language)
        for shift in activity.shifts.all()
    ]
    sheet = PosterSheet(
        title=activity.title,
        times=tuple(times),
        place=activity.where,
        organiser=activity.organiser,
        leader=printable_name(activity.leader.name),
        url=address.upper(),
        typed_address=address.partition("://")[2].lower(),
        contact=f"{activity.issuer.name} {activity.issuer.telephone}",
        photo=photo_of(activity, PHOTO_SIZE),
        drawing=activity.drawing,
    )
    practice = is_practice(activity.community_id)
    return print_sheet(sheet, language=language, created=at, practice=practice)
