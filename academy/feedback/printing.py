"""Print the code for the served people's word."""

import datetime as dt

from django.urls import reverse

from academy.activities.models import Activity
from academy.core.links import public_address
from academy.core.look import current_language
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.feedback.services import code_of
from academy.feedback.sheets import FeedbackSheet
from academy.paper.pdf import print_sheet


def print_code(*, activity: Activity, as_slips: bool, at: dt.datetime) -> bytes | Refusal:
    """Return the poster or the slips as a PDF, A4. Refuses with `missing_glyphs`."""
    address = public_address(reverse("feedback:say", args=[code_of(activity).key]))
    sheet = FeedbackSheet(
        title=activity.title,
        organiser=activity.organiser,
        url=address.upper(),
        typed_address=address.partition("://")[2].lower(),
        as_slips=as_slips,
    )
    return print_sheet(sheet, language=current_language(), created=at, practice=is_practice(activity.community_id))
