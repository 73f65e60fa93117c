"""Previews of a template with the longest and the rarest real data of its community."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db.models.functions import Length
from django.utils import timezone

from academy.activities.models import Activity
from academy.advancement.models import Commendation
from academy.certificates import designed
from academy.certificates.awards import CLASS_HOUR, STAR_WORDS, TIER_WORDS
from academy.core import formats
from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.designs.models import Design
from academy.learning.models import CourseVersion
from academy.paper.pdf import print_sheet
from academy.people.models import Issuer, Volunteer
from academy.units.models import Unit

NUMBER: Final = "样张-0000-000000"
CODE: Final = "0" * 16
NAMES_READ: Final = 20_000
LONGEST, RAREST = "longest", "rarest"
_EVERYDAY: Final = range(0x4E00, 0xA000)
# For a new community.
_NAME, _TEXT = "买买提·吐尔逊江", "冬季防火入户宣传、消防通道值守劝导与独居长者陪伴"


def longest_name(names: Iterable[str]) -> str:
    """Return the longest of these names; empty without one."""
    return max(names, key=len, default="")


def rarest_name(names: Iterable[str]) -> str:
    """Return the name with the most characters outside the usual block; else empty."""
    rare, name = max(
        ((sum(ord(letter) > 0x2E7F and ord(letter) not in _EVERYDAY for letter in name), name) for name in names),
        default=(0, ""),
    )
    return name if rare else ""


def sample_name(community: Community, which: str) -> str:
    """Return the longest or the rarest name on the roll."""
    names = list(
        Volunteer.objects.present()
        .filter(community=community)
        .order_by("-pk")
        .values_list("name", flat=True)[:NAMES_READ]
    )
    return (rarest_name(names) if which == RAREST else "") or longest_name(names) or _NAME


def print_sample(design: Design, *, which: str, at: dt.datetime) -> bytes | Refusal:
    """Return a preview of the template as PDF, marked as a sample all over. Refuses with `missing_glyphs`.

    Its code leads to a page that knows no such certificate.
    """
    community, today = design.community, timezone.localdate(at)
    issuer = design.issuer or _longest(Issuer.objects.filter(community=community), "name")
    name = sample_name(community, which)
    snapshot = {
        "design": design.frozen(),
        "facts": _facts(design, today),
        "issuer": issuer.name if issuer else community.name,
        "person_responsible": issuer.person_responsible if issuer else "",
        "handler": issuer.handler if issuer else "",
        "telephone": issuer.telephone if issuer else "",
        "period_from": today.replace(month=1, day=1).isoformat(),
        "period_to": today.isoformat(),
        "issued_on": today.isoformat(),
        "hours": "1234.5",
        "rows": _rows(community, today),
    }
    personal = {
        "name": name,
        "volunteer_number": f"V{today.year}000000X",
        "document_type": "居民身份证",
        "document_number": "11010519491231002X",
        "school": "湖南省长沙市长沙县湘龙街道第一中心小学",
        "school_class": "六年级（12）班",
        "reason": _text(Commendation.objects.filter(volunteer__community=community), "text") or _TEXT,
    }
    sheet = designed.build_sheet(
        design.kind,
        snapshot,
        personal,
        number=NUMBER,
        code=CODE,
        pictures=(bytes(design.seal), bytes(design.signature)),
        is_sample=True,
    )
    return print_sheet(sheet, created=at, practice=community.is_practice)


def _facts(design: Design, today: dt.date) -> dict[str, str]:
    community = design.community
    versions = CourseVersion.objects.filter(course__community=community)
    version: CourseVersion | None = _longest(versions, "title")
    lessons = version.lessons if version else []
    day = formats.day(today, "zh-hans", year=True)
    return {
        "course": version.title if version else _TEXT,
        "main_content": "、".join(lesson["title"] for lesson in lessons) or _TEXT,
        "class_hours": "10",
        "learning_time": formats.duration(10 * CLASS_HOUR, "zh-hans"),
        "organiser": _text(Activity.objects.filter(community=community), "organiser") or community.name,
        "done_on": day,
        "valid_until": day,
        "tier": TIER_WORDS["intermediate"],
        "stars": STAR_WORDS[5],
        "honour": _text(Commendation.objects.filter(volunteer__community=community), "title") or "年度优秀志愿者",
        "recipient": _text(Unit.objects.filter(community=community), "name") or community.name,
        "contribution": "128 位成员参加志愿服务 1024 人次，服务时间共 3072.5 小时；另有 64 人次到场帮忙；"
        "并提供了场地、讲师与音响设备。",
    }


def _rows(community: Community, today: dt.date) -> list[dict[str, Any]]:
    """Return lines with the longest titles of the community's activities."""
    longest = Activity.objects.filter(community=community).order_by(Length("title").desc(), "pk")
    found = list(longest.values_list("title", "service_content")[:8]) or [(_TEXT[:8], _TEXT)]
    return [
        {"date": today.isoformat(), "activity": title, "content": content, "minutes": 150, "hours": "2.5"}
        for title, content in found
    ]


def _longest(rows: Any, name: str) -> Any:
    return rows.order_by(Length(name).desc(), "pk").first()


def _text(rows: Any, name: str) -> str:
    return str(getattr(_longest(rows, name), name, ""))
