"""The waiting list: a free place is kept for the first who fits, or the next is asked."""

import copy
import datetime as dt

import pytest
import time_machine

from academy.activities import changing, placing, services
from academy.activities.cards import places_in
from academy.activities.models import Role, SignUp
from academy.activities.waiting import offering
from academy.activities.waiting import services as waiting
from academy.activities.waiting.models import Outcome, WaitingEntry
from academy.core.refusals import Refusal
from academy.core.signals import tick
from academy.messaging.models import Message
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import volunteers
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)  # Thursday, ten in the morning; the shift begins on Saturday at nine
UNTIL = NOW + dt.timedelta(hours=2)
CLOSED = dt.datetime(2026, 1, 10, 0, 30, tzinfo=dt.UTC)
BEGUN = dt.datetime(2026, 1, 10, 2, 0, tzinfo=dt.UTC)


class Full:
    """An activity with two places, both taken, and people who would come."""

    def __init__(self):
        self.home = CommunityFactory()
        self.worker = UserFactory(duties=[(self.home, DutyRole.SOCIAL_WORKER)])
        self.activity = ActivityFactory(community=self.home, capacity=2)
        self.shift, self.role = self.activity.shifts.get(), self.activity.roles.get()
        self.places = [sign_up(self.person(name), self.shift, at=NOW) for name in ("刘伟", "陈静")]
        self.first, self.second, self.third = (self.person(name) for name in ("王秀英", "李建国", "张桂兰"))

    def person(self, name):
        return VolunteerFactory(community=self.home, name=name, at=NOW)

    def join(self, person, at=NOW):
        entry = waiting.join(volunteer=person, shift=self.shift, role=self.role, by=None, at=at)
        assert isinstance(entry, WaitingEntry), entry
        return entry

    def withdraw(self, number=0, at=NOW):
        place = SignUp.objects.select_related("shift__activity").get(pk=self.places[number].pk)
        assert isinstance(services.cancel_sign_up(sign_up=place, by=None, at=at), SignUp)

    def take(self, person, at=NOW, **more):
        return services.sign_up(volunteer=person, shift=self.shift, role=self.role, by=None, at=at, **more)


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(Full)


@pytest.fixture
def full(made):
    with time_machine.travel(NOW, tick=False):
        yield copy.deepcopy(made)


def code_of(outcome):
    return outcome.code if isinstance(outcome, Refusal) else ""


def again(entry):
    return WaitingEntry.objects.select_related("shift__activity", "role", "volunteer").get(pk=entry.pk)


def names():
    live = SignUp.objects.filter(cancelled_at=None).order_by("signed_up_at", "pk")
    return {place.volunteer.name for place in live}


def messages_to(person):
    return list(Message.objects.filter(volunteer=person).values_list("key", flat=True))


def test_a_place_that_is_given_back_is_kept_for_the_first_who_waits(full):
    first, second = full.join(full.first), full.join(full.second)

    full.withdraw()

    first, second = again(first), again(second)
    assert (first.offered_at, first.answer_by, second.offered_at) == (NOW, UNTIL, None)
    assert messages_to(full.first) == [f"place_free:{first.pk}"] and messages_to(full.second) == []
    assert names() == {"陈静"}  # nobody has it until they say yes (R8)


def test_nobody_passes_by_while_a_place_is_kept(full):
    full.join(full.first)
    full.withdraw()

    assert code_of(full.take(full.third)) == "shift_full"
    assert code_of(full.take(full.third, walk_in=True)) == "shift_full"
    assert [one.left for one in places_in([full.shift], people=())[full.shift.pk]] == [0]


def test_a_yes_takes_the_kept_place_and_a_second_tap_changes_nothing(full):
    entry = full.join(full.first)
    full.withdraw()

    for _tap in range(2):
        taken = waiting.answer(entry=entry, takes=True, by=None, at=UNTIL - dt.timedelta(minutes=1))
        assert isinstance(taken, WaitingEntry), taken

    entry = again(entry)
    assert entry.outcome == Outcome.TOOK and entry.place.cancelled_at is None and entry.place.held_until is None
    assert names() == {"陈静", "王秀英"}
    assert SignUp.objects.filter(held_until__isnull=False).count() == 0


def test_a_no_asks_the_next(full):
    first, second = full.join(full.first), full.join(full.second)
    full.withdraw()

    waiting.answer(entry=first, takes=False, by=None, at=NOW)

    assert again(first).outcome == Outcome.DECLINED and again(second).is_offered
    assert code_of(waiting.answer(entry=first, takes=True, by=None, at=NOW)) == "offer_over"


