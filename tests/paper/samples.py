"""Sheets as the apps fill them in."""

import datetime as dt
from typing import Any

from academy.paper.sheets import (
    CardFace,
    CardsSheet,
    CertificateSheet,
    PosterSheet,
    RosterLine,
    RosterPart,
    RosterSheet,
    ServiceRow,
    Slip,
    SlipsSheet,
)

CREATED = dt.datetime(2026, 12, 1, 10, 30, tzinfo=dt.timezone(dt.timedelta(hours=8)))

_SERVICES = [
    ("春季社区义诊", "银杏里社区卫生服务站", "测量血压、登记并讲解用药", "2.5"),
    ("周六文明清洁日", "银杏里小区东门", "小区入口秩序维护与垃圾分类引导", "3.0"),
    ("长者探访计划", "", "陪同独居长辈到社区医院复诊", "4.2"),
]


def certificate(rows: int = 10, **fields: Any) -> CertificateSheet:
    services = [_SERVICES[index % len(_SERVICES)] for index in range(rows)]
    filled: dict[str, Any] = {
        "name": "王秀英",
        "volunteer_number": "V2026000012K",
        "hours": "38.5",
        "rows": tuple(
            ServiceRow(
                index=str(index + 1),
                date=f"2026-{1 + index % 11:02}-15",
                activity=activity,
                place=place,
                content=content,
                hours=hours,
            )
            for index, (activity, place, content, hours) in enumerate(services)
        ),
        "period_from": "2026年1月1日",
        "period_to": "2026年11月30日",
        "issuer": "银杏里社区志愿服务队",
        "person_responsible": "周建国",
        "handler": "李敏",
        "telephone": "010-6666 8888",
        "number": "YXL-2026-000123",
        "issued_on": "2026年12月1日",
        "verify_url": "HTTPS://ACADEMY.EXAMPLE.ORG/VERIFY/7K3M9QXA2B4C5D6E/",
        "verify_address": "academy.example.org/verify/",
        "verify_code": "7K3M-9QXA-2B4C-5D6E",
    }
    return CertificateSheet(**(filled | fields))


def poster(**fields: Any) -> PosterSheet:
    filled: dict[str, Any] = {
        "title": "春季社区义诊",
        "times": ("1月10日 周六 9:00–12:00", "1月11日 周日 9:00–12:00"),
        "place": "银杏里社区卫生服务站一楼大厅",
        "organiser": "银杏里社区志愿服务队",
        "leader": "王秀英",
        "url": "HTTPS://ACADEMY.EXAMPLE.ORG/C/7K3M9QXA2B4/",
        "typed_address": "academy.example.org/c/7K3M9QXA2B4/",
        "contact": "李敏 010-6666 8888",
    }
    return PosterSheet(**(filled | fields))


def slips(*names: str) -> SlipsSheet:
    return SlipsSheet(
        community="银杏里社区",
        typed_address="academy.example.org/s/",
        contact="李敏 010-6666 8888",
        slips=tuple(
            Slip(
                name=name,
                number=f"V20260000{index:02}K",
                url=f"HTTPS://ACADEMY.EXAMPLE.ORG/S/7K3M9QX{index:03}/",
                code=f"7K3M-9QX{index % 10}-{index // 10:02}",
            )
            for index, name in enumerate(names)
        ),
    )


def cards(*names: str, contact: str = "银杏里社区志愿服务队 010-6666 8888") -> CardsSheet:
    return CardsSheet(
        community="银杏里社区",
        cards=tuple(
            CardFace(
                name=name,
                number=f"V2026{index:06}K",
                community="银杏里社区",
                url=f"HTTPS://ACADEMY.EXAMPLE.ORG/P/7K3M9QXA2B4C{index:04}/",
                contact=contact,
            )
            for index, name in enumerate(names)
        ),
    )


def roster(*names: str, shifts: int = 1, **fields: Any) -> RosterSheet:
    filled: dict[str, Any] = {
        "title": "春季社区义诊",
        "place": "银杏里社区卫生服务站一楼大厅",
        "organiser": "银杏里社区志愿服务队",
        "leader": "王秀英",
        "parts": tuple(
            RosterPart(
                when=f"1月{10 + shift}日 周六 9:00–12:00",
                lines=tuple(
                    RosterLine(
                        name=name,
                        number=f"V2026{index:06}K",
                        url=f"HTTPS://ACADEMY.EXAMPLE.ORG/LEAD/7/ROSTER/7K3M9QX{index:03}/",
                    )
                    for index, name in enumerate(names)
                ),
            )
            for shift in range(shifts)
        ),
    }
    return RosterSheet(**(filled | fields))
