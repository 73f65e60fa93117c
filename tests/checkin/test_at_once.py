"""Several connections at the same moment: the database lets exactly one of them win."""

import datetime as dt
from uuid import uuid4

import pytest

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.checkin.models import Annulment, Claim, Scan, Visit
from academy.checkin.pairing import Fact, pair
from academy.checkin.services import claims, codes, leading, scanning, undoing
from academy.core.refusals import Refusal
from tests.at_once import at_once
from tests.checkin.scanner import Scanner
from tests.checkin.times import END, START
from tests.everybody import check_everybody_out
from tests.factories import ActivityFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PEOPLE = 6


def scan(checkpoint, volunteer, direction="in", *, at=START, scan_id=None):
    return scanning.record_scan(
        scan_id=scan_id or uuid4(),
        checkpoint=checkpoint.key,
        code=None,
        volunteer=volunteer,
        operator=None,
        direction=direction,
        at=at,
    )


@pytest.mark.parametrize("walk_in", [False, True])
def test_one_person_scanned_many_times_at_once_has_one_visit(walk_in):
    activity = ActivityFactory()
    volunteer = VolunteerFactory(community=activity.community)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    if not walk_in:
        sign_up(volunteer, activity.shifts.get())
    answers = at_once(*[lambda: scan(checkpoint, volunteer)] * PEOPLE)
    reasons = sorted(answer.refusal.code if answer.refusal else "" for answer in answers)
    assert reasons == [""] + ["already_checked_in"] * (PEOPLE - 1)
    assert {answer.visit_opened_at for answer in answers} == {START}
    assert Visit.objects.count() == SignUp.objects.count() == 1
    assert Scan.objects.count() == PEOPLE  # every scan is kept


def test_one_form_sent_many_times_at_once_is_one_scan():
    activity = ActivityFactory()
    volunteer = VolunteerFactory(community=activity.community)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    scan_id = uuid4()
    answers = at_once(*[lambda: scan(checkpoint, volunteer, scan_id=scan_id)] * PEOPLE)
    assert all(answer.accepted for answer in answers)
    assert {answer.visit_opened_at for answer in answers} == {START}
    assert [answer.repeated for answer in answers].count(False) == 1
    assert Visit.objects.count() == SignUp.objects.count() == Scan.objects.count() == 1


def test_one_id_of_two_people_at_once_is_one_persons():
    activity = ActivityFactory()
    people = VolunteerFactory.create_batch(2, community=activity.community)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    scan_id = uuid4()
    answers = at_once(*[lambda who=who: scan(checkpoint, who, scan_id=scan_id) for who in people])
    assert sorted(answer.refusal.code if answer.refusal else "" for answer in answers) == ["", "id_reused"]
    winner = Scan.objects.get().volunteer
    assert Visit.objects.get().volunteer == winner
    assert SignUp.objects.get().volunteer == winner


def test_two_check_outs_at_once_close_one_visit():
    activity = ActivityFactory()
    volunteer = VolunteerFactory(community=activity.community)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    scan(checkpoint, volunteer)
    answers = at_once(*[lambda: scan(checkpoint, volunteer, "out", at=END)] * 2)
    assert sorted(answer.refusal.code if answer.refusal else "" for answer in answers) == ["", "not_checked_in"]
    assert Visit.objects.get().closed_by_id == next(answer.scan_id for answer in answers if answer.accepted)


def test_checking_everybody_out_and_a_check_out_at_once_close_each_visit_once():
    activity = ActivityFactory(leader__login=True)
    people = VolunteerFactory.create_batch(3, community=activity.community)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    codes.checkpoint_for(activity, rotating=True)
    for volunteer in people:
        scan(checkpoint, volunteer)
    at_once(
        *[
            lambda: check_everybody_out(activity=activity, by=activity.leader.user, at=END),
            *(lambda who=who: scan(checkpoint, who, "out", at=END) for who in people),
        ]
    )
    accepted = Scan.objects.filter(direction="out", refusal="")
    assert accepted.count() == 3
    assert not Visit.objects.open().exists()


def test_an_act_of_everybody_out_taken_back_twice_at_once_is_taken_back_once():
    activity = ActivityFactory(leader__login=True)
    by = activity.leader.user
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    for volunteer in VolunteerFactory.create_batch(3, community=activity.community):
        scan(checkpoint, volunteer)
    check_everybody_out(activity=activity, by=by, at=END)
    act = leading.latest_everybody_out(activity=activity, by=by, at=END)

    at_once(*[lambda: undoing.annul_scans(scans=act.scans, by=by, at=END)] * 2)

    assert Annulment.objects.count() == 3
    assert Visit.objects.open().count() == 3


def test_walk_ins_at_once_take_no_more_places_than_there_are():
    activity = ActivityFactory(capacity=PEOPLE - 2)
    people = VolunteerFactory.create_batch(PEOPLE, community=activity.community)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    answers = at_once(*[lambda who=who: scan(checkpoint, who) for who in people])
    assert [answer.accepted for answer in answers].count(True) == PEOPLE - 2
    assert {answer.refusal.code for answer in answers if answer.refusal} == {"shift_full"}
    assert sorted(SignUp.objects.values_list("seat", flat=True)) == list(range(1, PEOPLE - 1))


