"""Querysets of people and of facts about them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Coalesce

from academy.core.sql import any_of
from academy.people.names import EXTENSION

if TYPE_CHECKING:
    from academy.people.models import User, Volunteer

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


class VolunteerQuerySet(QuerySet["Volunteer"]):
    def present(self) -> "VolunteerQuerySet":
        """Leave out merged people, those whose registration was taken back, and those whose data was erased."""
        return self.filter(merged_into=None, taken_back_at=None, erased_at=None)

    def taking_part(self) -> "VolunteerQuerySet":
        """Leave out of those present all who are suspended, have left or have died."""
        return self.present().filter(suspended_at=None)

    def listed(self) -> "VolunteerQuerySet":
        """Return the people whom the roll lists: those present, and erased numbers (V3)."""
        return self.filter(merged_into=None, taken_back_at=None)

    def in_communities(self, communities: Any) -> "VolunteerQuerySet":
        return self.filter(community__in=communities)

    def of_login(self, user: "User") -> "VolunteerQuerySet":
        """Filter the rows of the login's owner: their own, and those merged into it."""
        own = self.model.objects.filter(user=user).values("pk")
        return self.filter(pk__in=any_of(own, self.model.objects.filter(merged_into__user=user).values("pk")))

    def one_with(self, volunteer_id: int) -> "VolunteerQuerySet":
        """Filter all rows of this person: their own, and those merged into it."""
        return self.filter(Q(pk=volunteer_id) | Q(merged_into=volunteer_id))

    def all_with(self, people: Iterable["Volunteer"]) -> "VolunteerQuerySet":
        """Filter the rows of these people: for each the row that stays, and those merged into it."""
        pks = {person.merged_into_id or person.pk for person in people}
        return self.filter(Q(pk__in=pks) | Q(merged_into__in=pks))


def phone_ends_with(digits: str) -> Q:
    """Return the condition that a volunteer's phone ends with these digits, before any extension."""
    return Q(phone__endswith=digits) | Q(phone__contains=f"{digits}{EXTENSION}")


def _volunteers() -> Any:
    # By name, since the models of people use this module.
    return apps.get_model("people", "Volunteer")._default_manager.all()
