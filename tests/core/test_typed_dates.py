import datetime as dt

import pytest
from django.conf import settings
from django.utils import translation

from academy.desk.hours_report import PeriodForm

FIFTH = dt.date(2026, 12, 5)


@pytest.mark.parametrize("typed", ["2026-12-5", "2026/12/5", "2026.12.05", "2026年12月5日", "2026年12月05日"])
def test_every_field_for_a_date_reads_what_chinese_readers_type(typed: str) -> None:
    with translation.override("zh-hans"):
        form = PeriodForm({"since": typed, "until": "2026-12-31"})
        form.is_valid()
        assert form.cleaned_data["since"] == FIFTH


def test_the_back_offices_calendar_leaves_a_typed_date_as_it_is() -> None:
    script = (settings.BASE_DIR / "static/js/dates.js").read_text(encoding="utf-8")
    assert "validateOnBlur = false" in script
