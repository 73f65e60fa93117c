"""“我来了”: claims without a sign-in, the leader's answer, and newcomers."""

import datetime as dt
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.models import Claim, Method, Scan, Visit
from academy.checkin.services import claims, codes, scanning
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.checkin.asking import ask, asked, mark
from tests.checkin.times import END, START, minutes
from tests.everybody import check_everybody_out
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True, leader__name="赵敏")


@pytest.fixture
def volunteer(activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", phone="13800131234")


@pytest.fixture
def leader(activity) -> User:
    return activity.leader.user


# Asking


def test_a_claim_keeps_who_asked_and_when(activity):
    claim = asked(activity, name=" 王　秀英 ", browser="ABC")

    assert (claim.name, claim.phone_tail, claim.browser, claim.asked_at) == ("王秀英", "1234", "ABC", START)
    assert (claim.answered_at, claim.scan) == (None, None)
    assert list(claims.waiting_claims(activity, at=START)) == [claim]


def test_the_same_key_is_the_same_claim(activity):
    first = asked(activity, key="0123456789ABCDEF")
    again = ask(activity, START + minutes(1), key="0123456789abcdef")

    assert again == first
    assert again.asked_at == START
    assert code_of(ask(activity, key="0123456789ABCDEF", name="李建国")) == "id_reused"
    assert Claim.objects.count() == 1


def test_the_same_claim_of_the_same_phone_waits_once(activity):
    first = asked(activity, browser="ABC")

    assert ask(activity, START + minutes(1), browser="ABC") == first
    assert ask(activity, browser="DEF") != first
    assert ask(activity, browser="ABC", name="李建国") != first
    assert ask(activity, browser="") != ask(activity, browser="")


def test_a_rotating_checkpoint_requires_its_code(activity):
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    live = codes.rotating_codes(checkpoint, at=START)[0].code

    assert code_of(ask(activity, checkpoint=checkpoint.key)) == "bad_code"
    assert code_of(ask(activity, START + minutes(3), checkpoint=checkpoint.key, code=live)) == "code_expired"
    asked(activity, checkpoint=checkpoint.key, code=live)
    asked(activity, START + minutes(3), checkpoint=checkpoint.key, code=live, grace=True)


def test_a_claim_that_cannot_be_stored_is_refused_at_once(activity):
    assert code_of(ask(activity, checkpoint="0000000000")) == "unknown_checkpoint"
    assert code_of(ask(activity, START - minutes(91))) == "too_early"
    assert code_of(ask(activity, END + minutes(181))) == "too_late"
    activities.cancel_activity(activity=activity, by=None, at=START)
    assert code_of(ask(activity)) == "cancelled"
    assert not Claim.objects.exists()


def test_one_checkpoint_has_a_limit_of_waiting_claims(activity, monkeypatch):
    monkeypatch.setattr(claims, "MOST_WAITING", 2)
    first = asked(activity)
    asked(activity)

    assert code_of(ask(activity)) == "too_many_waiting"
    assert ask(activity, key=first.key) == first
    claims.decline(claim=first, by=activity.leader.user, at=START)
    asked(activity)


def test_a_claim_expires_when_its_gate_closes(activity, volunteer, leader):
    claim = asked(activity)
    closes = END + minutes(180)

    assert list(claims.waiting_claims(activity, at=closes - minutes(1))) == [claim]
    assert not claims.waiting_claims(activity, at=closes).exists()
    assert code_of(claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=closes)) == "claim_expired"
    assert code_of(claims.decline(claim=claim, by=leader, at=closes)) == "claim_expired"
    assert claims.decline_all(activity=activity, until=claim.pk, by=leader, at=closes) == []
    assert not Scan.objects.exists()


def test_a_late_claim_waits_for_an_hour(activity):
    late = END + minutes(170)
    claim = asked(activity, late)

    assert list(claims.waiting_claims(activity, at=late + minutes(59))) == [claim]
    assert not claims.waiting_claims(activity, at=late + minutes(60)).exists()


