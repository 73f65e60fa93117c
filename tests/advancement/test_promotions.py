"""Promotions: proposed by the clock with their evidence, approved by another person (T5, T8, K4)."""

import datetime as dt
from decimal import Decimal

import pytest

from academy.activities.models import Activity, Role
from academy.advancement import evidence, promotions
from academy.advancement.models import Promotion
from academy.core.models import Upkeep
from academy.core.signals import tick
from academy.decisions.services import decide
from academy.hours.models import HoursTotal, NamedRole
from academy.hours.services import confirmation, notices
from academy.learning import awards
from academy.learning import services as learning
from academy.learning.award_models import TierAward
from academy.people.permissions import DutyRole
from academy.people.services import duties
from tests.answers import code_of
from tests.factories import UserFactory
from tests.hours.scene import SATURDAY, moment

AT = moment("10:00", SATURDAY + dt.timedelta(days=30))

pytestmark = pytest.mark.usefixtures("without_pages")


@pytest.fixture
def approver(scene):
    return UserFactory(duties=[(scene.community, DutyRole.APPROVER)])


@pytest.fixture
def volunteer(scene):
    return scene.volunteer("王秀英", login=True)


def learn(scene, volunteer, key, tier="beginner", *, class_hours="6", required=True):
    lessons = [{"key": key, "title": key, "class_hours": class_hours, "body": ""}]
    course = learning.publish_course(
        community=scene.community,
        key=key,
        title=f"课程 {key}",
        tier=tier,
        required=required,
        lessons=lessons,
        by=None,
        at=AT,
    ).course
    if volunteer is not None:
        learning.complete_lesson(volunteer=volunteer, course=course, lesson_key=key, at=AT, by=None)
    return course


def hold(scene, volunteer, *tiers):
    for tier in tiers:
        awards.award_tier(volunteer=volunteer, tier=tier, evidence={}, by=scene.social_worker, at=AT)


def lacks(volunteer):
    return {one.what: one.left for one in evidence.standing_of(volunteer).missing}


def test_who_lacks_nothing_is_proposed_and_another_person_awards_the_tier(scene, volunteer, approver):
    learn(scene, volunteer, "spirit")
    promotion = promotions.propose(volunteer=volunteer, at=AT)
    assert (promotion.tier, promotion.asked_by) == ("beginner", None)
    assert promotion.evidence["courses"] == [{"key": "spirit", "title": "课程 spirit"}]
    assert promotion.evidence["class_hours"] == "6.0"
    assert promotions.propose(volunteer=volunteer, at=AT) is None
    assert code_of(decide(request=promotion, by=volunteer.user, at=AT, accepted=True)) == "not_allowed"
    decide(request=promotion, by=approver, at=AT, accepted=True)
    award = TierAward.objects.get()
    assert (award.tier, award.awarded_on, award.evidence) == ("beginner", AT.date(), promotion.evidence)
    assert "初级" in volunteer.messages.get(key=f"promotion:{promotion.pk}").text


def test_nobody_approves_their_own_promotion(scene, volunteer, approver):
    learn(scene, volunteer, "spirit")
    promotion = promotions.propose(volunteer=volunteer, at=AT)
    duties.grant_duty(user=volunteer.user, community=scene.community, role=DutyRole.APPROVER, by=None)
    volunteer.user.refresh_from_db()
    assert code_of(decide(request=promotion, by=volunteer.user, at=AT, accepted=True)) == "own_matter"


def test_a_no_has_a_reason_and_rests_ninety_days(scene, volunteer, approver):
    learn(scene, volunteer, "spirit")
    promotion = promotions.propose(volunteer=volunteer, at=AT)
    assert code_of(decide(request=promotion, by=approver, at=AT, accepted=False)) == "needs_reason"
    decide(request=promotion, by=approver, at=AT, accepted=False, answer="先参加一次活动")
    assert "先参加一次活动" in volunteer.messages.get(key=f"promotion:{promotion.pk}").text
    assert promotions.propose(volunteer=volunteer, at=AT + dt.timedelta(days=89)) is None
    assert promotions.propose(volunteer=volunteer, at=AT + dt.timedelta(days=90)) is not None
    assert not TierAward.objects.exists()


def test_what_no_longer_holds_is_not_awarded(scene, volunteer, approver):
    learn(scene, volunteer, "spirit")
    promotion = promotions.propose(volunteer=volunteer, at=AT)
    learn(scene, None, "new-rule")  # a course that is required from now on
    assert code_of(decide(request=promotion, by=approver, at=AT, accepted=True)) == "promotion_lacks"


