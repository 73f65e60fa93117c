"""The back office's list of activities: its figures, its filters, and the acts in each row."""

import datetime as dt
from uuid import uuid4

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.urls import reverse

from academy.activities import services
from academy.activities.listing import months_to_choose, span_of
from academy.activities.models import Activity
from academy.checkin.services import codes, scanning
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import Statements

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
LIST = "/admin/activity/"


@pytest.fixture(autouse=True)
def _at_ten():
    with time_machine.travel(START + HOUR, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture(autouse=True)
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


def at(community, title, days=0.0, **fields):
    start = START + days * DAY
    return ActivityFactory(community=community, title=title, starts_at=start, ends_at=start + 3 * HOUR, **fields)


def rows(client, **asked):
    table = BeautifulSoup(client.get(LIST, asked).content, "html.parser").find("table", class_="listing")
    return [[" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")] for row in table.tbody.find_all("tr")]


def titles(client, **asked):
    return [row[0].split()[0] for row in rows(client, **asked)]


def check_in(volunteer, activity):
    gate = codes.checkpoint_for(activity, rotating=True)
    answer = scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=gate.key,
        code=codes.rotating_codes(gate, at=START)[0].code,
        volunteer=volunteer,
        operator=volunteer.user,
        direction="in",
        at=START,
    )
    assert answer.accepted, answer


def test_a_row_says_when_how_many_and_what_comes_next(client, community):
    roles = [{"name": "引导员", "capacity": 3}, {"name": "志愿者", "capacity": 4}]
    later = {"starts_at": START + DAY, "ends_at": START + DAY + HOUR}
    activity = ActivityFactory(
        community=community, roles=roles, shifts=[{"starts_at": START, "ends_at": START + 3 * HOUR}, later]
    )
    people = [VolunteerFactory(community=community, login=True) for _one in range(3)]
    for person in people:
        sign_up(person, activity.shifts.first())
    sign_up(people[0], activity.shifts.last(), at=START)
    services.cancel_sign_up(sign_up=people[0].sign_ups.last(), by=None, at=START)
    for person in people[:2]:
        check_in(person, activity)
    (row,) = rows(client)
    assert row[1:7] == ["1月10日 周六 9:00", "街道敬老院", "14", "3", "2", "正在进行"]
    assert row[8].split() == ["实时码", "再办一次"]


def test_an_activity_of_another_year_shows_it(client, community):
    at(community, "去年的", -30)
    assert rows(client)[0][1] == "2025年12月11日 周四 9:00"


def test_the_latest_comes_first_and_dates_sort(client, community):
    for title, days in (("早", 1), ("晚", 9), ("中", 5)):
        at(community, title, days)
    assert titles(client) == ["晚", "中", "早"]
    assert titles(client, ordering="first_start") == ["早", "中", "晚"]


def test_the_list_is_filtered_by_date(client, community):
    # Saturday 10 January 2026; weeks begin on Monday.
    for title, days in (("上周日", -6), ("周一", -5), ("今天", 0), ("周日", 1), ("下周一", 2), ("二月", 23)):
        at(community, title, days)
    assert titles(client, time="today") == ["今天"]
    assert titles(client, time="week") == ["周日", "今天", "周一"]
    assert titles(client, time="month") == ["下周一", "周日", "今天", "周一", "上周日"]
    assert titles(client, time="coming") == ["二月", "下周一", "周日", "今天"]
    assert titles(client, time="past") == ["周一", "上周日"]


def test_the_list_is_filtered_by_a_month_of_the_last_year_or_the_next_one(client, community):
    for title, days in (("去年十二月", -12), ("元旦", -9), ("月底", 21), ("二月", 23), ("三月", 50)):
        at(community, title, days)
    assert titles(client, month="2025-12") == ["去年十二月"]
    assert titles(client, month="2026-01") == ["月底", "元旦"]
    assert titles(client, month="2026-02") == ["二月"]
    months = months_to_choose()
    assert (months[0], months[-1], len(months)) == (("2026-02", "2026年2月"), ("2025-01", "2025年1月"), 14)


def test_the_list_is_filtered_by_state(client, community):
    at(community, "草稿", 5, published=None)
    at(community, "明天", 0.9)
    at(community, "下周", 7)
    at(community, "现在", 0)
    at(community, "过去", -3)
    services.cancel_activity(activity=at(community, "取消", 3), by=None, at=START)
    assert {row[0].split()[0]: row[6] for row in rows(client)} == {
        "草稿": "草稿",
        "明天": "待开始",
        "下周": "待开始",
        "现在": "正在进行",
        "过去": "已结束",
        "取消": "已取消",
    }
    assert titles(client, state="draft") == ["草稿"]
    assert titles(client, state="coming") == ["下周", "明天"]
    assert titles(client, state="running") == ["现在"]
    assert titles(client, state="over") == ["过去"]
    assert titles(client, state="cancelled") == ["取消"]


def test_the_list_is_filtered_by_a_leader_of_ones_own_community(client, community):
    mine = at(community, "甲")
    at(community, "乙")
    foreign = ActivityFactory()
    page = client.get(LIST).content.decode()
    assert f'value="{mine.leader.pk}"' in page and f'value="{foreign.leader.pk}"' not in page
    assert titles(client, leader=mine.leader.pk) == ["甲"]


def test_one_click_leads_from_the_list_to_the_same_activity_again(client, community):
    activity = at(community, "过去", -3)
    assert reverse("activity:again", args=[activity.pk]) in client.get(LIST).content.decode()


def test_the_list_costs_the_same_for_many(client, community):
    def fill(number):
        for count in range(number):
            activity = at(community, f"第{count}", count / 2)
            sign_up(VolunteerFactory(community=community), activity.shifts.get())

    def statements():
        with Statements() as seen:
            assert client.get(LIST).status_code == 200
        return len(seen.sql)

    fill(3)
    statements()
    few = statements()
    fill(27)
    assert Activity.objects.count() == 30
    assert statements() == few


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("today", dt.datetime(2026, 1, 11), dt.datetime(2026, 1, 12)),
        ("week", dt.datetime(2026, 1, 5), dt.datetime(2026, 1, 12)),
        ("month", dt.datetime(2026, 1, 1), dt.datetime(2026, 2, 1)),
    ],
)
def test_spans_of_a_sunday(name, since, until):
    assert span_of(name, dt.datetime(2026, 1, 11, 23, 30)) == (since, until)
