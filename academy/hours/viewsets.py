"""The back office's read-only lists of records and ledger entries. `transfers` registers them."""

from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.widgets import BooleanRadioSelect

from academy.core import shown_hours
from academy.core.columns import CountedDayColumn, YesNoColumn
from academy.core.forms import CommunityFilterSet
from academy.core.spreadsheets import ExportColumn
from academy.core.templatetags.academy import working_day
from academy.core.viewsets import CommunityViewSet
from academy.hours import explanation
from academy.hours.exports import minutes_that_count, of_category
from academy.hours.models import LedgerEntry, ServiceRecord
from academy.people.exports import person_columns
from academy.people.permissions import Right
from academy.units.exports import OF_ROWS


def _hours(item: Any) -> str:
    return shown_hours.hours(item.minutes, item.community_id)


def _is_imported(record: ServiceRecord) -> bool:
    return "imported" in record.basis


class RecordFilterSet(CommunityFilterSet):
    imported = BooleanFilter(
        field_name="imported_row", lookup_expr="isnull", exclude=True, label=_("imported"), widget=BooleanRadioSelect
    )

    class Meta:
        model = ServiceRecord
        fields = {"state": ["exact"], "category": ["exact"], "community": ["exact"], "date": ["gte", "lte"]}


class RecordIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[ServiceRecord]:
        records: QuerySet[ServiceRecord] = super().get_base_queryset()
        return records.select_related("volunteer__merged_into", "activity", "confirmed_by__volunteer")


class RecordInspectView(generic.InspectView):
    """A record with its explanation in words."""

    def get_flags_display_value(self) -> SafeString:
        record = self.object
        remarks = ((one,) for one in explanation.remarks_of(record, record.remarks, explanation.evidence_of(record)))
        return format_html_join("", "<div>{}</div>", remarks)

    def get_particulars_display_value(self) -> SafeString:
        return format_html_join("", "<div>{}</div>", ((text,) for text in self.object.described))

    def get_effective_on_display_value(self) -> str:
        return working_day(self.object.effective_on, "year") or "—"

    def get_steps_display_value(self) -> SafeString:
        steps = explanation.steps_of(self.object)
        cells = [(step["sentence"], step["after"], step["url"], step["clause"]) for step in steps]
        return format_html_join("", '<div>{} → {} (<a href="{}">{}</a>)</div>', cells)


class LedgerIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[LedgerEntry]:
        related = ("community", "volunteer", "actor", "record__volunteer", "record__activity")
        return super().get_base_queryset().select_related(*related)


class LedgerInspectView(generic.InspectView):
    """A line of the ledger, with the values that chain it to the line before in words."""

    labels = {"hash": _("check value"), "previous_hash": _("check value of the line before")}

    def get_field_label(self, field_name: str, field: Any) -> Any:
        label = self.labels.get(field_name)
        return capfirst(label) if label else super().get_field_label(field_name, field)


class ServiceRecordViewSet(CommunityViewSet):
    model = ServiceRecord
    rights = {"view": Right.VIEW_FIGURES}
    icon = "calendar-check"
    index_view_class = RecordIndexView
    inspect_view_class = RecordInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        "volunteer",
        "particulars",
        "leader",
        "issuer",
        "shift",
        "date",
        "category",
        "minutes",
        "flags",
        "steps",
        "state",
        "confirmed_by",
        "confirmed_at",
        "effective_on",
        "rule_set",
        "computed_at",
    ]
    list_display: list[Any] = [
        "volunteer",
        Column("activity", label=_("activity"), accessor="described.title", sort_key="activity"),
        "date",
        "category",
        Column("hours", label=_("hours"), accessor=_hours),
        "state",
        CountedDayColumn("effective_on", label=_("takes effect on"), sort_key="effective_on"),
        YesNoColumn("imported", label=_("imported"), accessor=_is_imported),
    ]
    filterset_class = RecordFilterSet
    search_fields = [
        "volunteer__name",
        "volunteer__number",
        "volunteer__merged_into__name",
        "volunteer__merged_into__number",
        "activity__title",
        "particulars__title",
    ]
    ordering = "-date"
    list_per_page = 50
    list_export = [
        *person_columns(),
        OF_ROWS,
        ExportColumn("described.title", _("activity")),
        "date",
        *of_category(minutes_that_count),
        "category",
        "state",
        ExportColumn("described.place", _("place")),
        ExportColumn("described.service_content", _("service content")),
        ExportColumn("described.organiser", _("organiser")),
        "issuer",
        "confirmed_by",
        "confirmed_at",
        "effective_on",
        "alone",
        ExportColumn("imported", _("imported"), _is_imported),
        "community",
    ]


class LedgerEntryViewSet(CommunityViewSet):
    model = LedgerEntry
    rights = {"view": Right.VIEW_FIGURES}
    icon = "list-ol"
    index_view_class = LedgerIndexView
    inspect_view_class = LedgerInspectView
    inspect_view_enabled = True
    inspect_view_fields = [
        "seq",
        "volunteer",
        "record",
        "category",
        "minutes",
        "clause",
        "reason",
        "actor",
        "entered_at",
        "previous_hash",
        "hash",
    ]
    list_display: list[Any] = ["seq", "volunteer", "record", "category", "minutes", "clause", "actor", "entered_at"]
    list_filter = {"category": ["exact"], "community": ["exact"], "entered_at": ["date__gte", "date__lte"]}
    search_fields = [
        "volunteer__name",
        "volunteer__number",
        "volunteer__merged_into__name",
        "volunteer__merged_into__number",
        "hash",
    ]
    ordering = "-pk"  # as entered; numbers are each community's own, and no index sorts them all
    list_per_page = 50
    list_export = [
        ExportColumn("seq", _("number in the ledger")),
        *person_columns(),
        ExportColumn("record.described.title", _("activity")),
        ExportColumn("record.date", _("date of service")),
        *of_category(lambda entry: entry.minutes),
        "category",
        "clause",
        "reason",
        "actor",
        "entered_at",
        "community",
        ExportColumn("previous_hash", _("fingerprint of the entry before")),
        ExportColumn("hash", _("fingerprint of this entry")),
    ]