def test_claims_wait_for_twelve_hours_at_most(clock):
    activity = ActivityFactory(shifts=[{"starts_at": START, "ends_at": START + dt.timedelta(hours=20)}])
    known = asked(activity)
    of_an_earlier_release = asked(activity)
    Claim.objects.filter(pk=of_an_earlier_release.pk).update(waits_until=None)

    assert set(claims.waiting_claims(activity, at=START + minutes(719))) == {known, of_an_earlier_release}
    assert not claims.waiting_claims(activity, at=START + minutes(720)).exists()


# “是她”


def test_the_scan_has_the_time_of_asking(activity, volunteer, leader):
    claim = asked(activity)

    answer = claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=START + minutes(7))

    assert answer.accepted
    scan = Scan.objects.get()
    assert (scan.method, scan.operator, scan.volunteer) == (Method.VOUCHED, leader, volunteer)
    assert (scan.happened_at, scan.received_at) == (START, START + minutes(7))
    assert Visit.objects.get().opened_at == START
    claim.refresh_from_db()
    assert (claim.scan, claim.answered_by, claim.answered_at) == (scan, leader, START + minutes(7))


def test_a_claim_of_a_person_who_is_in_is_a_check_out(activity, volunteer, leader):
    claims.vouch(claim=asked(activity), volunteer=volunteer, by=leader, at=START)

    answer = claims.vouch(claim=asked(activity, END), volunteer=volunteer, by=leader, at=END + minutes(9))

    assert (answer.direction, answer.accepted) == ("out", True)
    assert Visit.objects.get().closed_at == END


def test_the_same_claim_once_more_is_no_check_out(activity, volunteer, leader):
    first, second = asked(activity), asked(activity, START + minutes(1))
    claims.vouch(claim=first, volunteer=volunteer, by=leader, at=START + minutes(2))

    answer = claims.vouch(claim=second, volunteer=volunteer, by=leader, at=START + minutes(2))

    assert code_of(answer) == "already_checked_in"
    assert Visit.objects.get().closed_at is None


def test_a_check_in_made_in_the_meantime_is_not_closed_by_the_older_claim(activity, volunteer, leader):
    claim = asked(activity)
    scan_in(activity, volunteer, START + minutes(10))

    answer = claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=START + minutes(20))

    assert (answer.direction, code_of(answer)) == ("in", "already_checked_in")
    assert Visit.objects.get().closed_at is None


def test_an_older_claim_answered_after_the_visit_lets_it_begin_earlier(activity, volunteer, leader):
    claim = asked(activity)
    scan_in(activity, volunteer, START + minutes(10))
    check_everybody_out(activity=activity, by=leader, at=END)

    assert claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=END + minutes(1)).accepted

    assert [(visit.opened_at, visit.closed_at) for visit in Visit.objects.all()] == [(START, END)]


def scan_in(activity, volunteer, at):
    answer = scanning.record_for(
        scan_id=uuid4(),
        activity=activity,
        volunteer=volunteer,
        method=Method.TICK,
        by=activity.leader.user,
        direction="in",
        at=at,
    )
    assert answer.accepted


def test_two_taps_make_one_scan_and_the_first_answer_stands(activity, volunteer, leader):
    claim = asked(activity)
    worker = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])
    other = VolunteerFactory(community=activity.community, name="王秀英")
    first = claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=START)

    second = claims.vouch(claim=claim, volunteer=volunteer, by=worker, at=START + minutes(1))
    assert (second.scan_id, second.accepted, second.repeated) == (first.scan_id, True, True)
    assert code_of(claims.vouch(claim=claim, volunteer=other, by=worker, at=START)) == "claim_answered"
    assert code_of(claims.decline(claim=claim, by=worker, at=START)) == "claim_answered"
    assert Scan.objects.count() == 1


def test_a_refused_scan_answers_the_claim_too(activity, volunteer, leader):
    Volunteer.objects.filter(pk=volunteer.pk).update(suspended_at=START)
    volunteer.refresh_from_db()
    claim = asked(activity)

    assert code_of(claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=START)) == "suspended"

    claim.refresh_from_db()
    assert claim.scan.refusal == "suspended"


def test_leaders_cannot_vouch_for_themselves(activity, leader):
    claim = asked(activity, name="赵敏")

    answer = claims.vouch(claim=claim, volunteer=activity.leader, by=leader, at=START)

    assert (code_of(answer), answer.stored) == ("own_scan", False)
    assert list(claims.waiting_claims(activity, at=START)) == [claim]
    worker = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])
    assert claims.vouch(claim=claim, volunteer=activity.leader, by=worker, at=START).accepted


