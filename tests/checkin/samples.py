"""Sample posters and rosters."""

from typing import Any

from academy.checkin.sheets import PosterSheet, RosterLine, RosterPart, RosterSheet


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