def test_sign_ups_at_once_take_no_more_places_than_there_are():
    activity = ActivityFactory(capacity=1)
    shift, role = activity.shifts.get(), activity.roles.get()
    people = VolunteerFactory.create_batch(PEOPLE, community=activity.community)

    def take(who):
        return activities.sign_up(volunteer=who, shift=shift, role=role, by=None, at=START - dt.timedelta(days=1))

    outcomes = at_once(*[lambda who=who: take(who) for who in people])
    refusals = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert refusals == ["shift_full"] * (PEOPLE - 1)
    assert SignUp.objects.count() == 1


def test_one_person_signing_up_twice_at_once_has_one_place():
    activity = ActivityFactory()
    shift, role = activity.shifts.get(), activity.roles.get()
    volunteer = VolunteerFactory(community=activity.community)

    def take():
        return activities.sign_up(volunteer=volunteer, shift=shift, role=role, by=None, at=START - dt.timedelta(days=1))

    outcomes = at_once(*[take, take])
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)] == ["already_signed_up"]
    assert SignUp.objects.count() == 1


def test_many_leaders_who_tap_one_claim_at_once_make_one_scan():
    activity = ActivityFactory(leader__login=True)
    volunteer = VolunteerFactory(community=activity.community)
    codes.checkpoint_for(activity, rotating=True)
    key = codes.checkpoint_for(activity, rotating=False).key
    claim = claims.ask(
        key="0123456789ABCDEF", checkpoint=key, code=None, name=volunteer.name, phone_tail="1234", at=START
    )
    taps = [lambda: claims.vouch(claim=claim, volunteer=volunteer, by=activity.leader.user, at=START)] * PEOPLE
    answers = at_once(*taps)
    assert [answer.refusal for answer in answers] == [None] * PEOPLE
    assert len({answer.scan_id for answer in answers}) == 1
    assert Scan.objects.count() == Visit.objects.count() == 1


def test_one_claim_sent_many_times_at_once_waits_once():
    activity = ActivityFactory()
    key = codes.checkpoint_for(activity, rotating=False).key
    asked = {"key": "0123456789ABCDEF", "checkpoint": key, "code": None, "name": "王秀英", "phone_tail": "1234"}
    outcomes = at_once(*[lambda: claims.ask(**asked, at=START)] * PEOPLE)
    assert {outcome.pk for outcome in outcomes} == {Claim.objects.get().pk}


def test_one_newcomer_added_many_times_at_once_is_one_person_and_one_scan():
    activity = ActivityFactory(leader__login=True)
    codes.checkpoint_for(activity, rotating=True)
    face = {"scan_id": uuid4(), "activity": activity, "name": "孙桂芳", "phone": "13900005678", "at": START}
    answers = at_once(*[lambda: claims.add_newcomer(**face, by=activity.leader.user)] * PEOPLE)
    assert all(answer.accepted for answer in answers)
    assert Scan.objects.get().volunteer.name == "孙桂芳"
    assert Visit.objects.count() == 1


# The staff scanner's deliveries


def visits_by_definition(volunteer):
    facts = [
        Fact(at, way == "in", pk)
        for at, way, pk in volunteer.scans.accepted().values_list("happened_at", "direction", "pk")
    ]
    return [(one.opened.id, one.closed.id if one.closed else None) for one in pair(facts)]


def stored_visits(volunteer):
    return list(volunteer.visits.order_by("opened_at").values_list("opened_by", "closed_by"))


def test_one_batch_delivered_many_times_at_once_is_stored_once():
    activity = ActivityFactory(leader__login=True)
    people = VolunteerFactory.create_batch(3, community=activity.community)
    scanner = Scanner(activity, activity.leader.user, issued_at=START)
    batch = [scanner.scan("in", START, tick=person) for person in people]
    batch += [scanner.scan("out", END, tick=person) for person in people]
    answers = at_once(*[lambda: scanner.send(*batch, at=END)] * 3)
    for results in zip(*answers, strict=True):
        assert sorted(result.outcome for result in results) == ["accepted", "duplicate", "duplicate"]
    assert Scan.objects.count() == 6
    for person in people:
        assert stored_visits(person) == visits_by_definition(person)


@pytest.mark.parametrize("phone", ["in", "out"])
def test_a_late_fact_and_a_phone_at_once_agree_with_the_facts(phone):
    activity = ActivityFactory(leader__login=True)
    checkpoint = codes.checkpoint_for(activity, rotating=False)
    scanner = Scanner(activity, activity.leader.user, issued_at=START)
    people = VolunteerFactory.create_batch(PEOPLE, community=activity.community)
    noon = START + dt.timedelta(hours=2)
    for person in people:
        sign_up(person, activity.shifts.get())
        if phone == "out":
            scan(checkpoint, person, at=START + dt.timedelta(minutes=30))
    late = [scanner.scan("in", START, tick=person) for person in people]
    acts = [lambda sent=sent: scanner.send(sent, at=noon) for sent in late]
    acts += [lambda person=person: scan(checkpoint, person, phone, at=noon) for person in people]
    at_once(*acts)
    assert Scan.objects.filter(method="tick", refusal="").count() == PEOPLE
    for person in people:
        assert stored_visits(person) == visits_by_definition(person)
        if phone == "out":
            assert [closed is not None for _, closed in stored_visits(person)] == [True]
