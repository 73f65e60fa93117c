"""Slips with a password link for members of staff, as PDF."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from academy.core.links import public_address
from academy.core.look import current_language, moment
from academy.core.refusals import Refusal
from academy.paper.pdf import print_sheet
from academy.people.models import Duty, User
from academy.people.services import logins
from academy.people.sheets import PasswordSlip


@transaction.atomic
def print_pdf(*, duty: Duty, by: User | None, at: dt.datetime) -> bytes | Refusal:
    """Print a slip with a new password link for the holder of this duty.

    Refuses with `not_allowed` and `missing_glyphs`.
    """
    link = logins.password_link(user=duty.user, by=by)
    if isinstance(link, Refusal):
        return link
    until = at + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    sheet = PasswordSlip(
        community=duty.community.name,
        name=str(duty.user),
        duty=str(duty.get_role_display()),
        url=public_address(link),
        until=moment(until),
    )
    return print_sheet(sheet, language=current_language(), created=at, practice=duty.community.is_practice)
