"""People of one name told apart: by number, end of the phone, and what upper apps know."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping

from django.utils.translation import gettext as _

from academy.people.models import Volunteer

TAIL = 4  # digits of a phone that people know of each other

Read = Callable[[Collection[Volunteer]], Mapping[int, str]]  # a text for each volunteer id that has one

_READERS: list[Read] = []


def register(read: Read) -> None:
    """Register what an upper app knows of people, such as their unit. It is read in one statement for all."""
    _READERS.append(read)


def tail_of(volunteer: Volunteer) -> str:
    """Return the phone's last four digits in words, or an empty text without a phone."""
    return _("phone …%(digits)s") % {"digits": volunteer.phone[-TAIL:]} if volunteer.phone else ""


def facts_of(people: Collection[Volunteer]) -> dict[int, list[str]]:
    """Return for each of the people (ids) what tells them apart: number, end of the phone, and the rest."""
    facts = {person.pk: [person.number, *filter(None, [tail_of(person)])] for person in people}
    for read in _READERS:
        for pk, text in read(people).items():
            facts[pk].append(text)
    return facts


def in_one_line(volunteer: Volunteer) -> str:
    """Return the person with all that tells them apart: `王秀英 · V2026-000094 · 尾号 0011`."""
    return " · ".join([volunteer.name, *facts_of([volunteer])[volunteer.pk]])


def named(person: Volunteer, tails: Mapping[int, str]) -> str:
    """Return 王秀英, or beside a namesake 王秀英（尾号 0011）."""
    tail = tails.get(person.pk)
    return _("%(name)s (%(tail)s)") % {"name": person.name, "tail": tail} if tail else person.name


def tails(people: Collection[Volunteer]) -> dict[int, str]:
    """Return what to add to the names (by id) of those who share theirs with another one of `people`."""
    ids: dict[str, set[int]] = defaultdict(set)
    for person in people:
        ids[person.name].add(person.pk)
    shared = {name for name, pks in ids.items() if len(pks) > 1}
    return {person.pk: tail_of(person) or person.number for person in people if person.name in shared}