def test_without_an_answer_the_clock_asks_the_next_and_says_so_to_the_first_once(full):
    first, second = full.join(full.first), full.join(full.second)
    full.withdraw()

    tick.send(sender=None, at=UNTIL - dt.timedelta(seconds=1))
    assert again(first).is_offered
    assert code_of(waiting.answer(entry=first, takes=True, by=None, at=UNTIL)) == "offer_over"
    for _minute in range(2):
        tick.send(sender=None, at=UNTIL)

    assert again(first).outcome == Outcome.LAPSED and again(second).offered_at == UNTIL
    assert messages_to(full.first) == [f"place_lapsed:{first.pk}"]
    assert messages_to(full.second) == [f"place_free:{second.pk}"]


def test_who_cannot_take_part_is_left_out_and_keeps_the_place_in_the_queue(full):
    first, second = full.join(full.first), full.join(full.second)
    Volunteer.objects.filter(pk=full.first.pk).update(suspended_at=NOW)

    full.withdraw()
    assert not again(first).is_offered and again(second).is_offered

    Volunteer.objects.filter(pk=full.first.pk).update(suspended_at=None)
    full.withdraw(1)
    assert again(first).is_offered


def test_more_places_in_a_role_are_offered_in_order(full):
    entries = [full.join(person) for person in (full.first, full.second, full.third)]
    activity = full.activity.__class__.objects.get(pk=full.activity.pk)
    roles = list(activity.roles.all())
    roles[0].capacity = 4
    activity.roles = roles

    saved = changing.save_activity(activity=activity, by=full.worker, at=NOW)

    assert isinstance(saved, changing.SavedActivity)
    assert [again(entry).is_offered for entry in entries] == [True, True, False]


def test_a_withdrawal_by_staff_offers_the_place(full):
    entry = full.join(full.first)
    place = SignUp.objects.select_related("shift__activity__community", "volunteer").get(pk=full.places[0].pk)

    placing.withdraw(sign_up=place, by=full.worker, at=NOW)

    assert again(entry).is_offered


def test_the_place_of_a_person_who_leaves_is_offered(full, django_capture_on_commit_callbacks):
    entry = full.join(full.first)

    with django_capture_on_commit_callbacks(execute=True):
        volunteers.suspend(volunteer=full.places[0].volunteer, reason="搬走", by=full.worker, at=NOW)

    assert again(entry).is_offered


def test_a_person_who_leaves_waits_no_more_and_their_offer_goes_on(full, django_capture_on_commit_callbacks):
    first, second = full.join(full.first), full.join(full.second)
    full.withdraw()

    with django_capture_on_commit_callbacks(execute=True):
        volunteers.suspend(volunteer=full.first, reason="搬走", by=full.worker, at=NOW)

    assert again(first).outcome == Outcome.LEFT and again(second).is_offered


def test_a_person_with_a_kept_place_takes_it_by_every_other_way(full):
    entry = full.join(full.first)
    full.withdraw()

    place = full.take(full.first)  # at the desk, by a call, from a thread

    assert isinstance(place, SignUp) and place.pk == again(entry).place_id
    tick.send(sender=None, at=NOW)
    assert again(entry).outcome == Outcome.TOOK and names() == {"陈静", "王秀英"}


def test_who_gets_a_place_in_another_role_waits_no_more_and_the_kept_place_goes_on(full):
    other = Role.objects.create(activity=full.activity, name="摄影", capacity=1)
    first, second = full.join(full.first), full.join(full.second)
    full.withdraw()

    assert isinstance(services.sign_up(volunteer=full.first, shift=full.shift, role=other, by=None, at=NOW), SignUp)
    tick.send(sender=None, at=NOW)

    assert again(first).outcome == Outcome.TOOK and again(second).is_offered


def test_a_promise_stays_when_the_role_gets_fewer_places(full):
    entry = full.join(full.first)
    full.withdraw()
    Role.objects.filter(pk=full.role.pk).update(capacity=1)

    assert isinstance(waiting.answer(entry=entry, takes=True, by=None, at=NOW), WaitingEntry)

    assert names() == {"陈静", "王秀英"}


def test_within_the_last_hour_the_list_is_closed_and_the_place_is_for_whoever_comes(full):
    first, second = full.join(full.first), full.join(full.second)
    full.withdraw(at=CLOSED - dt.timedelta(minutes=5))  # 8:25: after the end of the list

    tick.send(sender=None, at=CLOSED)

    assert {again(first).outcome, again(second).outcome} == {Outcome.OVER}
    assert messages_to(full.first) == [f"waiting_over:{first.pk}"]
    assert isinstance(full.take(full.third, at=CLOSED), SignUp)


def test_nobody_is_asked_if_the_list_ends_before_people_are_awake(full):
    entry = full.join(full.first)
    full.withdraw(at=CLOSED - dt.timedelta(minutes=45))  # 7:45: the list ends at 8:00, and nobody is awake

    assert not again(entry).is_offered


