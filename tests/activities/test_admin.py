"""The back office's screens for activities."""

import datetime as dt
from html import unescape

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from academy.activities import changing, services
from academy.activities.models import Activity, PlanChange
from academy.activities.viewsets import PUBLISHED_LATE, WAITING
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, IssuerFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(START - dt.timedelta(days=1), tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


def a_form(community, *, shifts=None, roles=None, **more):
    shift = {"date": "2026-01-10", "starts": "900", "ends": "1200", "rests": "1000-1015", "walk_ins": "on"}
    return nested_form_data(
        {
            "title": "敬老院探访",
            "kind": "service",
            "place": "街道敬老院",
            "service_content": "陪伴老人",
            "community": community.pk,
            "leader": VolunteerFactory(community=community).pk,
            "organiser": "社区",
            "issuer": IssuerFactory(community=community).pk,
            "insurance": "",
            "shifts": inline_formset([shift] if shifts is None else shifts),
            "roles": inline_formset(
                [{"name": "志愿者", "counts_as": "volunteer", "capacity": "20"}] if roles is None else roles
            ),
            **more,
        }
    )


def test_one_form_plans_an_activity_with_shifts_breaks_and_roles(community, worker, client):
    assert client.get(reverse("activity:add")).status_code == 200
    answer = client.post(reverse("activity:add"), a_form(community))
    activity = Activity.objects.get()
    assert answer["Location"] == reverse("activity:edit", args=[activity.pk])
    assert activity.shifts.get().starts_at == START
    assert activity.shifts.get().breaks.count() == 1
    assert activity.roles.get().capacity == 20
    assert activity.published_at is None


def test_mistakes_stay_where_they_are(community, worker, client):
    backwards = {"date": "2026-01-10", "starts": "1200", "ends": "900", "rests": ""}
    answer = client.post(reverse("activity:add"), a_form(community, shifts=[backwards]))
    assert answer.status_code == 200
    assert not Activity.objects.exists()
    assert "敬老院探访" in answer.content.decode()


def test_an_activity_without_a_role_or_a_shift_is_not_planned(community, worker, client):
    for missing in ({"roles": []}, {"shifts": []}):
        assert client.post(reverse("activity:add"), a_form(community, **missing)).status_code == 200
    assert not Activity.objects.exists()


def test_the_leader_is_of_the_community(community, worker, client):
    stranger = VolunteerFactory()
    assert client.post(reverse("activity:add"), a_form(community, leader=stranger.pk)).status_code == 200
    assert not Activity.objects.exists()


def test_publishing_and_cancelling_go_by_their_services(community, worker, client):
    activity = ActivityFactory(community=community, published=None)
    client.post(reverse("activity:publish", args=[activity.pk]))
    activity.refresh_from_db()
    assert activity.published_at == START - dt.timedelta(days=1)
    client.post(reverse("activity:cancel", args=[activity.pk]))
    activity.refresh_from_db()
    assert activity.cancelled_at == START - dt.timedelta(days=1)


def test_what_cannot_be_published_says_why(community, worker, client):
    activity = ActivityFactory(community=community, published=None, dangerous=True)
    answer = client.post(reverse("activity:publish", args=[activity.pk]))
    assert str(services.NEEDS_INSURANCE) in answer.content.decode()
    activity.refresh_from_db()
    assert activity.published_at is None


def test_published_late_is_said(community, worker, client):
    activity = ActivityFactory(community=community, published=None)
    with time_machine.travel(START + dt.timedelta(hours=1), tick=False):
        answer = client.post(reverse("activity:publish", args=[activity.pk]))
    said = "".join(str(message) for message in get_messages(answer.wsgi_request))
    assert "C1" in said and "确认时长的人会看到这一点" in said and "补录" not in said
    with translation.override("en"):
        said = str(PUBLISHED_LATE)
    assert "C1" in said and "who confirm its hours see that" in said and "make-up" not in said


def test_a_published_dangerous_activity_keeps_its_insurance(community, worker, client):
    activity = ActivityFactory(community=community, dangerous=True, insurance="P-1")
    shift, role = activity.shifts.get(), activity.roles.get()
    form = a_form(community, dangerous="on", leader=activity.leader.pk, issuer=activity.issuer.pk)
    form |= {
        "shifts-INITIAL_FORMS": "1",
        "shifts-0-id": str(shift.pk),
        "roles-INITIAL_FORMS": "1",
        "roles-0-id": str(role.pk),
    }
    answer = client.post(reverse("activity:edit", args=[activity.pk]), form)
    assert answer.status_code == 200
    assert "V1" in answer.content.decode()


def test_an_activity_with_sign_ups_is_not_deleted(community, worker, client):
    activity = ActivityFactory(community=community)
    sign_up(VolunteerFactory(community=community), activity.shifts.get(), at=START - dt.timedelta(days=2))
    client.post(reverse("activity:delete", args=[activity.pk]))
    assert Activity.objects.filter(pk=activity.pk).exists()
    planned = ActivityFactory(community=community, published=None)
    client.post(reverse("activity:delete", args=[planned.pk]))
    assert not Activity.objects.filter(pk=planned.pk).exists()


def without_its_shift(community, activity):
    form = a_form(community, leader=activity.leader.pk, issuer=activity.issuer.pk)
    return form | {
        "shifts-TOTAL_FORMS": "2",
        "shifts-INITIAL_FORMS": "1",
        "shifts-0-id": str(activity.shifts.get().pk),
        "shifts-0-DELETE": "on",
        "shifts-1-date": "2026-01-11",
        "shifts-1-starts": "9:00",
        "shifts-1-ends": "12:00",
        "roles-INITIAL_FORMS": "1",
        "roles-0-id": str(activity.roles.get().pk),
    }


def test_a_shift_with_sign_ups_is_not_taken_out(community, worker, client):
    activity = ActivityFactory(community=community)
    shift = activity.shifts.get()
    place = sign_up(VolunteerFactory(community=community), shift, at=START - dt.timedelta(days=2))
    answer = client.post(reverse("activity:edit", args=[activity.pk]), without_its_shift(community, activity))
    assert answer.status_code == 200
    assert list(activity.shifts.all()) == [shift]
    place.refresh_from_db()


def test_a_shift_that_nobody_needs_is_taken_out(community, worker, client):
    activity = ActivityFactory(community=community)
    client.post(reverse("activity:edit", args=[activity.pk]), without_its_shift(community, activity))
    assert activity.shifts.get().starts_at == START + dt.timedelta(days=1)


def test_the_list_is_filtered_searched_and_exported_in_ones_community(community, worker, client):
    ActivityFactory(community=community, title="清洁河道")
    ActivityFactory(title="外社区")
    index = reverse("activity:index")
    assert "清洁河道" in client.get(index).content.decode()
    assert "外社区" not in client.get(index).content.decode()
    assert "清洁河道" in client.get(index, {"q": "河道"}).content.decode()
    assert "清洁河道" not in client.get(index, {"kind": "training"}).content.decode()
    exported = b"".join(client.get(index, {"export": "csv"}).streaming_content).decode()
    assert "清洁河道" in exported


def test_the_list_says_when_and_costs_the_same_for_many(community, worker, client, django_assert_num_queries):
    def ask():
        return client.get(reverse("activity:index"), {"ordering": "-first_start"})

    ActivityFactory(community=community)
    assert "1月10日 周六 9:00" in ask().content.decode()
    with CaptureQueriesContext(connection) as one:
        ask()
    for _number in range(3):
        ActivityFactory(community=community, leader=VolunteerFactory(community=community))
    with django_assert_num_queries(len(one)):
        ask()


def test_the_poster_is_a_pdf_of_a_published_activity(community, worker, client):
    activity = ActivityFactory(community=community)
    answer = client.get(reverse("activity_poster", args=[activity.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    planned = ActivityFactory(community=community, published=None)
    assert client.get(reverse("activity_poster", args=[planned.pk])).status_code == 302


def test_another_communitys_activity_is_not_found(worker, client):
    activity = ActivityFactory()
    for name in ("activity:edit", "activity:delete", "activity:publish", "activity:cancel", "activity_poster"):
        assert client.get(reverse(name, args=[activity.pk])).status_code == 404


def an_edit(activity, **more):
    """Return the filled-in form of the activity; `more` are fields that the user changes."""
    shift, role = activity.shifts.get(), activity.roles.get()
    form = a_form(activity.community, leader=activity.leader.pk, issuer=activity.issuer.pk)
    return form | {
        "shifts-INITIAL_FORMS": "1",
        "shifts-0-id": str(shift.pk),
        "roles-INITIAL_FORMS": "1",
        "roles-0-id": str(role.pk),
        **more,
    }


@pytest.fixture
def over(community):
    """An activity of yesterday, 9:00 to 12:00."""
    activity = ActivityFactory(community=community)
    with time_machine.travel(START + dt.timedelta(days=1), tick=False):
        yield activity


def test_a_past_shift_is_made_longer_by_two_people(over, community, worker, client):
    edit = reverse("activity:edit", args=[over.pk])
    assert "reason" in client.get(edit).context["form"].fields
    longer = an_edit(over, **{"shifts-0-ends": "1400", "title": "新名称"})
    answer = client.post(edit, longer)
    assert answer.status_code == 200
    assert str(changing.NEEDS_REASON) in unescape(answer.content.decode())
    assert over.shifts.get().ends_at == START + dt.timedelta(hours=3)

    answer = client.post(edit, longer | {"reason": "收拾到两点"})
    assert answer.status_code == 302
    over.refresh_from_db()
    assert over.title == "新名称" and over.shifts.get().ends_at == START + dt.timedelta(hours=3)
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any(one.startswith(str(WAITING)) and "这里还没有第二个人可以审批" in one for one in told)

    approver = UserFactory(first_name="孙丽", duties=[(community, DutyRole.APPROVER)])
    page = client.get(edit).content.decode()
    assert "请找孙丽审批" in unescape(page)
    client.force_login(approver)
    page = client.get(reverse("decisions:list")).content.decode()
    assert "收拾到两点" in page and "9:00–14:00" in page
    change = PlanChange.objects.get()
    client.post(reverse("decisions:answer", args=["plan-change", change.pk]), {"accept": "1"})
    assert over.shifts.get().ends_at == START + dt.timedelta(hours=5)


def test_a_break_in_a_past_shift_is_stored_by_one_person(over, community, worker, client):
    answer = client.post(reverse("activity:edit", args=[over.pk]), an_edit(over))  # with a break from 10:00 to 10:15
    assert answer.status_code == 302
    assert over.shifts.get().breaks.count() == 1
    history = client.get(reverse("activity:history", args=[over.pk])).content.decode()
    assert "10:00–10:15" in history


def test_a_break_outside_its_shift_is_named_in_the_form(community, worker, client):
    shift = {"date": "2026-01-10", "starts": "900", "ends": "1200", "rests": "700-800"}
    answer = client.post(reverse("activity:add"), a_form(community, shifts=[shift]))
    assert answer.status_code == 200 and "7:00–8:00" in answer.content.decode()
    assert not Activity.objects.exists()


def test_a_new_activity_asks_for_no_reason(community, worker, client):
    assert "reason" not in client.get(reverse("activity:add")).context["form"].fields
