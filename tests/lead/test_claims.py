"""The leader's side of claims, newcomers and the large screen."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from academy.activities import services as activities
from academy.activities.models import Activity
from academy.checkin.models import Claim, Scan, Visit
from academy.checkin.services import claims, codes
from academy.core.keys import random_key
from academy.people.models import Volunteer
from tests.answers import messages_of
from tests.factories import ActivityFactory, CommunityFactory, VolunteerFactory
from tests.hours.scene import Scene, moment
from tests.pages import Statements, text_of


@pytest.fixture
def activity(scene: Scene) -> Activity:
    return scene.activity()


@pytest.fixture
def leader(scene, sign_in) -> Client:
    return sign_in(scene.leading)


def asked(activity, name="王秀英", tail="1234", at="09:30") -> Claim:
    claim = claims.ask(
        key=random_key(80),
        checkpoint=codes.checkpoint_for(activity, rotating=False).key,
        code=None,
        name=name,
        phone_tail=tail,
        at=moment(at),
    )
    assert isinstance(claim, Claim)
    return claim


def address(name, activity, *more):
    return reverse(f"lead:{name}", args=[activity.pk, *more])


def offered(page) -> list[str]:
    """Return the volunteer numbers on the buttons “It is …”, in their order."""
    return re.findall(r'name="volunteer"\s+value="\d+">.*?<small>(V\w+)', page.content.decode(), re.S)


# Candidates of a claim


def test_those_who_match_are_offered_the_best_first(scene, activity, leader):
    by_phone = scene.volunteer("李建国", phone="13900001234")
    by_name = scene.volunteer("王秀英", phone="13900009999")
    by_both = scene.volunteer("王秀英", phone="13800001234")
    scene.volunteer("张桂兰", phone="13900005678")
    VolunteerFactory(community=CommunityFactory(), name="王秀英", phone="13800001234")
    merged = scene.volunteer("王秀英", phone="13800001234")
    Volunteer.objects.filter(pk=merged.pk).update(merged_into=by_both)
    asked(activity)

    page = leader.get(address("activity", activity))

    assert offered(page) == [by_both.number, by_name.number, by_phone.number]
    assert "王秀英 phone ends in 1234 9:30" in text_of(page)
    assert "name and phone agree" in text_of(page)


def test_digits_alone_name_nobody_who_has_no_part_in_the_activity(scene, activity, leader):
    """ADR 37: anybody can send a claim with four digits."""
    stranger, known = (scene.volunteer(name, phone="13900001234") for name in ("李建国", "张桂兰"))
    activities.sign_up(
        volunteer=known, shift=activity.shifts.get(), role=activity.roles.get(), by=None, at=moment("07:00")
    )
    claim = asked(activity, name="刘伟")

    page = leader.get(address("activity", activity))

    assert offered(page) == [stranger.number, known.number]
    assert "It is 李*国" in text_of(page) and "It is 张桂兰" in text_of(page) and "李建国" not in text_of(page)
    response = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": stranger.pk})
    assert messages_of(response) == ["李*国: checked in 9:30"]


@pytest.mark.parametrize("is_answered", [False, True])
def test_a_claim_is_not_answered_with_a_person_who_does_not_match_it(scene, activity, leader, is_answered):
    other, claim = scene.volunteer("李建国", phone="13900005678"), asked(activity)
    if is_answered:
        claims.decline(claim=claim, by=scene.leading, at=moment("09:40"))

    response = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": other.pk})

    assert response.status_code == 404
    assert not Scan.objects.exists()


def test_never_more_than_five_are_offered(scene, activity, leader):
    for _person in range(7):
        scene.volunteer("王秀英")
    best = scene.volunteer("王秀英", phone="13800001234")
    asked(activity)

    assert len(offered(leader.get(address("activity", activity)))) == 5
    assert offered(leader.get(address("activity", activity)))[0] == best.number


def test_a_name_that_nobody_has_can_be_written_down(activity, leader):
    claim = asked(activity, "孙悟空", "0000")

    page = leader.get(address("activity", activity))

    assert "Nobody on the roll has this name or these digits." in text_of(page)
    assert f'href="{address("newcomer", activity)}?claim={claim.pk}"' in page.content.decode()


def test_another_activitys_claims_are_not_shown(scene, activity, leader):
    asked(scene.activity(title="别的活动"))

    assert "They say they are here" not in text_of(leader.get(address("activity", activity)))


def test_more_claims_take_no_more_statements(scene, activity, leader):
    asked(activity)
    scene.volunteer("王秀英")
    leader.get(address("claims", activity))  # the process learns that this is no practice community
    with Statements() as one:
        leader.get(address("claims", activity))
    for count in range(9):
        asked(activity, tail=f"000{count}")
        scene.volunteer("王秀英", phone=f"1380000000{count}")
    with Statements() as many:
        leader.get(address("claims", activity))

    assert len(many.sql) == len(one.sql)
    assert many.writing == []


# The live state


def test_the_live_answer_tells_when_somebody_asks(scene, activity, leader):
    def state():
        return leader.get(address("live", activity)).json()["claims"]

    assert state() == {"count": 0, "mark": ""}
    claim = asked(activity)
    first = state()
    assert first == {"count": 1, "mark": str(claim.pk)}
    asked(activity, "李建国")
    assert state()["count"] == 2
    claims.decline(claim=claim, by=scene.leading, at=moment("10:00"))
    assert state()["mark"] not in ("", first["mark"])


def test_the_part_with_the_claims_is_fetched_alone(activity, leader):
    asked(activity)

    page = leader.get(address("claims", activity)).content.decode()

    assert "<html" not in page
    assert "王秀英" in page and "csrfmiddlewaretoken" in page


# The taps


def test_it_is_her(scene, activity, leader):
    person = scene.volunteer("王秀英", phone="13800001234")
    claim = asked(activity)

    response = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": person.pk})

    assert (response.status_code, response["Location"]) == (302, address("activity", activity))
    assert messages_of(response) == ["王秀英: checked in 9:30"]
    assert Visit.objects.get().opened_at == moment("09:30")
    assert "They say they are here" not in text_of(leader.get(address("activity", activity)))


def test_who_is_in_is_checked_out_by_the_button_that_says_so(scene, activity, leader, clock):
    person = scene.volunteer("王秀英", phone="13800001234")
    scene.scan(person, activity.shifts.get(), "in", moment("09:00"))
    claim = asked(activity, at="09:50")
    assert "It is 王秀英 · Check out" in text_of(leader.get(address("activity", activity)))

    response = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": person.pk})

    assert messages_of(response) == ["王秀英: checked out 9:50"]


def test_i_do_not_know_them(activity, leader):
    claim = asked(activity)

    response = leader.post(address("answer_claim", activity, claim.pk), {"decline": "1"})

    assert response.status_code == 302
    claim.refresh_from_db()
    assert claim.answered_at == moment("10:00")


def test_a_claim_that_somebody_answered_says_so(scene, activity, leader, sign_in):
    person, claim = scene.volunteer(), asked(activity)
    sign_in(scene.social_worker).post(address("answer_claim", activity, claim.pk), {"decline": "1"})

    response = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": person.pk})

    assert messages_of(response) == [f"{person.name}: This request was answered already. Nothing was changed."]
    assert not Scan.objects.exists()


@pytest.mark.parametrize("who", ["", "x", "-1", "²", "9" * 30, "999999"])
def test_an_unknown_button_answers_no_claim(activity, leader, who):
    claim = asked(activity)

    assert leader.post(address("answer_claim", activity, claim.pk), {"volunteer": who}).status_code == 404
    assert not Scan.objects.exists()


def test_strangers_are_not_within_reach(scene, activity, leader, sign_in):
    abroad = VolunteerFactory(community=CommunityFactory(), name="王秀英")
    claim, elsewhere = asked(activity), asked(scene.activity(title="别的活动"))

    assert leader.post(address("answer_claim", activity, claim.pk), {"volunteer": abroad.pk}).status_code == 404
    assert leader.post(address("answer_claim", activity, elsewhere.pk), {"decline": "1"}).status_code == 404
    other = sign_in(ActivityFactory(leader__login=True).leader.user)
    assert other.post(address("answer_claim", activity, claim.pk), {"decline": "1"}).status_code == 404
    assert not Claim.objects.exclude(answered_at=None).exists()


def test_a_tap_from_another_site_is_refused(scene, activity):
    claim = asked(activity)
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.leading)

    assert client.post(address("answer_claim", activity, claim.pk), {"decline": "1"}).status_code == 403
    assert client.post(address("newcomer", activity), {}).status_code == 403


def test_two_times_to_choose_from_are_asked_about(scene, leader):
    activity = scene.activity(("09:00", "12:00"), ("09:00", "11:00"))
    activity.shifts.update(walk_ins=True)
    person, claim = scene.volunteer(), asked(activity)
    url = address("answer_claim", activity, claim.pk)

    page = leader.post(url, {"volunteer": person.pk})
    assert "Which time?" in text_of(page)
    shift = re.findall(r'name="shift" value="(\d+)"', page.content.decode())[0]
    assert f'name="volunteer" value="{person.pk}"' in page.content.decode()

    leader.post(url, {"volunteer": person.pk, "shift": shift})
    assert Visit.objects.get().shift_id == int(shift)


# Newcomers


def form_of(page) -> dict[str, str]:
    found = re.findall(r'<input[^>]*name="(scan|name|phone)"[^>]*>', page.content.decode())
    assert sorted(found) == ["name", "phone", "scan"]
    values = {name: re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.content.decode()) for name in found}
    return {name: match[1] if match else "" for name, match in values.items()}


@pytest.fixture
def open_to_all(activity):
    activity.shifts.update(walk_ins=True)


@pytest.mark.usefixtures("open_to_all")
def test_a_newcomer_is_added_and_checked_in(activity, leader):
    form = form_of(leader.get(address("newcomer", activity)))

    response = leader.post(address("newcomer", activity), {**form, "name": "李 建国", "phone": "+86 139-0000-5678"})

    assert messages_of(response) == ["李建国: checked in 10:00"]
    person = Volunteer.objects.get(name="李建国")
    assert (person.provisional, person.phone) == (True, "13900005678")
    again = leader.post(address("newcomer", activity), {**form, "name": "李建国", "phone": "13900005678"})
    assert messages_of(again)[-1] == "李建国: checked in 10:00"
    assert Scan.objects.count() == 1


@pytest.mark.usefixtures("open_to_all")
def test_adding_a_newcomer_answers_their_claim(activity, leader):
    claim = asked(activity, "李建国", "5678")
    url = f"{address('newcomer', activity)}?claim={claim.pk}"
    page = leader.get(url)
    assert form_of(page)["name"] == "李建国"
    assert "Asked at 9:30, phone ends in 5678." in text_of(page)

    leader.post(url, {**form_of(page), "phone": "13900005678"})

    claim.refresh_from_db()
    assert claim.scan.happened_at == moment("09:30")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": ""}, "Type the person's name."),
        ({"phone": ""}, "Type the person's phone number."),
        (
            {"phone": "12345"},
            "Give a mobile number of 11 digits, or a landline with its area code, such as 0731-88881234.",
        ),
    ],
)
def test_a_typing_mistake_is_explained_beside_the_field_and_kept(activity, leader, typed, sentence):
    form = {"scan": uuid4(), "name": "李建国", "phone": "13900005678", **typed}

    page = leader.post(address("newcomer", activity), form)

    assert sentence in text_of(page)
    assert form_of(page) == {name: str(value) for name, value in form.items()}
    assert not Scan.objects.exists()


def test_a_form_with_a_broken_id_gets_another_one(activity, leader):
    page = leader.post(address("newcomer", activity), {"scan": "x", "name": "", "phone": "13900005678"})

    assert form_of(page)["scan"] != "x"
    assert form_of(page)["phone"] == "13900005678"


def test_no_leader_adds_themselves(scene, activity, leader):
    Volunteer.objects.filter(pk=scene.leader.pk).update(phone="13700000000")

    page = leader.post(address("newcomer", activity), {"scan": uuid4(), "name": "赵敏", "phone": "13700000000"})

    assert 'data-refusal="own_scan"' in page.content.decode()
    assert not Scan.objects.exists()


# The large screen


def test_the_screen_shows_the_code_the_count_and_the_last_five_masked(scene, activity, leader):
    names = ("王秀英", "李建国", "张桂兰", "刘伟", "陈静", "杨洋")
    for minute, name in enumerate(names):
        scene.scan(scene.volunteer(name), activity.shifts.get(), "in", moment(f"09:0{minute}"))

    page = leader.get(address("screen", activity))

    assert page.context["latest"] == ["杨*", "陈*", "刘*", "张*兰", "李*国"]
    assert "academy.test/c/" in text_of(page)
    assert "People who came: 6" in text_of(page)
    assert "王秀英" not in text_of(page)
    assert f'href="{address("activity", activity)}"' in page.content.decode()
    assert f'href="{address("screen", activity)}"' in leader.get(address("activity", activity)).content.decode()
    assert leader.get(address("live", activity)).json()["latest"] == page.context["latest"]


def test_the_last_to_leave_is_listed_first_and_once(scene, activity, leader):
    person = scene.volunteer("王秀英")
    shift = activity.shifts.get()
    scene.scan(person, shift, "in", moment("09:00"))
    scene.scan(scene.volunteer("李建国"), shift, "in", moment("09:10"))
    scene.scan(person, shift, "out", moment("09:40"))

    assert leader.get(address("screen", activity)).context["latest"] == ["王*英", "李*国"]


def test_codes_for_five_minutes_without_a_network_are_fetched_ahead(activity, leader, clock):
    clock.move_to(moment("09:30:59"))

    answer = leader.get(address("live", activity)).json()

    assert answer["codes"][-1]["ends"] - answer["now"] > 5 * 60 * 1000 + 10_000


@pytest.mark.parametrize("name", ["activity", "screen"])
def test_a_cancelled_activity_shows_no_code(scene, activity, leader, name):
    activities.cancel_activity(activity=activity, by=scene.social_worker, at=moment("09:50"))

    page = leader.get(address(name, activity))

    assert page.context["code"] is None
    assert "<svg" not in page.content.decode().partition("<main")[2].partition("qr-code")[2]
    assert "This activity has been cancelled. Its codes do not work." in text_of(page)
    live = leader.get(address("live", activity)).json()
    assert (live["codes"], live["cancelled"]) == ([], True)
