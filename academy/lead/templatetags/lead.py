"""Filters for the rows of people and records on the leader's page."""

from collections.abc import Mapping

from django import template
from django.utils import timezone

from academy.activities.models import Shift
from academy.families import guardians
from academy.hours import explanation
from academy.lead.undoing import Act
from academy.people import ages, namesakes
from academy.people.models import Volunteer

register = template.Library()

register.filter("why_no_time", explanation.why_no_time)


@register.filter
def named(person: Volunteer, tails: Mapping[int, str]) -> str:
    """``{{ person|named:tails }}`` → 王秀英, beside a namesake 王秀英（尾号 0011）; by `namesakes.tails`."""
    return namesakes.named(person, tails)


@register.filter
def apart(person: Volunteer, tails: Mapping[int, str]) -> str:
    """``{{ person|apart:tails }}`` → V20260000094 · 尾号 0011 beside a namesake, else the number alone."""
    return " · ".join(dict.fromkeys([person.number, tails.get(person.pk, person.number)]))


@register.filter
def body_of(person: Volunteer, bodies: Mapping[int, str]) -> str:
    """``{{ person|body_of:bodies }}`` → what the person's body does not allow; empty without any."""
    return bodies.get(person.pk, "")


@register.filter
def act_for(person: Volunteer, acts: Mapping[int, Act]) -> Act | None:
    """``{{ person|act_for:check_outs }}`` → the act about this person; None without one."""
    return acts.get(person.pk)


@register.filter
def accompanied(person: Volunteer) -> bool:
    """``{% if person|accompanied %}``: the person is under 14, so the guardian comes along (N2)."""
    return guardians.is_accompanied(person, timezone.localdate())


@register.filter
def lacks_consent(person: Volunteer, shift: Shift) -> bool:
    """``{% if person|lacks_consent:shift %}``: no consent covers this minor's place any more (N2)."""
    if not ages.is_minor(person.birth_date, shift.date):
        return False
    return not guardians.covers(person, activity_id=shift.activity_id, day=shift.date)
