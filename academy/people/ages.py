"""Ages: the age of a person, and the youngest age of a volunteer (N1).

This app may not import the rule book, so the rule book registers a source of each community's youngest age.
"""

import datetime as dt
from collections.abc import Callable

from academy.core.models import Community

YOUNGEST = 8  # N1, Civil Code Art. 20
ADULT = 18  # N2, N3
SENSITIVE_UNDER = 14  # N4, PIPL Arts. 28, 31

_find_youngest: Callable[[Community, dt.date], int] | None = None


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Return the completed years on `day`; a person born on 29 February turns a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_minor(birth_date: dt.date | None, day: dt.date) -> bool:
    """Return whether a person is known to be under 18 on `day` (N2, N3)."""
    return birth_date is not None and age_on(birth_date, day) < ADULT


def is_of_age(birth_date: dt.date | None, day: dt.date) -> bool:
    """Return whether a person is known to be 18 or older on `day`.

    A person without a birth date is neither minor nor of age.
    """
    return birth_date is not None and age_on(birth_date, day) >= ADULT


def last_birth_date(age: int, day: dt.date) -> dt.date:
    """Return the last birth date of a person who is `age` on `day`, as `age_on` counts."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # 29 February does not exist in that year
        return dt.date(day.year - age, 2, 28)


def birthday(birth_date: dt.date, age: int) -> dt.date:
    """Return the day on which a person becomes `age`, as `age_on` counts."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:  # 29 February does not exist in that year
        return dt.date(birth_date.year + age, 3, 1)


def youngest(community: Community, day: dt.date) -> int:
    """Return the youngest age at which a person is registered in `community` on `day` (N1)."""
    return _find_youngest(community, day) if _find_youngest else YOUNGEST


def register_youngest(source: Callable[[Community, dt.date], int]) -> None:
    """Register the source of the youngest age. The rule book calls this once."""
    global _find_youngest
    _find_youngest = source
