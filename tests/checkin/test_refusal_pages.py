"""Refusals as people read them: no code, a tone that fits, and a button that leads on."""

import ast
import inspect
import re
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.translation import override

from academy.activities.models import Activity
from academy.checkin import refusals
from academy.checkin.gate_pages import refused_page
from academy.checkin.gate_views import NO_VOLUNTEER
from academy.checkin.models import Claim
from academy.checkin.next_steps import TONES_AND_STEPS, next_steps
from academy.checkin.services import claims
from academy.core.refusals import Refusal
from academy.families import services as families
from academy.people.models import Volunteer
from academy.people.services import volunteers
from tests.checkin.asking import asked
from tests.checkin.gate import browser, fields, poster, refusal, screen, signed_in, tap
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db

CODE = re.compile(r"\b[a-z]+_[a-z_]+\b")
OF_LEADERS = {"own_scan", "claim_answered", "unknown_card", "card_revoked", "device_refused"}


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True, leader__name="赵敏")


@pytest.fixture
def phone(activity) -> Client:
    return signed_in(VolunteerFactory(community=activity.community, name="王秀英", login=True))


def words(page) -> str:
    """Return the words inside `main`, after checking that none of them is a code."""
    text = text_of(SimpleNamespace(content=page.content.split(b"<main", 1)[1]))
    assert not CODE.search(text), text
    return text


def sign(page) -> str:
    html = page.content.decode()
    return "clock" if "result-waits" in html else "cross" if "result-no" in html else ""


def buttons(page) -> list[str]:
    return re.findall(r'<a class="btn[^"]*"\s+href="([^"]+)"', page.content.decode())


def known_codes() -> set[str]:
    """Return every code that has a sentence for a volunteer."""
    tree = ast.parse(inspect.getsource(refusals.refusal_for))
    cases = {node.pattern for node in ast.walk(tree) if isinstance(node, ast.match_case)}
    values = {case.value.value for case in cases if isinstance(case, ast.MatchValue)}
    return values | set(refusals._SIGN_UP_REFUSALS)


def test_the_table_has_every_code_that_a_volunteer_can_meet():
    pages = {"no_volunteer", "claim_declined"}
    assert set(TONES_AND_STEPS) == (known_codes() - OF_LEADERS) | pages


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", sorted(TONES_AND_STEPS))
def test_each_refusal_is_words_a_sign_and_a_button_that_opens_a_page(code, language, activity):
    request = RequestFactory().get("/c/x/")
    request.user = AnonymousUser()
    with override(language):
        own = {"no_volunteer": NO_VOLUNTEER, "claim_declined": Refusal("claim_declined", "请过去报一下姓名。")}
        told = own.get(code) or refusals.refusal_for(code, at=START)
        for gate in ("", poster(activity)):
            page = refused_page(request, told, title=activity.title, activity_id=activity.pk, gate=gate)
            assert str(told) in words(page)
            assert f'data-refusal="{code}"' in page.content.decode()
            assert sign(page) == ("clock" if TONES_AND_STEPS[code][0] == "wait" else "cross")
            assert buttons(page)
            assert page.content.decode().count("btn-primary") <= 1
            for href in buttons(page):
                assert Client().get(href).status_code in (200, 302)


@pytest.mark.parametrize("code", sorted(TONES_AND_STEPS))
def test_each_refusal_has_a_sign_among_several_people(code):
    line = {"name": "王秀英", "tone": TONES_AND_STEPS[code][0], "refusal": Refusal(code, "请找负责人。")}
    html = render_to_string("components/answer_line.html", {"result": line})
    assert ("answer-wait" in html) is (TONES_AND_STEPS[code][0] == "wait")
    assert not CODE.search(re.sub(r"<[^>]+>", "", html))


def test_without_an_activity_there_are_others():
    assert [step.href for step in next_steps("too_late")] == ["/activities/"]


def test_no_template_prints_the_code_of_a_refusal():
    printed = re.compile(r">[^<\"]*{{ [\w.]*refusal\.code }}")
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    assert [path.name for path in pages if printed.search(path.read_text())] == []


# On the pages themselves


