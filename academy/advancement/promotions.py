"""Promotions: proposed by the clock with evidence, approved by another person (T5, K4)."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.advancement import evidence
from academy.advancement.models import Promotion
from academy.core import upkeep
from academy.core.links import link_to
from academy.core.models import Community, Upkeep
from academy.core.one_by_one import each_alone
from academy.core.refusals import Refusal
from academy.learning import awards
from academy.learning.message_kinds import HONOUR
from academy.learning.models import CourseCompletion, Tier
from academy.messaging import services as messaging
from academy.messaging.models import Tone
from academy.people.models import User, Volunteer

logger = logging.getLogger(__name__)

PROMOTIONS = "promotions"  # the work's name in `upkeep`
PEOPLE_AT_ONCE = 100  # one tick looks at so many, and the next one goes on
AFTER_A_NO = dt.timedelta(days=90)  # until the same tier is proposed again (D)

NO_LONGER = Refusal(
    "promotion_lacks", _("Something is missing for this tier now, such as hours that were corrected. Decline it.")
)


@transaction.atomic
def propose(*, volunteer: Volunteer, at: dt.datetime) -> Promotion | None:
    """Propose the next tier for a person with all that it asks for; None if something is missing.

    None too while a proposal is open, and for 90 days after a no.
    """
    volunteer = volunteer.stays
    Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk)
    return _propose(volunteer, evidence.standing_of(volunteer), at)


def propose_due(*, at: dt.datetime) -> bool:
    """Propose what is due for a part of the people. Return whether the day is done.

    Everybody with a completed course is looked at once a day. An error about one community stops no other.
    """
    stored = Upkeep.objects.filter(work=PROMOTIONS).first()
    today = timezone.localdate(at).isoformat()
    facts: dict[str, Any] = stored.facts if stored else {}
    if facts.get("done") == today:
        return True
    after = facts.get("after", 0) if facts.get("day") == today else 0
    learnt = CourseCompletion.objects.with_person().filter(person=OuterRef("pk"))
    waiting = Volunteer.objects.taking_part().filter(Exists(learnt), pk__gt=after).order_by("pk")
    some = list(waiting.select_related("community")[:PEOPLE_AT_ONCE])
    by_community: dict[Community, list[Volunteer]] = {}
    for one in some:
        by_community.setdefault(one.community, []).append(one)
    each_alone(by_community.items(), lambda pair: _propose_some(*pair, at), failed="%s: no promotions", log=logger)
    over = len(some) < PEOPLE_AT_ONCE
    last = some[-1].pk if some else after
    upkeep.finish(PROMOTIONS, failed=False, at=at, day=today, after=last, **({"done": today} if over else {}))
    return over


def cannot_promote(promotion: Promotion) -> Refusal | None:
    """Return `promotion_lacks` if the person lacks something for the tier by now."""
    standing = evidence.standing_of(promotion.volunteer)
    return None if standing.is_due and standing.next_tier == promotion.tier else NO_LONGER


def carry_out(promotion: Promotion, *, by: User, at: dt.datetime) -> None:
    """Award the tier after a yes, and send the person the answer."""
    words = {"tier": Tier(promotion.tier).label}
    if promotion.accepted:
        awards.award_tier(volunteer=promotion.volunteer, tier=promotion.tier, evidence=promotion.evidence, by=by, at=at)
        text = messaging.fill_in(_("You have reached the tier “%(tier)s”. Congratulations, and thank you."), **words)
    else:
        sentence = _("The tier “%(tier)s” was not awarded yet: %(answer)s")
        text = messaging.fill_in(sentence, **words, answer=promotion.answer)
    messaging.send(
        kind=HONOUR,
        volunteer=promotion.volunteer,
        key=f"promotion:{promotion.pk}",
        text=text,
        path=link_to("tiers"),
        tone=Tone.GOOD if promotion.accepted else Tone.PLAIN,
        at=at,
    )


@transaction.atomic
def _propose_some(community: Community, people: list[Volunteer], at: dt.datetime) -> None:
    standings = evidence.standings_of(people, community_id=community.pk)
    for one in people:
        if standings[one.pk].is_due:
            Volunteer.objects.select_for_update(no_key=True).get(pk=one.pk)
            _propose(one, standings[one.pk], at)


def _propose(volunteer: Volunteer, standing: evidence.Standing, at: dt.datetime) -> Promotion | None:
    if not standing.is_due:
        return None
    earlier = Promotion.objects.of(volunteer).filter(tier=standing.next_tier)
    if earlier.open().exists() or earlier.filter(accepted=False, decided_at__gt=at - AFTER_A_NO).exists():
        return None
    return Promotion.objects.create(
        volunteer=volunteer, tier=standing.next_tier, evidence=evidence.as_evidence(standing), asked_at=at
    )
