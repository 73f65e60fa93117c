"""The list of the roll: its filters, and the figures of people that upper apps offer for it."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import BooleanRadioSelect

from academy.core.forms import CommunityFilterSet
from academy.core.templatetags.academy import yes_or_no
from academy.people import finding
from academy.people.models import Consent, Volunteer
from academy.people.selectors import same_people

ValuesOf = Callable[[Sequence[Volunteer], dt.datetime], Mapping[int, Any]]


@dataclass(frozen=True)
class Figure:
    """A column of the roll: `values_of` reads the values of a whole page of people, in one statement."""

    name: str
    label: Any
    values_of: ValuesOf
    order: int


_FIGURES: list[Figure] = []


def offer_figure(name: str, label: Any, values_of: ValuesOf, *, order: int) -> None:
    """Register a figure of people. An app calls this once, in its `ready`."""
    _FIGURES.append(Figure(name, label, values_of, order))


def figures() -> list[Figure]:
    """Return the figures in the order of their columns."""
    return sorted(_FIGURES, key=lambda figure: figure.order)


def read_figures(people: Sequence[Volunteer], at: dt.datetime) -> None:
    """Read the figures of these people, for `FigureColumn`."""
    for figure in _FIGURES:
        values = figure.values_of(people, at)
        for person in people:
            person.__dict__.setdefault("figures", {})[figure.name] = values.get(person.pk, "")


class FigureColumn(Column):
    """A column with a figure that `read_figures` has read."""

    def get_value(self, instance: Any) -> Any:
        return instance.__dict__.get("figures", {}).get(self.name, "")


def listed_to_public(people: Sequence[Volunteer], at: dt.datetime) -> dict[int, str]:
    """Return for each person whether they consented to the public notice, in words."""
    consented = _consented(Consent.objects.of_all(people), timezone.localdate(at))
    return {person.pk: yes_or_no(person.pk in consented) for person in people}


def _consented(consents: Any, day: dt.date) -> set[int]:
    found = consents.filter(kind=Consent.Kind.PUBLIC_NOTICE).with_person()
    latest = {consent.person: consent for consent in found.order_by("recorded_at", "pk")}
    return {pk for pk, consent in latest.items() if consent.is_in_force(day)}


def remarks_of(volunteer: Volunteer) -> str:
    """Return in words what is unusual about an entry."""
    remarks = [volunteer.get_left_as_display() or _("suspended")] if volunteer.is_suspended else []
    if volunteer.erased_at:
        remarks.append(_("erased"))
    if volunteer.provisional:
        remarks.append(_("marked at the gate"))
    return " · ".join(map(str, remarks))


class VolunteerFilterSet(CommunityFilterSet):
    provisional = BooleanFilter(label=_("marked at the gate"), widget=BooleanRadioSelect)
    suspended = BooleanFilter(method="filter_suspended", label=_("suspended"), widget=BooleanRadioSelect)
    left = BooleanFilter(method="filter_left", label=_("off the roll"), widget=BooleanRadioSelect)
    notice = BooleanFilter(method="filter_notice", label=_("consent to the public notice"), widget=BooleanRadioSelect)
    signed_in = BooleanFilter(method="filter_signed_in", label=_("has signed in"), widget=BooleanRadioSelect)
    erased = BooleanFilter(
        field_name="erased_at", lookup_expr="isnull", exclude=True, label=_("data erased"), widget=BooleanRadioSelect
    )
    same = BooleanFilter(
        method="filter_same", label=_("same name and phone as another entry"), widget=BooleanRadioSelect
    )

    def filter_suspended(self, queryset: Any, name: str, value: bool) -> Any:
        suspended = Q(suspended_at__isnull=False, left_as="")
        return queryset.filter(suspended if value else ~suspended)

    def filter_left(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.exclude(left_as="") if value else queryset.filter(left_as="")

    def filter_notice(self, queryset: Any, name: str, value: bool) -> Any:
        people = queryset.values("pk")
        theirs = Consent.objects.filter(Q(volunteer__in=people) | Q(volunteer__merged_into__in=people))
        consented = _consented(theirs, timezone.localdate())
        return queryset.filter(pk__in=consented) if value else queryset.exclude(pk__in=consented)

    def filter_signed_in(self, queryset: Any, name: str, value: bool) -> Any:
        never = Q(user=None) | Q(user__last_login=None)
        return queryset.exclude(never) if value else queryset.filter(never)

    def filter_same(self, queryset: Any, name: str, value: bool) -> Any:
        same = same_people(Volunteer.objects.filter(pk__in=queryset.values("pk")))
        return queryset.filter(pk__in=same).order_by("name", "number") if value else queryset.exclude(pk__in=same)

    class Meta:
        model = Volunteer
        fields = {"community": ["exact"], "registered_at": ["date__gte", "date__lte"]}


def as_listed(people: Any, request: HttpRequest, address: str) -> Any:
    """Return those of `people` whom the list at `address` shows, by its filters and its search."""
    query = QueryDict(urlsplit(address).query)
    if typed := query.get("q", ""):
        people = finding.on_roll(people, typed)
    return VolunteerFilterSet(query, queryset=people, request=request).qs
