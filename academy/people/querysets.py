"""Querysets of facts about people."""

from collections.abc import Iterable
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce

from academy.people.names import EXTENSION

M = TypeVar("M", bound=Model)


class OfPerson(QuerySet[M]):
    """Mixin for facts that point at a volunteer.

    A merged person is several rows, and each row may have facts. Set `volunteer_path` if the volunteer is reached by
    another lookup than the field `volunteer`.
    """

    volunteer_path = "volunteer"

    def of(self, volunteer: Any) -> Self:
        """Filter the facts of this person: of the row that stays, and of every row merged into it."""
        return self._of_rows(_volunteers().one_with(volunteer.merged_into_id or volunteer.pk))

    def of_all(self, volunteers: Iterable[Any]) -> Self:
        """Filter the facts of these people, each as in `of`."""
        return self._of_rows(_volunteers().all_with(volunteers))

    def with_person(self) -> Any:  # mypy does not see the annotation
        """Annotate `person`, the id of the volunteer who stays: facts of merged rows group under one person."""
        path = self.volunteer_path
        return self.annotate(person=Coalesce(f"{path}__merged_into", path))

    def _of_rows(self, rows: QuerySet[Any]) -> Self:
        # A subquery and not a join: an OR over a join reads every fact.
        return self.filter(**{f"{self.volunteer_path}__in": rows})


def phone_ends_with(digits: str) -> Q:
    """Return the condition that a volunteer's phone ends with these digits, before any extension."""
    return Q(phone__endswith=digits) | Q(phone__contains=f"{digits}{EXTENSION}")


def _volunteers() -> Any:
    # By name, since the models of people use this module.
    return apps.get_model("people", "Volunteer")._default_manager.all()
