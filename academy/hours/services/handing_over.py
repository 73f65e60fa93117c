"""Handing records over to the higher platform on its own form (P10). There is no connection: people carry the file."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import log

from academy.checkin.models import Scan
from academy.core import formats
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.core.sql import batched
from academy.hours.models import DEAD_STATES, Category, ExportForm, HandedOver, Handover, ServiceRecord
from academy.people.models import User
from academy.people.permissions import Right
from academy.tables import filling
from academy.tables.reading import Unreadable
from academy.tables.refusals import UNREADABLE

NOT_ALLOWED = Refusal("not_allowed", _("Records are handed over by whoever confirms hours. Ask a social worker."))
NO_COLUMNS = Refusal("no_columns", _("Say first what belongs into the columns of this form."))
BAD_PERIOD = Refusal("bad_period", _("The period ends before it begins. Change one of the two."))
NOTHING_NEW = Refusal("nothing_new", _("Everything that is effective in this period has been handed over already."))
ALREADY = Refusal(
    "already", _("Some of these were handed over with another file meanwhile. Throw this one away and fill anew.")
)
DONE = Refusal("done", _("This has been handed over already."))

# What a record can say on a form (K2, P2), and what the heading of its column may be.
FIELDS: dict[str, Any] = {
    "index": _("running number"),
    "name": pgettext_lazy("of a person", "name"),
    "volunteer_number": _("volunteer number"),
    "phone": _("phone"),
    "activity": _("activity"),
    "content": _("service content"),
    "place": _("place"),
    "date": _("date of service"),
    "came": _("first check-in"),
    "left": _("last check-out"),
    "hours": _("hours, one decimal, cut"),
    "minutes": _("minutes"),
    "organiser": _("organiser"),
    "leader": _("activity leader"),
    "issuer": _("recording unit"),
    "person_responsible": _("person responsible"),
    "handler": _("handler"),
    "telephone": _("telephone of the recording unit"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "index": ("序号",),
    "volunteer_number": ("志愿者编号", "志愿者号"),
    "name": ("志愿者姓名", "姓名"),
    "phone": ("手机号码", "手机号", "手机", "联系电话", "联系方式"),
    "activity": ("活动名称", "项目名称", "活动", "项目"),
    "content": ("服务内容", "内容"),
    "place": ("服务地点", "活动地点", "地点"),
    "date": ("服务日期", "活动日期", "日期"),
    "came": ("开始时间", "签到时间", "起始时间"),
    "left": ("结束时间", "签退时间", "终止时间"),
    "minutes": ("服务分钟", "分钟数", "分钟"),
    "hours": ("服务时长", "时长", "小时数", "小时", "工时", "服务时间"),
    "organiser": ("组织者", "组织单位", "主办单位"),
    "leader": ("活动负责人",),
    "issuer": ("记录单位", "出具单位", "服务组织", "志愿服务组织"),
    "person_responsible": ("负责人",),
    "handler": ("经办人",),
    "telephone": ("单位电话",),
}


@dataclass(frozen=True)
class Changed:
    """A record that was handed over and has turned out otherwise since: the platform has to be told."""

    line: HandedOver
    known: int  # minutes, to the platform
    minutes: int  # now; 0 where nothing is left of it


@transaction.atomic
def add_form(
    *, community: Community, platform: str, name: str, data: bytes, by: User, at: dt.datetime
) -> ExportForm | Refusal:
    """Keeps the platform's form, its columns guessed by their headings.

    Refuses with `not_allowed`, and for a file that cannot be filled as `UNREADABLE` says.
    """
    if not by.has_right(Right.CONFIRM_HOURS, community):
        return NOT_ALLOWED
    try:
        header_row, columns = filling.find_headings(data, WORDS)
    except Unreadable as error:
        return UNREADABLE[error.code]
    name = PurePath(name).name[-120:]
    form = ExportForm(
        community=community,
        platform=platform,
        name=name,
        header_row=header_row,
        first_row=header_row + 1,
        columns={str(place): {"field": field} for field, place in columns.items()},
        uploaded_by=by,
        uploaded_at=at,
    )
    form.file.save(name, ContentFile(data), save=False)
    form.save()
    log(form, "wagtail.create", user=by, timestamp=at)
    return form


def headings_of(form: ExportForm) -> list[str]:
    """What the headings of the form's columns say."""
    return filling.texts_of(_content(form), form.header_row)


