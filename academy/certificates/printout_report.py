"""The back office's report on who printed or saved whose certificates."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, DateFromToRangeFilter, ModelMultipleChoiceFilter, MultipleChoiceFilter
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.reports import ReportView

from academy.certificates.batch_models import Printout
from academy.core import formats
from academy.core.look import current_language
from academy.core.rights import RightRequiredMixin
from academy.core.spreadsheets import ExportColumn, PlainCells
from academy.people.models import User
from academy.people.permissions import Right

NAMED = 6  # certificates in one line
BY_LINK = _("a guardian, by the link")


class PrintoutFilterSet(WagtailFilterSet):
    """Filters by certificate or person, by who printed, by way and by day."""

    whose = CharFilter(label=_("Whose certificate: name or number"), method="filter_whose")
    by = ModelMultipleChoiceFilter(
        label=_("Who printed it"), queryset=User.objects.none(), widget=CheckboxSelectMultiple
    )
    way = MultipleChoiceFilter(label=_("way"), choices=Printout.Way, widget=CheckboxSelectMultiple)
    day = DateFromToRangeFilter(label=_("Day"), widget=DateRangePickerWidget)

    class Meta:
        model = Printout
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        users = self.queryset.order_by().values("by") if self.queryset is not None else []
        self.filters["by"].extra["queryset"] = User.objects.filter(pk__in=users)

    def filter_whose(self, rows: QuerySet[Printout], name: str, value: str) -> QuerySet[Printout]:
        typed = value.strip()
        person = Q(certificate__volunteer__name__icontains=typed) | Q(certificate__volunteer__number__iexact=typed)
        return rows.filter(person | Q(certificate__number__icontains=typed))


@dataclass
class PrintDay:
    """The certificates that one user printed on one day, in one way."""

    user: User | None  # None: by the guardian's link
    day: dt.date
    way: str
    certificates: int
    named: list[str] = field(default_factory=list)

    @property
    def pk(self) -> str:
        return f"{self.user.pk if self.user else 0}-{self.day}-{self.way}"

    @property
    def who(self) -> str:
        return str(self.user or BY_LINK)

    @property
    def whose(self) -> str:
        """The first certificates with their masked names, and how many more there are."""
        names, rest = "、".join(self.named), self.certificates - len(self.named)
        return str(_("%(names)s and %(n)s more") % {"names": names, "n": rest}) if rest > 0 else names


class PrintoutsView(PlainCells, RightRequiredMixin, ReportView):
    """Report of printed and saved certificates: one line for each user, day and way.

    Names are masked, so that reading it is no look itself.
    """

    right = Right.GRANT_DUTIES
    page_title = _("Who printed certificates")
    header_icon = "print"
    verbose_name = _("day of printing")
    verbose_name_plural = _("days of printing")
    index_url_name = "printouts"
    index_results_url_name = "printouts_results"
    filterset_class = PrintoutFilterSet
    model = Printout
    columns = [
        Column("day", label=_("Day"), accessor=lambda one: formats.day(one.day, current_language(), year=True)),
        Column("who", label=_("Who printed it")),
        Column("way", label=_("way"), accessor=lambda one: Printout.Way(one.way).label),
        Column("certificates", label=_("Certificates")),
        Column("whose", label=_("Whose")),
    ]
    list_export = [
        ExportColumn("day", _("Day")),
        ExportColumn("by", _("Who printed it"), lambda one: str(one.by or BY_LINK)),
        ExportColumn("way", _("way"), lambda one: one.get_way_display()),
        ExportColumn("certificate", _("certificate number"), lambda one: one.certificate.number),
        ExportColumn("volunteer", _("volunteer number"), lambda one: one.certificate.volunteer.stays.number),
        ExportColumn("at", _("first printed at")),
    ]

    def get_queryset(self) -> QuerySet[Printout]:
        return Printout.objects.filter(certificate__community__in=self.communities)

    def get_filtered_queryset(self) -> Any:
        self.rows: QuerySet[Printout] = super().get_filtered_queryset()
        if self.is_export:
            return self.rows.select_related("by__volunteer", "certificate__volunteer__merged_into")
        days = self.rows.order_by().values("by", "day", "way")
        return days.annotate(certificates=Count("pk")).order_by("-day", "by", "way")

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        paginator, page, rows, is_paginated = super().paginate_queryset(queryset, page_size)
        return paginator, page, self._lines(list(rows)), is_paginated

    def _lines(self, rows: list[dict[str, Any]]) -> list[PrintDay]:
        """Return the lines of this page with the first certificates of each. Two statements."""
        users = User.objects.select_related("volunteer").in_bulk({row["by"] for row in rows} - {None})
        lines = {
            (row["by"], row["day"], row["way"]): PrintDay(
                users.get(row["by"]), row["day"], row["way"], row["certificates"]
            )
            for row in rows
        }
        printed = self.rows.filter(Q(by__in=users) | Q(by=None), day__in={row["day"] for row in rows})
        named: dict[Any, list[str]] = defaultdict(list)
        for one in printed.select_related("certificate__volunteer__merged_into").order_by("certificate__number"):
            of_line = named[one.by_id, one.day, one.way]
            if len(of_line) < NAMED:
                of_line.append(f"{one.certificate.number} {one.certificate.volunteer.stays.masked_str}")
        for key, line in lines.items():
            line.named = named[key]
        return list(lines.values())

    def get_filterset_kwargs(self) -> dict[str, Any]:
        # The filters offer the users of these rows. Without a queryset they offer those of all communities.
        return {**super().get_filterset_kwargs(), "queryset": self.get_queryset()}
