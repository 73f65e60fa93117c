"""Badges (志愿者证, 工作证): the check-in card to wear, with the person's tier, and the duties of staff."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.utils import translation

from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.core.together import Together
from academy.learning.models import Tier
from academy.learning.tier_facts import tiers
from academy.paper.pdf import print_sheet
from academy.passes.sheets import BadgeFace, BadgesSheet
from academy.people import cards
from academy.people.models import Duty, User, Volunteer


def print_pdf(*, volunteers: Sequence[Volunteer], by: User, at: dt.datetime) -> bytes | Refusal:
    """Return the badges of those of these people whose name can be printed as PDF, eight on a sheet.

    Their code is that of the check-in card, which is issued if it is missing. Refuses with `nobody`, `off_roll` and
    `missing_glyphs`, as `cards.print_pdf` does.
    """
    made = cards.faces_for(volunteers=volunteers, by=by, at=at)
    if isinstance(made, Refusal):
        return made
    people = [volunteer for volunteer, _face in made]
    tier_of = tiers(people, together=Together())()
    with translation.override("zh-hans"):
        duties_of = _duties(people)
        badges = tuple(
            BadgeFace(
                **vars(face),
                tier=str(Tier(tier_of[person.pk]).label) if person.pk in tier_of else "",
                duties="、".join(duties_of[person.pk]),
            )
            for person, face in made
        )
    sheet = BadgesSheet(community="、".join(dict.fromkeys(badge.community for badge in badges)), badges=badges)
    practice = any(is_practice(person.community_id) for person in people)
    return print_sheet(sheet, created=at, practice=practice)


def _duties(people: Sequence[Volunteer]) -> dict[int, list[str]]:
    """Return the duties of each person's login in their community, by the person's id."""
    held = defaultdict(list)
    duties = Duty.objects.filter(user__volunteer__in=people).order_by("pk").values_list("user", "community", "role")
    for user, community, role in duties:
        held[user, community].append(str(Duty(role=role).get_role_display()))
    return defaultdict(list, {one.pk: held[one.user_id, one.community_id] for one in people if one.user_id})