def test_a_new_required_course_takes_no_tier_away(scene, volunteer):
    hold(scene, volunteer, "beginner")
    learn(scene, None, "new-rule")
    assert evidence.standing_of(volunteer).record.held == "beginner"


def test_an_elective_counts_by_its_hours_and_is_not_asked_for(scene, volunteer):
    learn(scene, volunteer, "spirit", class_hours="2")
    learn(scene, None, "garden", required=False)
    assert lacks(volunteer) == {"class_hours": Decimal(4)}
    learn(scene, volunteer, "phone", class_hours="4", required=False)
    assert lacks(volunteer) == {}


def test_the_second_tier_asks_for_a_practicum_beside_an_experienced_volunteer(scene, volunteer):
    hold(scene, volunteer, "beginner")
    learn(scene, volunteer, "elders", "intermediate", class_hours="8")
    HoursTotal.objects.update_or_create(volunteer=volunteer, defaults={"service_minutes": 1200})
    assert lacks(volunteer) == {"practicum": 1}
    record = scene.serve(volunteer, "09:00", "12:00")
    HoursTotal.objects.filter(volunteer=volunteer).update(service_minutes=1200)
    assert lacks(volunteer) == {"practicum": 1}
    Role.objects.filter(activity=record.activity).update(practicum=True)
    assert lacks(volunteer) == {}
    # The role that the leader named later counts (H9).
    other = Role.objects.create(activity=record.activity, name="后勤", counts_as="volunteer")
    NamedRole.objects.create(volunteer=volunteer, shift=record.shift, role=other, named_by=scene.leading, named_at=AT)
    assert lacks(volunteer) == {"practicum": 1}


def test_the_highest_tier_asks_for_an_activity_led_and_a_class_taught(scene, volunteer):
    hold(scene, volunteer, "beginner", "intermediate")
    learn(scene, volunteer, "planning", "advanced", class_hours="10")
    HoursTotal.objects.update_or_create(volunteer=volunteer, defaults={"service_minutes": 3600})
    assert lacks(volunteer) == {"led": 1, "taught": 1}
    scene.serve(volunteer, "09:00", "10:00", kind="training", counts_as="instructor")
    leader, scene.leader = scene.leader, volunteer
    led = scene.activity(("14:00", "15:00"))
    scene.leader = leader
    Activity.objects.filter(pk=led.pk).update(volunteer_initiated=True)
    helper = scene.volunteer("李建国")
    shift = led.shifts.get()
    scene.attend(helper, shift, "14:00", "15:00")
    confirmation.confirm(activity=led, by=scene.social_worker, at=moment("16:00"))
    HoursTotal.objects.filter(volunteer=volunteer).update(service_minutes=3600)
    assert lacks(volunteer) == {"led": 1}  # on notice
    notices.end_notices(at=moment("00:05", SATURDAY + dt.timedelta(days=6)))
    assert lacks(volunteer) == {}
    hold(scene, volunteer, "advanced")
    assert evidence.standing_of(volunteer).next_tier == ""
    assert not evidence.standing_of(volunteer).is_due


def test_the_clock_looks_at_everybody_once_a_day_and_by_parts(scene, volunteer, monkeypatch):
    monkeypatch.setattr(promotions, "PEOPLE_AT_ONCE", 1)
    other = scene.volunteer("李建国")
    learn(scene, volunteer, "spirit")
    learning.complete_lesson(
        volunteer=other, course=learning.Course.objects.get(key="spirit"), lesson_key="spirit", at=AT, by=None
    )
    assert not promotions.propose_due(at=AT)
    assert Promotion.objects.count() == 1
    assert not promotions.propose_due(at=AT)
    assert promotions.propose_due(at=AT)
    assert Promotion.objects.count() == 2
    Promotion.objects.all().delete()
    assert promotions.propose_due(at=AT)  # the day is done
    assert not Promotion.objects.exists()
    tick.send(sender=None, at=AT + dt.timedelta(days=1))
    assert Promotion.objects.count() == 1
    assert Upkeep.objects.get(work=promotions.PROMOTIONS).facts["after"] == volunteer.pk


def test_many_people_take_as_many_statements_as_one(scene, volunteer, django_assert_num_queries):
    learn(scene, volunteer, "spirit")
    people = [volunteer, *(scene.volunteer(f"学员{number}") for number in range(5))]
    hold(scene, people[1], "beginner")
    hold(scene, people[2], "beginner", "intermediate")
    with django_assert_num_queries(1):
        evidence.standings_of(people[:3], community_id=scene.community.pk)
    with django_assert_num_queries(1):
        evidence.standings_of(people, community_id=scene.community.pk)
