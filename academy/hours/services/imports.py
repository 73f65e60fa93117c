"""Bringing history along: past service records from a spreadsheet, each line checked before anything is written."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import log

from academy.activities.services import keep_past_activity, keep_past_shift
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.hours import imported, spreadsheets
from academy.hours.models import Category, DailyApproval, Import, ImportedLine, RecordState, ServiceRecord
from academy.hours.services.notices import expected_on
from academy.hours.services.records import lock_volunteers
from academy.people.models import Issuer, User, Volunteer
from academy.people.permissions import Right
from academy.rulebook.models import RuleSet

NOT_ALLOWED = Refusal("not_allowed", _("Past records are imported by whoever confirms hours. Ask a social worker."))
FOREIGN = Refusal("foreign", _("The recording unit and the person responsible belong to the same community."))
DONE = Refusal("done", _("This file has been imported already."))
BAD_LINES = Refusal("bad_lines", _("Some lines cannot be imported. Correct the file, or import the good ones."))
NOTHING_GOOD = Refusal("nothing_good", _("There is no line that could be imported."))
UNREADABLE = {
    "too_big": Refusal("too_big", _("The file is too large. Divide it into several of at most 5 MB.")),
    "too_long": Refusal("too_long", _("The file has too many lines. Divide it into several of at most 5,000.")),
    "not_a_table": Refusal("not_a_table", _("This cannot be read. Save it as an Excel workbook (.xlsx) or as CSV.")),
    "old_excel": Refusal(
        "old_excel", _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password.")
    ),
    "empty": Refusal("empty", _("There is nothing in the file.")),
}

# What a line may hold, and what its heading may say: the surest words first.
FIELDS: dict[str, Any] = {
    "number": _("volunteer number"),
    "name": pgettext_lazy("of a person", "name"),
    "phone": _("phone"),
    "date": _("date"),
    "minutes": _("service time"),
    "starts": _("began at"),
    "ends": _("ended at"),
    "title": _("activity"),
    "place": _("place"),
    "content": _("service content"),
    "organiser": _("organiser"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "number": ("志愿者编号", "志愿者号", "编号", "volunteernumber", "number"),
    "name": ("志愿者姓名", "姓名", "名字", "志愿者", "volunteername", "name"),
    "phone": ("手机号码", "手机号", "手机", "联系电话", "电话", "联系方式", "phone", "mobile"),
    "date": ("服务日期", "活动日期", "日期", "服务时间段", "date"),
    "minutes": (
        "服务时长",
        "时长",
        "服务小时",
        "志愿时长",
        "工时",
        "小时数",
        "小时",
        "分钟",
        "服务时间",
        "time",
        "hours",
        "minutes",
    ),
    "starts": ("开始时间", "起始时间", "签到时间", "began", "start"),
    "ends": ("结束时间", "终止时间", "签退时间", "ended", "end"),
    "title": ("活动名称", "项目名称", "活动主题", "活动", "项目", "activity", "title"),
    "place": ("服务地点", "活动地点", "地点", "地址", "place"),
    "content": ("服务内容", "工作内容", "内容", "content"),
    "organiser": ("组织者", "组织单位", "主办单位", "发起单位", "服务组织", "organiser"),
}
LONGEST = {"title": 60, "place": 100, "content": 200, "organiser": 100}


@dataclass
class Line:
    """A line of the file, as it would be brought in, or with why it cannot be."""

    number: int  # in the file, from 1
    cells: list[str]
    volunteer: Volunteer | None = None
    date: dt.date | None = None
    minutes: int = 0
    texts: dict[str, str] = field(default_factory=dict)
    problem: Refusal | None = None

    @property
    def key(self) -> tuple[Any, ...]:
        assert self.volunteer is not None
        return (self.volunteer.pk, self.date, self.texts["title"], self.minutes)

    @property
    def activity(self) -> tuple[str, ...]:
        """Lines with the same are of one activity."""
        return tuple(self.texts[name] for name in LONGEST)


@dataclass(frozen=True)
class Examined:
    """A dry run: every line that is not empty."""

    lines: list[Line]

    @cached_property
    def good(self) -> list[Line]:
        return [line for line in self.lines if line.problem is None]

    @cached_property
    def bad(self) -> list[Line]:
        return [line for line in self.lines if line.problem is not None]

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.good)

    @property
    def people(self) -> int:
        return len({line.volunteer.pk for line in self.good if line.volunteer})


@transaction.atomic
def keep_upload(
    *,
    community: Community,
    issuer: Issuer,
    leader: Volunteer,
    name: str,
    data: bytes,
    by: User,
    at: dt.datetime,
) -> Import | Refusal:
    """Keeps a file with past records of `issuer`, its columns guessed. Nothing is imported yet.

    Refuses with `not_allowed`, `foreign`, `done` for a file that was imported before, and for one that cannot be read
    with `too_big`, `too_long`, `not_a_table`, `old_excel`, `empty`.
    """
    if not by.has_right(Right.CONFIRM_HOURS, community):
        return NOT_ALLOWED
    if issuer.community_id != community.pk or leader.community_id != community.pk:
        return FOREIGN
    try:
        rows = spreadsheets.read(name, data)
    except spreadsheets.Unreadable as error:
        return UNREADABLE[error.code]
    digest = hashlib.sha256(data).hexdigest()
    if Import.objects.filter(community=community, sha256=digest, imported_at__isnull=False).exists():
        return DONE
    header, columns = spreadsheets.guess(rows, WORDS)
    name = PurePath(name).name[-120:]
    batch = Import(
        community=community,
        issuer=issuer,
        leader=leader.stays,
        name=name,
        sha256=digest,
        header_row=header + 1,
        columns=columns,
        uploaded_by=by,
        uploaded_at=at,
    )
    batch.file.save(name, ContentFile(data), save=False)
    batch.save()
    log(batch, "wagtail.create", user=by, timestamp=at)
    return batch


@transaction.atomic
def discard(*, batch: Import, by: User) -> Refusal | None:
    """Throws an upload away, the file too, of which nothing was imported. Refuses with `not_allowed`, `done`."""
    batch = _locked(batch)
    if refusal := _cannot(batch, by):
        return refusal
    log(batch, "wagtail.delete", user=by)
    batch.delete()
    transaction.on_commit(lambda: batch.file.delete(save=False), robust=True)
    return None


@transaction.atomic
def choose_columns(*, batch: Import, header_row: int, columns: Mapping[str, int | None], by: User) -> Import | Refusal:
    """Says which column is what: `columns` holds each field's place, from 0; `header_row` is the line of the headings.

    Refuses with `not_allowed`, `done`.
    """
    batch = _locked(batch)
    if refusal := _cannot(batch, by):
        return refusal
    batch.header_row = header_row
    batch.columns = {name: place for name, place in columns.items() if place is not None}
    batch.save(update_fields=["header_row", "columns"])
    return batch


def rows_of(batch: Import) -> spreadsheets.Rows:
    """The file's cells."""
    with batch.file.open("rb") as file:
        return spreadsheets.read(batch.name, file.read())


