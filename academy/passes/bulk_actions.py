"""Bulk action for the volunteers chosen in the list: print badges."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.passes import badges
from academy.passes.works import PrintingBadges
from academy.people.bulk_actions import PrintCards, bulk_url
from academy.people.http import user_of
from academy.people.models import Volunteer


def print_badges_url(volunteer: Volunteer | None = None) -> str:
    """Return the address that prints badges: for one person, or for all people."""
    return bulk_url("print_badges", volunteer)


class PrintBadges(PrintCards):
    """Bulk action that prints badges as PDF, for the people who could get a check-in card."""

    display_name = _("Print badges")
    action_type = "print_badges"
    aria_label = _("Print badges for those chosen")
    template_name = "passes/admin/print_badges.html"
    kind = PrintingBadges

    def print_now(self, people: list[Volunteer], at: dt.datetime) -> bytes | Refusal:
        return badges.print_pdf(volunteers=people, by=user_of(self.request), at=at)
