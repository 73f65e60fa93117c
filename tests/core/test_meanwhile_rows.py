"""Two users at one form: the rows below the form."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.activities.models import Activity, Break, Role, Shift
from academy.people.permissions import DutyRole
from academy.transfers.services import handing_over
from tests.edit_forms import Form, asked, edit, opened, read, send
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    UserFactory,
    VolunteerFactory,
    sign_up,
    workbook,
)

NOW = dt.datetime(2026, 1, 5, 2, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.both]


@pytest.fixture(autouse=True)
def _before_the_activity():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def signed_in(community) -> Callable[[str], Client]:
    """Return a function that signs a social worker of this name in."""

    def make(name: str, language: str = "zh-hans") -> Client:
        client = Client()
        client.force_login(UserFactory(first_name=name, duties=[(community, DutyRole.SOCIAL_WORKER)]))
        client.cookies["django_language"] = language
        return client

    return make


@pytest.fixture
def first(signed_in):
    return signed_in("王敏")


@pytest.fixture
def second(signed_in):
    return signed_in("李娜")


# Rows below the form


@pytest.fixture
def activity(community):
    activity = ActivityFactory(community=community, published=None)
    shift = activity.shifts.get()
    Break.objects.create(
        shift=shift,
        starts_at=shift.starts_at + dt.timedelta(hours=1),
        ends_at=shift.starts_at + dt.timedelta(hours=1, minutes=15),
    )
    return activity


def with_shift(form: Form) -> Form:
    place = int(form["shifts-TOTAL_FORMS"][0])
    row = {
        "date": ["2026-01-11"],
        "starts": ["900"],
        "ends": ["1200"],
        "rests": [""],
        "walk_ins": ["on"],
        "id": [""],
        "DELETE": [""],
    }
    added = {f"shifts-{place}-{name}": value for name, value in row.items()}
    return form | added | {"shifts-TOTAL_FORMS": [str(place + 1)]}


def test_the_old_place_does_not_come_back(activity, first, second):
    address = edit("activity", activity.pk)
    older = opened(second, address)
    send(first, address, opened(first, address), place="社区礼堂")

    answer = send(second, address, older, title="重阳探访")

    assert asked(answer) == {"地点": ("社区礼堂", "街道敬老院", "stored")}
    send(second, address, read(answer))
    activity.refresh_from_db()
    assert (activity.place, activity.title) == ("社区礼堂", "重阳探访")


def test_an_activity_published_meanwhile_stays_published(activity, first, second):
    address = edit("activity", activity.pk)
    older = opened(second, address)
    first.post(reverse("activity:publish", args=[activity.pk]))

    assert send(second, address, older, title="重阳探访").status_code == 302

    activity.refresh_from_db()
    assert activity.published_at is not None and activity.title == "重阳探访"


def test_a_shift_that_somebody_added_stays(activity, first, second):
    address = edit("activity", activity.pk)
    older = opened(second, address)
    assert send(first, address, with_shift(opened(first, address))).status_code == 302

    answer = send(second, address, older, title="重阳探访")

    [(stored, mine, suggestion)] = asked(answer).values()
    assert (len(stored.splitlines()), len(mine.splitlines()), suggestion) == (2, 1, "stored")
    assert "2026年1月11日" in stored and "9:00" in stored and "10:15" in mine
    assert send(second, address, read(answer)).status_code == 302
    activity.refresh_from_db()
    assert (activity.title, activity.shifts.count(), Break.objects.count()) == ("重阳探访", 2, 1)


def test_the_own_rows_can_replace_what_is_stored(activity, first, second):
    address = edit("activity", activity.pk)
    older = opened(second, address)
    send(first, address, with_shift(opened(first, address)))
    changed = older | {"shifts-0-ends": ["13:00"]}

    answer = send(second, address, changed)
    assert [suggestion for _stored, _mine, suggestion in asked(answer).values()] == [""]
    assert send(second, address, read(answer), meanwhile__shifts="mine").status_code == 302

    shift = Shift.objects.get(activity=activity)
    assert timezone.localtime(shift.ends_at).hour == 13
    assert shift.breaks.count() == 1


def test_a_row_that_somebody_deleted_can_be_put_back(activity, first, second):
    Role.objects.create(activity=activity, name="引导员", counts_as="volunteer", capacity=3)
    address = edit("activity", activity.pk)
    older = opened(second, address)
    gone = opened(first, address)
    place = next(key.split("-")[1] for key, value in gone.items() if value == ["引导员"])
    send(first, address, gone | {f"roles-{place}-DELETE": ["on"]})
    assert activity.roles.count() == 1

    answer = send(second, address, older | {f"roles-{place}-capacity": ["5"]})
    assert len(asked(answer)) == 1
    assert send(second, address, read(answer), meanwhile__roles="mine").status_code == 302

    assert {(role.name, role.capacity) for role in activity.roles.all()} == {("志愿者", 20), ("引导员", 5)}


def test_a_break_that_somebody_added_is_shown_inside_its_shift(activity, first, second):
    address = edit("activity", activity.pk)
    older = opened(second, address)
    form = opened(first, address)
    form["shifts-0-rests"] = [form["shifts-0-rests"][0] + "、1100-1110"]
    assert send(first, address, form).status_code == 302
    assert Break.objects.count() == 2

    answer = send(second, address, older)
    [(stored, mine, _suggestion)] = asked(answer).values()
    assert "11:10" in stored and "11:10" not in mine
    send(second, address, read(answer), meanwhile__shifts="mine")
    assert Break.objects.count() == 1


def test_rows_needed_by_sign_ups_are_not_overwritten_away(activity, first, second):
    address = edit("activity", activity.pk)
    older = opened(second, address)
    send(first, address, with_shift(opened(first, address)))
    first.post(reverse("activity:publish", args=[activity.pk]))
    shift = Shift.objects.filter(activity=activity).order_by("starts_at").last()
    sign_up(VolunteerFactory(community=activity.community), shift, at=NOW)

    answer = send(second, address, older)
    answer = send(second, address, read(answer), meanwhile__shifts="mine")

    assert answer.status_code == 200
    assert Activity.objects.get().shifts.count() == 2


def test_a_second_click_adds_no_second_row(activity, second):
    address = edit("activity", activity.pk)
    form = with_shift(opened(second, address))

    assert send(second, address, form).status_code == 302
    assert send(second, address, form).status_code == 302

    assert activity.shifts.count() == 2


def test_a_second_click_on_another_line_of_headings_asks_nothing(community, second):
    form = handing_over.add_workbook(
        community=community,
        platform="省平台",
        name="form.xlsx",
        data=workbook(["填表说明"], ["姓名", "时长"]),
        by=UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]),
        at=timezone.now(),
    )
    address = reverse("platform_workbook:columns", args=[form.pk])
    before = opened(second, address)
    moved = before | {"header_row": [str(3 - int(before["header_row"][0]))], "first_row": ["4"]}
    assert [send(second, address, moved).status_code for _click in range(2)] == [302, 302]
