"""A volunteer's own page, that of a person whom a user acts for, and each record's explanation."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from academy.activities import services as activities
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import notices
from academy.learning import services as learning
from academy.people.models import Consent
from academy.people.permissions import DutyRole
from academy.people.services import consents, duties
from tests.factories import UserFactory, sign_up
from tests.home.my_page import MY, RECORDS, agent_of, confirm
from tests.hours.scene import SATURDAY, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def record(scene, volunteer, clock):
    """Nine to twelve, waiting for confirmation; it is a quarter past twelve."""
    [record] = scene.attend(volunteer, scene.activity().shifts.get())
    clock.move_to(moment("12:15"))
    return record


# Who sees whose page


@pytest.mark.parametrize("address", [MY, "/my/records/1/", "/lead/"])
def test_a_signed_out_user_signs_in_and_comes_back(db, address):
    response = Client().get(address)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={address}"


def test_my_page_is_mine_and_kept_by_no_cache(scene, volunteer, sign_in):
    response = sign_in(volunteer.user).get(MY)

    assert response.status_code == 200
    assert volunteer.name in text_of(response)
    assert volunteer.number in text_of(response)
    assert "no-store" in response["Cache-Control"]


def test_an_agent_sees_the_elders_page_by_number(scene, volunteer, sign_in):
    elder = scene.volunteer("赵淑珍")
    agent_of(elder, volunteer.user)
    client = sign_in(volunteer.user)

    assert client.get(MY).context["volunteer"] == volunteer
    assert f'href="?who={elder.number}"' in client.get(MY).content.decode()
    assert client.get(MY, {"who": elder.number}).context["volunteer"] == elder


def test_an_agent_who_is_no_volunteer_sees_the_elder_at_once(scene, sign_in):
    elder, daughter = scene.volunteer("赵淑珍"), UserFactory()
    agent_of(elder, daughter)

    response = sign_in(daughter).get(MY)

    assert response.context["volunteer"] == elder
    assert "?who=" not in response.content.decode()


def test_no_user_sees_the_page_of_another_volunteer(scene, volunteer, sign_in):
    other = scene.volunteer("李建国", login=True)

    assert sign_in(volunteer.user).get(MY, {"who": other.number}).status_code == 404
    assert sign_in(scene.leading).get(MY, {"who": other.number}).status_code == 404
    assert other.name not in text_of(sign_in(scene.social_worker).get(MY, {"who": other.number}))
    assert sign_in(volunteer.user).get(MY, {"who": ""}).status_code == 404


def test_an_agent_sees_no_more_once_the_elder_took_the_consent_back(scene, volunteer, sign_in):
    elder = scene.volunteer("赵淑珍")
    agent_of(elder, volunteer.user)
    consents.record_consent(
        volunteer=elder, kind=Consent.Kind.AGENCY, granted=False, evidence="电话", by=None, at=moment("09:00")
    )

    assert sign_in(volunteer.user).get(MY, {"who": elder.number}).status_code == 404


def test_a_guardian_sees_the_childs_page_until_it_is_of_age(scene, sign_in, clock):
    mother, child = UserFactory(), scene.volunteer("小明")
    child.birth_date = dt.date(2008, 1, 11)
    child.save()
    consents.record_consent(
        volunteer=child,
        kind=Consent.Kind.GUARDIAN,
        granted=True,
        guardian=mother,
        evidence="签字的同意书",
        by=None,
        at=moment("08:00"),
    )

    assert sign_in(mother).get(MY).context["volunteer"] == child
    clock.move_to(moment("10:00", dt.date(2026, 1, 11)))
    assert child.name not in text_of(sign_in(mother).get(MY))


def test_a_login_that_is_no_volunteers_is_told_whom_to_ask(scene, sign_in):
    response = sign_in(UserFactory()).get(MY)

    assert "This sign-in belongs to no volunteer. The social worker can connect it." in text_of(response)
    assert "/admin/" not in response.content.decode()


def test_back_office_staff_find_the_link_to_it(scene, volunteer, sign_in):
    duties.grant_duty(user=volunteer.user, community=scene.community, role=DutyRole.TRAINER, by=None)

    assert 'href="/admin/"' in sign_in(scene.social_worker).get(MY).content.decode()
    assert 'href="/admin/"' in sign_in(volunteer.user).get(MY).content.decode()
    assert "/admin/" not in sign_in(scene.leading).get(MY).content.decode()


# The page


def test_before_the_first_hour_the_page_says_what_comes_next(volunteer, sign_in):
    page = text_of(sign_in(volunteer.user).get(MY))

    assert "Service hours 0.0 hours" in page
    assert "No records yet. After your first check-out, your minutes appear here at once." in page


def test_somebody_who_is_in_sees_since_when(scene, volunteer, sign_in):
    shift = scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:03"))

    page = text_of(sign_in(volunteer.user).get(MY))
    assert "冬季防火入户宣传 Checked in at 9:03." in page


def test_minutes_stand_there_at_once_with_what_they_wait_for(record, volunteer, sign_in):
    page = text_of(sign_in(volunteer.user).get(MY))

    assert "Service hours 3.0 hours" in page
    assert "Waiting expected to take effect on 15 Jan 3.0 hours" in page
    assert "Effective 0.0 hours" in page
    assert "The leader has not confirmed it yet." in page
    assert "Sat 10 Jan" in page


def test_a_confirmed_record_is_on_notice_until_its_day(scene, record, volunteer, sign_in):
    confirm(record, scene.leading)

    page = text_of(sign_in(volunteer.user).get(MY))

    assert "On public notice." in page
    assert "expected to take effect on 15 Jan" in page


def test_the_large_figure_stays_the_same_when_hours_take_effect(scene, record, volunteer, sign_in, clock):
    confirm(record, scene.leading)
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))

    page = text_of(sign_in(volunteer.user).get(MY))

    assert "Service hours 3.0 hours" in page
    assert "Effective 3.0 hours" in page
    assert "expected to take effect" not in page


def test_what_has_to_be_decided_first_has_no_day_yet(scene, record, volunteer, sign_in):
    ServiceRecord.objects.update(state=RecordState.AWAITING_MAKEUP)

    page = text_of(sign_in(volunteer.user).get(MY))

    assert "Waiting takes effect after confirmation and public notice 3.0 hours" in page
    assert "A check-in or check-out is missing. Talk to the social worker." in page


def test_all_that_waits_counts_by_the_last_of_its_days(scene, record, volunteer, sign_in, clock):
    confirm(record, scene.leading)
    later = dt.date(2026, 1, 17)
    scene.attend(volunteer, scene.activity(day=later).shifts.get())
    clock.move_to(moment("12:15", later))

    # The first is on notice until the 15th; the second, if confirmed today, until the 21st.
    page = text_of(sign_in(volunteer.user).get(MY))
    assert "Waiting expected to take effect on 22 Jan 6.0 hours" in page


def test_learning_time_is_a_figure_of_its_own(scene, volunteer, sign_in, clock):
    activity = scene.activity(kind="training", counts_as="learner")
    [record] = scene.attend(volunteer, activity.shifts.get())
    confirm(record, scene.leading)
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))

    page = text_of(sign_in(volunteer.user).get(MY))

    assert "Service hours 0.0 hours" in page
    assert "Learning time, counted apart 3.0 hours" in page


def test_t4_a_lesson_done_counts_at_once_and_apart(scene, volunteer, sign_in, without_pages):
    lessons = [{"key": key, "title": key, "class_hours": "0.5", "body": ""} for key in ("a", "b")]
    facts = {"key": "first-steps", "title": "入门", "tier": "beginner", "required": True, "lessons": lessons}
    course = learning.publish_course(community=scene.community, **facts, by=None, at=moment("08:00")).course
    assert "Lessons done" not in text_of(sign_in(volunteer.user).get(RECORDS))

    learning.complete_lesson(volunteer=volunteer, course=course, lesson_key="a", at=moment("09:00"), by=None)

    page = text_of(sign_in(volunteer.user).get(RECORDS))
    assert "Lessons done, counted apart 0.5 class hours" in page


def test_records_that_were_withdrawn_are_gone_and_the_latest_come_first(scene, record, volunteer, sign_in):
    [newer] = scene.attend(volunteer, scene.activity(day=dt.date(2026, 1, 17), title="新的").shifts.get())
    [gone] = scene.attend(volunteer, scene.activity(day=dt.date(2026, 1, 18), title="撤了的").shifts.get())
    ServiceRecord.objects.filter(pk=gone.pk).update(state=RecordState.WITHDRAWN)

    [month] = sign_in(volunteer.user).get(MY).context["records"].months

    assert [row.first for row in month.rows] == [newer, record]


def test_a_shift_that_the_volunteer_came_to_is_coming_up_no_more(scene, volunteer, sign_in, clock):
    shift = scene.activity().shifts.get()
    scene.attend(volunteer, shift, "09:00", "09:30")
    clock.move_to(moment("10:00"))

    assert sign_in(volunteer.user).get(MY).context["coming"] == []


def test_shifts_with_a_sign_up_are_listed_until_they_end(scene, volunteer, sign_in, clock):
    coming = scene.activity(("14:00", "16:00"), title="下午的活动")
    sign_up(volunteer, coming.shifts.get())
    over = scene.activity(("08:00", "09:00"), title="早上的活动")
    sign_up(volunteer, over.shifts.get())
    called_off = scene.activity(("14:00", "16:00"), title="取消的活动")
    sign_up(volunteer, called_off.shifts.get())
    activities.cancel_activity(activity=called_off, by=scene.social_worker, at=moment("09:30"))
    given_back = scene.activity(("17:00", "18:00"), title="不去的活动")
    place = sign_up(volunteer, given_back.shifts.get())
    activities.cancel_sign_up(sign_up=place, by=volunteer.user, at=moment("09:30"))

    response = sign_in(volunteer.user).get(MY)

    assert [one.shift.activity for one in response.context["coming"]] == [coming]
    assert f'href="{reverse("activities:detail", args=[coming.pk])}"' in response.content.decode()


def test_a_leader_finds_the_activities_of_the_last_fortnight_and_to_come(scene, sign_in, clock):
    today = scene.activity(title="今天的")
    coming = scene.activity(day=dt.date(2026, 1, 12), title="以后的")
    scene.activity(day=SATURDAY - dt.timedelta(days=15), title="早已结束的")
    cancelled = scene.activity(day=dt.date(2026, 2, 14), title="取消的")
    activities.cancel_activity(activity=cancelled, by=scene.social_worker, at=moment("09:30"))

    client = sign_in(scene.leading)

    assert 'href="/lead/"' in client.get(MY).content.decode()
    page = client.get("/lead/").content.decode()
    assert f'href="/lead/{today.pk}/"' in page
    assert f'href="/lead/{coming.pk}/"' in page
    assert "早已结束的" not in page
    assert "取消的" not in page


def test_a_user_who_leads_no_activity_reads_how_to_become_leader(volunteer, sign_in):
    client = sign_in(volunteer.user)

    assert 'href="/lead/"' not in client.get(MY).content.decode()
    assert "You lead no activity at the moment." in text_of(client.get("/lead/"))
