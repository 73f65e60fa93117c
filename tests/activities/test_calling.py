"""Urgent calls: people asked one by one, who answer by their own link with one tap (R8)."""

import copy
import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.activities import calling, services
from academy.activities.call_models import Call
from academy.activities.models import Role, SignUp
from academy.core.refusals import Refusal
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NOW = dt.datetime(2026, 1, 8, 2, 0, tzinfo=dt.UTC)  # two days before the shift
BEGUN = dt.datetime(2026, 1, 10, 2, 0, tzinfo=dt.UTC)
OVER = dt.datetime(2026, 1, 10, 4, 0, tzinfo=dt.UTC)


class Desk:
    def __init__(self):
        self.home = CommunityFactory()
        self.worker = UserFactory(duties=[(self.home, DutyRole.SOCIAL_WORKER)])
        self.activity = ActivityFactory(community=self.home)
        self.shift, self.role = self.activity.shifts.get(), self.activity.roles.get()
        self.person = VolunteerFactory(community=self.home, name="王秀英", at=NOW)

    def call(self, *people, at=NOW, by=None):
        return calling.call(
            people=people or [self.person], shift=self.shift, role=self.role, by=by or self.worker, at=at
        )


@pytest.fixture(scope="module")
def made(rows_of_module):
    return rows_of_module(Desk)


@pytest.fixture
def desk(made, client):
    with time_machine.travel(NOW, tick=False):
        client.cookies["django_language"] = "en"
        yield copy.deepcopy(made)


def page_of(call):
    return reverse("activities:answer_call", args=[call.key])


def taken(desk):
    return SignUp.objects.filter(shift=desk.shift, cancelled_at=None)


def test_a_call_reaches_the_person_as_a_message_with_a_link_of_their_own(desk):
    (call,) = desk.call()

    message = Message.objects.get(volunteer=desk.person)
    assert message.path == page_of(call) and call.key in calling.address_of(call)
    assert not taken(desk).exists()  # R8: being asked is no yes


def test_one_tap_takes_the_place(desk, client):
    (call,) = desk.call()

    assert "I can come" in client.get(page_of(call)).content.decode()
    response = client.post(page_of(call), {"comes": "yes"}, follow=True)

    assert taken(desk).get().volunteer == desk.person
    assert "your place is noted" in response.content.decode()


def test_one_tap_says_no_and_who_said_no_is_not_asked_again(desk, client):
    (call,) = desk.call()

    client.post(page_of(call), {"comes": "no"})

    call.refresh_from_db()
    assert call.comes is False and not taken(desk).exists()
    assert desk.call() == [] and Message.objects.count() == 1


def test_a_no_after_a_yes_gives_the_place_back_and_a_yes_takes_it_again(desk):
    (call,) = desk.call()
    for comes, places in ((True, 1), (True, 1), (False, 0), (True, 1)):
        assert isinstance(calling.answer(call=call, comes=comes, at=NOW), Call)
        assert taken(desk).count() == places


def test_who_has_a_place_already_keeps_it(desk):
    place = sign_up(desk.person, desk.shift, at=NOW)
    (call,) = desk.call()

    calling.answer(call=call, comes=True, at=NOW)

    assert taken(desk).get() == place


def test_a_full_shift_refuses_the_yes_in_place_and_stores_no_answer(desk, client):
    (call,) = desk.call()
    desk.activity.roles.update(capacity=0)

    response = client.post(page_of(call), {"comes": "yes"})

    call.refresh_from_db()
    assert response.status_code == 409 and 'data-refusal="shift_full"' in response.content.decode()
    assert call.comes is None


def test_a_look_changes_nothing_and_shows_no_more_than_a_masked_name(desk, client):
    (call,) = desk.call()

    page = client.get(page_of(call)).content.decode()

    call.refresh_from_db()
    assert call.comes is None and "王*英" in page and "王秀英" not in page and desk.person.number not in page


@pytest.mark.parametrize("case", ["begun", "cancelled"])
def test_a_call_ends_with_its_shift(desk, client, case):
    (call,) = desk.call()
    if case == "cancelled":
        services.cancel_activity(activity=desk.activity, by=None, at=NOW)

    with time_machine.travel(BEGUN if case == "begun" else NOW, tick=False):
        look, answer = client.get(page_of(call)), client.post(page_of(call), {"comes": "yes"})

    assert "This call is over" in look.content.decode() and "I can come" not in look.content.decode()
    assert answer.status_code == 409 and not taken(desk).exists()


def test_guessed_keys_lead_nowhere_and_are_slowed_down(desk, client):
    codes = [client.get(f"/activities/call/{'A' * 19}{at % 10}/").status_code for at in range(45)]

    assert codes[0] == 404 and codes[-1] == 429


def test_while_it_runs_people_are_asked_for_those_who_did_not_come(desk, client):
    with time_machine.travel(BEGUN, tick=False):
        (call,) = desk.call(at=BEGUN)
        page = client.post(page_of(call), {"comes": "yes"}, follow=True).content.decode()
        assert "your place is noted" in page
        assert not taken(desk).get().walk_in  # every check of a sign-up was made, the signature too
        again = client.post(page_of(call), {"comes": "no"})

    assert again.status_code == 409 and 'data-refusal="too_late"' in again.content.decode()
    with time_machine.travel(OVER, tick=False):
        assert "This call is over" in client.get(page_of(call)).content.decode()


