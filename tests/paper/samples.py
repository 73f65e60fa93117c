"""A fillable sheet for tests only."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from academy.paper.sheets import FillableSheet


@dataclass(frozen=True, kw_only=True)
class LoanRow:
    day: str
    thing: str


@dataclass(frozen=True, kw_only=True)
class LoanSheet(FillableSheet):
    """A sheet that shares no field with the certificate."""

    template: ClassVar[str] = "loans.html"
    style: ClassVar[str] = "paper/sheet.css"
    unprintable_advice: ClassVar[Any] = gettext_lazy("Tick that person on the screen.")
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
