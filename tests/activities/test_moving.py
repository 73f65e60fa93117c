"""An activity with sign-ups that moves or is cancelled: the page asks, and people are told."""

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from academy.activities import changing, concerned, services
from academy.activities.models import Activity, Shift
from academy.core.refusals import Refusal
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from academy.people.services import merging
from tests.edit_forms import opened, send
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import Statements

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
HOUR = dt.timedelta(hours=1)
NOW = START - 48 * HOUR


@pytest.fixture(autouse=True)
def _two_days_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


@pytest.fixture
def activity(community):
    later = {"starts_at": START + 168 * HOUR, "ends_at": START + 170 * HOUR}
    return ActivityFactory(community=community, shifts=[{"starts_at": START, "ends_at": START + 3 * HOUR}, later])


@pytest.fixture
def people(activity, community):
    first, second = activity.shifts.all()
    names = ("何秀英", "李建国", "张桂兰")
    wang, li, zhang = (VolunteerFactory(community=community, name=name) for name in names)
    for person, shift in ((wang, first), (li, first), (li, second), (zhang, second)):
        sign_up(person, shift, at=NOW)
    return wang, li, zhang


def edit(client, activity, **changes):
    address = f"/admin/activity/edit/{activity.pk}/"
    return send(client, address, opened(client, address), **changes)


def told() -> dict[str, list[str]]:
    """Return the texts for each person who comes, or leads from now on."""
    found: dict[str, list[str]] = {}
    sent = Message.objects.exclude(kind="work", key__regex="^(moved|cancelled):")
    for message in sent.order_by("pk").select_related("volunteer"):
        found.setdefault(message.volunteer.name, []).append(message.texts["zh-hans"])
    return found


def test_moving_a_shift_shows_whom_it_concerns_asks_and_tells_them(client, worker, activity, people):
    answer = edit(client, activity, shifts__0__starts="1000", shifts__0__ends="1300")
    page = unescape(answer.content.decode())
    assert "已有 2 人报名：何*英、李*国。" in page
    assert "何秀英" not in page
    assert "还没有保存" in page
    assert not told() and Shift.objects.first().starts_at == START

    answer = edit(client, activity, shifts__0__starts="1000", shifts__0__ends="1300", sure_to_tell="on")
    assert answer.status_code == 302
    assert Shift.objects.first().starts_at == START + HOUR
    moved = "1月10日 周六 9:00–12:00 → 1月10日 周六 10:00–13:00"
    assert set(told()) == {"何秀英", "李建国"}
    assert all(len(texts) == 1 and moved in texts[0] and "街道敬老院" in texts[0] for texts in told().values())
    first = Message.objects.filter(kind="change").first()
    assert first.path == f"/activities/{activity.pk}/"
    assert "10 Jan 9:00–12:00" in first.texts["en"]
    assert "已给 2 位报名的人发了消息" in client.get(reverse("activity:index")).content.decode()


def test_the_leader_hears_of_a_move_and_of_a_cancellation_by_staff(client, worker, activity, people):
    edit(client, activity, shifts__0__starts="1000", shifts__0__ends="1300", sure_to_tell="on")
    (moved,) = Message.objects.of(activity.leader)
    assert "您负责的" in moved.texts["zh-hans"] and "9:00–12:00 → 1月10日 周六 10:00–13:00" in moved.texts["zh-hans"]
    assert moved.path == f"/lead/{activity.pk}/" and "敬老院" in moved.texts["zh-hans"]

    with time_machine.travel(NOW + HOUR, tick=False):
        client.force_login(worker)
        client.post(reverse("activity:cancel", args=[activity.pk]))
    (cancelled,) = Message.objects.of(activity.leader)  # the news replaces what was not read
    assert "取消" in cancelled.texts["zh-hans"]


def test_a_leader_hears_nothing_of_their_own_change_and_one_message_with_a_place(client, worker, activity, people):
    first = activity.shifts.first()
    sign_up(activity.leader, first, at=NOW)
    edit(client, activity, place="社区礼堂", sure_to_tell="on")
    (message,) = Message.objects.of(activity.leader)
    assert message.kind == "change"

    other = ActivityFactory(community=activity.community, shifts=[{"starts_at": START, "ends_at": START + HOUR}])
    other.leader.user = UserFactory()
    other.leader.save()
    services.cancel_activity(activity=other, by=other.leader.user, at=NOW)
    assert not Message.objects.of(other.leader).exists()


def test_a_new_leader_hears_that_they_lead_and_of_no_former_time(community, activity):
    stored = Activity.objects.get()
    stored.place, stored.leader = "社区礼堂", VolunteerFactory(community=community)
    changing.save_activity(activity=stored, by=None, at=NOW)
    (message,) = Message.objects.of(stored.leader)
    assert "由您负责" in message.texts["zh-hans"] and "→" not in message.texts["zh-hans"]


def test_another_place_concerns_each_person_once(client, worker, activity, people):
    assert "已有 3 人报名" in edit(client, activity, place="社区礼堂").content.decode()
    edit(client, activity, place="社区礼堂", sure_to_tell="on")
    assert {name: len(texts) for name, texts in told().items()} == {"何秀英": 1, "李建国": 1, "张桂兰": 1}
    ((text,)) = told()["李建国"]
    assert "街道敬老院 → 社区礼堂" in text and text.count("周六") == 2


