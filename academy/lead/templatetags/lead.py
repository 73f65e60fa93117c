"""Filters for a form with a row for each person: the values that were typed."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def score_of(typed: Mapping[str, str], volunteer_id: int) -> str:
    return typed.get(f"score-{volunteer_id}", "")


@register.filter
def word_of(typed: Mapping[str, str], volunteer_id: int) -> str:
    return typed.get(f"word-{volunteer_id}", "")