def examine(*, batch: Import, by: User, at: dt.datetime) -> Examined:
    """A dry run: what each line would become, or why it cannot be imported. Writes nothing.

    A line is refused with `unknown_person`, `ambiguous_person`, `wrong_name`, `own_hours` (K4), `bad_date`,
    `future_date`, `bad_minutes`, `no_title`, `too_long`, `over_the_day` (H4), `twice`, `imported_before`.
    """
    header = batch.header_row or 1
    rows = rows_of(batch)
    headings = rows[header - 1] if header <= len(rows) else []
    in_minutes = "minutes" in batch.columns and _says_minutes(headings, batch.columns["minutes"])
    who = _People(batch.community)
    lines = []
    for number, cells in enumerate(rows[header:], header + 1):
        if any(cells):
            lines.append(_line(batch, number, cells, who, by, timezone.localdate(at), in_minutes))
    _compare_with_each_other(lines)
    _compare_with_what_there_is(batch.community, lines)
    return Examined(lines)


@transaction.atomic
def bring_in(*, batch: Import, by: User, at: dt.datetime, only_if_all_are_good: bool) -> Import | Refusal:
    """The good lines become records on notice, confirmed by whoever brings them in, marked as imported for ever.

    `only_if_all_are_good`: nothing is written while a line is bad. Refuses with `not_allowed`, `done`, `bad_lines`,
    `nothing_good`.
    """
    # One after the other: what the first brought in, the second finds.
    list(Community.objects.select_for_update().filter(pk=batch.community_id).values_list("pk"))
    batch = _locked(batch)
    if refusal := _cannot(batch, by):
        return refusal
    if Import.objects.filter(community=batch.community_id, sha256=batch.sha256, imported_at__isnull=False).exists():
        return DONE
    examined = examine(batch=batch, by=by, at=at)
    if examined.bad and only_if_all_are_good:
        return BAD_LINES
    if not examined.good:
        return NOTHING_GOOD
    lock_volunteers({line.volunteer.pk for line in examined.good if line.volunteer})
    _write(batch, examined.good, by, at)
    batch.imported_by, batch.imported_at, batch.left_out = by, at, len(examined.bad)
    batch.save(update_fields=["imported_by", "imported_at", "left_out"])
    log(batch, "hours.import", user=by, timestamp=at, data={"lines": len(examined.good), "left_out": batch.left_out})
    return batch


