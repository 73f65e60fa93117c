"""Hand records over to a higher platform in its own workbook (P10), which people hand in themselves."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import log

from academy.core.models import Community
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.hours.models import DEAD_STATES, Category, ServiceRecord
from academy.people.models import User
from academy.people.permissions import Right
from academy.tables import filling, workbooks
from academy.tables.package import Unreadable
from academy.tables.refusals import UNREADABLE
from academy.transfers.models import Handover, PlatformHandover, PlatformWorkbook
from academy.transfers.services.handover_lines import rows_of
from academy.transfers.services.uploading import spreadsheets_of

NOT_ALLOWED = Refusal("not_allowed", _("Only users who may confirm hours hand records over. Ask a social worker."))
NO_COLUMNS = Refusal("no_columns", _("First choose the content of this form's columns."))
BAD_PERIOD = Refusal("bad_period", _("The period ends before it begins. Change one of the two."))
NOTHING_NEW = Refusal("nothing_new", _("Everything that is effective in this period has been handed over already."))
ALREADY = Refusal(
    "already",
    _(
        "Some of these records were handed over with another file in the meantime. Throw this one away and fill the "
        "form again."
    ),
)
OF_PRACTICE = Refusal(
    "practice_stays_here",
    _("Practice ends here: its hours are handed over to no platform. In real work, the file comes."),
)
DONE = Refusal("done", _("This has been handed over already."))

# The fields of a record that a workbook can hold (K2, P2), and the headings that their columns may have.
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
class ChangedRecord:
    """A record that was corrected after it was handed over, so that a user has to tell the platform."""

    line: PlatformHandover
    known: int  # minutes that the platform knows
    minutes: int  # now; 0 if no record replaces it


@transaction.atomic
def add_workbook(
    *, community: Community, platform: str, name: str, data: bytes, by: User, at: dt.datetime
) -> PlatformWorkbook | Refusal:
    """Store the platform's workbook, with a guess at its columns by their headings.

    Refuses with `not_allowed`, `quota_full`, `no_room`, and with those of `UNREADABLE` for an unfit file.
    """
    if not by.has_right(Right.CONFIRM_HOURS, community):
        return NOT_ALLOWED
    workbook = PlatformWorkbook(community=community, platform=platform)
    quota = spreadsheets_of(community)
    return workbooks.store(workbook, name=name, data=data, words=WORDS, quota=quota, by=by, at=at)


@transaction.atomic
def set_columns(
    *, workbook: PlatformWorkbook, header_row: int, first_row: int, columns: Mapping[str, Mapping[str, str]], by: User
) -> PlatformWorkbook | Refusal:
    """Store the content of the columns: each place, from 0 as text, has a `field`, or a constant `text`.

    Refuses with `not_allowed`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, workbook.community):
        return NOT_ALLOWED
    return workbooks.set_columns(workbook, header_row=header_row, first_row=first_row, columns=columns, by=by)


def records_for(
    workbook: PlatformWorkbook, *, since: dt.date, until: dt.date, again: bool = False
) -> QuerySet[ServiceRecord]:
    """Return the effective service records of the period that this workbook has not handed over yet.

    `again` includes those as well. A record that replaces a handed-over one is not new: the platform is told of the
    change instead.
    """
    records = ServiceRecord.objects.effective().filter(
        community=workbook.community_id,
        category=Category.SERVICE,  # T2: learning time is no service
        minutes__gt=0,
        date__gte=since,
        date__lte=until,
    )
    if not again:
        records = records.filter(~Exists(handed_over_in(workbook))).exclude(
            pk__in=_corrections_of_handed_over(workbook)
        )
    related = ("volunteer__merged_into", "issuer", "leader__merged_into", "rule_set")
    return records.select_related(*related).order_by("date", "volunteer__number", "pk")


def handed_over_in(workbook: PlatformWorkbook) -> QuerySet[PlatformHandover]:
    """Return the lines of the workbook that hold the outer query's record."""
    return PlatformHandover.objects.done().filter(handover__workbook=workbook, record=OuterRef("pk"))


