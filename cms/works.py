"""Hand-outs with many pictures, printed in the background."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.refusals import Refusal
from academy.people.permissions import Right
from academy.works.kinds import Job, Kind, Product, register
from academy.works.refusals import NOT_ALLOWED
from cms import hand_outs
from cms.models import CoursePage

FEW_PICTURES = 12  # for which one waits


@register
class PrintingHandOut(Kind):
    """The hand-out of a course, for a user who may edit its page."""

    slug = "cms.hand_out"
    label = _("Print a hand-out")
    right: ClassVar[str] = Right.WRITE_COURSES
    file_name = pgettext_lazy("file name", "Hand-out")

    def next_url(self, order: Mapping[str, Any]) -> str:
        return reverse("wagtailadmin_explore", args=[order["course"]])

    def make(self, job: Job) -> Product | Refusal:
        course_page = CoursePage.objects.filter(pk=job.order["course"], alias_of=None).first()
        if course_page is None or course_page.home.community_id != job.community.pk:
            return NOT_ALLOWED
        if not course_page.permissions_for_user(job.by).can_edit():
            return NOT_ALLOWED
        printed = hand_outs.print_course(
            course_page=course_page,
            at=job.at,
            practice=job.community.practice_of_id is not None,
            tell=job.tell,
        )
        return printed if isinstance(printed, Refusal) else Product(printed, [])
