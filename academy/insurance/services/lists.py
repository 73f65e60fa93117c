"""The list of people of an activity for the insurer or the official platform: lines and forms."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.log_actions import log

from academy.activities.models import Activity
from academy.core import formats
from academy.core.models import Community
from academy.core.practice import is_practice
from academy.core.refusals import Refusal
from academy.insurance.cover import covers_of
from academy.insurance.models import FilingWorkbook, Recipient
from academy.insurance.refusals import NO_COLUMNS, NOT_ALLOWED, OF_PRACTICE
from academy.insurance.services.filing import places_in
from academy.people.models import User
from academy.people.permissions import Right
from academy.people.services import personal_data
from academy.profiles.documents import masked
from academy.profiles.models import Profile
from academy.tables import filling, workbooks
from academy.tables.package import Unreadable
from academy.tables.refusals import UNREADABLE
from academy.transfers.services.uploading import spreadsheets_of

LISTED = "insurance.list"  # in the log of the activity

# The fields of a line, and the headings that their columns may have in a form.
FIELDS: dict[str, Any] = {
    "index": _("running number"),
    "name": pgettext_lazy("of a person", "name"),
    "sex": _("sex"),
    "birth_date": _("birth date"),
    "document_type": _("ID document type"),
    "document": _("whole ID number (each list is logged)"),
    "document_masked": _("ID number, masked"),
    "phone": _("phone"),
    "volunteer_number": _("volunteer number"),
    "role": _("role"),
    "activity": _("activity"),
    "content": _("service content"),
    "place": _("place"),
    "date": _("date of service"),
    "starts": pgettext_lazy("of an activity", "starts"),
    "ends": pgettext_lazy("of an activity", "ends"),
    "organiser": _("organiser"),
    "leader": _("activity leader"),
    "policy": _("policy number"),
}
WORDS: dict[str, tuple[str, ...]] = {
    "index": ("序号",),
    "volunteer_number": ("志愿者编号", "志愿者号"),
    "name": ("被保险人姓名", "志愿者姓名", "姓名"),
    "sex": ("性别",),
    "birth_date": ("出生日期", "出生年月日"),
    "document_type": ("证件类型", "证件种类"),
    "document": ("证件号码", "证件号", "身份证号码", "身份证号", "身份证"),
    "phone": ("手机号码", "手机号", "手机", "联系电话", "联系方式"),
    "role": ("岗位", "服务岗位", "工种", "角色"),
    "activity": ("活动名称", "项目名称", "活动", "项目"),
    "content": ("服务内容", "活动内容", "内容"),
    "place": ("活动地点", "服务地点", "地点"),
    "date": ("活动日期", "服务日期", "日期"),
    "starts": ("开始时间", "起始时间", "保险起期"),
    "ends": ("结束时间", "终止时间", "保险止期"),
    "organiser": ("组织单位", "主办单位", "投保单位"),
    "leader": ("活动负责人", "负责人"),
    "policy": ("保单号", "保险单号"),
}
WHOLE = "document"
# The columns of our own list.
OURS = (
    *("index", "name", "document_type", "document", "phone", "role", "date", "starts", "ends"),
    *("activity", "place", "policy"),
)


@dataclass(frozen=True)
class Lines:
    """The lines of a list, each with the values of `FIELDS`."""

    rows: list[dict[str, Any]]
    whole_numbers: int = 0  # people whose whole ID number is in it


def asks_documents(activity: Activity) -> bool:
    """Return whether a policy that covers the activity asks for whole ID numbers."""
    return any(one.policy is not None and one.policy.asks_documents for one in covers_of(activity))


@transaction.atomic
def lines_for(*, activity: Activity, whole: bool, page: str, by: User, at: dt.datetime) -> Lines | Refusal:
    """Return the lines of the people who have a place, with whole ID numbers only if `whole`.

    Each whole number is logged at its person with the page (V2). Refuses with `not_allowed`.
    """
    community = activity.community
    if not by.has_right(Right.RUN_ACTIVITIES, community):
        return NOT_ALLOWED
    if whole and not by.has_right(Right.SEE_DOCUMENTS, community):
        return NOT_ALLOWED
    places = places_in([activity.pk])[activity.pk]
    people = {one.person.pk: one.person for one in places}
    profiles = {
        one.volunteer_id: one for one in Profile.objects.filter(volunteer__in=people).select_related("volunteer")
    }
    read = personal_data.decrypt_all({pk: one.document for pk, one in profiles.items() if one.document})
    numbers = {pk: str(data["number"]) for pk, data in read.items()}
    numbers_of_policies = {one.shift.pk: one.number for one in covers_of(activity)}
    rows: list[dict[str, Any]] = []
    for place in places:
        profile, number = profiles.get(place.person.pk), numbers.get(place.person.pk, "")
        starts, ends = timezone.localtime(place.shift.starts_at), timezone.localtime(place.shift.ends_at)
        rows.append(
            {
                "index": len(rows) + 1,
                "name": place.person.name,
                "sex": profile.get_sex_display() if profile and profile.sex else "",
                "birth_date": place.person.birth_date,
                "document_type": profile.get_document_type_display() if profile and number else "",
                "document": number if whole else masked(number) if number else "",
                "document_masked": masked(number) if number else "",
                "phone": place.person.phone,
                "volunteer_number": place.person.number,
                "role": place.role_name,
                "activity": activity.title,
                "content": activity.service_content,
                "place": activity.place,
                "date": starts.date(),
                "starts": formats.clock(starts),
                "ends": formats.clock(ends),
                "organiser": activity.organiser,
                "leader": activity.leader.stays.name,
                "policy": numbers_of_policies.get(place.shift.pk, ""),
            }
        )
    shown = [pk for pk, number in numbers.items() if number] if whole else []
    for pk in shown:
        personal_data.log_view_of_document(volunteer=people[pk], page=page, by=by, at=at)
    log(activity, LISTED, user=by, timestamp=at, data={"people": len(people), "whole_numbers": len(shown)})
    return Lines(rows, len(shown))


# The recipient's own form


@transaction.atomic
def add_workbook(
    *, community: Community, recipient: str, name: str, data: bytes, by: User, at: dt.datetime
) -> FilingWorkbook | Refusal:
    """Store the recipient's workbook, with a guess at its columns by their headings.

    A column of ID numbers is masked until somebody chooses whole ones. Refuses with `not_allowed`, `quota_full`,
    `no_room`, and with those of `UNREADABLE` for an unfit file.
    """
    if not by.has_right(Right.RUN_ACTIVITIES, community):
        return NOT_ALLOWED
    workbook = FilingWorkbook(community=community, recipient=Recipient(recipient))
    masked, quota = {WHOLE: "document_masked"}, spreadsheets_of(community)
    return workbooks.store(workbook, name=name, data=data, words=WORDS, instead=masked, quota=quota, by=by, at=at)


@transaction.atomic
def set_columns(
    *, workbook: FilingWorkbook, header_row: int, first_row: int, columns: Mapping[str, Mapping[str, str]], by: User
) -> FilingWorkbook | Refusal:
    """Store the content of the columns: each place, from 0 as text, has a `field`, or a constant `text`.

    Refuses with `not_allowed`.
    """
    if not by.has_right(Right.RUN_ACTIVITIES, workbook.community):
        return NOT_ALLOWED
    return workbooks.set_columns(workbook, header_row=header_row, first_row=first_row, columns=columns, by=by)


@transaction.atomic
def fill_workbook(
    *, workbook: FilingWorkbook, activity: Activity, page: str, by: User, at: dt.datetime
) -> bytes | Refusal:
    """Return the recipient's workbook with the people of the activity. It is not stored.

    Refuses with `practice_stays_here`, `no_columns`, `not_empty`, `merged`, `not_movable`, and as `lines_for` does.
    """
    if is_practice(activity.community_id):
        return OF_PRACTICE
    if not workbook.columns:
        return NO_COLUMNS
    whole = WHOLE in fields_of(workbook.columns.values())
    lines = lines_for(activity=activity, whole=whole, page=page, by=by, at=at)
    if isinstance(lines, Refusal):
        return lines
    rows = [
        {int(place): one["text"] if "text" in one else row[one["field"]] for place, one in workbook.columns.items()}
        for row in lines.rows
    ]
    try:
        return filling.fill(workbooks.content_of(workbook), first_row=workbook.first_row, rows=rows)
    except Unreadable as error:
        transaction.set_rollback(True)  # no list was made: no look either
        return UNREADABLE[error.code]


def fields_of(columns: Iterable[Mapping[str, str]]) -> set[str]:
    """Return the fields that these columns hold."""
    return {one["field"] for one in columns if "field" in one}
