"""One day as people type it into a form: in short, in words, and what is no day."""

import datetime as dt

import pytest
import time_machine
from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from academy.people import typed_days
from academy.people.form_fields import DayField
from academy.people.permissions import DutyRole
from academy.people.typed_days import Near, read_day
from tests.factories import CommunityFactory, UserFactory

TUESDAY = dt.date(2026, 12, 1)


def read(text, *, today=TUESDAY, near=Near.AHEAD):
    answer = read_day(text, today=today, near=near)
    return answer.isoformat() if isinstance(answer, dt.date) else answer


@pytest.mark.parametrize("text", ["2026-12-12", "2026年12月12日", "2026.12.12", "20261212", "2026/12/12 周六"])
def test_a_full_date_is_read_on_both_sides_of_today(text):
    assert {read(text, near=near) for near in (*Near, None)} == {"2026-12-12"}


@pytest.mark.parametrize(
    "text",
    [
        "12-12",
        "12.12",
        "12/12",
        "12。12",
        "１２－１２",
        "12月12日",
        "12月12",
        "12 月 12 号",
        "12日",
        "12号",
        "本月12日",
        "12月12日周六",
        "12.12（星期六）",
        "今年12月12日",
        "12-12 Sat",
        "下周六",
    ],
)
def test_a_day_without_a_year_is_the_next_one(text):
    assert read(text) == "2026-12-12"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12-1", "2026-12-01"),
        ("11-30", "2027-11-30"),
        ("1月5日", "2027-01-05"),
        ("明年1月5日", "2027-01-05"),
        ("2-29", "2028-02-29"),
        ("30号", "2026-12-30"),
        ("下月3号", "2027-01-03"),
        ("下个月3号", "2027-01-03"),
        ("今天", "2026-12-01"),
        ("明天", "2026-12-02"),
        ("明天周三", "2026-12-02"),
        ("tomorrow", "2026-12-02"),
        ("后天", "2026-12-03"),
        ("大后天", "2026-12-04"),
        ("昨天", "2026-11-30"),
        ("周六", "2026-12-05"),
        ("礼拜天", "2026-12-06"),
        ("Saturday", "2026-12-05"),
        ("周一", "2026-12-07"),
        ("这周一", "2026-11-30"),
        ("本周日", "2026-12-06"),
        ("下周二", "2026-12-08"),
        ("下星期天", "2026-12-13"),
        ("下下周二", "2026-12-15"),
    ],
)
def test_words_for_days_are_read(text, day):
    assert read(text) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12-1", "2026-12-01"),
        ("11.30", "2026-11-30"),
        ("12-12", "2025-12-12"),
        ("周日", "2026-11-29"),
        ("2-29", "2024-02-29"),
        ("30号", "2026-11-30"),
        ("昨天", "2026-11-30"),
        ("上周五", "2026-11-27"),
    ],
)
def test_of_what_was_done_it_is_the_last_such_day(text, day):
    assert read(text, near=Near.BEHIND) == day


@pytest.mark.parametrize("text", ["12-12", "12月12日", "12号", "周六"])
def test_the_year_is_asked_for_where_neither_side_is_meant(text):
    assert read(text, near=None) == typed_days.NO_YEAR
    assert read("明天", near=None) == "2026-12-02"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("12-12、12-13", "SEVERAL"),
        ("12月12、13日", "SEVERAL"),
        ("12.12-12.14", "SEVERAL"),
        ("12月12日至14日", "SEVERAL"),
        ("2026-12-12至2026-12-14", "SEVERAL"),
        ("13-12", "NO_SUCH_DAY"),
        ("2月30日", "NO_SUCH_DAY"),
        ("明年2月29日", "NO_SUCH_DAY"),
        ("2026-02-30", "NO_SUCH_DAY"),
        ("20261301", "NO_SUCH_DAY"),
        ("下月32号", "NO_SUCH_DAY"),
        ("26-12-12", "YEAR_FIRST"),
        ("26年12月12日", "YEAR_FIRST"),
        ("12-12-2026", "YEAR_FIRST"),
        ("12月12日周日", "OTHER_WEEKDAY"),
        ("明天周四", "OTHER_WEEKDAY"),
        ("2026-12-12 星期五", "OTHER_WEEKDAY"),
        ("12-12 9:00", "WITH_TIME"),
        ("明天上午", "WITH_TIME"),
        ("2026-12-12 9:00-11:00", "WITH_TIME"),
        ("周二", "SUCH_A_DAY"),
        ("周末", "NOT_READ"),
        ("周六、周日", "NOT_READ"),
        ("下周", "NOT_READ"),
        ("下个周二", "NOT_READ"),
        ("12月", "NOT_READ"),
        ("2026", "NOT_READ"),
        ("45000", "NOT_READ"),
        ("1212", "NOT_READ"),
        ("月底", "NOT_READ"),
        ("九点", "NOT_READ"),
        ("12-12 或 12-13 都行", "SEVERAL"),
        ("明天吧", "NOT_READ"),
    ],
)
def test_what_is_not_exactly_one_day_is_refused_with_its_own_sentence(text, fault):
    assert read(text) == getattr(typed_days, fault)


def test_nothing_is_no_day():
    assert read("") is read("  ") is None


class _Form(forms.Form):
    day = DayField(near=Near.AHEAD)


@time_machine.travel("2026-12-01T04:00Z", tick=False)
def test_the_field_keeps_what_was_typed_and_says_which_day_it_understood():
    with translation.override("zh-hans"):
        assert 'role="status">2026年12月12日 周六</span>' in str(_Form({"day": "12-12"})["day"])
        assert 'role="status">2026年12月1日 周二</span>' in str(_Form(initial={"day": TUESDAY})["day"])
        wrong = _Form({"day": "12月12日至14日"})
        assert 'value="12月12日至14日"' in str(wrong["day"]) and 'role="status"></span>' in str(wrong["day"])
        assert wrong.errors["day"] == [str(typed_days.SEVERAL)]
    assert _Form({"day": "12-12"}).is_valid()


def test_the_readers_own_language_is_read_too():
    with translation.override("en"):
        assert DayField().clean("12/31/2026") == dt.date(2026, 12, 31)
    with translation.override("zh-hans"), pytest.raises(ValidationError):
        DayField().clean("12/31/2026")


@pytest.mark.django_db
@time_machine.travel("2026-12-01T04:00Z", tick=False)
def test_the_back_office_answers_while_a_day_is_typed(client):
    client.force_login(UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]))
    client.cookies["django_language"] = "zh-hans"

    def answer(text, near="AHEAD"):
        return client.get(reverse("typed_day"), {"text": text, "near": near}).json()

    assert answer("12-12") == {"day": "2026-12-12", "words": "2026年12月12日 周六"}
    assert answer("12-12", "BEHIND")["day"] == "2025-12-12"
    assert "fault" in answer("12-12", "") and "fault" in answer("周末", "nonsense")
    assert answer("") == {"day": None, "words": ""}