@transaction.atomic
def set_columns(
    *, form: ExportForm, header_row: int, first_row: int, columns: Mapping[str, Mapping[str, str]], by: User
) -> ExportForm | Refusal:
    """Says what belongs into the columns: each place, from 0 as text, has a `field`, or a `text` always the same.

    Refuses with `not_allowed`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, form.community):
        return NOT_ALLOWED
    form.header_row, form.first_row, form.columns = header_row, first_row, dict(columns)
    form.save(update_fields=["header_row", "first_row", "columns"])
    log(form, "wagtail.edit", user=by)
    return form


def records_for(form: ExportForm, *, since: dt.date, until: dt.date, again: bool = False) -> QuerySet[ServiceRecord]:
    """The effective service records of the period that were not handed over on this form yet; `again`: all of them.

    What stands in the place of one that was is no new record to the platform: it is told of the change instead.
    """
    records = ServiceRecord.objects.effective().filter(
        community=form.community_id,
        category=Category.SERVICE,  # T2: learning time is no service
        minutes__gt=0,
        date__gte=since,
        date__lte=until,
    )
    if not again:
        records = records.filter(~Exists(handed_over_on(form))).exclude(pk__in=_corrections_of_handed_over(form))
    related = ("volunteer__merged_into", "activity__issuer", "activity__leader__merged_into")
    return records.select_related(*related).order_by("date", "volunteer__number", "pk")


def handed_over_on(form: ExportForm) -> QuerySet[HandedOver]:
    """Its lines that speak of the outer query's record."""
    return HandedOver.objects.filter(handover__form=form, handover__handed_over_at__isnull=False, record=OuterRef("pk"))


