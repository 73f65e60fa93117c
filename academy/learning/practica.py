"""Courses with a practicum to come (T5): the layer of the activities registers them."""

from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

Roles = Callable[[], QuerySet[Any]]

_roles: list[Roles] = []


def register(roles: Roles) -> None:
    """Register the roles to come with their `practicum_of`. Their app calls this once, in its `ready`."""
    _roles[:] = [roles]


def has_coming(course: str = "course") -> Exists:
    """Return the expression that tells whether the row's course has a practicum to come."""
    return Exists(_roles[0]().filter(practicum_of=OuterRef(course)))