@transaction.atomic
def fill_workbook(
    *, workbook: PlatformWorkbook, since: dt.date, until: dt.date, by: User, at: dt.datetime, again: bool = False
) -> Handover | Refusal:
    """Fill the platform's workbook with the effective records of the period that it does not have yet.

    The file is stored for a user to hand in; its records count as handed over after `hand_over`. `again` includes
    records that the platform has already. Refuses with `not_allowed`, `practice_stays_here`, `bad_period`,
    `no_columns`, `nothing_new`, `not_empty`, `merged`, `not_movable`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, workbook.community):
        return NOT_ALLOWED
    if is_practice(workbook.community_id):
        return OF_PRACTICE
    if until < since:
        return BAD_PERIOD
    if not workbook.columns:
        return NO_COLUMNS
    records = list(records_for(workbook, since=since, until=until, again=again))
    if not records:
        return NOTHING_NEW
    try:
        data = filling.fill(
            workbooks.content_of(workbook), first_row=workbook.first_row, rows=rows_of(workbook.columns, records)
        )
    except Unreadable as error:
        return UNREADABLE[error.code]
    name = f"{PurePath(workbook.name).stem[:80]} {since.isoformat()}–{until.isoformat()}.xlsx"
    digest = hashlib.sha256(data).hexdigest()
    handover = Handover(workbook=workbook, since=since, until=until, name=name, sha256=digest, made_by=by, made_at=at)
    handover.file.save(name, ContentFile(data), save=False)
    handover.save()
    PlatformHandover.objects.bulk_create(
        PlatformHandover(handover=handover, record=record, minutes=record.minutes) for record in records
    )
    log(workbook, "hours.fill_form", user=by, timestamp=at, data={"records": len(records)})
    return handover


@transaction.atomic
def hand_over(*, handover: Handover, by: User, at: dt.datetime) -> Handover | Refusal:
    """Mark the records of a file that a user has handed in, and delete the file.

    Refuses with `not_allowed`, `done`, and with `already` if another file handed one of them over since.
    """
    # The lock refuses the second of two files of one workbook with the same record.
    workbook = PlatformWorkbook.objects.select_for_update().get(pk=handover.workbook_id)
    handover = Handover.objects.select_for_update().get(pk=handover.pk)
    if not by.has_right(Right.CONFIRM_HOURS, workbook.community):
        return NOT_ALLOWED
    if handover.handed_over_at is not None:
        return DONE
    meanwhile = PlatformHandover.objects.filter(
        handover__workbook=workbook,
        handover__handed_over_at__gte=handover.made_at,
        record__in=handover.lines.values("record"),
    )
    if meanwhile.exists():
        return ALREADY
    storage, kept = handover.file.storage, str(handover.file.name)
    handover.handed_over_by, handover.handed_over_at, handover.file = by, at, ""
    handover.save(update_fields=["handed_over_by", "handed_over_at", "file"])
    transaction.on_commit(lambda: storage.delete(kept), robust=True)
    log(workbook, "hours.hand_over", user=by, timestamp=at, data={"records": handover.lines.count()})
    return handover


@transaction.atomic
def throw_away(*, handover: Handover, by: User) -> Refusal | None:
    """Delete a filled workbook that is not handed in. Refuses with `not_allowed`, `done`."""
    handover = (
        Handover.objects.select_for_update(of=("self",)).select_related("workbook__community").get(pk=handover.pk)
    )
    if not by.has_right(Right.CONFIRM_HOURS, handover.workbook.community):
        return NOT_ALLOWED
    if handover.handed_over_at is not None:
        return DONE
    handover.delete()
    transaction.on_commit(lambda: handover.file.delete(save=False), robust=True)
    return None


def changed_since(workbook: PlatformWorkbook) -> list[ChangedRecord]:
    """Return the records whose minutes changed after the handover, and that the platform does not know."""
    gone = PlatformHandover.objects.done().filter(handover__workbook=workbook, record__state__in=DEAD_STATES)
    found = []
    for line in gone.select_related("record__volunteer__merged_into", "record__activity", "handover").order_by("pk"):
        known = line.minutes if line.told_minutes is None else line.told_minutes
        minutes = _minutes_now(line.record)
        if minutes != known:
            found.append(ChangedRecord(line, known, minutes))
    return found


@transaction.atomic
def note_platform_told(*, line: PlatformHandover, by: User, at: dt.datetime) -> PlatformHandover | Refusal:
    """Note that the platform was told the present minutes of this record. Refuses with `not_allowed`."""
    if not by.has_right(Right.CONFIRM_HOURS, line.handover.workbook.community):
        return NOT_ALLOWED
    line.told_minutes, line.told_at, line.told_by = _minutes_now(line.record), at, by
    line.save(update_fields=["told_minutes", "told_at", "told_by"])
    return line


def _minutes_now(record: ServiceRecord) -> int:
    """Return the minutes of the record that replaces a corrected one, or 0."""
    while record.state in DEAD_STATES:
        following = ServiceRecord.objects.filter(replaces=record).first()
        if following is None:
            return 0
        record = following
    return record.minutes


def _corrections_of_handed_over(workbook: PlatformWorkbook) -> set[int]:
    """Return the ids of records that replace, or replaced, one that was handed over in this workbook."""
    found: set[int] = set()
    before = set(
        PlatformHandover.objects.done()
        .filter(handover__workbook=workbook, record__state__in=DEAD_STATES)
        .values_list("record", flat=True)
    )
    while before:
        before = set(ServiceRecord.objects.filter(replaces__in=before).values_list("pk", flat=True)) - found
        found |= before
    return found
