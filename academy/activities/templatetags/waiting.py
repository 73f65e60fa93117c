"""Filters for the pages of the waiting list."""

from collections.abc import Mapping

from django import template

from academy.activities.models import Role

register = template.Library()


@register.filter
def number_of(counts: Mapping[int, int], role: Role) -> int:
    """``{{ offer.waiting|number_of:role }}`` → how many people wait for a place in this role."""
    return counts.get(role.pk, 0)
