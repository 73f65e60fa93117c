"""The served people's words as a rate and as lines, for the organiser: never ranked, never public."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from academy.activities.models import Activity
from academy.core.models import Community
from academy.feedback.models import Face, Feedback
from academy.feedback.telephones import holds_telephone

LINES_SHOWN = 200


@dataclass(frozen=True)
class Rate:
    """The number of words, and how many of them were good."""

    words: int
    good: int

    @property
    def percent(self) -> int:
        """The share of good ones in percent, rounded down; 0 without a word."""
        return 100 * self.good // self.words if self.words else 0


@dataclass(frozen=True)
class ServedWords:
    """The words of the people served by one activity."""

    rate: Rate
    faces: tuple[tuple[Face, int], ...]  # the good one first
    lines: list[Feedback]
    withheld: int  # lines with a telephone number, which staff alone read


def said_about(activity: Activity, *, for_staff: bool) -> ServedWords:
    """Return all that was said about an activity. One statement."""
    found = list(Feedback.objects.filter(activity=activity))
    counts = {face: sum(one.face == face for one in found) for face in reversed(Face)}
    lines = [one for one in found if one.words]
    shown = [one for one in lines if for_staff or not holds_telephone(one.words)]
    return ServedWords(
        Rate(len(found), counts[Face.GOOD]), tuple(counts.items()), shown[:LINES_SHOWN], len(lines) - len(shown)
    )


def rate_of(activity: Activity) -> Rate:
    """Return the rate of one activity. One statement."""
    return _rate(Q(activity=activity))


def rate_in(communities: Iterable[Community | int], since: dt.date, until: dt.date) -> Rate:
    """Return the rate of all words that were said in the period, its last day included. One statement."""
    within = Q(given_at__date__gte=since, given_at__date__lte=until)
    return _rate(within & Q(activity__community__in=communities))


def rate_about(activities: Iterable[int]) -> Rate:
    """Return the rate of all words about these activities (ids). One statement."""
    return _rate(Q(activity__in=list(activities)))


def _rate(condition: Q) -> Rate:
    figures = Feedback.objects.filter(condition).aggregate(
        words=Count("pk"), good=Count("pk", filter=Q(face=Face.GOOD))
    )
    return Rate(**figures)