# Reading a line

UNKNOWN_PERSON = Refusal("unknown_person", _("Nobody on the roll is called so. Register the person first."))
AMBIGUOUS_PERSON = Refusal(
    "ambiguous_person", _("Several people are called so. Add the volunteer number or the phone in the file.")
)
WRONG_NAME = Refusal("wrong_name", _("This volunteer number belongs to somebody with another name."))
OWN_HOURS = Refusal("own_hours", _("These are your own hours: somebody else brings them in."))
BAD_DATE = Refusal("bad_date", _("There is no date that can be read."))
FUTURE_DATE = Refusal("future_date", _("This day has not passed yet."))
BAD_MINUTES = Refusal("bad_minutes", _("There is no service time that can be read."))
NO_TITLE = Refusal("no_title", _("The activity has no name."))
TOO_LONG = Refusal("too_long", _("A text is too long: the activity 60, the content 200, anything else 100 characters."))
OVER_THE_DAY = Refusal(
    "over_the_day", _("With the day's other records this is more than a day may hold. A longer day is approved first.")
)
TWICE = Refusal("twice", _("The same stands in the file once more, further up."))
IMPORTED_BEFORE = Refusal("imported_before", _("The same has been imported before."))


class _People:
    """The roll, to find people by what a line says; who was merged leads to the one who stays."""

    def __init__(self, community: Community) -> None:
        self.by_number: dict[str, Volunteer] = {}
        self.by_name: dict[str, dict[int, Volunteer]] = defaultdict(dict)
        self.by_name_and_phone: dict[tuple[str, str], dict[int, Volunteer]] = defaultdict(dict)
        self.names: dict[int, set[str]] = defaultdict(set)
        for person in Volunteer.objects.filter(community=community).select_related("merged_into"):
            stays = person.stays
            self.by_number[person.number] = stays
            self.by_name[person.name][stays.pk] = stays
            self.by_name_and_phone[person.name, person.phone][stays.pk] = stays
            self.names[stays.pk].add(person.name)

    def find(self, number: str, name: str, phone: str) -> Volunteer | Refusal:
        number = number.replace(" ", "").upper()
        if number and number in self.by_number:
            person = self.by_number[number]
            return WRONG_NAME if name and name not in self.names[person.pk] else person
        phone = phone.replace(" ", "").replace("-", "").removeprefix("+86")
        for found in (phone and self.by_name_and_phone.get((name, phone)), self.by_name.get(name)):
            if found:
                return AMBIGUOUS_PERSON if len(found) > 1 else next(iter(found.values()))
        return UNKNOWN_PERSON


def _line(
    batch: Import, number: int, cells: list[str], who: _People, by: User, today: dt.date, in_minutes: bool
) -> Line:
    said = {name: cells[place] if (place := batch.columns.get(name)) is not None else "" for name in FIELDS}
    line = Line(number, cells)
    line.texts = {
        "title": said["title"],
        "place": said["place"],
        "content": said["content"] or said["title"],
        "organiser": said["organiser"] or batch.issuer.name,
    }
    person = who.find(said["number"], _name(said["name"]), said["phone"])
    if isinstance(person, Refusal):
        line.problem = person
        return line
    line.volunteer = person
    line.date = spreadsheets.day_of(said["date"])
    minutes = spreadsheets.minutes_of(said["minutes"], in_minutes=in_minutes) if said["minutes"] else None
    if minutes is None:
        minutes = spreadsheets.between(said["starts"], said["ends"])
    line.minutes = minutes or 0
    if by.pk == person.user_id:
        line.problem = OWN_HOURS
    elif line.date is None:
        line.problem = BAD_DATE
    elif line.date >= today:
        line.problem = FUTURE_DATE
    elif not line.minutes:
        line.problem = BAD_MINUTES
    elif not said["title"]:
        line.problem = NO_TITLE
    elif any(len(line.texts[name]) > most for name, most in LONGEST.items()):
        line.problem = TOO_LONG
    return line


def _name(text: str) -> str:
    """Lists are often set with blanks in two-character names: 王 英 is 王英."""
    return text if text.isascii() else text.replace(" ", "")


def _says_minutes(headings: list[str], place: int) -> bool:
    heading = headings[place].lower() if place < len(headings) else ""
    return "分" in heading or "min" in heading


def _compare_with_each_other(lines: list[Line]) -> None:
    seen = set()
    for line in lines:
        if line.problem is None:
            if line.key in seen:
                line.problem = TWICE
            seen.add(line.key)