def test_a_user_who_may_not_lead_cannot_answer(activity, volunteer):
    claim = asked(activity)
    stranger = UserFactory(duties=[(activity.community, DutyRole.TRAINER)])

    with pytest.raises(PermissionDenied):
        claims.vouch(claim=claim, volunteer=volunteer, by=stranger, at=START)
    with pytest.raises(PermissionDenied):
        claims.decline(claim=claim, by=stranger, at=START)
    with pytest.raises(PermissionDenied):
        claims.add_newcomer(
            scan_id=uuid4(), activity=activity, name="李建国", phone="13900000000", by=stranger, at=START, claim=claim
        )


def test_a_question_about_the_shift_leaves_the_claim_waiting(clock):
    activity = ActivityFactory(
        leader__login=True,
        shifts=[{"starts_at": START, "ends_at": END}, {"starts_at": START, "ends_at": END + minutes(60)}],
    )
    volunteer = VolunteerFactory(community=activity.community)
    claim = asked(activity)

    question = claims.vouch(claim=claim, volunteer=volunteer, by=activity.leader.user, at=START)
    assert question.asks == "shift"
    assert claims.waiting_claims(activity, at=START).exists()

    later = question.choices[1].id
    answer = claims.vouch(claim=claim, volunteer=volunteer, by=activity.leader.user, at=START, shift_id=later)
    assert (answer.accepted, answer.shift_id) == (True, later)


def test_declining_twice_has_the_same_answer(activity, leader):
    claim = asked(activity)

    claims.decline(claim=claim, by=leader, at=START)
    claims.decline(claim=claim, by=leader, at=START + minutes(1))

    claim.refresh_from_db()
    assert (claim.answered_at, claim.scan) == (START, None)
    assert not Scan.objects.exists()


def test_a_newcomer_is_on_the_roll_provisionally_and_checked_in(activity, leader):
    assert mark(activity, leader).accepted

    person = Volunteer.objects.get(name="李建国")
    assert (person.provisional, person.phone, person.community) == (True, "13900005678", activity.community)
    assert (Scan.objects.get().method, Visit.objects.get().volunteer) == (Method.VOUCHED, person)


def test_the_same_form_adds_one_newcomer(activity, leader):
    scan_id = uuid4()
    mark(activity, leader, scan_id=scan_id)
    again = mark(activity, leader, START + minutes(30), scan_id=scan_id)

    assert (again.accepted, again.repeated, again.direction) == (True, True, "in")
    assert (Scan.objects.count(), Volunteer.objects.filter(name="李建国").count()) == (1, 1)


def test_the_id_of_another_scan_is_refused(activity, leader):
    scan_id = uuid4()
    mark(activity, leader, scan_id=scan_id)
    worker = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])

    assert code_of(mark(activity, worker, scan_id=scan_id)) == "id_reused"


def test_a_newcomer_added_again_is_checked_out(activity, leader):
    mark(activity, leader)
    answer = mark(activity, leader, END)

    assert (answer.direction, answer.accepted) == ("out", True)
    assert Volunteer.objects.filter(name="李建国").count() == 1


def test_a_claim_of_a_newcomer_is_answered_with_its_own_time(activity, leader):
    claim = asked(activity, name="李建国", phone_tail="5678")

    assert mark(activity, leader, START + minutes(12), claim=claim).accepted

    claim.refresh_from_db()
    assert (claim.scan.happened_at, claim.scan.volunteer.name) == (START, "李建国")
    assert code_of(mark(activity, leader, claim=claim)) == "claim_answered"


def test_an_invalid_phone_number_adds_no_newcomer(activity, leader):
    answer = mark(activity, leader, phone="12345")

    assert (code_of(answer), answer.stored) == ("bad_phone", False)
    assert not Scan.objects.exists()


def test_leaders_cannot_add_themselves(activity, leader):
    Volunteer.objects.filter(user=leader).update(phone="13700000000")
    leader.refresh_from_db()

    assert code_of(mark(activity, leader, name="赵敏", phone="13700000000")) == "own_scan"
