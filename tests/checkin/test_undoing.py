"""Taking back one act of a leader: its scans together, and the claims that it answered or declined."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from academy.activities.models import Activity
from academy.checkin.models import Annulment, Claim, Method, Scan, Visit
from academy.checkin.services import claims, keying_in, scanning, undoing
from academy.people.models import User, Volunteer
from tests.answers import code_of
from tests.at_once import at_once
from tests.checkin.asking import asked, mark
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db

SOON = START + minutes(1)


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True)


@pytest.fixture
def leader(activity) -> User:
    return activity.leader.user


@pytest.fixture
def volunteer(activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", phone="13800131234")


def vouched(claim, volunteer, leader) -> Scan:
    return Scan.objects.get(pk=claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=START).scan_id)


def undone(scans, by, at=SOON) -> undoing.UndoResult:
    outcome = undoing.annul_scans(scans=scans, by=by, at=at)
    assert isinstance(outcome, undoing.UndoResult)
    return outcome


def test_the_claim_of_a_wrong_person_waits_again_and_the_right_one_is_checked_in(activity, leader, volunteer):
    wrong = VolunteerFactory(community=activity.community, name="王秀英", phone="13900009999")
    claim = asked(activity)
    scan = vouched(claim, wrong, leader)

    assert undone([scan], leader).claims == (claim,)
    assert not Visit.objects.exists() and Annulment.objects.get().scan == scan
    assert list(claims.waiting_claims(activity, at=SOON)) == [claim]

    right = claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=SOON)
    assert right.accepted and Visit.objects.get().volunteer == volunteer
    assert undone([scan], leader).claims == ()  # a second tap
    assert Visit.objects.get().volunteer == volunteer


def test_a_newcomer_taken_back_stays_registered(activity, leader):
    claim = asked(activity, name="李建国", phone_tail="5678")
    scan = Scan.objects.get(pk=mark(activity, leader, claim=claim).scan_id)

    assert undone([scan], leader).claims == (claim,)
    assert Volunteer.objects.filter(name="李建国", provisional=True).exists()
    assert not Visit.objects.exists()


def keyed(activity, volunteer, leader, at=END) -> list[Scan]:
    stored = keying_in.key_in(
        scan_ids=(uuid4(), uuid4()),
        activity=activity,
        shift=activity.shifts.get(),
        volunteer=volunteer,
        arrived=START,
        left=END,
        by=leader,
        at=at,
    )
    assert isinstance(stored, tuple)
    return list(stored)


def test_both_times_of_a_row_go_together(activity, leader, volunteer):
    scans = keyed(activity, volunteer, leader) + keyed(activity, VolunteerFactory(community=activity.community), leader)
    undoing.annul_scans(scans=scans, by=leader, at=END + minutes(1))
    assert Annulment.objects.count() == 4 and not Visit.objects.exists()


def test_the_scans_of_those_who_may_be_taken_back_go_and_the_others_are_named(activity, leader, volunteer):
    own, others = keyed(activity, activity.leader, leader), keyed(activity, volunteer, leader)
    outcome = undone(own + others, leader, END)
    assert {scan.pk for scan in outcome.scans} == {scan.pk for scan in others} == annulled()
    assert outcome.people == [volunteer]
    assert [(person, refusal.code) for person, refusal in outcome.refused] == [(activity.leader, "own_scan")]
    assert Visit.objects.get().volunteer == activity.leader


def test_of_one_person_all_scans_are_taken_back_or_none(activity, leader, volunteer):
    old = keyed(activity, volunteer, leader)
    new = keying_in.key_in(
        scan_ids=(uuid4(), uuid4()),
        activity=activity,
        shift=activity.shifts.get(),
        volunteer=volunteer,
        arrived=END + minutes(1),
        left=END + minutes(2),
        by=leader,
        at=END + minutes(14),
    )
    assert isinstance(new, tuple)
    outcome = undoing.annul_scans(scans=[*old, *new], by=leader, at=END + minutes(20))
    assert code_of(outcome) == "too_late_to_annul"
    assert annulled() == set() and Visit.objects.count() == 2


def annulled() -> set[object]:
    return set(Annulment.objects.values_list("scan", flat=True))


@pytest.mark.parametrize(("after", "code"), [(15, ""), (16, "too_late_to_annul")])
def test_a_claim_stays_answered_if_its_scan_does(activity, leader, volunteer, after, code):
    claim = asked(activity)
    scan = vouched(claim, volunteer, leader)
    assert code_of(undoing.annul_scans(scans=[scan], by=leader, at=START + minutes(after))) == code
    claim.refresh_from_db()
    assert (claim.answered_at is None) is not bool(code)


def test_a_row_taken_back_is_not_stored_again_by_an_old_page(activity, leader, volunteer):
    ids = (uuid4(), uuid4())
    row = {"scan_ids": ids, "activity": activity, "shift": activity.shifts.get(), "volunteer": volunteer}
    row |= {"arrived": START, "left": END, "by": leader, "at": END}
    keying_in.key_in(**row)
    undoing.annul_scans(scans=list(Scan.objects.all()), by=leader, at=END)

    assert code_of(keying_in.key_in(**row)) == "taken_back"
    assert isinstance(keying_in.key_in(**{**row, "scan_ids": (uuid4(), uuid4())}), tuple)


# Declined claims


def test_declined_claims_wait_again(activity, leader):
    one, two, other = (asked(activity, name=name) for name in ("王", "李", "张"))
    for claim in (one, two, other):
        claims.decline(claim=claim, by=leader, at=START)

    for _twice in range(2):
        assert undoing.reopen_claims(activity=activity, claims=[one.pk, two.pk], by=leader, at=SOON) == 2
    assert list(claims.waiting_claims(activity, at=SOON)) == [one, two]
    assert Claim.objects.get(pk=other.pk).answered_by == leader


@pytest.mark.parametrize(("after", "code"), [(15, ""), (16, "too_late_to_reopen")])
def test_a_decline_is_taken_back_within_fifteen_minutes(activity, leader, after, code):
    claim = asked(activity)
    claims.decline(claim=claim, by=leader, at=START)
    outcome = undoing.reopen_claims(activity=activity, claims=[claim.pk], by=leader, at=START + minutes(after))
    assert code_of(outcome) == code


def test_a_claim_that_no_longer_waits_stays_declined(activity, leader):
    claim = asked(activity)
    end = claim.waits_until
    claims.decline(claim=claim, by=leader, at=end - minutes(1))
    assert code_of(undoing.reopen_claims(activity=activity, claims=[claim.pk], by=leader, at=end)) == "claim_expired"
    assert not Claim.objects.filter(answered_at=None).exists()


def test_a_claim_with_another_answer_stays(activity, leader, volunteer):
    claim = asked(activity)
    vouched(claim, volunteer, leader)
    elsewhere = asked(ActivityFactory())
    for wanted in (claim, elsewhere):
        outcome = undoing.reopen_claims(activity=activity, claims=[wanted.pk], by=leader, at=SOON)
        assert code_of(outcome) == "claim_answered"
    assert Visit.objects.count() == 1


def test_only_who_may_lead_takes_back(activity, leader, volunteer):
    scan, claim = vouched(asked(activity), volunteer, leader), asked(activity, name="李")
    claims.decline(claim=claim, by=leader, at=START)
    stranger = UserFactory()
    assert code_of(undoing.annul_scans(scans=[scan], by=stranger, at=SOON)) == "not_allowed"
    with pytest.raises(PermissionDenied):
        undoing.reopen_claims(activity=activity, claims=[claim.pk], by=stranger, at=SOON)


# The question


@pytest.mark.parametrize(("after", "asks"), [(4, "sure"), (5, "")])
def test_a_check_out_within_five_minutes_asks_unless_the_leader_is_sure(activity, leader, volunteer, after, asks):
    def tick(direction, at, **more):
        fields = {"scan_id": uuid4(), "activity": activity, "volunteer": volunteer, "method": Method.TICK}
        return scanning.record_for(**fields, by=leader, direction=direction, at=at, **more)

    tick("in", START, sure=False)
    answer = tick("out", START + minutes(after), sure=False)
    assert answer.asks == asks
    assert answer.visit_opened_at == START
    if asks:
        assert Scan.objects.count() == 1
        assert tick("out", START + minutes(after)).accepted


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_take_back_once(activity, leader, volunteer):
    claim = asked(activity)
    scan = vouched(claim, volunteer, leader)
    outcomes = at_once(*[lambda: undoing.annul_scans(scans=[scan], by=leader, at=SOON)] * 4)
    assert sorted(len(outcome.claims) for outcome in outcomes) == [0, 0, 0, 1]
    assert Annulment.objects.count() == 1
    assert list(claims.waiting_claims(activity, at=SOON)) == [claim]
