"""How old a person is, and how old a volunteer must be (N1).

People stands below the rule book, which registers at start-up how to ask for a community's own age.
"""

import datetime as dt
from collections.abc import Callable

from academy.core.models import Community

YOUNGEST = 8  # N1, Civil Code Art. 20
ADULT = 18  # N2, N3
SENSITIVE_UNDER = 14  # N4, PIPL Arts. 28, 31

_ask: Callable[[Community, dt.date], int] | None = None


def age_on(birth_date: dt.date, day: dt.date) -> int:
    """Return the completed years on `day`; a person born on 29 February turns a year older on 1 March."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def is_minor(birth_date: dt.date | None, day: dt.date) -> bool:
    """Whether a person is known to be under 18 on `day` (N2, N3)."""
    return birth_date is not None and age_on(birth_date, day) < ADULT


def is_of_age(birth_date: dt.date | None, day: dt.date) -> bool:
    """Whether a person is known to be 18 or older on `day`. Without a birth date they are neither minor nor of age."""
    return birth_date is not None and age_on(birth_date, day) >= ADULT


def last_birth_date(age: int, day: dt.date) -> dt.date:
    """Return the last birth date of a person who is `age` on `day`, as `age_on` counts."""
    try:
        return day.replace(year=day.year - age)
    except ValueError:  # 29 February, and no such day then
        return dt.date(day.year - age, 2, 28)


def youngest(community: Community, day: dt.date) -> int:
    """Return the youngest age at which a person is registered in `community` on `day` (N1)."""
    return _ask(community, day) if _ask else YOUNGEST


def ask_youngest_of(answer: Callable[[Community, dt.date], int]) -> None:
    """Register `answer` as the source of the youngest age; the rule book calls this once."""
    global _ask
    _ask = answer