def test_too_early_waits_and_the_poster_can_be_tried_again(activity, phone, clock):
    clock.move_to(START - minutes(100))
    page = phone.get(poster(activity))
    assert "You are early" in words(page)
    assert (refusal(page), sign(page)) == ("too_early", "clock")
    assert buttons(page) == [poster(activity), f"/activities/{activity.pk}/"]


@pytest.mark.parametrize("client", [browser, None])
def test_a_code_that_ran_out_leads_to_typing_the_new_one(activity, phone, clock, client):
    url = screen(activity)
    clock.shift(130)
    page = (client() if client else phone).get(url)
    words(page)
    assert (refusal(page), sign(page), buttons(page)) == ("code_expired", "clock", ["/c/"])


def test_an_unknown_code_leads_to_typing(phone):
    for client in (phone, browser()):
        page = client.get("/c/0000000000/")
        words(page)
        assert (sign(page), buttons(page)) == ("cross", ["/c/"])
    page = tapped_elsewhere(phone)
    assert (page.status_code, refusal(page), buttons(page)) == (404, "unknown_checkpoint", ["/c/"])


def tapped_elsewhere(phone):
    person = Volunteer.objects.get(name="王秀英")
    phone.get("/c/")
    form = {"who": f"{person.pk}:in:{uuid4()}", "csrfmiddlewaretoken": "x" * 32}
    phone.cookies["csrftoken"] = "x" * 32
    return phone.post("/c/0000000000/", form)


def test_a_used_page_leads_back_to_its_gate(activity, phone):
    form = fields(phone.get(poster(activity)))
    phone.post(poster(activity), form)
    other = VolunteerFactory(community=activity.community, login=True)
    stranger = signed_in(other)
    own = fields(stranger.get(poster(activity)))
    scan_id = form["who"][0].split(":")[2]
    page = stranger.post(poster(activity), {**own, "who": f"{other.pk}:in:{scan_id}"})
    words(page)
    assert (page.status_code, refusal(page), buttons(page)) == (409, "id_reused", [poster(activity)])


def test_a_refused_scan_leads_to_the_activity(activity, phone, clock):
    form = fields(phone.get(poster(activity)))
    clock.move_to(END)
    page = phone.post(poster(activity), form, follow=True)
    words(page)
    assert (refusal(page), buttons(page)) == ("too_late", [f"/activities/{activity.pk}/"])


def test_a_login_without_a_volunteer_is_led_to_a_slip(activity):
    staff = browser()
    staff.force_login(UserFactory())
    page = staff.get(poster(activity))
    words(page)
    assert buttons(page) == ["/s/"]


def test_a_typed_code_that_opens_no_page_is_refused_in_words(activity, clock):
    old = screen(activity).split("/")[3]
    clock.shift(200)
    for typed, code in (("ABC", "unknown_checkpoint"), (old, "code_expired")):
        page = browser().get("/c/", {"code": typed})
        assert refusal(page) == code
        words(page)


@pytest.mark.parametrize(
    ("answer", "code", "seen"),
    [("decline", "claim_declined", "clock"), ("wait", "claim_expired", "clock"), ("vouch", "suspended", "cross")],
)
@pytest.mark.parametrize("rotating", [False, True])
def test_a_refused_claim_has_its_sign_and_a_way_on(activity, clock, answer, code, seen, rotating):
    address = screen(activity).split("/") if rotating else poster(activity).split("/")
    claim = asked(activity, checkpoint=address[2], code=address[3] or None)
    if answer == "decline":
        claims.decline(claim=claim, by=activity.leader.user, at=START)
    elif answer == "vouch":
        person = VolunteerFactory(community=activity.community)
        volunteers.suspend(volunteer=person, reason="口头", by=None, at=START)
        claims.vouch(claim=claim, volunteer=person, by=activity.leader.user, at=START)
    else:
        clock.move_to(Claim.objects.get().waits_until)
    page = browser().get(f"/c/{address[2]}/claim/{claim.key}/")
    assert "王秀英" in words(page)
    assert (refusal(page), sign(page)) == (code, seen)
    again = "/c/" if rotating else poster(activity)
    assert buttons(page) == (["/my/"] if code == "suspended" else [again])


