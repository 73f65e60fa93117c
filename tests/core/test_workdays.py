import datetime as dt

import holidays
import pytest
from django.utils import translation
from wagtail.models import ModelLogEntry

from academy.core import memo
from academy.core.checks import check_calendar_is_known
from academy.core.look import lazy_working_day
from academy.core.models import CalendarDay, CalendarYear
from academy.core.refusals import Refusal
from academy.core.services import enter_calendar
from academy.core.workdays import add_working_days, is_known, is_working_day, year_to_enter

pytestmark = pytest.mark.django_db

AT = dt.datetime(2060, 11, 20, 9, tzinfo=dt.UTC)
NOTICE = """国务院办公厅关于2060年部分节假日安排的通知
国办发明电〔2059〕7号
各省、自治区、直辖市人民政府：
经国务院批准，现将2060年元旦、春节放假调休日期的具体安排通知如下。
一、元旦：1月1日（农历冬月廿八、周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月1日（农历除夕、周日）至8日（周日）放假调休，共8天。1月31日（周六）、2月14日（周六）上班。
清明节：4月4日（周日）放假。端午节：6月3日（周四）放假，共1天。中秋节：9月9日（周四）放假，共1天。
三、劳动节：5月1日（周六）至5日（周三）放假调休，共5天。5月8日（周六）上班。
四、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。
国务院办公厅
2059年11月4日"""


