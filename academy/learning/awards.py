"""Services of tiers: an award is a dated fact with its evidence, and it stays (T5, T8)."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log

from academy.core.refusals import Refusal
from academy.learning.award_models import TierAward
from academy.learning.models import Course, Tier
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

NOT_STAFF = Refusal("not_allowed", _("Only a social worker says what a course stands for. Ask one of your community."))
NO_EQUIVALENT = Refusal(
    "no_equivalent",
    _("A course stands for a required course of the same tier, and is an elective itself. Choose another one."),
)


@transaction.atomic
def award_tier(*, volunteer: Volunteer, tier: str, evidence: dict[str, Any], by: User, at: dt.datetime) -> TierAward:
    """Award the tier from the day of `at` on, with its evidence. Ignore a second call for a tier."""
    volunteer = volunteer.stays
    known = TierAward.objects.of(volunteer).filter(tier=tier).first()
    return known or TierAward.objects.create(
        volunteer=volunteer,
        tier=Tier(tier),
        awarded_on=timezone.localdate(at),
        evidence=evidence,
        awarded_by=by,
        awarded_at=at,
    )


@transaction.atomic
def set_equivalent(*, course: Course, stands_for: Course | None, by: User, at: dt.datetime) -> Course | Refusal:
    """Let completing this elective fulfil a required course too; None takes it back.

    No required course excludes anybody's body: who cannot press a chest completes an equivalent.
    Refuses with `not_allowed`, `no_equivalent`.
    """
    if not by.has_right(Right.PUBLISH_COURSES, course.community):
        return NOT_STAFF
    if stands_for is not None and (
        course.required
        or not stands_for.required
        or (stands_for.community_id, stands_for.tier) != (course.community_id, course.tier)
    ):
        return NO_EQUIVALENT
    course.stands_for = stands_for
    course.save(update_fields=["stands_for"])
    log(course, "learning.equivalent", user=by, timestamp=at, data={"key": stands_for.key if stands_for else ""})
    return course