@pytest.mark.parametrize(
    "change", [{"title": "新名称"}, {"shifts__0__rests": "1000-1015"}, {"service_content": "读报"}]
)
def test_other_changes_tell_nobody(client, worker, activity, people, change):
    assert edit(client, activity, **change).status_code == 302
    assert not told()


def test_a_second_move_replaces_the_message_that_was_not_read(client, worker, activity, people):
    edit(client, activity, place="社区礼堂", sure_to_tell="on")
    Message.objects.filter(volunteer__name="李建国").update(read_at=NOW)
    with time_machine.travel(NOW + HOUR, tick=False):
        edit(client, activity, place="街道敬老院", sure_to_tell="on")
    ((text,)) = told()["何秀英"]
    assert "社区礼堂 → 街道敬老院" in text
    assert len(told()["李建国"]) == 2


def test_another_leader_is_told_and_so_are_those_who_come(worker, activity, people, community):
    wang, _li, zhang = people
    Activity.objects.filter(pk=activity.pk).update(leader=zhang)
    activity = Activity.objects.get()
    activity.leader = wang

    changing.save_activity(activity=activity, by=worker, at=NOW)

    assert Message.objects.get(volunteer=wang).path == f"/lead/{activity.pk}/"
    assert {name: len(texts) for name, texts in told().items()} == {"何秀英": 1, "李建国": 1, "张桂兰": 1}
    assert all("何秀英" in text for name in ("李建国", "张桂兰") for text in told()[name])


def test_another_leader_of_a_draft_or_of_the_past_tells_nobody(worker, activity, people):
    wang, _li, _zhang = people
    with time_machine.travel(START + 200 * HOUR, tick=False):
        activity.leader = wang
        changing.save_activity(activity=activity, by=worker, at=START + 200 * HOUR)
    assert not told()


def test_nobody_is_asked_about_without_sign_ups(client, worker, activity):
    assert edit(client, activity, place="社区礼堂").status_code == 302
    assert not told()


def test_a_draft_and_a_past_shift_concern_nobody(client, worker, activity, people):
    with time_machine.travel(START + 5 * HOUR, tick=False):
        assert edit(client, activity, shifts__0__ends="1100").status_code == 302
        assert not told()
        assert "已有 2 人报名" in edit(client, activity, place="社区礼堂").content.decode()
    Activity.objects.update(published_at=None)
    assert edit(client, activity, place="社区礼堂").status_code == 302
    assert not told()


def test_places_given_back_and_cancelled_activities_concern_nobody(activity, people):
    wang, _li, _zhang = people
    services.cancel_sign_up(sign_up=wang.sign_ups.get(), by=None, at=NOW)
    first = activity.shifts.first()
    assert [person.name for person in concerned.people_in([first])] == ["李建国"]
    Activity.objects.update(cancelled_at=NOW)
    stored = Activity.objects.get()
    assert concerned.touched(stored, where="社区礼堂", shifts=(), at=NOW) == []


def test_a_merged_person_is_told_once(activity, people, worker):
    wang, li, _zhang = people
    assert not isinstance(merging.merge(volunteer=wang, into=li, by=worker, at=NOW), Refusal)
    assert [person.pk for person in concerned.people_in(activity.shifts.all())].count(li.pk) == 1


def test_many_names_are_counted(community):
    people = [VolunteerFactory(community=community, name="何秀英") for _one in range(concerned.NAMED + 1)]
    assert concerned.in_words(people).count("何*英") == concerned.NAMED
    assert "13" in concerned.in_words(people) and "…" in concerned.in_words(people)


def test_cancelling_shows_whom_it_concerns_and_tells_them(client, worker, activity, people):
    address = reverse("activity:cancel", args=[activity.pk])
    page = unescape(client.get(address).content.decode())
    assert "已有 3 人报名：何*英、李*国、张*兰。他们会收到消息。" in page
    assert "不取消，返回" in page
    with time_machine.travel(START + 5 * HOUR, tick=False):
        client.force_login(worker)
        client.post(address)
    assert set(told()) == {"李建国", "张桂兰"}
    assert "1月17日 周六 9:00–11:00）已取消" in told()["张桂兰"][0]


def test_cancelling_without_sign_ups_tells_nobody(client, worker, activity):
    page = client.get(reverse("activity:cancel", args=[activity.pk])).content.decode()
    assert "已有" not in page
    client.post(reverse("activity:cancel", args=[activity.pk]))
    assert not told()


def test_a_cancelled_draft_tells_nobody(activity, people):
    Activity.objects.update(published_at=None)
    services.cancel_activity(activity=Activity.objects.get(), by=None, at=NOW)
    assert not told()


def test_telling_takes_the_same_statements_for_many(activity, community):
    def statements(place, at):
        stored = Activity.objects.get()
        stored.place = place
        with Statements() as seen:
            assert not isinstance(changing.save_activity(activity=stored, by=None, at=at), Refusal)
        return len(seen.sql)

    for _one in range(3):
        sign_up(VolunteerFactory(community=community), activity.shifts.first(), at=NOW)
    few = statements("社区礼堂", NOW)
    for _one in range(27):
        activity.roles.update(capacity=40)
        sign_up(VolunteerFactory(community=community), activity.shifts.first(), at=NOW)
    assert statements("街道敬老院", NOW + HOUR) == few
    assert Message.objects.count() == 31  # with the leader; the second message took the place of the first