def enter(notice=NOTICE, year=2060):
    return enter_calendar(year=year, notice=notice, by=None, at=AT)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2026-01-09", True, id="a Friday"),
        pytest.param("2026-01-10", False, id="a Saturday"),
        pytest.param("2026-01-11", False, id="a Sunday"),
        pytest.param("2026-01-01", False, id="new year's day"),
        pytest.param("2026-01-02", False, id="a Friday off, moved to Sunday"),
        pytest.param("2026-01-04", True, id="the Sunday worked for it"),
        pytest.param("2026-02-17", False, id="spring festival"),
        pytest.param("2026-02-14", True, id="the Saturday worked for it"),
        pytest.param("2026-10-05", False, id="a Monday of national day's week"),
    ],
)
def test_holidays_are_off_and_moved_workdays_are_worked(day, works):
    assert is_working_day(dt.date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        pytest.param("2026-01-12", 0, "2026-01-12", id="none"),
        pytest.param("2026-01-10", 0, "2026-01-10", id="none, from a day off"),
        pytest.param("2026-01-12", 3, "2026-01-15", id="within a week"),
        pytest.param("2026-01-08", 3, "2026-01-13", id="over a weekend"),
        pytest.param("2026-01-10", 1, "2026-01-12", id="from a Saturday"),
        pytest.param("2026-02-13", 3, "2026-02-25", id="over spring festival, a worked Saturday first"),
        pytest.param("2025-12-31", 1, "2026-01-04", id="into the next year, to a worked Sunday"),
        pytest.param("2026-09-30", 1, "2026-10-08", id="over national day's week"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day, count, then):
    assert add_working_days(dt.date.fromisoformat(day), count) == dt.date.fromisoformat(then)


def test_a_year_is_known_once_its_moved_workdays_are():
    assert is_known(2026)
    assert not is_known(2060)


def test_an_unknown_year_is_counted_by_its_statutory_holidays():
    assert not is_working_day(dt.date(2060, 1, 1))
    assert is_working_day(dt.date(2060, 1, 5))
    assert add_working_days(dt.date(2060, 1, 5), 5) == dt.date(2060, 1, 12)


def test_an_entered_year_is_known_and_its_days_come_first():
    assert not is_known(2060) and add_working_days(dt.date(2060, 1, 1), 1) == dt.date(2060, 1, 2)
    assert not isinstance(enter(), Refusal)
    assert is_known(2060)
    assert not is_working_day(dt.date(2060, 1, 2)), "a Friday off"
    assert is_working_day(dt.date(2060, 1, 4)), "a Sunday worked"
    assert is_working_day(dt.date(2060, 2, 14))
    assert not is_working_day(dt.date(2060, 2, 2))
    assert add_working_days(dt.date(2060, 1, 1), 1) == dt.date(2060, 1, 4)
    assert CalendarDay.objects.count() == 3 + 8 + 3 + 5 + 7 + 4


def test_what_is_entered_comes_before_the_package():
    assert not is_working_day(dt.date(2026, 10, 6)) and is_working_day(dt.date(2026, 10, 10))
    calendar = CalendarYear.objects.create(year=2026, notice="…")
    CalendarDay.objects.create(year=calendar, date=dt.date(2026, 10, 10), works=False)
    assert not is_working_day(dt.date(2026, 10, 10)), "a Saturday that the package takes for a workday"
    assert not is_working_day(dt.date(2025, 10, 6)), "the package answers for the other years"


def test_entering_a_year_again_replaces_it_and_both_are_logged():
    enter()
    enter(NOTICE.replace("5日（周三）放假调休，共5天。5月8日（周六）上班", "3日（周一）放假，共3天"))
    assert is_working_day(dt.date(2060, 5, 4)) and not is_working_day(dt.date(2060, 5, 8))
    (last, first) = ModelLogEntry.objects.filter(action="core.calendar").order_by("-timestamp", "-pk")
    assert first.data["before"] == {} and first.data["after"]["2060-05-08"] is True
    assert last.data["before"]["2060-05-08"] is True and "2060-05-08" not in last.data["after"]


def test_lines_with_dates_are_read_too():
    notice = """2060-01-01 off
2060-05-01 to 2060-05-05 off
2060-10-01至2060-10-07 休
2060-02-01 to 2060-02-04 off
2060-04-04 off
2060-06-03 off
2060-09-09 off
2060-05-08 work"""
    assert not isinstance(enter(notice), Refusal)
    assert CalendarDay.objects.filter(works=False).count() == 13 + 4 + 3
    assert is_working_day(dt.date(2060, 5, 8))


def test_a_holiday_may_begin_in_the_year_before():
    notice = NOTICE.replace(
        "1月1日（农历冬月廿八、周四）至3日（周六）放假调休，共3天",
        "2059年12月31日（周三）至2060年1月2日（周五）放假调休，共3天",
    )
    assert not isinstance(enter(notice), Refusal)
    assert not is_working_day(dt.date(2059, 12, 31)) and not is_known(2059)


@pytest.mark.parametrize(
    ("wrong", "about"),
    [
        (NOTICE.replace("2月1日（农历除夕、周日）", "2月1日（农历除夕、周一）"), "2月1日"),
        (NOTICE.replace("共8天", "共9天"), "共9天"),
        (NOTICE.replace("1月4日（周日）上班", "1月4日（周日）"), "1月4日"),
        (NOTICE.replace("2月14日（周六）上班", "2月13日（周五）上班"), "2060年2月13日"),
        (NOTICE.replace("1月4日（周日）上班", "1月3日（周六）上班"), "2060年1月3日"),
        (NOTICE.replace("四、国庆节：10月1日（周五）至7日（周四）放假调休，共7天。", ""), "2060年10月1日"),
        (NOTICE.replace("2月14日（周六）上班", "2月31日上班"), "2月31日"),
        (NOTICE.replace("1月31日（周六）、", "2061年3月1日、"), "2061年3月1日"),
        ("明年放假", "2060年1月1日"),
    ],
)
def test_a_wrong_notice_is_refused_with_its_place_and_nothing_is_stored(wrong, about):
    answer = enter(wrong)
    assert isinstance(answer, Refusal) and answer.code == "bad_calendar" and about in str(answer)
    assert not CalendarYear.objects.exists()


def test_a_notice_of_another_year_is_noticed_by_its_weekdays():
    assert isinstance(enter(year=2061), Refusal)


@pytest.mark.parametrize(
    ("today", "missing"),
    [
        (dt.date(2026, 11, 30), None),
        (dt.date(2026, 12, 1), 2027),
        (dt.date(2060, 1, 1), 2060),
    ],
)
def test_the_next_year_is_asked_for_from_the_first_of_december(today, missing, monkeypatch):
    monkeypatch.setattr("academy.core.workdays._in_package", lambda year: Package(year))
    assert year_to_enter(today) == missing


class Package(holidays.HolidayBase):
    """The package as it was when it knew no year after 2026."""

    def __init__(self, year):
        self.weekend_workdays = {dt.date(year, 1, 4): "moved"} if year <= 2026 else {}


def test_the_check_warns_until_somebody_enters_the_year(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.localdate", lambda: dt.date(2060, 6, 1))
    (warning,) = check_calendar_is_known(databases=["default"])
    assert warning.id == "core.W002" and "2060" in warning.msg
    enter()
    assert check_calendar_is_known(databases=["default"]) == []


def test_a_message_says_that_a_counted_day_may_move():
    day = lazy_working_day(dt.date(2060, 3, 1), AT)
    with translation.override("zh-hans"):
        assert str(day) == "3月1日 周一（该年放假安排尚未公布）"
    with translation.override("en"):
        assert str(day) == "Mon 1 Mar (holidays of that year are not known yet)"
    enter()
    with translation.override("zh-hans"):
        assert str(day) == "3月1日 周一"


def test_a_request_reads_the_calendar_once_and_every_other_question_reads_it_anew(django_assert_num_queries):
    with django_assert_num_queries(1), memo.keeping():
        assert not is_known(2060)
        add_working_days(dt.date(2060, 1, 1), 20)
    enter()
    assert is_known(2060), "another process entered it meanwhile"
    with memo.keeping():
        assert is_known(2060)
        enter(NOTICE.replace("1月4日（周日）上班", ""))
        assert not is_working_day(dt.date(2060, 1, 4)), "the request that enters it sees it"
