"""Comparison of entries of the roll, side by side: nobody is registered twice in silence (R5)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext, pgettext

from academy.core.http import read_ids
from academy.core.signals import objects_shown
from academy.people import logins
from academy.people.models import Volunteer
from academy.people.names import phone_in_words
from academy.people.selectors import SHOWN_ALIKE
from academy.people.signals import describe_person


@dataclass(frozen=True)
class Alike:
    """People on the roll who may be the one in the form, with the facts that tell."""

    people: list[Volunteer]
    rows: list[tuple[str, list[str]]]  # label, what was typed, and the value of each person
    compared: str  # the ids of all people whom the reader has compared, for the button

    def __bool__(self) -> bool:
        return bool(self.people)


def compare(
    request: HttpRequest, people: Iterable[Volunteer], typed: Mapping[str, Any], *, earlier: Iterable[int] = ()
) -> Alike:
    """Return the people beside what was typed, five at most, and log that they were shown (N4)."""
    shown = list(people)[:SHOWN_ALIKE]
    objects_shown.send(sender=Volunteer, request=request, objects=shown)
    compared = sorted({*earlier, *(person.pk for person in shown)})
    new = dict(_identity(typed["name"], typed["phone"], typed["birth_date"]))
    rows = [(label, [new.get(label, ""), *values]) for label, values in side_by_side(shown, brief=True)]
    return Alike(shown, rows, ",".join(map(str, compared)))


def compared_people(request: HttpRequest) -> list[int]:
    """Return the people (ids) whom the form says were compared and are others."""
    return read_ids(request.POST.get("besides", "").split(","))


def side_by_side(people: Sequence[Volunteer], *, brief: bool = False) -> list[tuple[str, list[str]]]:
    """Return labels with the value of each person."""
    sides = [dict(describe(person, brief=brief)) for person in people]
    return [(label, [side.get(label, "") for side in sides]) for label in (sides[0] if sides else ())]


def describe(person: Volunteer, *, brief: bool = False) -> list[tuple[str, str]]:
    """Return labels and values that help to compare two entries; upper apps add hours and visits.

    `brief` leaves out the state of the entry.
    """
    rows = [
        *_identity(person.name, person.phone, person.birth_date),
        (gettext("volunteer number"), person.number),
        (gettext("registered at"), formats.date_format(timezone.localtime(person.registered_at))),
        (gettext("marked at the gate"), gettext("yes") if person.provisional else gettext("no")),
        *(() if brief else _state(person)),
    ]
    answers: Any = describe_person.send(sender=Volunteer, volunteer=person)
    for _receiver, more in answers:
        rows += [(str(label), str(value)) for label, value in more]
    return rows


def _identity(name: str, phone: str, birth_date: dt.date | None) -> list[tuple[str, str]]:
    return [
        (pgettext("of a person", "name"), name),
        (gettext("Phone"), phone_in_words(phone)),
        (gettext("birth date"), formats.date_format(birth_date) if birth_date else ""),
    ]


def _state(person: Volunteer) -> list[tuple[str, str]]:
    user = person.user
    signs_in = gettext("yes") if user else gettext("no")
    if user is not None and logins.is_staff(user):
        signs_in = gettext("yes, with duties")
    return [
        (
            gettext("suspended"),
            str(person.get_left_as_display()) or (gettext("yes") if person.is_suspended else gettext("no")),
        ),
        (gettext("sign-in"), signs_in),
        (gettext("check-in cards"), str(person.cards.filter(revoked_at=None).count())),
    ]
