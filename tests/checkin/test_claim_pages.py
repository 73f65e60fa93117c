"""“我来了” as a phone meets it: the form, the wait, the answer; and the id of a browser."""

import datetime as dt
import re

import pytest
from django.test import Client

from academy.activities.models import Activity
from academy.checkin.models import Claim, Scan
from academy.checkin.services import claims, codes
from academy.core.keys import random_key
from academy.people.models import User, Volunteer
from tests.checkin.asking import browser, static
from tests.checkin.times import START, minutes
from tests.factories import ActivityFactory, VolunteerFactory

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
    assert "The leader is asked to check you in" in page.content.decode()
    assert "Your time counts from 9:00." in page.content.decode()
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
    refused = phone.get(declined).content.decode()
    assert "Please go to the leader" in refused
    assert 'data-state="declined"' in refused and "js/claim.js" in refused  # the leader may take the answer back
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
    assert "The leader is asked to check you in" in phone.post(url, form, follow=True).content.decode()
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
    assert page.content.decode().count(sentence) >= 2  # at the field, and above the fold
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
