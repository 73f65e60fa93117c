"""The next acts of staff with an activity, in the head of its page."""

import datetime as dt
import re
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from academy.activities import services
from academy.activities.models import Activity
from academy.activities.stages import Stage, stage_of
from academy.core.verbs import next_verb, verbs_for
from academy.hours.services import confirmation, evaluation
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # 9:00 to 12:00 in Shanghai
HOUR = dt.timedelta(hours=1)

PUBLISH, AGAIN, SERIES, CANCEL, PICTURE = "发布", "再办一次", "改成长期岗", "取消活动", "邀请图"
FILING = "保险与报备"
DESK, TEXTS = ("替人报名", "活动报名"), "群通知"
COMING = ("替人报名", "贴接龙", "活动报名", "登记候补", TEXTS)
POSTER, ROSTER, LEAD, CODE, CONFIRM = "打印海报", "签到表", "负责人页面", "实时码", "确认时长"
WORDS, PHOTOS, PREPARE = "服务对象评价", "照片", "安排准备会"
AHEAD = (*COMING, POSTER, PICTURE, FILING, ROSTER, WORDS)
UNDER_WAY = (*DESK, TEXTS, POSTER, FILING, ROSTER, WORDS)


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


def offered(activity, user, at):
    with time_machine.travel(at, tick=False):
        found = Activity.objects.get(pk=activity.pk)
        return [str(verb.label) for verb in verbs_for(found, user)], [
            str(verb.label) for verb in verbs_for(found, user) if verb.is_next
        ]


@pytest.mark.parametrize(
    ("hours", "stage", "verbs", "following"),
    [
        (-72, Stage.COMING, [*AHEAD, CODE, LEAD, AGAIN, SERIES, PREPARE, CANCEL], [POSTER]),
        (-20, Stage.SOON, [*AHEAD, CODE, LEAD, AGAIN, SERIES, PREPARE, CANCEL], [POSTER, ROSTER]),
        (-1, Stage.RUNNING, [*UNDER_WAY, CODE, PHOTOS, LEAD, AGAIN, SERIES, CANCEL], [CODE]),
        (2, Stage.RUNNING, [*UNDER_WAY, CODE, PHOTOS, LEAD, AGAIN, SERIES, CANCEL], [CODE]),
        (3, Stage.OVER, [DESK[1], TEXTS, ROSTER, WORDS, PHOTOS, LEAD, AGAIN, SERIES], []),
        (72, Stage.OVER, [DESK[1], TEXTS, ROSTER, WORDS, PHOTOS, LEAD, AGAIN, SERIES], []),
    ],
)
def test_the_next_act_follows_the_stage(community, worker, hours, stage, verbs, following):
    activity = ActivityFactory(community=community)
    with time_machine.travel(START + hours * HOUR, tick=False):
        assert stage_of(Activity.objects.get()) == stage
    assert offered(activity, worker, START + hours * HOUR) == (verbs, following)


def test_a_second_shift_makes_the_activity_come_again(community, worker):
    shifts = [{"starts_at": START + day * 24 * HOUR, "ends_at": START + (day * 24 + 1) * HOUR} for day in (0, 7)]
    activity = ActivityFactory(community=community, shifts=shifts)
    assert offered(activity, worker, START + 3 * 24 * HOUR)[1] == [POSTER]
    assert offered(activity, worker, START + 7 * 24 * HOUR)[1] == [CODE]


def test_approved_overtime_still_runs(community, worker):
    activity = ActivityFactory(community=community)
    activity.shifts.update(overtime_until=START + 5 * HOUR)
    assert offered(activity, worker, START + 4 * HOUR)[1] == [CODE]


def test_a_draft_is_published_and_a_cancelled_activity_held_again(community, worker):
    draft = ActivityFactory(community=community, published=None)
    assert offered(draft, worker, START - 72 * HOUR) == ([PUBLISH, FILING, AGAIN, SERIES], [PUBLISH])
    cancelled = ActivityFactory(community=community)
    services.cancel_activity(activity=cancelled, by=None, at=START - 72 * HOUR)
    assert offered(cancelled, worker, START - 24 * HOUR) == ([DESK[1], TEXTS, LEAD, AGAIN, SERIES], [])


def test_nothing_is_offered_to_others_nor_of_imported_activities(community, worker):
    activity = ActivityFactory(community=community)
    assert offered(activity, UserFactory(duties=[(CommunityFactory(), DutyRole.SOCIAL_WORKER)]), START) == ([], [])
    assert offered(activity, UserFactory(duties=[(community, DutyRole.TRAINER)]), START) == ([], [])
    imported = ActivityFactory(community=community, published=None)
    Activity.objects.filter(pk=imported.pk).update(imported=True)
    assert offered(imported, worker, START) == ([], [])


def head(client, activity):
    page = client.get(reverse("activity:edit", args=[activity.pk])).content.decode()
    nav = re.search(r'<nav class="nice-padding.*?</nav>', page, re.DOTALL)
    assert nav
    links = re.findall(r'<a class="button([^"]*)"\s*href="([^"]+)".*?</span>(.*?)</a>', nav[0], re.DOTALL)
    return {label.strip(): ("secondary" not in kind, address) for kind, address, label in links}


def test_the_verbs_stand_in_the_head_of_the_page_with_the_next_one_filled(client, community, worker):
    activity = ActivityFactory(community=community)
    with time_machine.travel(START - 72 * HOUR, tick=False):
        found = head(client, activity)
    assert found[AGAIN][1] == reverse("activity:again", args=[activity.pk])
    assert [label for label, (filled, _address) in found.items() if filled] == [POSTER]
    for label, address in ((POSTER, "activity_poster"), (ROSTER, "lead:roster"), (CODE, "lead:screen")):
        assert found[label][1] == reverse(address, args=[activity.pk])
        with time_machine.travel(START - 72 * HOUR, tick=False):
            assert client.get(found[label][1]).status_code == 200


def test_an_activity_of_three_days_ago_leads_with_what_it_still_needs(client, scene):
    """First the hours, then the evaluation, then nothing; never the live code."""
    activity = scene.activity()
    scene.attend(scene.volunteer(), activity.shifts.get())
    at = START + 75 * HOUR
    with time_machine.travel(at, tick=False):
        client.force_login(scene.social_worker)
        found = head(client, activity)
        assert CODE not in found and POSTER not in found
        assert found[CONFIRM] == (True, reverse("confirm_many"))
        assert reverse("confirm_many") in client.get(reverse("activity:index")).content.decode()
        confirmation.confirm(activity=activity, by=scene.social_worker, at=at)
        found = head(client, activity)
        assert CONFIRM not in found
        assert found["评价"] == (True, reverse("lead:evaluate", args=[activity.pk]))
        evaluation.evaluate(activity=activity, by=scene.social_worker, at=at)
        assert [label for label, (filled, _address) in head(client, activity).items() if filled] == []


def test_publishing_says_so_and_offers_the_poster(client, community, worker):
    activity = ActivityFactory(community=community, published=None)
    with time_machine.travel(START - 72 * HOUR, tick=False):
        page = client.post(reverse("activity:publish", args=[activity.pk]), follow=True).content.decode()
    assert "“敬老院探访”已发布。" in unescape(page)
    assert page.count(reverse("activity_poster", args=[activity.pk])) == 2


def test_the_next_verb_of_a_cancelled_activity_is_none(community, worker):
    activity = ActivityFactory(community=community)
    services.cancel_activity(activity=activity, by=None, at=START)
    assert next_verb(Activity.objects.get(), worker) is None