def test_a_cancelled_activity_ends_the_wait_with_one_message(full):
    entry = full.join(full.first)
    full.withdraw()

    services.cancel_activity(activity=full.activity, by=full.worker, at=NOW)
    tick.send(sender=None, at=NOW)
    tick.send(sender=None, at=NOW)

    assert again(entry).outcome == Outcome.OVER
    assert messages_to(full.first) == [f"cancelled:{full.activity.pk}"]


def test_people_who_wait_hear_of_a_move_once(full):
    full.join(full.first)
    activity = full.activity.__class__.objects.get(pk=full.activity.pk)
    activity.place = "街道礼堂"

    changing.save_activity(activity=activity, by=full.worker, at=NOW)

    message = Message.objects.get(volunteer=full.first)
    assert "街道礼堂" in message.text and message.key.startswith("moved:")


def test_two_rows_of_one_person_get_one_offer(full):
    first, second = full.join(full.first), full.join(full.second)
    Volunteer.objects.filter(pk=full.second.pk).update(merged_into=full.first)

    full.withdraw(0)
    full.withdraw(1)

    assert again(first).is_offered and again(second).outcome == Outcome.LEFT


def test_the_clock_offers_a_place_that_came_free_without_a_word(full):
    entry = full.join(full.first)
    SignUp.objects.filter(pk=full.places[0].pk).update(cancelled_at=NOW)

    assert offering.sweep(at=NOW) == 1
    assert again(entry).is_offered


def test_a_quiet_minute_costs_few_statements(full, django_assert_max_num_queries):
    full.join(full.first)

    with django_assert_max_num_queries(4):
        assert offering.sweep(at=NOW) == 0


@pytest.mark.parametrize(
    "case", ["place_free", "already_waiting", "list_closed", "too_late", "suspended", "cancelled", "already_signed_up"]
)
def test_joining_is_refused(full, case):
    person, at = full.first, NOW
    match case:
        case "place_free":
            full.withdraw()
        case "already_waiting":
            full.join(person)
        case "list_closed":
            at = CLOSED
        case "too_late":
            at = BEGUN
        case "suspended":
            Volunteer.objects.filter(pk=person.pk).update(suspended_at=NOW)
            person.refresh_from_db()
        case "cancelled":
            services.cancel_activity(activity=full.activity, by=None, at=NOW)
            full.shift.refresh_from_db()
        case "already_signed_up":
            person = full.places[0].volunteer

    outcome = waiting.join(volunteer=person, shift=full.shift, role=full.role, by=None, at=at)

    assert code_of(outcome) == case
    assert SignUp.objects.filter(shift=full.shift, cancelled_at=None, volunteer=full.first).count() == 0


def test_an_answer_before_an_offer_is_refused(full):
    entry = full.join(full.first)

    assert code_of(waiting.answer(entry=entry, takes=True, by=None, at=NOW)) == "no_offer"


def test_who_left_the_list_can_join_its_end_again(full):
    first = full.join(full.first)
    full.join(full.second)
    waiting.answer(entry=first, takes=False, by=None, at=NOW)

    last = full.join(full.first, at=NOW + dt.timedelta(minutes=1))
    full.withdraw(at=NOW + dt.timedelta(minutes=2))

    assert again(first).outcome == Outcome.LEFT and not again(last).is_offered


def test_staff_put_people_on_the_list_and_take_them_off_with_a_log(full):
    entry = waiting.put_in(volunteer=full.first, shift=full.shift, role=full.role, by=full.worker, at=NOW)
    assert isinstance(entry, WaitingEntry) and entry.joined_by == full.worker

    full.withdraw()
    assert isinstance(waiting.take_out(entry=again(entry), by=full.worker, at=NOW), WaitingEntry)

    assert again(entry).outcome == Outcome.DECLINED
    assert isinstance(full.take(full.third), SignUp)


@pytest.mark.parametrize("case", ["not_allowed", "other_community", "place_free", "already_signed_up"])
def test_staff_are_refused(full, case):
    person, by = full.first, full.worker
    match case:
        case "not_allowed":
            by = UserFactory()
        case "other_community":
            person = VolunteerFactory(name="外社区", at=NOW)
        case "place_free":
            full.withdraw()
        case "already_signed_up":
            person = full.places[0].volunteer

    assert code_of(waiting.put_in(volunteer=person, shift=full.shift, role=full.role, by=by, at=NOW)) == case


def test_a_stranger_takes_nobody_off(full):
    entry = full.join(full.first)

    assert code_of(waiting.take_out(entry=entry, by=UserFactory(), at=NOW)) == "not_allowed"
    assert again(entry).ended_at is None
