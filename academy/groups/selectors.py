"""Reads about units at shifts: links, who accepted, who came, who did not answer yet."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin.models import Visit
from academy.groups.models import Acceptance, GroupLink, HeadsOfUnit
from academy.people.models import Volunteer
from academy.units.models import Unit
from academy.units.selectors import members_of


class Answer(StrEnum):
    """The answer of a person whom the unit's link asks: a check-in on the day is a yes too (R8)."""

    CAME = "came"
    ACCEPTED = "accepted"
    NOT_YET = "not_yet"

    @property
    def label(self) -> Any:
        return {self.CAME: _("came"), self.ACCEPTED: _("takes part"), self.NOT_YET: _("no answer yet")}[self]


@dataclass(frozen=True)
class MemberAnswer:
    """One person of the unit at a shift. `is_member` is false for others who used the link."""

    person: Volunteer
    answer: Answer
    is_member: bool = True


@dataclass(frozen=True)
class UnitAtShift:
    """A unit's part in one shift: its live link, its people, and those counted without names."""

    unit: Unit
    shift: Shift
    link: GroupLink | None
    answers: list[MemberAnswer]
    nameless: int | None = None

    def _with(self, *answers: Answer) -> list[MemberAnswer]:
        return [one for one in self.answers if one.answer in answers]

    @property
    def accepted(self) -> list[MemberAnswer]:
        return self._with(Answer.ACCEPTED, Answer.CAME)

    @property
    def open(self) -> list[MemberAnswer]:
        return self._with(Answer.NOT_YET)


def links_of(unit: Unit, at: dt.datetime) -> QuerySet[GroupLink]:
    """Return the unit's live links to shifts that are not over, the next one first."""
    coming = GroupLink.objects.filter(unit=unit, withdrawn_at=None, shift__ends_at__gt=at)
    coming = coming.filter(shift__activity__cancelled_at=None, shift__activity__published_at__isnull=False)
    return coming.select_related("shift__activity", "role").order_by("shift__starts_at", "pk")


def units_at(activity: Activity) -> list[Unit]:
    """Return the units that have or had a link to a shift of the activity, or people counted there."""
    linked = GroupLink.objects.filter(shift__activity=activity).values("unit")
    counted = HeadsOfUnit.objects.filter(shift__activity=activity).values("unit")
    return list((Unit.objects.filter(pk__in=linked) | Unit.objects.filter(pk__in=counted)).order_by("name", "pk"))


def unit_at_shift(unit: Unit, shift: Shift) -> UnitAtShift:
    """Return the unit's part in one shift."""
    return parts_of(unit, [shift])[0]


def parts_of(unit: Unit, shifts: Iterable[Shift]) -> list[UnitAtShift]:
    """Return the unit's part in each of these shifts, in a number of statements that no shift changes."""
    shifts = list(shifts)
    members = members_of(unit)
    acceptances = Acceptance.objects.filter(link__unit=unit, sign_up__shift__in=shifts, sign_up__cancelled_at=None)
    guests: dict[int, dict[int, Volunteer]] = defaultdict(dict)
    own = {person.pk for person in members}
    for one in acceptances.select_related("volunteer__merged_into", "sign_up").order_by("pk"):
        person = one.volunteer.stays
        if person.pk not in own:
            guests[one.sign_up.shift_id][person.pk] = person
    everybody = [*members, *(person for some in guests.values() for person in some.values())]
    placed, came = (
        _pairs(SignUp.objects, everybody, shifts, cancelled_at=None),
        _pairs(Visit.objects, everybody, shifts),
    )
    links = {link.shift_id: link for link in GroupLink.objects.filter(unit=unit, shift__in=shifts, withdrawn_at=None)}
    counted = HeadsOfUnit.objects.filter(unit=unit, shift__in=shifts).order_by("counted_at", "pk")
    heads = {one.shift_id: one.people for one in counted}

    def answer(person: Volunteer, shift: Shift) -> Answer:
        at_shift = (person.pk, shift.pk)
        return Answer.CAME if at_shift in came else Answer.ACCEPTED if at_shift in placed else Answer.NOT_YET

    return [
        UnitAtShift(
            unit=unit,
            shift=shift,
            link=links.get(shift.pk),
            answers=[MemberAnswer(person, answer(person, shift)) for person in members]
            + [MemberAnswer(person, answer(person, shift), is_member=False) for person in guests[shift.pk].values()],
            nameless=heads.get(shift.pk),
        )
        for shift in shifts
    ]


def _pairs(facts: Any, people: list[Volunteer], shifts: list[Shift], **given: Any) -> set[tuple[int, int]]:
    """Return the pairs of person and shift for which a fact exists."""
    found = facts.all().of_all(people).filter(shift__in=shifts, **given).with_person()
    return set(found.values_list("person", "shift"))