def test_who_did_not_answer_before_it_began_is_asked_once_more_and_who_said_no_is_not(desk):
    silent, no = desk.person, VolunteerFactory(community=desk.home, name="李建国", at=NOW)
    first, refused = desk.call(silent, no)
    calling.answer(call=refused, comes=False, at=NOW)

    (again,) = desk.call(silent, no, at=BEGUN)

    assert again == first and again.called_at == BEGUN
    assert desk.call(silent, no, at=BEGUN + dt.timedelta(minutes=5)) == []
    assert (Message.objects.filter(volunteer=silent).count(), Message.objects.filter(volunteer=no).count()) == (1, 1)
    assert isinstance(calling.answer(call=again, comes=True, at=BEGUN), Call)


def test_more_people_than_the_page_lists_are_refused_and_nobody_is_asked(desk):
    people = [copy.copy(desk.person) for _number in range(calling.MOST_CALLS + 1)]

    outcome = desk.call(*people)

    assert isinstance(outcome, Refusal) and outcome.code == "called_too_many"
    assert not Call.objects.exists()


@pytest.mark.parametrize("case", ["not_allowed", "called_nobody", "not_published", "cancelled", "too_late"])
def test_a_call_is_refused(desk, case):
    by, at, people = desk.worker, NOW, [desk.person]
    match case:
        case "not_allowed":
            by = UserFactory()
        case "called_nobody":
            people = [VolunteerFactory(name="外社区", at=NOW)]
        case "not_published":
            desk.shift.activity.published_at = None
        case "cancelled":
            desk.shift.activity.cancelled_at = NOW
        case "too_late":
            at = OVER

    outcome = calling.call(people=people, shift=desk.shift, role=desk.role, by=by, at=at)

    assert isinstance(outcome, Refusal) and outcome.code == case


def test_an_answer_has_a_moment_and_a_moment_has_an_answer(desk):
    (call,) = desk.call()
    for given in ({"comes": True}, {"answered_at": NOW}):
        with pytest.raises(IntegrityError, match="call_answered_at_a_moment"), transaction.atomic():
            Call.objects.filter(pk=call.pk).update(**given)
    Call.objects.filter(pk=call.pk).update(comes=True, answered_at=NOW)


def test_staff_ask_the_people_who_fit_and_see_the_answers(desk, client):
    client.force_login(desk.worker)
    url = reverse("group_texts", args=[desk.activity.pk])
    stranger = VolunteerFactory(name="外社区", at=NOW)

    client.post(url, {"person": [desk.person.pk, stranger.pk, "x", "9" * 30]})
    call = Call.objects.get()
    assert call.volunteer == desk.person
    assert call.key in client.get(url).content.decode()  # the text for this person

    calling.answer(call=call, comes=False, at=NOW)
    assert "cannot come" in client.get(url).content.decode()
    assert "Choose the people" in client.post(url, follow=True).content.decode()


def test_staff_ask_the_first_who_fits_one_by_one(desk, client):
    client.force_login(desk.worker)
    url = reverse("group_texts", args=[desk.activity.pk])
    second = VolunteerFactory(community=desk.home, name="李建国", at=NOW)
    listed = f"{url}?skill=&time=&building="
    assert "Ask the first: 王秀英" in client.get(listed).content.decode()

    client.post(listed, {"next": "1"})
    assert [call.volunteer for call in Call.objects.all()] == [desk.person]
    client.post(listed, {"next": "1"})
    assert Call.objects.latest("pk").volunteer == second


def test_who_was_asked_least_lately_comes_first(desk, client):
    asked, never = (VolunteerFactory(community=desk.home, name=name, at=NOW) for name in ("欧阳问过", "诸葛未问"))
    desk.call(asked)
    other = ActivityFactory(community=desk.home)
    client.force_login(desk.worker)

    page = client.get(f"{reverse('group_texts', args=[other.pk])}?skill=").content.decode()

    assert page.index(f'value="{never.pk}"') < page.index(f'value="{asked.pk}"')


def test_a_call_is_for_the_role_in_which_people_are_missing(desk, client):
    desk.activity.roles.update(capacity=0)
    missing = Role.objects.create(activity=desk.activity, name="摄影", capacity=1)
    third = Role.objects.create(activity=desk.activity, name="登记", capacity=1)
    client.force_login(desk.worker)
    url = reverse("group_texts", args=[desk.activity.pk])

    client.post(url, {"person": desk.person.pk})
    assert Call.objects.get().role == missing

    other = VolunteerFactory(community=desk.home, name="李建国", at=NOW)
    client.post(url, {"person": other.pk, "role": third.pk})
    assert Call.objects.latest("pk").role == third


def test_staff_call_to_the_shift_that_runs(desk, client):
    client.force_login(desk.worker)
    url = reverse("group_texts", args=[desk.activity.pk])

    with time_machine.travel(BEGUN, tick=False):
        client.force_login(desk.worker)
        client.post(f"{url}?shift={desk.shift.pk}&skill=", {"next": "1"})
        call = Call.objects.get()
        calling.answer(call=call, comes=True, at=BEGUN)
        assert "comes" in client.get(url).content.decode()
    assert taken(desk).get().volunteer == desk.person
