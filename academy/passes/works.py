"""Badges for many people, printed in the background."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.refusals import Refusal
from academy.passes import badges
from academy.people.models import Volunteer
from academy.people.works import PrintingCards
from academy.works.kinds import Job, register


@register
class PrintingBadges(PrintingCards):
    """Badges, with the code of the check-in card."""

    slug = "passes.badges"
    label = _("Print badges")
    file_name = pgettext_lazy("file name", "Badges")

    def print_chunk(self, people: Sequence[Volunteer], job: Job) -> bytes | Refusal:
        return badges.print_pdf(volunteers=people, by=job.by, at=job.at)
