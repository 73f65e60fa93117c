"""Filter for a choice among people."""

from collections.abc import Collection

from django import template

from academy.people import namesakes
from academy.people.models import Volunteer

register = template.Library()


@register.filter
def among(person: Volunteer, people: Collection[Volunteer]) -> str:
    """``{{ person|among:people }}`` → 王秀英, beside a namesake among them 王秀英（尾号 0011）. For a few people."""
    return namesakes.named(person, namesakes.tails(people))
