"""The form of an activity understands, refuses at the field, or asks; typed text is not lost."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from academy.activities.models import Activity, Break, Shift
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.activities.test_admin import a_form, an_edit
from tests.edit_forms import opened, read_form, send
from tests.factories import (
    ActivityFactory,
    CommunityFactory,
    IssuerFactory,
    RuleSetFactory,
    UserFactory,
    VolunteerFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
HOUR = dt.timedelta(hours=1)
ADD = "/admin/activity/new/"


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(START - 24 * HOUR, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


def shift(**times):
    return {"date": "2026-01-10", "starts": "900", "ends": "1130", "rests": "", "walk_ins": "on"} | times


def plan(client, community, **more):
    return client.post(ADD, a_form(community, **more))


def errors_of(answer, rows="shifts"):
    assert answer.status_code == 200
    return {name: " ".join(found) for name, found in answer.context["form"].formsets[rows].forms[0].errors.items()}


def times_of(planned: Shift):
    return planned.starts_at, planned.ends_at


@pytest.mark.parametrize(
    ("times", "length"),
    [
        ({}, 2.5),
        ({"date": "2026年1月10日", "starts": "上午9点", "ends": "11点半"}, 2.5),
        ({"ends": "24:00", "starts": "1400"}, 10),
        ({"starts": "2200", "ends": "26:00"}, 4),
        ({"starts": "2200", "ends": "次日 2:00"}, 4),
    ],
)
def test_a_shift_is_a_date_and_two_times(client, worker, community, times, length):
    assert plan(client, community, shifts=[shift(**times)]).status_code == 302
    planned = Shift.objects.get()
    assert planned.ends_at - planned.starts_at == dt.timedelta(hours=length)
    assert planned.date == dt.date(2026, 1, 10)


def test_the_breaks_stand_in_one_field(client, worker, community):
    plan(client, community, shifts=[shift(ends="1700", rests="1200-1230、1500-1515")])
    rests = Break.objects.order_by("starts_at").values_list("starts_at", "ends_at")
    assert [(start - START, end - start) for start, end in rests] == [(3 * HOUR, HOUR / 2), (6 * HOUR, HOUR / 4)]


@pytest.mark.parametrize(
    ("times", "field", "words"),
    [
        ({"ends": "2026-01-10 11:30"}, "ends", "900 或 9:00"),
        ({"date": "9999-12-31"}, "date", "年份"),
        ({"date": "0001-01-01"}, "date", "年份"),
        ({"date": "soon"}, "date", "日期"),
        ({"date": "1月10日至12日"}, "date", "几天"),
        ({"ends": "soon"}, "ends", "900 或 9:00"),
        ({"ends": ""}, "ends", "必需"),
        ({"ends": "800"}, "ends", "26:00"),
        ({"starts": "1900", "ends": "100"}, "ends", "26:00"),
        ({"starts": "26:00", "ends": "28:00"}, "starts", "24:00"),
        ({"ends": "次日 10:00"}, "ends", "一天"),
        ({"ends": "2200"}, "ends", "12 小时"),
        ({"rests": "1200-1230"}, "rests", "12:00–12:30"),
        ({"rests": "1000-1015、1010-1020"}, "rests", "重叠"),
        ({"rests": "1030-1015"}, "rests", "10:30–10:15"),
        ({"rests": "at noon"}, "rests", "at noon"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(client, worker, community, times, field, words):
    answer = plan(client, community, shifts=[shift(**times)], title="冬至饺子")
    found = errors_of(answer)
    assert list(found) == [field] and words in found[field], found
    page = unescape(answer.content.decode())
    assert not re.search("constraint|约束|shift_ends|表单。", page)
    assert "冬至饺子" in page
    for typed in times.values():
        assert f'value="{typed}"' in page or not typed
    assert not Activity.objects.exists()


def test_the_longest_visit_is_that_of_the_rules(client, worker, community):
    RuleSetFactory(community=community, values={"max_visit_minutes": 120})
    answer = plan(client, community, shifts=[shift()])
    assert "2 小时" in errors_of(answer)["ends"]
    assert plan(client, community, shifts=[shift(ends="1100")]).status_code == 302


def test_no_place_is_refused_at_its_field(client, worker, community):
    role = {"name": "志愿者", "counts_as": "volunteer", "capacity": "0"}
    assert "名额" in errors_of(plan(client, community, roles=[role]), "roles")["capacity"]
    assert plan(client, community, roles=[role | {"capacity": "1"}]).status_code == 302


def test_two_roles_of_one_name_are_refused_in_words(client, worker, community):
    role = {"name": "志愿者", "counts_as": "volunteer", "capacity": "2"}
    answer = plan(client, community, roles=[role, role])
    assert "两个岗位同名" in unescape(answer.content.decode())


@pytest.mark.parametrize(("missing", "words"), [("shifts", "添加一个时段"), ("roles", "添加一个岗位")])
def test_a_missing_row_is_asked_for_in_words(client, worker, community, missing, words):
    page = unescape(plan(client, community, **{missing: []}).content.decode())
    assert words in page and "至少提交" not in page


@pytest.mark.parametrize(("day", "words"), [("2026-01-08", "已经过去"), ("2027-01-15", "一年以后")])
def test_an_unusual_day_is_asked_about(client, worker, community, day, words):
    form = a_form(community, shifts=[shift(date=day)])
    answer = client.post(ADD, form)
    assert answer.status_code == 200 and not Activity.objects.exists()
    assert words in " ".join(answer.context["form"].errors["sure_of_day"])
    assert 'name="sure_of_day"' in answer.content.decode()
    assert client.post(ADD, form | {"sure_of_day": "on"}).status_code == 302
    assert Activity.objects.exists()


def test_an_answer_stays_while_something_else_is_mended(client, worker, community):
    form = a_form(community, shifts=[shift(date="2026-01-08")]) | {"sure_of_day": "on", "sure_to_tell": "on"}
    assert client.post(ADD, form | {"title": ""}).status_code == 200
    assert client.post(ADD, form).status_code == 302


def test_a_usual_day_is_not_asked_about(client, worker, community):
    page = client.get(ADD).content.decode()
    assert "sure_of_day" not in page and "sure_to_tell" not in page
    assert plan(client, community, shifts=[shift(date="2027-01-08")]).status_code == 302


def test_a_shift_that_has_begun_is_edited_without_a_question(client, worker, community):
    activity = ActivityFactory(community=community)
    with time_machine.travel(START + 5 * HOUR, tick=False):
        shorter = an_edit(activity, **{"shifts-0-ends": "1100", "shifts-0-rests": ""})
        assert client.post(f"/admin/activity/edit/{activity.pk}/", shorter).status_code == 302


def test_an_unchanged_row_stays_as_it_is_stored(client, worker, community):
    """Seconds, a length that is refused today, and breaks outside: a row judges only what is changed."""
    end = START + 40 * HOUR + dt.timedelta(seconds=30)
    activity = ActivityFactory(community=community, starts_at=START, ends_at=end, published=None, capacity=0)
    address = f"/admin/activity/edit/{activity.pk}/"
    form = opened(client, address)
    assert form["shifts-0-ends"] == ["49:00"]
    assert send(client, address, form, title="新名称", shifts__0__walk_ins="").status_code == 302
    activity.refresh_from_db()
    assert activity.title == "新名称"
    assert times_of(activity.shifts.get()) == (START, end)


def test_a_shift_moves_with_its_breaks(client, worker, community):
    activity = ActivityFactory(community=community, published=None)
    rest = Break.objects.create(shift=activity.shifts.get(), starts_at=START + HOUR, ends_at=START + 2 * HOUR)
    address = f"/admin/activity/edit/{activity.pk}/"
    form = opened(client, address)
    assert form["shifts-0-rests"] == ["10:00-11:00"]
    assert send(client, address, form, shifts__0__ends="1230").status_code == 302
    assert Break.objects.get().pk == rest.pk
    assert send(client, address, opened(client, address), shifts__0__date="2026-01-12").status_code == 302
    assert Break.objects.get().starts_at == START + 49 * HOUR


def test_a_break_may_lie_in_overtime_but_not_in_one_that_ends(client, worker, community):
    activity = ActivityFactory(community=community, published=None)
    Shift.objects.update(overtime_until=START + 5 * HOUR)
    address = f"/admin/activity/edit/{activity.pk}/"
    assert send(client, address, opened(client, address), shifts__0__rests="1230-1300").status_code == 302
    answer = send(client, address, opened(client, address), shifts__0__ends="1215")
    assert "12:30–13:00" in errors_of(answer)["rests"]


# Filled in already


def test_the_only_recording_unit_and_the_usual_role_are_filled_in(client, worker, community):
    issuer = IssuerFactory(community=community, name="银杏里志愿队")
    form = client.get(ADD).context["form"]
    assert form["issuer"].value() == issuer.pk and form["organiser"].value() == "银杏里志愿队"
    assert form.formsets["roles"].forms[0]["name"].value() == "志愿者"
    assert form.formsets["roles"].empty_form["name"].value() is None
    IssuerFactory(community=community)
    assert client.get(ADD).context["form"]["issuer"].value() is None


def test_a_social_worker_who_volunteers_leads(client, community):
    own = VolunteerFactory(community=community, login=True)
    duties.grant_duty(user=own.user, community=community, role=DutyRole.SOCIAL_WORKER, by=None)
    client.force_login(own.user)
    assert client.get(ADD).context["form"]["leader"].value() == own.pk


def test_the_community_is_asked_for_only_where_there_are_two(client, worker, community):
    activity = ActivityFactory(community=community)
    pages = [ADD, reverse("activity:index"), f"/admin/activity/edit/{activity.pk}/"]

    def named():
        return [
            bool(re.search(r'name="community"|ordering=community|community__name', _page(client, one))) for one in pages
        ]

    assert named() == [False, False, False]
    other = CommunityFactory()
    duties.grant_duty(user=worker, community=other, role=DutyRole.SOCIAL_WORKER, by=None)
    assert named()[0]
    assert 'name="community"' in _page(client, reverse("activity:index"))
    assert plan(client, community, title="在两处之一").status_code == 302
    assert Activity.objects.get(title="在两处之一").community == community


def _page(client, address):
    return client.get(address).content.decode()


# Plan and publish in one step


def test_plan_and_publish_in_one_step_offers_the_poster(client, worker, community):
    answer = client.post(ADD, a_form(community) | {"publish": "1"}, follow=True)
    activity = Activity.objects.get()
    assert activity.published_at is not None
    page = unescape(answer.content.decode())
    assert "“敬老院探访”已发布" in page
    assert page.count(reverse("activity_poster", args=[activity.pk])) == 2  # beside the message, and in the head


def test_plan_alone_offers_to_publish(client, worker, community):
    answer = client.post(ADD, a_form(community), follow=True)
    activity = Activity.objects.get()
    assert activity.published_at is None
    assert answer.content.decode().count(reverse("activity:publish", args=[activity.pk])) == 2


def test_a_dangerous_activity_without_insurance_is_planned_but_not_published(client, worker, community):
    form = a_form(community, dangerous="on")
    answer = client.post(ADD, form | {"publish": "1"})
    assert "V1" in " ".join(answer.context["form"].errors["insurance"])
    assert not Activity.objects.exists()
    assert client.post(ADD, form).status_code == 302


def test_a_draft_is_saved_and_published(client, worker, community):
    activity = ActivityFactory(community=community, published=None)
    address = f"/admin/activity/edit/{activity.pk}/"
    assert 'name="publish"' in _page(client, address)
    assert send(client, address, opened(client, address), title="新名称", publish="1").status_code == 302
    activity.refresh_from_db()
    assert activity.title == "新名称" and activity.published_at is not None
    assert 'name="publish"' not in _page(client, address)


def test_what_cannot_be_published_is_not_saved_either(client, worker, community):
    activity = ActivityFactory(community=community, published=None)
    Activity.objects.update(cancelled_at=START)
    address = f"/admin/activity/edit/{activity.pk}/"
    assert 'name="publish"' not in _page(client, address)
    answer = send(client, address, opened(client, address), title="新名称", publish="1")
    assert answer.status_code == 200
    assert Activity.objects.get().title != "新名称"


# The same again


def again(client, activity):
    answer = client.get(reverse("activity:again", args=[activity.pk]))
    assert answer.status_code == 200
    return read_form(answer)


def test_the_same_again_is_one_click_more(client, worker, community):
    shifts = [
        {"starts_at": START, "ends_at": START + 3 * HOUR, "breaks": [(START + HOUR, START + 1.5 * HOUR)]},
        {"starts_at": START + 48 * HOUR, "ends_at": START + 50 * HOUR, "walk_ins": False},
    ]
    roles = [{"name": "引导员", "capacity": 3}, {"name": "听众", "counts_as": "learner", "capacity": 40}]
    old = ActivityFactory(
        community=community, shifts=shifts, roles=roles, subject="elders", insurance="P-1", dangerous=True
    )
    assert send(client, ADD, again(client, old), publish="1").status_code == 302
    new = Activity.objects.exclude(pk=old.pk).get()
    assert new.published_at is not None
    for name in ("title", "kind", "subject", "place", "service_content", "leader", "organiser", "issuer", "insurance"):
        assert getattr(new, name) == getattr(old, name), name
    week = dt.timedelta(weeks=1)
    assert [one.starts_at for one in new.shifts.all()] == [START + week, START + 48 * HOUR + week]
    assert [one.walk_ins for one in new.shifts.all()] == [True, False]
    assert new.shifts.first().breaks.get().starts_at == START + HOUR + week
    assert [(r.name, r.counts_as, r.capacity) for r in new.roles.all()] == [
        (r.name, r.counts_as, r.capacity) for r in old.roles.all()
    ]


@pytest.mark.parametrize(("days", "weeks"), [(-1, 1), (3, 1), (7, 2), (24, 4)])
def test_the_same_again_is_on_the_coming_weekday(client, worker, community, days, weeks):
    activity = ActivityFactory(community=community)
    with time_machine.travel(START + days * 24 * HOUR, tick=False):
        form = again(client, activity)
    assert form["shifts-0-date"] == [str(dt.date(2026, 1, 10) + dt.timedelta(weeks=weeks))]


def test_the_same_again_of_others_is_not_found(client, worker, community):
    assert client.get(reverse("activity:again", args=[ActivityFactory().pk])).status_code == 404
    imported = ActivityFactory(community=community, published=None)
    Activity.objects.filter(pk=imported.pk).update(imported=True)
    assert client.get(reverse("activity:again", args=[imported.pk])).status_code == 404
