"""The moment of a signed-in person: in service, signed up, or activities that they can join."""

import datetime as dt

import pytest

from academy.activities import services as activities
from academy.families import services as families
from academy.home import moment as home_moment
from academy.home.moment import moment_of
from academy.people.models import Consent
from academy.people.services import consents
from tests.factories import CommunityFactory, UserFactory, sign_up
from tests.home.my_page import agent_of
from tests.hours.scene import SATURDAY, moment
from tests.pages import Statements

SUNDAY = SATURDAY + dt.timedelta(days=1)
NOON = moment("12:00")


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


def titles(offers):
    return [offer.shift.activity.title for offer in offers]


# In service


def test_a_person_in_service_sees_for_how_long_and_nothing_to_join(scene, volunteer):
    shift = scene.activity(("09:00", "13:00")).shifts.get()
    scene.activity(day=SUNDAY)
    scene.scan(volunteer, shift, "in", moment("09:03:30"))

    found = moment_of(volunteer.user, at=moment("11:09:29"))

    assert [(one.visit.shift, one.minutes, one.person) for one in found.in_service] == [(shift, 125, volunteer)]
    assert (found.next_sign_up, found.offers, found.others) == (None, [], [])


def test_a_visit_of_the_future_shows_no_negative_minutes(scene, volunteer):
    scene.scan(volunteer, scene.activity().shifts.get(), "in", moment("09:10"))

    assert moment_of(volunteer.user, at=moment("09:05")).in_service[0].minutes == 0


def test_a_forgotten_check_out_is_over_when_no_check_out_can_close_it(scene, volunteer):
    shift = scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:00"))
    closes = scene.rule_set.parameters["check_out_closes_minutes"]
    last = shift.ends_at + dt.timedelta(minutes=closes)

    assert len(moment_of(volunteer.user, at=last).in_service) == 1
    assert moment_of(volunteer.user, at=last + dt.timedelta(seconds=1)).in_service == []
    assert moment_of(volunteer.user, at=last + dt.timedelta(days=78)).in_service == []


# Signed up


def test_the_next_sign_up_is_shown_and_not_the_one_after(scene, volunteer):
    later = scene.activity(day=SUNDAY + dt.timedelta(days=1)).shifts.get()
    coming = scene.activity(day=SUNDAY).shifts.get()
    for shift in (later, coming):
        sign_up(volunteer, shift, at=moment("08:30"))

    found = moment_of(volunteer.user, at=NOON)

    assert found.next_sign_up.shift == coming
    assert found.offers == []


def test_a_place_given_back_is_shown_no_more(scene, volunteer):
    place = sign_up(volunteer, scene.activity(day=SUNDAY).shifts.get(), at=moment("08:30"))
    activities.cancel_sign_up(sign_up=place, by=volunteer.user, at=moment("09:00"))

    found = moment_of(volunteer.user, at=NOON)

    assert found.next_sign_up is None
    assert titles(found.offers) == ["冬季防火入户宣传"]


# Offers


def test_three_activities_of_the_week_that_have_places_are_offered(scene, volunteer):
    for number in range(5):
        scene.activity(day=SUNDAY + dt.timedelta(days=number), title=f"活动{number}")

    assert titles(moment_of(volunteer.user, at=NOON).offers) == ["活动0", "活动1", "活动2"]


def test_the_last_shift_of_the_week_is_offered_and_the_next_one_is_not(scene, volunteer):
    scene.activity(("12:00", "13:00"), day=SATURDAY + dt.timedelta(days=7), title="七天后的十二点")

    assert titles(moment_of(volunteer.user, at=NOON).offers) == ["七天后的十二点"]
    assert moment_of(volunteer.user, at=NOON - dt.timedelta(seconds=1)).offers == []


def test_an_activity_with_two_shifts_is_offered_once(scene, volunteer):
    scene.activity(("09:00", "10:00"), ("14:00", "15:00"), day=SUNDAY)

    [offer] = moment_of(volunteer.user, at=NOON).offers

    assert offer.shift.starts_at == moment("09:00", SUNDAY)


def test_a_full_shift_is_not_offered_and_a_place_left_is_counted(scene, volunteer):
    activity = scene.activity(day=SUNDAY)
    activity.roles.update(capacity=2)
    sign_up(scene.volunteer("李建国"), activity.shifts.get(), at=moment("08:30"))

    assert [offer.left for offer in moment_of(volunteer.user, at=NOON).offers] == [1]
    sign_up(scene.volunteer("张桂兰"), activity.shifts.get(), at=moment("08:31"))
    assert moment_of(volunteer.user, at=NOON).offers == []


def test_what_runs_now_is_offered_to_people_who_may_just_come(scene, volunteer):
    running = scene.activity(("11:00", "14:00")).shifts.get()

    assert titles(moment_of(volunteer.user, at=NOON).offers) == ["冬季防火入户宣传"]
    running.walk_ins = False
    running.save()
    assert moment_of(volunteer.user, at=NOON).offers == []


