"""The way through the tiers in words: each thing that is missing, with its figure and its link."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from academy.activities.finding import PRACTICUM
from academy.advancement.evidence import Standing
from academy.core import shown_hours
from academy.learning import tiers
from academy.learning.models import Course, Tier


@dataclass(frozen=True)
class Lack:
    """One missing thing: a sentence, how far one is, and the page where one goes on."""

    text: str
    href: str
    note: str = ""


@dataclass(frozen=True)
class Way:
    """A person's place on the staircase, and what is missing for the next step."""

    place: int  # 0 before the first step
    held: str  # the tier in words; empty without one
    above: str  # the next tier in words; empty at the top
    lacks: list[Lack]
    short: str  # “2 courses · 12 hours”; empty if nothing is missing

    @property
    def is_due(self) -> bool:
        return bool(self.above) and not self.lacks


def way_of(standing: Standing, community_id: int) -> Way:
    """Return the way of a person with this standing."""
    held = standing.record.held
    return Way(
        place=tiers.TIERS.index(held) + 1 if held else 0,
        held=str(Tier(held).label) if held else "",
        above=str(Tier(standing.next_tier).label) if standing.next_tier else "",
        lacks=[_lack(one, standing.courses, community_id) for one in standing.missing],
        short=" · ".join(_shorts(standing.missing, community_id)),
    )


def _shorts(missing: list[tiers.Missing], community_id: int) -> list[str]:
    """Return what is missing, as few words for each kind."""
    courses = sum(one.what == "course" for one in missing)
    words = [ngettext("%(count)d course", "%(count)d courses", courses) % {"count": courses}] if courses else []
    return words + [_amount(one, community_id) for one in missing if one.what != "course"]


def _amount(one: tiers.Missing, community_id: int) -> str:
    """Return how much is missing: `12 hours`, `1 practicum`."""
    left = int(one.left)
    match one.what:
        case "class_hours":
            word = ngettext("%(hours)s class hour", "%(hours)s class hours", 1 if one.left == 1 else 2)
            return word % {"hours": floatformat(one.left)}
        case "minutes":
            step = shown_hours.step_of(community_id)  # rounded up: what is shown is enough
            hours = shown_hours.hours(-(-left // step) * step, community_id)
            return _("%(hours)s hours") % {"hours": hours.removesuffix(".0")}
        case "practicum":
            return ngettext("%(count)d practicum", "%(count)d practica", left) % {"count": left}
        case "led":
            return ngettext("%(count)d activity led", "%(count)d activities led", left) % {"count": left}
        case _:
            return ngettext("%(count)d class taught", "%(count)d classes taught", left) % {"count": left}


def _lack(one: tiers.Missing, courses: Mapping[str, Course], community_id: int) -> Lack:
    if one.course is not None:
        return _course(one.course, courses)
    amount = _amount(one, community_id)
    match one.what:
        case "class_hours":
            note = _("%(have)s of %(need)s; electives count too") % _figures(one.have, one.need)
            return Lack(amount, reverse("academy"), note)
        case "minutes":
            have = shown_hours.hours(int(one.have), community_id)
            note = _("%(have)s of %(need)s effective service hours") % {"have": have, "need": int(one.need) // 60}
            return Lack(amount, reverse("activities:list"), note)
        case "practicum":
            note = _("A first service beside an experienced volunteer, in a role marked as practicum.")
            return Lack(amount, f"{reverse('activities:list')}?about={PRACTICUM}", note)
        case "led":
            note = _("Lead an activity that volunteers initiated. Talk to the social worker about your idea.")
            return Lack(amount, reverse("activities:list"), note)
        case _:
            return Lack(amount, reverse("academy"), _("Teach a class as volunteer instructor. Your time is service."))


def _course(required: tiers.RequiredCourse, courses: Mapping[str, Course]) -> Lack:
    titles = sorted(courses[key].title for key in required.equivalents if key in courses)
    note = _("or instead: %(courses)s") % {"courses": " · ".join(titles)} if titles else ""
    return Lack(courses[required.key].title, reverse("course", args=[required.key]), note)


def _figures(have: Decimal, need: Decimal) -> dict[str, Any]:
    return {"have": floatformat(have), "need": floatformat(need)}
