"""The columns of a list of past service: their fields, and a guess by their headings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from academy.tables import headings
from academy.tables.cells import Cell, looks_like_clock, text_of
from academy.tables.reading import HEADINGS_WITHIN, Line

# The headings that each field may have, the surest first.
FIELDS: dict[str, tuple[str, ...]] = {
    "number": ("志愿者编号", "编号", "志愿者号", "志愿者号码", "注册编号", "volunteernumber", "volunteerno", "number"),
    "name": ("姓名", "志愿者姓名", "志愿者", "名字", "参加人", "服务人员", "name", "volunteer", "volunteername"),
    "phone": ("手机", "手机号", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "phone", "mobile", "telephone"),
    "date": ("日期", "服务日期", "活动日期", "参加日期", "date", "day", "servicedate"),
    "hours": (
        "服务时长",
        "服务时间",
        "时长",
        "志愿服务时长",
        "志愿服务时间",
        "活动时长",
        "工时",
        "时数",
        "服务工时",
        "小时",
        "小时数",
        "服务小时",
        "服务小时数",
        "分钟",
        "分钟数",
        "服务分钟数",
        "hours",
        "minutes",
        "duration",
    ),
    "begins": ("开始时间", "起始时间", "签到时间", "开始", "到达时间", "start", "begin", "starttime", "from"),
    "ends": ("结束时间", "终止时间", "签退时间", "结束", "离开时间", "end", "endtime", "until"),
    "title": (
        "活动名称",
        "项目名称",
        "活动",
        "项目",
        "活动主题",
        "活动项目",
        "服务项目",
        "activity",
        "project",
        "title",
    ),
    "place": ("地点", "活动地点", "服务地点", "地址", "活动地址", "place", "location", "venue"),
    "content": ("服务内容", "内容", "活动内容", "工作内容", "content", "servicecontent", "description"),
    "organiser": (
        "组织者",
        "组织单位",
        "主办单位",
        "主办方",
        "活动组织者",
        "发起单位",
        "组织方",
        "organiser",
        "organizer",
        "organisation",
        "organization",
    ),
}


@dataclass(frozen=True)
class ColumnGuess:
    """The line of the headings (its number) and the column of each field, as far as the file shows them."""

    header: int
    columns: Mapping[str, int]
    in_minutes: bool  # a bare number in the column of hours counts minutes
    doubtful: int | None = None  # a column that may hold hours or times of day: a person has to say


def guess(lines: Sequence[Line]) -> ColumnGuess:
    """Return the first line that names at least two columns, with its columns and the unit of its hours.

    A column of hours whose cells look like times of day, as the 8:00 of an arrival, is not guessed.
    """
    first = lines[:HEADINGS_WITHIN]
    if first:
        place, columns = headings.find([line.cells for line in first], FIELDS)
        if len(columns) > 1:
            heading, doubtful = first[place].text(columns.get("hours")).lower(), None
            if "hours" in columns and _shows_clocks([line.cell(columns["hours"]) for line in lines[place + 1 :]]):
                doubtful = columns.pop("hours")
            return ColumnGuess(first[place].number, columns, "分钟" in heading or "min" in heading, doubtful)
    return ColumnGuess(first[0].number if first else 1, {}, False)


def _shows_clocks(column: Sequence[Cell]) -> bool:
    """Return whether at least half of the cells that hold something look like times of day."""
    filled = [cell for cell in column if text_of(cell)]
    clocks = sum(map(looks_like_clock, filled))
    return bool(filled) and 2 * clocks >= len(filled)