def test_what_a_person_was_at_is_not_offered_again(scene, volunteer):
    scene.attend(volunteer, scene.activity(("10:00", "14:00")).shifts.get(), "10:00", "11:00")

    assert moment_of(volunteer.user, at=NOON).offers == []


def test_what_a_person_leads_is_not_offered_to_them(scene):
    scene.activity(day=SUNDAY)

    assert moment_of(scene.leading, at=NOON).offers == []


def test_cancelled_unpublished_and_distant_activities_are_not_offered(scene, volunteer):
    cancelled = scene.activity(day=SUNDAY, title="取消的")
    activities.cancel_activity(activity=cancelled, by=scene.social_worker, at=moment("09:30"))
    hidden = scene.activity(day=SUNDAY, title="没发布的")
    type(hidden).objects.filter(pk=hidden.pk).update(published_at=None)
    other = scene.activity(day=SUNDAY, title="别处的")
    type(other).objects.filter(pk=other.pk).update(community=CommunityFactory())

    assert moment_of(volunteer.user, at=NOON).offers == []


# Leaders


def test_a_leader_sees_what_they_lead_today_in_order(scene):
    evening = scene.activity(("18:00", "20:00"), title="晚上的")
    over = scene.activity(("08:00", "09:00"), title="早上的")
    scene.activity(day=SUNDAY, title="明天的")
    cancelled = scene.activity(("15:00", "16:00"), title="取消的")
    activities.cancel_activity(activity=cancelled, by=scene.social_worker, at=moment("09:30"))

    assert moment_of(scene.leading, at=NOON).led_today == [over, evening]


def test_a_shift_over_midnight_is_led_on_both_days(scene):
    night = scene.activity(("22:00", "26:00"))

    for at in ("00:00", "23:59", "25:00", "47:59"):
        assert moment_of(scene.leading, at=moment(at)).led_today == [night]
    assert moment_of(scene.leading, at=moment("48:00")).led_today == []


# People who act for others


def test_an_agent_sees_the_elder_who_is_in_service_and_no_other(scene, volunteer):
    elder, resting = scene.volunteer("赵淑珍"), scene.volunteer("李建国")
    for person in (elder, resting):
        agent_of(person, volunteer.user)
    scene.scan(elder, scene.activity().shifts.get(), "in", moment("09:00"))

    found = moment_of(volunteer.user, at=moment("10:00"))

    assert (found.person, found.is_own, found.in_service) == (volunteer, True, [])
    assert [one.person for one in found.others] == [elder]


def test_an_agent_who_is_no_volunteer_sees_the_card_of_the_elder(scene):
    elder, daughter = scene.volunteer("赵淑珍"), UserFactory()
    agent_of(elder, daughter)

    found = moment_of(daughter, at=NOON)

    assert (found.person, found.is_own) == (elder, False)


def test_an_agent_sees_no_more_once_the_elder_took_the_consent_back(scene, volunteer):
    elder, daughter = scene.volunteer("赵淑珍"), UserFactory()
    for user in (volunteer.user, daughter):
        families.allow_agent(volunteer=elder, user=user, evidence="当面同意", by=None, at=moment("08:00"))
    scene.scan(elder, scene.activity().shifts.get(), "in", moment("09:00"))
    consents.record_consent(
        volunteer=elder, kind=Consent.Kind.AGENCY, granted=False, evidence="电话", by=None, at=moment("09:00")
    )

    assert moment_of(volunteer.user, at=moment("10:00")).others == []
    found = moment_of(daughter, at=moment("10:00"))
    assert (found.person, found.others, found.in_service) == (None, [], [])


def test_a_login_of_no_volunteer_has_no_card(scene):
    found = moment_of(scene.social_worker, at=NOON)

    assert found == home_moment.Moment(person=None)


# Cost


def test_the_moment_takes_as_many_statements_with_a_long_history_as_with_none(scene, volunteer):
    scene.activity(day=SUNDAY)
    with Statements() as few:
        moment_of(volunteer.user, at=NOON)
    for week in range(1, 5):
        day = SATURDAY - dt.timedelta(weeks=week)
        scene.attend(volunteer, scene.activity(day=day).shifts.get())
        scene.scan(
            volunteer,
            scene.activity(day=day - dt.timedelta(days=1)).shifts.get(),
            "in",
            moment("09:00", day - dt.timedelta(days=1)),
        )
        scene.activity(day=SUNDAY + dt.timedelta(days=week))
    with Statements() as many:
        moment_of(volunteer.user, at=NOON)

    assert len(few.sql) <= 6
    assert len(many.sql) <= len(few.sql) + 1  # the rules, if a visit was never closed
