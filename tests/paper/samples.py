"""Sheets as the apps fill them in, and a fillable one of paper's own."""

from dataclasses import dataclass
from typing import Any, ClassVar

from academy.paper.sheets import (
    CardFace,
    CardsSheet,
    FillableSheet,
    PosterSheet,
    RosterLine,
    RosterPart,
    RosterSheet,
    Slip,
    SlipsSheet,
)


@dataclass(frozen=True, kw_only=True)
class LoanRow:
    day: str
    thing: str


@dataclass(frozen=True, kw_only=True)
class LoanSheet(FillableSheet):
    """A sheet that shares no field with the certificate."""

    template: ClassVar[str] = "loans.html"
    style: ClassVar[str] = "paper/sheet.css"
    row_class: ClassVar[type[LoanRow]] = LoanRow
    row_stretch: ClassVar[str] = "thing"

    borrower: str
    address: str
    rows: tuple[LoanRow, ...]
    note: str = ""


LOANS = """{% load paper %}<html lang="zh-Hans" style="font-kerning: none">
<head>{% if created %}<meta name="dcterms.created" content="{{ created }}">{% endif %}</head>
<body class="{{ blank_part }}">
  {% if letters %}<p class="letters">{{ letters }}</p>{% else %}
  <p>借用人：{{ sheet.borrower }}</p>
  <table class="blank-table" style="width: 150mm; table-layout: fixed; border-collapse: collapse">
    <thead><tr><th>日期</th><th>物品</th></tr></thead>
    <tbody>
      {% for row in sheet.rows %}<tr><td>{{ row.day }}</td><td>{{ row.thing }}</td></tr>{% endfor %}
      <tr class="blank-foot"><td colspan="2">以上物品如数归还</td></tr>
    </tbody>
  </table>
  <div class="blank-foot">{% if sheet.note %}<p>{{ sheet.note }}</p>{% endif %}{% qr sheet.address "M" %}</div>
  {% endif %}
</body></html>"""


def loan(rows: int = 3, **fields: Any) -> LoanSheet:
    filled: dict[str, Any] = {
        "borrower": "王秀英",
        "address": "HTTPS://ACADEMY.EXAMPLE.ORG/L/7/",
        "rows": tuple(
            LoanRow(day=f"2026年3月{day}日", thing="折叠桌、遮阳棚和血压计" * (day % 3 + 1))
            for day in range(1, rows + 1)
        ),
    }
    return LoanSheet(**(filled | fields))


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
