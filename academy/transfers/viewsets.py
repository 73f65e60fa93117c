"""The back office's menu of hours: records, ledger and transfers."""

from operator import itemgetter
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django_filters import BooleanFilter
from wagtail.admin.viewsets.model import ModelViewSetGroup
from wagtail.admin.widgets import BooleanRadioSelect

from academy.core.columns import YesNoColumn
from academy.core.spreadsheets import ExportColumn
from academy.hours.models import ServiceRecord
from academy.hours.viewsets import LedgerEntryViewSet, RecordFilterSet, RecordIndexView, ServiceRecordViewSet
from academy.transfers.handover_viewsets import HandoverViewSet, PlatformWorkbookViewSet
from academy.transfers.import_viewsets import ImportViewSet
from academy.transfers.models import PlatformHandover
from academy.transfers.services.handover_lines import times_of
from academy.transfers.upload_viewsets import UploadViewSet

_DATE = ServiceRecordViewSet.list_export.index("date") + 1
WITH_TIMES = [
    *ServiceRecordViewSet.list_export[:_DATE],
    ExportColumn("came", _("first check-in"), itemgetter(0), times_of),
    ExportColumn("left", _("last check-out"), itemgetter(1), times_of),
    *ServiceRecordViewSet.list_export[_DATE:],
]


class MarkedRecordFilterSet(RecordFilterSet):
    handed_over = BooleanFilter(field_name="is_handed_over", label=_("handed over"), widget=BooleanRadioSelect)


class MarkedRecordIndexView(RecordIndexView):
    def get_base_queryset(self) -> QuerySet[ServiceRecord]:
        handed_over = PlatformHandover.objects.done().filter(record=OuterRef("pk"))
        return super().get_base_queryset().annotate(is_handed_over=Exists(handed_over))


class MarkedRecordViewSet(ServiceRecordViewSet):
    """The records, with a mark on those that were handed over to a higher platform."""

    index_view_class = MarkedRecordIndexView
    filterset_class = MarkedRecordFilterSet
    list_display: list[Any] = [
        *ServiceRecordViewSet.list_display,
        YesNoColumn("is_handed_over", label=_("handed over")),
    ]
    list_export = [*WITH_TIMES, ExportColumn("is_handed_over", _("handed over"))]


class HoursGroup(ModelViewSetGroup):
    menu_label = _("Hours")
    menu_icon = "calendar-check"
    menu_order = 300
    items = (
        MarkedRecordViewSet("service_record"),
        LedgerEntryViewSet("ledger_entry"),
        PlatformWorkbookViewSet("platform_workbook", url_prefix="export_form"),
        HandoverViewSet("handover"),
        ImportViewSet("import"),
        UploadViewSet("upload"),
    )
