"""People of the roll who came, drawn by age, building and zeal. The same day draws the same people."""

import datetime as dt
import random
import re
from dataclasses import dataclass

from academy.core.models import Community
from academy.people import ages
from academy.people.models import Volunteer
from academy.profiles.models import Profile
from demo.people import VOLUNTEERS

SEED = "Y社区"
NEAR = 4.0  # how much rather people come to what takes place at their own building
ADULT = 18


@dataclass(frozen=True)
class Neighbour:
    """A person of the roll, as far as it decides who comes."""

    volunteer: Volunteer
    age: int
    building: int
    zeal: float  # a few come to nearly everything


class Crowd:
    """The adults of the roll whose lives are not told by name elsewhere."""

    def __init__(self, community: Community, *, today: dt.date) -> None:
        people = Volunteer.objects.filter(
            community=community, provisional=False, merged_into=None, birth_date__isnull=False
        ).exclude(name__in=[person.name for person in VOLUNTEERS])
        areas = dict(Profile.objects.filter(volunteer__in=people).values_list("volunteer", "area"))
        self.people = [
            Neighbour(one, ages.age_on(one.birth_date, today), _building(areas.get(one.pk, "")), _zeal(one.number))
            for one in people.order_by("number")
            if one.birth_date is not None
        ]

    def draw(
        self, occasion: str, count: int, *, youngest: int = ADULT, oldest: int = 120, buildings: tuple[int, ...] = ()
    ) -> list[Neighbour]:
        """Return `count` people of these ages for the occasion, in the order of their numbers."""
        fitting = [one for one in self.people if max(youngest, ADULT) <= one.age <= oldest]
        assert len(fitting) >= count, (occasion, len(fitting))
        chance = random.Random(f"{SEED} {occasion}")
        weights = {one.volunteer.pk: one.zeal * (NEAR if one.building in buildings else 1) for one in fitting}
        luck = {pk: chance.random() ** (1 / weight) for pk, weight in weights.items()}
        drawn = sorted(fitting, key=lambda one: -luck[one.volunteer.pk])[:count]
        return sorted(drawn, key=lambda one: one.volunteer.number)


def _building(area: str) -> int:
    found = re.match(r"\d+", area)
    return int(found[0]) if found else 0


def _zeal(number: str) -> float:
    return 0.15 + 2 * random.Random(f"{SEED} {number}").random() ** 4
