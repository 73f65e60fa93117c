"""The roles of a shift as a visitor reads them: needs, and what the visitor's people lack."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from academy.activities.cards import Places
from academy.activities.models import Activity, Role, Shift, SignUp
from academy.activities.needs import exceptions, reasons
from academy.activities.needs.reasons import Reason
from academy.activities.needs.suitability import Suitability
from academy.core import formats
from academy.core.links import link_to
from academy.learning.models import Course, Tier
from academy.people.models import Volunteer


class Asks(NamedTuple):
    """One need of a role in words, with a link where the course or the tiers have a page."""

    words: str
    href: str = ""


@dataclass(frozen=True)
class Lack:
    """A person who cannot take the role, with every reason."""

    person: Volunteer
    reasons: list[Reason]
    may_ask: bool = False  # for an exception
    asked: bool = False


@dataclass(frozen=True)
class RolePlaces(Places):
    """A role in a shift. `takers` of the visitor's people can take it, `lacks` say why others cannot."""

    asks: tuple[Asks, ...] = ()
    practises: Asks | None = None  # the course whose practicum it is
    takers: tuple[Volunteer, ...] = ()
    lacks: tuple[Lack, ...] = ()
    for_all: bool = False  # the visitor is not signed in: who it is shows at the sign-in

    @property
    def is_for_some(self) -> bool:
        return self.for_all or bool(self.takers)


class RoleReader:
    """The roles of an activity beside the visitor's people, read at once for all shifts."""

    def __init__(
        self,
        activity: Activity,
        *,
        people: Sequence[Volunteer],
        seats: Mapping[int, list[Places]],
        at: dt.datetime,
    ) -> None:
        roles = {one.role.pk: one.role for some in seats.values() for one in some}
        self.activity, self.people, self.seats, self.at = activity, people, seats, at
        self.suitability = Suitability(activity, people=people, roles=list(roles.values()))

    def places(self, shift: Shift, mine: Collection[SignUp]) -> list[RolePlaces]:
        """Return the roles of a shift; `mine` are the places of the visitor's people in it."""
        shift.activity = self.activity
        is_open = self.activity.cancelled_at is None and self.at < shift.starts_at
        seated = {place.volunteer.stays.pk for place in mine}
        free = [person for person in self.people if person.pk not in seated] if is_open else []
        return [self._offered(shift, one, free) for one in self.seats[shift.pk]]

    def _offered(self, shift: Shift, one: Places, people: Sequence[Volunteer]) -> RolePlaces:
        missing = {person.pk: self.suitability.unmet_needs(person, shift, one.role) for person in people}
        lacks = []
        for person in people:
            if not (found := missing[person.pk]):
                continue
            wording = reasons.Wording(self.suitability, person, shift, one.role)
            can_be_lifted = all(lack.is_liftable for lack in found)
            asked = can_be_lifted and (one.role.pk, person.pk) in self._asked
            lacks.append(Lack(person, wording.reasons(found), can_be_lifted and not asked, asked))
        return RolePlaces(
            role=one.role,
            left=one.left,
            mine=one.mine,
            asks=asks_of(self.suitability, shift, one.role),
            practises=self._practises(one.role),
            takers=tuple(person for person in people if not missing[person.pk]),
            lacks=tuple(lacks),
            for_all=not self.people,
        )

    def _practises(self, role: Role) -> Asks | None:
        if role.practicum_of_id is None:
            return None
        course = self._practised[role.practicum_of_id]
        words = _("practicum of “%(course)s”") % {"course": formats.inner_quotes(course.title)}
        return Asks(words, reasons.links_of(course, self.suitability)[0][0])

    @cached_property
    def _practised(self) -> dict[int, Course]:
        return Course.objects.in_bulk({role.practicum_of_id for role in self.suitability.roles} - {None})

    @cached_property
    def _asked(self) -> set[tuple[int, int]]:
        return exceptions.open_for(self.people, self.suitability.roles)


def asks_of(suitability: Suitability, shift: Shift, role: Role) -> tuple[Asks, ...]:
    """Return what the role asks for, in words: courses, tier, ages, the signed agreement."""
    found = []
    for course in suitability.courses_of(role):
        words = _("completed: “%(course)s”") % {"course": formats.inner_quotes(course.title)}
        found.append(Asks(words, reasons.links_of(course, suitability)[0][0]))
    if role.tier:
        found.append(Asks(_("tier: %(tier)s or higher") % {"tier": Tier(role.tier).label}, link_to("tiers")))
    if ages := ages_in_words(role):
        found.append(Asks(ages))
    if suitability.asks_agreement(role, shift.date) and suitability.agreement is not None:
        found.append(Asks(_("the signed agreement")))
    return tuple(found)


def ages_in_words(role: Any) -> str:
    """Return the ages that the role is for; empty if it is for all."""
    ages = {"from": role.min_age, "to": role.max_age}
    if role.min_age is not None and role.max_age is not None:
        return _("%(from)s to %(to)s years old") % ages
    if role.min_age is not None:
        return _("%(from)s years or older") % ages
    return _("%(to)s years or younger") % ages if role.max_age is not None else ""
