"""“我来了”: claims without a sign-in, the leader's answer, and newcomers; by service and by phone."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.models import Claim, Method, Scan, Visit
from academy.checkin.services import claims, codes, leading, scanning
from academy.core.keys import random_key
from academy.core.refusals import Refusal
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from tests.answers import code_of
from tests.checkin.times import END, START, minutes
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


def static(activity) -> str:
    return codes.checkpoint_for(activity, rotating=False).key


def asked(activity, at: dt.datetime = START, **more) -> Claim:
    outcome = ask(activity, at, **more)
    assert isinstance(outcome, Claim), outcome
    return outcome


def ask(activity, at: dt.datetime = START, **more) -> Claim | Refusal:
    fields = {
        "key": random_key(80),
        "checkpoint": static(activity),
        "code": None,
        "name": "王秀英",
        "phone_tail": "1234",
        "grace": False,
        "browser": "",
    }
    return claims.ask(at=at, **{**fields, **more})


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


def test_a_claim_expires_after_twelve_hours(activity, volunteer, leader):
    claim = asked(activity)
    late = START + dt.timedelta(hours=12)

    assert not claims.waiting_claims(activity, at=late).exists()
    assert code_of(claims.vouch(claim=claim, volunteer=volunteer, by=leader, at=late)) == "claim_expired"
    assert code_of(claims.decline(claim=claim, by=leader, at=late)) == "claim_expired"
    assert not Scan.objects.exists()


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
    leading.check_everybody_out(activity=activity, by=leader, at=END)

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


# Newcomers


def mark(activity, leader, at=START, **more):
    fields = {"scan_id": uuid4(), "name": "李建国", "phone": "13900005678"}
    return claims.add_newcomer(activity=activity, by=leader, at=at, **{**fields, **more})


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


# As a phone meets it


def browser() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    return client


def form_of(page) -> dict[str, str]:
    """Return the fields of the form “I am here”."""
    form = re.search(
        r'<form class="act" method="post" action="/c/[^"]+/claim/">.*?</form>', page.content.decode(), re.S
    )
    assert form, "the page offers no claim"
    tags = [tag for tag in re.findall(r"<input[^>]*>", form[0])]
    found = {re.search(r'name="([^"]*)"', tag)[1]: re.search(r'value="([^"]*)"', tag) for tag in tags}
    return {name: value[1] if value else "" for name, value in found.items()}


def offers_claim(page) -> bool:
    return "/claim/" in page.content.decode()


def say(phone: Client, url: str, **typed):
    form = {**form_of(phone.get(url)), "name": "王秀英", "phone_tail": "1234", **typed}
    return phone.post(f"/c/{url.split('/')[2]}/claim/", form, follow=True)


def poster(activity) -> str:
    return f"/c/{static(activity)}/"


def screen(activity, at=START) -> str:
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    return f"/c/{checkpoint.key}/{codes.rotating_codes(checkpoint, at=at)[0].code}/"


@pytest.mark.parametrize("address", [poster, screen])
def test_a_phone_asks_waits_and_is_let_in(activity, volunteer, leader, clock, address):
    phone = browser()
    page = say(phone, address(activity))
    assert "The leader is being asked" in page.content.decode()
    assert "9:00 is the time that counts" in page.content.decode()
    url = page.request["PATH_INFO"]
    assert phone.get(f"{url}?state").json() == {"state": "waiting"}
    assert 'http-equiv="refresh"' in page.content.decode()

    clock.shift(300)
    claims.vouch(claim=Claim.objects.get(), volunteer=volunteer, by=leader, at=START + minutes(5))
    assert phone.get(f"{url}?state").json() == {"state": "vouched"}
    page = phone.get(url).content.decode()
    assert "Checked in" in page and "9:00" in page and "result-ok" in page
    assert 'http-equiv="refresh"' not in page


def test_a_claim_that_is_declined_or_too_old_is_sent_to_the_leader(activity, leader, clock):
    phone = browser()
    declined = say(phone, poster(activity)).request["PATH_INFO"]
    claims.decline(claim=Claim.objects.get(), by=leader, at=START)
    assert "Please go to the leader" in phone.get(declined).content.decode()
    old = say(phone, poster(activity)).request["PATH_INFO"]
    clock.shift(dt.timedelta(hours=13))
    assert phone.get(f"{old}?state").json() == {"state": "expired"}
    assert "Nobody answered in time" in phone.get(old).content.decode()


def test_a_refused_claim_says_why(activity, volunteer, leader):
    phone = browser()
    url = say(phone, poster(activity)).request["PATH_INFO"]
    Volunteer.objects.filter(pk=volunteer.pk).update(suspended_at=START)
    volunteer.refresh_from_db()
    claims.vouch(claim=Claim.objects.get(), volunteer=volunteer, by=leader, at=START)
    assert 'data-refusal="suspended"' in phone.get(url).content.decode()


def test_the_bare_address_of_a_screen_offers_nothing(activity):
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    phone = browser()
    assert not offers_claim(phone.get(f"/c/{checkpoint.key}/"))
    form = {**form_of(phone.get(poster(activity))), "name": "王秀英", "phone_tail": "1234"}
    answer = phone.post(f"/c/{checkpoint.key}/claim/", form)
    assert 'data-refusal="bad_code"' in answer.content.decode()
    assert not Claim.objects.exists()


def test_the_code_that_was_good_stays_good_for_five_minutes(activity, clock):
    phone = browser()
    form = {**form_of(phone.get(screen(activity))), "name": "王秀英", "phone_tail": "1234"}
    url = f"/c/{screen(activity).split('/')[2]}/claim/"
    clock.shift(290)
    assert "The leader is being asked" in phone.post(url, form, follow=True).content.decode()
    stranger = browser()
    stranger.cookies["csrftoken"] = phone.cookies["csrftoken"].value
    assert 'data-refusal="code_expired"' in stranger.post(url, {**form, "key": random_key(80)}).content.decode()


def test_a_second_tap_is_the_same_claim(activity):
    phone = browser()
    form = {**form_of(phone.get(poster(activity))), "name": "王秀英", "phone_tail": "1234"}
    first, second = (phone.post(f"{poster(activity)}claim/", form) for _tap in range(2))
    assert first["Location"] == second["Location"]
    assert Claim.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "  "}, "Type your name."),
        ({"name": "王" * 61}, "too long for a name"),
        ({"phone_tail": "123"}, "e.g. 1234"),
        ({"phone_tail": "13800131234"}, "e.g. 1234"),
        ({"phone_tail": ""}, "Type the last four digits"),
    ],
)
def test_a_mistyped_field_keeps_its_text_and_shows_the_error(activity, typed, sentence):
    page = say(browser(), poster(activity), **typed)
    assert sentence in page.content.decode()
    kept = form_of(page)
    assert {name: kept[name] for name in ("name", "phone_tail")} == {
        "name": "王秀英",
        "phone_tail": "1234",
        **{name: text.strip() if name == "phone_tail" else text for name, text in typed.items()},
    }
    assert not Claim.objects.exists()


def test_digits_of_a_chinese_keyboard_are_digits(activity):
    say(browser(), poster(activity), phone_tail="１２３４")
    assert Claim.objects.get().phone_tail == "1234"


@pytest.mark.parametrize("stale", [{"csrfmiddlewaretoken": "x" * 64}, {"key": "nonsense!"}, {"key": ""}])
def test_a_stale_form_comes_back_with_the_typed_text(activity, stale):
    page = say(browser(), poster(activity), **stale)
    assert page.status_code == 403
    assert "tap once more" in page.content.decode()
    assert form_of(page)["name"] == "王秀英"
    assert len(form_of(page)["key"]) == 16
    assert not Claim.objects.exists()


def test_when_too_many_wait_nothing_typed_is_lost(activity, monkeypatch):
    monkeypatch.setattr(claims, "MOST_WAITING", 0)
    page = say(browser(), poster(activity))
    assert "Many people are waiting" in page.content.decode()
    assert form_of(page)["name"] == "王秀英"


def test_a_signed_in_user_gets_the_button_instead(activity, volunteer, leader):
    phone = browser()
    form = form_of(phone.get(poster(activity)))
    phone.force_login(leader)
    assert not offers_claim(phone.get(poster(activity)))
    assert phone.post(f"{poster(activity)}claim/", form)["Location"] == poster(activity)


def test_a_claims_page_stores_no_row_and_is_not_cached(activity):
    phone = browser()
    url = say(phone, poster(activity)).request["PATH_INFO"]
    before = list(Claim.objects.values())
    for path in (url, f"{url}?state", f"{poster(activity)}claim/"):
        assert "no-store" in phone.get(path)["Cache-Control"]
        phone.head(path)
    assert list(Claim.objects.values()) == before


def test_a_claims_page_belongs_to_its_checkpoint_and_key(activity):
    phone = browser()
    url = say(phone, poster(activity)).request["PATH_INFO"]
    assert phone.get(url.lower().replace("/c/", "/C/")).status_code == 200
    assert phone.get(url.replace(static(activity), static(ActivityFactory()))).status_code == 404
    assert phone.get(f"{poster(activity)}claim/{random_key(80)}/").status_code == 404
    assert phone.get("/c/0000000000/claim/").status_code == 302
    assert phone.post("/c/0000000000/claim/", form_of(phone.get(poster(activity)))).status_code == 404


# A browser's own id


def test_each_browser_has_an_id_of_its_own(activity, volunteer):
    phone, other = browser(), browser()
    for client in (phone, other):
        client.get(poster(activity))
    cookie = phone.cookies["browser"]
    assert cookie.value != other.cookies["browser"].value
    assert (len(cookie.value), cookie["httponly"], cookie["samesite"]) == (13, True, "Lax")
    assert int(cookie["max-age"]) > 300 * 24 * 60 * 60
    assert "browser" not in phone.get(poster(activity)).cookies
    say(phone, poster(activity))
    assert Claim.objects.get().browser == cookie.value


@pytest.mark.parametrize(("sent", "kept"), [("0123456789ABC", "0123456789ABC"), ("x' --", ""), ("A" * 17, "")])
def test_a_scan_keeps_the_browser_that_made_it(activity, sent, kept):
    person = VolunteerFactory(community=activity.community, login=True)
    phone = browser()
    phone.force_login(person.user)
    page = phone.get(poster(activity))
    phone.cookies["browser"] = sent
    who = re.search(r'name="who" value="([^"]+)"', page.content.decode())[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]
    phone.post(poster(activity), {"who": who, "csrfmiddlewaretoken": token})
    assert Scan.objects.get().browser == kept