def _compare_with_what_there_is(community: Community, lines: list[Line]) -> None:
    """Nothing twice, and no day above its limit (H4): that of the home community, with what was approved."""
    good = [line for line in lines if line.problem is None]
    people = {line.volunteer.pk: line.volunteer for line in good if line.volunteer}
    stays = dict(Volunteer.objects.all_with(people.values()).values_list("pk", "merged_into"))
    dates = {line.date for line in good if line.date}
    records = ServiceRecord.objects.live().filter(volunteer__in=list(stays), date__in=dates, category=Category.SERVICE)
    before = {
        (stays[volunteer_id] or volunteer_id, date, title, minutes)
        for volunteer_id, date, title, minutes in records.filter(imported_line__isnull=False).values_list(
            "volunteer_id", "date", "activity__title", "minutes"
        )
    }
    held: dict[tuple[int, dt.date], int] = defaultdict(int)
    for volunteer_id, date, minutes in records.order_by().values_list("volunteer_id", "date").annotate(Sum("minutes")):
        held[stays[volunteer_id] or volunteer_id, date] += minutes
    approved: dict[tuple[int, dt.date], int] = defaultdict(int)
    approvals = DailyApproval.objects.accepted().filter(volunteer__in=list(stays), date__in=dates)
    for volunteer_id, date, minutes in approvals.values_list("volunteer_id", "date", "minutes"):
        key = (stays[volunteer_id] or volunteer_id, date)
        approved[key] = max(approved[key], minutes)
    rules: dict[dt.date, dict[str, int]] = {}
    for line in good:
        assert line.volunteer is not None and line.date is not None
        if line.key in before:
            line.problem = IMPORTED_BEFORE
            continue
        if line.date not in rules:
            rules[line.date] = RuleSet.objects.in_force(community.pk, line.date).parameters
        key, limits = (line.volunteer.pk, line.date), rules[line.date]
        most = min(max(limits["daily_minutes"], approved[key]), limits["daily_hard_minutes"])
        if held[key] + line.minutes > most:
            line.problem = OVER_THE_DAY
            continue
        held[key] += line.minutes


def _write(batch: Import, lines: list[Line], by: User, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    rule_sets: dict[dt.date, RuleSet] = {}
    by_activity: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        by_activity[line.activity].append(line)
    records: list[ServiceRecord] = []
    written: list[Line] = []
    for (title, place, content, organiser), of_it in by_activity.items():
        shifts = keep_past_activity(
            community=batch.community,
            title=title,
            place=place,
            service_content=content,
            organiser=organiser,
            leader=batch.leader,
            issuer=batch.issuer,
            dates=[line.date for line in of_it if line.date],
            by=by,
        )
        seen: set[tuple[int, dt.date]] = set()
        for line in of_it:
            assert line.volunteer is not None and line.date is not None
            if line.date not in rule_sets:
                rule_sets[line.date] = RuleSet.objects.in_force(batch.community_id, line.date)
            rule_set, shift = rule_sets[line.date], shifts[line.date]
            if (line.volunteer.pk, line.date) in seen:
                # The same activity twice on one day, mornings and afternoons: a shift of its own for the second.
                shift = keep_past_shift(shift=shift)
            seen.add((line.volunteer.pk, line.date))
            records.append(
                ServiceRecord(
                    community=batch.community,
                    volunteer=line.volunteer,
                    shift=shift,
                    activity_id=shift.activity_id,
                    date=line.date,
                    category=Category.SERVICE,
                    minutes=line.minutes,
                    flags=[imported.IMPORTED],
                    steps=imported.steps_of(line.minutes),
                    basis=imported.basis_of(
                        batch_id=batch.pk,
                        line=line.number,
                        date=line.date,
                        activity_id=shift.activity_id,
                        rule_set_id=rule_set.pk,
                    ),
                    rule_set=rule_set,
                    state=RecordState.ON_NOTICE,
                    computed_at=at,
                    confirmed_at=at,
                    confirmed_by=by,
                    effective_on=expected_on(today, rule_set),
                )
            )
            written.append(line)
    ServiceRecord.objects.bulk_create(records)
    ImportedLine.objects.bulk_create(
        ImportedLine(
            batch=batch,
            line=line.number,
            record=record,
            volunteer=record.volunteer,
            date=record.date,
            minutes=record.minutes,
            cells=line.cells,
        )
        for line, record in zip(written, records, strict=True)
    )


def _locked(batch: Import) -> Import:
    related = ("community", "issuer", "leader")
    return Import.objects.select_for_update(of=("self",)).select_related(*related).get(pk=batch.pk)


def _cannot(batch: Import, by: User) -> Refusal | None:
    if not by.has_right(Right.CONFIRM_HOURS, batch.community):
        return NOT_ALLOWED
    return DONE if batch.imported_at is not None else None
