"""The back office's report on looks at personal data (N4, ADR 37)."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.history import HistoryFilterSet
from wagtail.admin.views.reports import ReportView
from wagtail.log_actions import registry as log
from wagtail.models import ModelLogEntry

from academy.core import formats
from academy.core.look import current_language
from academy.core.rights import RightRequiredMixin
from academy.core.spreadsheets import ExportColumn, PlainCells
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.places import place_of
from academy.people.services import personal_data

NAMED = 6  # people in one line


class ViewsOfPeopleFilterSet(HistoryFilterSet):
    """Filters by person who was seen, by kind of look, by user and by day."""

    seen = CharFilter(label=_("Whose data: name or number"), method="filter_seen")

    class Meta:
        model = ModelLogEntry
        fields: list[str] = []

    def filter_seen(self, entries: QuerySet[ModelLogEntry], name: str, value: str) -> QuerySet[ModelLogEntry]:
        people = Volunteer.objects.filter(Q(number__iexact=value.strip()) | Q(name__icontains=value.strip()))
        return entries.filter(object_id__in=_ids_as_text(people))


@dataclass
class Looks:
    """The looks of one user on one day, of one kind."""

    user: User | None
    day: dt.date
    action: str
    times: int
    people: int
    seen: list[Volunteer] = field(default_factory=list)
    places: list[Any] = field(default_factory=list)

    @property
    def pk(self) -> str:
        return f"{self.user and self.user.pk}-{self.day}-{self.action}"


class ViewsOfPeople(PlainCells, RightRequiredMixin, ReportView):
    """Report of looks at data of people under 14, whole ID numbers, accidents, and of searches.

    One line for each user and day. Names are masked, so that reading it is no look itself.
    """

    right = Right.GRANT_DUTIES
    page_title = _("Who looked at personal data")
    header_icon = "view"
    verbose_name = _("day of looks")
    verbose_name_plural = _("days of looks")
    index_url_name = "views_of_people"
    index_results_url_name = "views_of_people_results"
    filterset_class = ViewsOfPeopleFilterSet
    model = ModelLogEntry
    columns = [
        Column("day", label=_("Day"), accessor=lambda looks: formats.day(looks.day, current_language(), year=True)),
        Column("user", label=_("Who viewed it"), accessor=lambda looks: looks.user or _("somebody who left")),
        Column("action", label=_("Action"), accessor=lambda looks: log.get_action_label(looks.action)),
        Column("seen", label=_("Whose data"), accessor=lambda looks: _names(looks)),
        Column("times", label=_("Times")),
        Column(
            "places",
            label=pgettext_lazy("looks at data", "Where"),
            accessor=lambda looks: "、".join(map(str, looks.places)),
        ),
    ]

    list_export = [
        ExportColumn("label", _("volunteer number")),
        ExportColumn("action", _("Action"), lambda entry: log.get_action_label(entry.action)),
        ExportColumn("user", _("Who viewed it")),
        ExportColumn("page", _("On which page"), lambda entry: entry.data.get("page", "")),
        ExportColumn("timestamp", _("When")),
    ]

    def get_queryset(self) -> QuerySet[ModelLogEntry]:
        entries: QuerySet[ModelLogEntry] = ModelLogEntry.objects.get_for_model(Volunteer)
        ids = _ids_as_text(Volunteer.objects.in_communities(self.communities))
        seen = entries.filter(action__in=personal_data.LOOKS, object_id__in=ids)
        by_day: QuerySet[ModelLogEntry] = seen.annotate(day=TruncDate("timestamp"))
        return by_day

    def get_filtered_queryset(self) -> Any:
        self.entries: QuerySet[ModelLogEntry] = super().get_filtered_queryset()
        if self.is_export:
            return self.entries.select_related("user")
        days = self.entries.order_by().values("user", "day", "action")
        counted = days.annotate(times=Count("pk"), people=Count("object_id", distinct=True))
        return counted.order_by("-day", "user", "action")

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        paginator, page, rows, is_paginated = super().paginate_queryset(queryset, page_size)
        return paginator, page, self._lines(list(rows)), is_paginated

    def _lines(self, rows: list[dict[str, Any]]) -> list[Looks]:
        """Return the lines of this page with names and places. Three statements."""
        users = User.objects.select_related("volunteer").in_bulk({row["user"] for row in rows if row["user"]})
        lines = {
            (row["user"], row["day"], row["action"]): Looks(
                users.get(row["user"]), row["day"], row["action"], row["times"], row["people"]
            )
            for row in rows
        }
        looks = self.entries.order_by().filter(user__in=users, day__in={row["day"] for row in rows})
        seen: dict[Any, set[str]] = defaultdict(set)
        pages: dict[Any, set[str]] = defaultdict(set)
        for user, day, action, person, page in looks.values_list(
            "user", "day", "action", "object_id", KeyTextTransform("page", "data")
        ).distinct():
            seen[user, day, action].add(person)
            pages[user, day, action].add(page or "")
        people = Volunteer.objects.in_bulk({int(pk) for some in seen.values() for pk in some})
        for key, line in lines.items():
            known = [people[int(pk)] for pk in seen[key] if int(pk) in people]
            line.seen = sorted(known, key=lambda person: person.number)[:NAMED]
            line.places = sorted({place_of(page) for page in pages[key]}, key=str)
        return list(lines.values())

    def get_filterset_kwargs(self) -> dict[str, Any]:
        # The filters offer the users of these entries. Without a queryset they offer those of all communities.
        return {**super().get_filterset_kwargs(), "queryset": self.get_queryset()}


def _ids_as_text(people: QuerySet[Volunteer]) -> Any:
    return people.annotate(id_as_text=Cast("pk", CharField())).values("id_as_text")


def _names(looks: Looks) -> Any:
    names = "、".join(person.masked_str for person in looks.seen)
    rest = looks.people - len(looks.seen)
    return _("%(names)s and %(n)s more") % {"names": names, "n": rest} if rest > 0 else names