@transaction.atomic
def fill_form(
    *, form: ExportForm, since: dt.date, until: dt.date, by: User, at: dt.datetime, again: bool = False
) -> Handover | Refusal:
    """The platform's form, filled with the effective records of the period that it does not have yet.

    It is kept, to be carried there; nothing counts as handed over before `hand_over`.

    `again`: those that it has too. Refuses with `not_allowed`, `bad_period`, `no_columns`, `nothing_new`, `not_empty`,
    `merged`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, form.community):
        return NOT_ALLOWED
    if until < since:
        return BAD_PERIOD
    if not form.columns:
        return NO_COLUMNS
    records = list(records_for(form, since=since, until=until, again=again))
    if not records:
        return NOTHING_NEW
    try:
        data = filling.fill(_content(form), first_row=form.first_row, rows=_rows(form, records))
    except Unreadable as error:
        return UNREADABLE[error.code]
    name = f"{PurePath(form.name).stem[:80]} {since.isoformat()}–{until.isoformat()}.xlsx"
    digest = hashlib.sha256(data).hexdigest()
    handover = Handover(form=form, since=since, until=until, name=name, sha256=digest, made_by=by, made_at=at)
    handover.file.save(name, ContentFile(data), save=False)
    handover.save()
    HandedOver.objects.bulk_create(
        HandedOver(handover=handover, record=record, minutes=record.minutes) for record in records
    )
    log(form, "hours.fill_form", user=by, timestamp=at, data={"records": len(records)})
    return handover


@transaction.atomic
def hand_over(*, handover: Handover, by: User, at: dt.datetime) -> Handover | Refusal:
    """Somebody has handed the file in: its records are handed over, and the file is kept no longer.

    Refuses with `not_allowed`, `done`, and with `already` where one of them was handed over with another file since.
    """
    # One file of a form after the other: of two with the same record, the second is refused.
    form = ExportForm.objects.select_for_update().get(pk=handover.form_id)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if not by.has_right(Right.CONFIRM_HOURS, form.community):
        return NOT_ALLOWED
    if handover.handed_over_at is not None:
        return DONE
    meanwhile = HandedOver.objects.filter(
        handover__form=form, handover__handed_over_at__gte=handover.made_at, record__in=handover.lines.values("record")
    )
    if meanwhile.exists():
        return ALREADY
    storage, kept = handover.file.storage, str(handover.file.name)
    handover.handed_over_by, handover.handed_over_at, handover.file = by, at, ""
    handover.save(update_fields=["handed_over_by", "handed_over_at", "file"])
    transaction.on_commit(lambda: storage.delete(kept), robust=True)
    log(form, "hours.hand_over", user=by, timestamp=at, data={"records": handover.lines.count()})
    return handover


@transaction.atomic
def throw_away(*, handover: Handover, by: User) -> Refusal | None:
    """A filled form that is not handed in after all. Refuses with `not_allowed`, `done`."""
    handover = Handover.objects.select_for_update(of=("self",)).select_related("form__community").get(pk=handover.pk)
    if not by.has_right(Right.CONFIRM_HOURS, handover.form.community):
        return NOT_ALLOWED
    if handover.handed_over_at is not None:
        return DONE
    handover.delete()
    transaction.on_commit(lambda: handover.file.delete(save=False), robust=True)
    return None


def changed_since(form: ExportForm) -> list[Changed]:
    """What was handed over and counts otherwise now, until the platform has been told of it."""
    gone = HandedOver.objects.filter(
        handover__form=form, handover__handed_over_at__isnull=False, record__state__in=DEAD_STATES
    )
    found = []
    for line in gone.select_related("record__volunteer__merged_into", "record__activity", "handover").order_by("pk"):
        known = line.minutes if line.told_minutes is None else line.told_minutes
        minutes = _minutes_now(line.record)
        if minutes != known:
            found.append(Changed(line, known, minutes))
    return found


@transaction.atomic
def tell_platform(*, line: HandedOver, by: User, at: dt.datetime) -> HandedOver | Refusal:
    """Somebody has told the platform what this record counts now. Refuses with `not_allowed`."""
    if not by.has_right(Right.CONFIRM_HOURS, line.handover.form.community):
        return NOT_ALLOWED
    line.told_minutes, line.told_at, line.told_by = _minutes_now(line.record), at, by
    line.save(update_fields=["told_minutes", "told_at", "told_by"])
    return line


def _minutes_now(record: ServiceRecord) -> int:
    """What stands in the place of a corrected record counts; 0 where nothing does."""
    while record.state in DEAD_STATES:
        following = ServiceRecord.objects.filter(replaces=record).first()
        if following is None:
            return 0
        record = following
    return record.minutes


def _corrections_of_handed_over(form: ExportForm) -> set[int]:
    """The records that stand, or stood, in the place of one that was handed over on this form (ids)."""
    found: set[int] = set()
    before = set(
        HandedOver.objects.filter(
            handover__form=form, handover__handed_over_at__isnull=False, record__state__in=DEAD_STATES
        ).values_list("record", flat=True)
    )
    while before:
        before = set(ServiceRecord.objects.filter(replaces__in=before).values_list("pk", flat=True)) - found
        found |= before
    return found


def _content(form: ExportForm) -> bytes:
    with form.file.open("rb") as file:
        content: bytes = file.read()
    return content


def _rows(form: ExportForm, records: list[ServiceRecord]) -> list[dict[int, filling.Value]]:
    scanned = _scanned(records)
    rows = []
    for index, record in enumerate(records, 1):
        values = _values(index, record, scanned.get(record.pk, []))
        rows.append(
            {
                int(place): what["text"] if "text" in what else values[what["field"]]
                for place, what in form.columns.items()
            }
        )
    return rows


def _values(index: int, record: ServiceRecord, clocks: list[dt.datetime]) -> dict[str, filling.Value]:
    person, activity, issuer = record.volunteer.stays, record.activity, record.activity.issuer
    return {
        "index": index,
        "name": person.name,
        "volunteer_number": person.number,
        "phone": person.phone,
        "activity": activity.title,
        "content": activity.service_content,
        "place": activity.place,
        "date": record.date,
        "came": formats.clock(timezone.localtime(clocks[0])) if clocks else "",
        "left": formats.clock(timezone.localtime(clocks[-1])) if len(clocks) > 1 else "",
        "hours": float(formats.hours(record.minutes)),
        "minutes": record.minutes,
        "organiser": activity.organiser,
        "leader": activity.leader.stays.name,
        "issuer": issuer.name,
        "person_responsible": issuer.person_responsible,
        "handler": issuer.handler,
        "telephone": issuer.telephone,
    }


def _scanned(records: list[ServiceRecord]) -> dict[int, list[dt.datetime]]:
    """The moments of each record's scans, in order."""
    of_scan: dict[str, list[int]] = defaultdict(list)
    for record in records:
        for scan in record.basis["scans"]:
            of_scan[scan].append(record.pk)
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    for ids in batched(sorted(of_scan)):
        scans = Scan.objects.filter(pk__in=ids).order_by("happened_at")
        for pk, happened_at in scans.values_list("pk", "happened_at"):
            for record_id in of_scan[str(pk)]:
                found[record_id].append(happened_at)
    return {pk: sorted(moments) for pk, moments in found.items()}