def test_of_two_people_the_one_who_is_early_has_a_clock(activity, phone, clock):
    person = Volunteer.objects.get(name="王秀英")
    husband = VolunteerFactory(community=activity.community, name="李建国")
    families.allow_agent(volunteer=husband, user=person.user, evidence="口头", by=None, at=START)
    page = phone.get(poster(activity))
    who = re.findall(r'type="checkbox" name="who" value="([^"]+)"', page.content.decode())
    clock.move_to(START - minutes(100))
    early = phone.post(poster(activity), {**fields(page), "who": who}, follow=True)
    assert early.content.decode().count("answer-wait") == 2
    words(early)


def test_a_refused_person_beside_the_button_has_a_sign(activity, phone):
    person = Volunteer.objects.get(name="王秀英")
    husband = VolunteerFactory(community=activity.community, name="李建国")
    families.allow_agent(volunteer=husband, user=person.user, evidence="口头", by=None, at=START)
    volunteers.suspend(volunteer=husband, reason="口头", by=None, at=START)
    page = phone.get(poster(activity))
    words(page)
    assert re.search(r'data-refused="suspended">\s*<svg', page.content.decode())
    assert "Checked in" in text_of(tap(phone, poster(activity)))


# Who typed is told to type, who scanned to scan


def spoken(page) -> str:
    """Return the words about the code: the refusal and its button."""
    return words(page).split("Volunteer academy")[-1]


@pytest.mark.parametrize("signed_in_too", [False, True])
@pytest.mark.parametrize(
    ("minute", "code", "scanned", "typed"),
    [
        (5, None, "Scan the leader's screen again", "Type the new one from the leader's screen."),
        (0, "ABCDEFGH", "Scan the screen again.", "Type the code that it shows now."),
    ],
)
def test_a_wrong_or_expired_code_is_typed_again_by_whom_it_was_typed(
    activity, phone, clock, signed_in_too, minute, code, scanned, typed
):
    url = screen(activity)
    clock.move_to(START + minutes(minute))
    if code:
        url = f"{url.rsplit('/', 2)[0]}/{code}/"
    reader = phone if signed_in_too else browser()
    after_scan, after_typing = spoken(reader.get(url)), spoken(reader.get(f"{url}?typed"))
    assert scanned in after_scan and "Type the code instead" in after_scan
    assert typed in after_typing and "Type the new code" in after_typing
    assert "scan" not in after_typing.lower()


def test_a_typed_code_keeps_being_typed_through_the_tap_and_its_answer(activity, phone, clock):
    url = screen(activity)
    _c, _key, code = url.strip("/").split("/")
    typed = phone.get("/c/", {"code": code})["Location"]
    form = fields(phone.get(typed))
    clock.shift(600)
    page = phone.post(typed, form, follow=True)
    assert refusal(page) == "code_expired" and page.redirect_chain[-1][0].endswith("?typed")
    assert "Type the new one" in words(page) and "Scan" not in words(page)


def test_the_page_for_typing_never_says_scan_about_a_wrong_code(activity, clock):
    for text, code in (("ABC", "unknown_checkpoint"), ("王", "unknown_checkpoint")):
        page = browser().get("/c/", {"code": text})
        assert refusal(page) == code
        assert "Compare what you typed" in words(page) and "Scan" not in words(page)
    old = screen(activity).split("/")[3]
    clock.move_to(START + minutes(5))
    page = browser().get("/c/", {"code": old})
    assert refusal(page) == "code_expired" and "Type the new one from the leader's screen." in words(page)


def test_the_way_of_a_typed_code_goes_along_with_the_sign_in_and_the_claim(activity, clock):
    page = browser().get(f"{poster(activity)}?typed").content.decode()
    assert f"next={poster(activity).replace('/', '%2F')}%3Ftyped" in page
    assert f'action="{poster(activity)}claim/?typed"' in page


def test_no_refusal_tells_a_person_who_typed_to_scan():
    with override("en"):
        for code in TONES_AND_STEPS.keys() - {"too_many_waiting", "claim_declined", "claim_expired"}:
            known = NO_VOLUNTEER if code == "no_volunteer" else refusals.refusal_for(code, at=START)
            assert not re.search(r"\bscan the\b|scan it|scan again", str(refusals.worded_for_typing(known)), re.I), code
