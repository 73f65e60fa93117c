"""Activities near a person's home, by the numbers of buildings: 3栋 is two buildings from 5栋."""

import re
from collections.abc import Iterable

from academy.people.models import Volunteer
from academy.profiles.models import Profile
from academy.threads.folding import clean
from academy.threads.numbers import Building, building_of, take_buildings

_FLOOR = re.compile(r"[0-9一二三四五六七八九十]{1,3}\s*[楼层]")  # 二楼 is a floor, 2号楼 a building


def buildings_in(text: str) -> list[int]:
    """Return the numbers of the buildings in a text; a building with a letter counts A as 1."""
    found, _rest = take_buildings(_FLOOR.sub(" ", clean(text)))
    return [_number(one) for one in found]


def home_of(person: Volunteer) -> int | None:
    """Return the number of the building in which the person lives; None if the roll has none."""
    area = Profile.objects.filter(volunteer=person.stays).values_list("area", flat=True).first()
    home = building_of(_FLOOR.sub(" ", clean(area or "")))
    return _number(home) if home else None


def _number(building: Building) -> int:
    name = building.number
    return int(name) if name.isdecimal() else ord(name[0]) - ord("A") + 1


def near(places: Iterable[tuple[int, str, str]], *, home: int, within: int) -> list[int]:
    """Return the ids of those places that name a building so near; each with its place and meeting point."""
    return [
        pk
        for pk, place, point in places
        if any(abs(number - home) <= within for number in buildings_in(f"{place} {point}"))
    ]
