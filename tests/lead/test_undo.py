"""“撤回” beside the line about an act: at claims, newcomers, the roster and the signed roster."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse

from academy.activities.models import Activity
from academy.checkin.models import Annulment, Claim, Scan, Visit
from academy.checkin.rows import row_key
from academy.checkin.services import claims, codes
from academy.core.keys import random_key
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, UserFactory, sign_up
from tests.hours.scene import Scene, moment
from tests.pages import markup_of, text_of

pytestmark = pytest.mark.slow


@pytest.fixture
def activity(scene: Scene) -> Activity:
    activity = scene.activity()
    activity.shifts.update(walk_ins=True)
    return activity


@pytest.fixture
def leader(scene, sign_in) -> Client:
    return sign_in(scene.leading)


@pytest.fixture
def wang(scene, activity) -> Volunteer:
    person = scene.volunteer("王秀英", phone="13800001234")
    sign_up(person, activity.shifts.get())
    return person


def asked(activity, name="王秀英", tail="1234", at="09:58") -> Claim:
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


def address(name, activity, *more) -> str:
    return reverse(f"lead:{name}", args=[activity.pk, *more])


def button_of(page) -> dict[str, str]:
    """Return what the button beside the page's message posts."""
    (form,) = re.findall(r'<form method="post" action="(/lead/\d+/undo/)">(.*?)</form>', markup_of(page))
    fields = dict(re.findall(r'name="(next|act)" value="([^"]*)"', form[1]))
    assert "csrfmiddlewaretoken" in form[1] and "Take back" in form[1]
    return {"address": form[0], **fields}


def take_back(client: Client, page: Any) -> Any:
    button = button_of(page)
    return client.post(button.pop("address"), button, follow=True)


# Claims


def test_the_wrong_wang_is_taken_back_and_the_claim_is_there_again(scene, activity, leader, wang):
    wrong = scene.volunteer("王秀英", phone="13900009999")
    claim = asked(activity)
    page = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": wrong.pk}, follow=True)
    assert "王秀英: checked in 9:58" in text_of(page)

    page = take_back(leader, page)

    assert page.redirect_chain == [(address("activity", activity), 302)]
    assert "王秀英: the check-in at 9:58 is taken back. The request of “王秀英” waits again." in text_of(page)
    assert "王秀英 phone ends in 1234" in text_of(page)
    page = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": wang.pk}, follow=True)
    assert Visit.objects.get().volunteer == wang


def test_two_taps_take_back_once(activity, leader, wang):
    claim = asked(activity)
    button = button_of(leader.post(address("answer_claim", activity, claim.pk), {"volunteer": wang.pk}, follow=True))
    for _twice in range(2):
        page = leader.post(button["address"], button, follow=True)
        assert "is taken back" in text_of(page)
    assert Annulment.objects.count() == 1


def test_after_fifteen_minutes_a_sentence_says_what_to_do(activity, leader, wang, clock):
    claim = asked(activity)
    page = leader.post(address("answer_claim", activity, claim.pk), {"volunteer": wang.pk}, follow=True)
    clock.move_to(moment("10:16"))
    page = take_back(leader, page)
    assert "15 minutes only. Look at it when you confirm the hours." in text_of(page)
    assert Visit.objects.exists()


def test_a_declined_request_comes_back(activity, leader):
    claim = asked(activity)
    page = leader.post(address("answer_claim", activity, claim.pk), {"decline": "1"}, follow=True)
    assert "“王秀英”: the phone says that you do not know them." in text_of(page)

    page = take_back(leader, page)

    assert "1 request waits again." in text_of(page)
    assert "王秀英 phone ends in 1234" in text_of(page)


def test_an_old_button_does_not_reopen_what_another_leader_declined(activity, leader):
    claim = asked(activity)
    page = leader.post(address("answer_claim", activity, claim.pk), {"decline": "1"}, follow=True)
    take_back(leader, page)
    other = UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)])
    claims.decline(claim=Claim.objects.get(), by=other, at=moment("10:00"))

    take_back(leader, page)

    assert Claim.objects.get().answered_by == other


def test_declining_all_is_taken_back_for_exactly_those(activity, leader):
    many = [asked(activity, name=f"王{number}") for number in range(6)]
    claims.decline(claim=many[0], by=activity.leader.user, at=moment("09:59"))
    page = leader.post(address("decline_claims", activity), {"until": many[-1].pk}, follow=True)
    assert "5 requests were declined." in text_of(page)

    assert "5 requests wait again." in text_of(take_back(leader, page))
    assert [claim.pk for claim in claims.waiting_claims(activity, at=moment("10:00"))] == [one.pk for one in many[1:]]
    nothing = leader.post(address("decline_claims", activity), {"until": 0}, follow=True)
    assert address("undo", activity) not in markup_of(nothing)


def test_a_newcomer_taken_back_stays_registered_and_the_line_says_so(activity, leader):
    form = {"scan": uuid4(), "name": "李建国", "phone": "13900005678"}
    page = leader.post(address("newcomer", activity), form, follow=True)

    page = take_back(leader, page)

    assert "李建国: the check-in is taken back. The registration stays" in text_of(page)
    assert Volunteer.objects.filter(name="李建国").exists() and not Visit.objects.exists()
    again = leader.post(address("newcomer", activity), form, follow=True)
    assert "李建国: this was taken back. Nothing was changed." in text_of(again)


def test_a_refused_newcomer_keeps_what_was_typed(scene, activity, leader):
    Volunteer.objects.filter(pk=scene.leader.pk).update(phone="13700000000")
    form = {"scan": uuid4(), "name": scene.leader.name, "phone": "13700000000"}
    page = markup_of(leader.post(address("newcomer", activity), form))
    assert f'value="{scene.leader.name}"' in page and 'value="13700000000"' in page


# The address itself


@pytest.mark.parametrize(
    "act", ["", "x", "scan:", "scan:x", "claim:", "claim:x", "claim:1,", "visit:1", "scan:1" * 2000]
)
def test_an_act_that_no_page_made_is_not_found(activity, leader, act):
    assert leader.post(address("undo", activity), {"act": act}).status_code == 404


def test_an_act_of_another_activity_or_by_another_person_is_not_found(scene, activity, leader, wang, sign_in):
    claim = asked(activity)
    leader.post(address("answer_claim", activity, claim.pk), {"volunteer": wang.pk})
    act = {"act": f"scan:{Scan.objects.get().pk}"}
    elsewhere = scene.activity(title="别的活动")
    assert leader.post(address("undo", elsewhere), act).status_code == 404
    stranger = sign_in(ActivityFactory(leader__login=True).leader.user)
    assert stranger.post(address("undo", activity), act).status_code == 404
    assert not Annulment.objects.exists()
    assert "taken back" in text_of(sign_in(scene.social_worker).post(address("undo", activity), act, follow=True))


def test_looking_at_the_address_takes_nothing_back(activity, leader):
    assert leader.get(address("undo", activity)).status_code == 405


@pytest.mark.parametrize("next_page", ["https://example.com/", "//example.com", ""])
def test_it_leads_to_no_other_site(activity, leader, next_page):
    claim = asked(activity)
    leader.post(address("answer_claim", activity, claim.pk), {"decline": "1"})
    response = leader.post(address("undo", activity), {"act": f"claim:{claim.pk}", "next": next_page})
    assert response["Location"] == address("activity", activity)


# The roster


def buttons(page, name="tick") -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', markup_of(page))


def tick(leader, activity, value, name="tick"):
    return leader.post(address("roster", activity), {name: value}, follow=True)


def of(person, activity, values) -> str:
    (value,) = [value for value in values if value.startswith(row_key(activity, person.pk))]
    return value


def test_a_tick_is_taken_back_at_its_row(activity, leader, wang):
    page = tick(leader, activity, of(wang, activity, buttons(leader.get(address("roster", activity)))))
    (act,) = buttons(page, "undo")

    for _twice in range(2):
        page = tick(leader, activity, act, "undo")

    assert page.redirect_chain[0][0].endswith("#said")
    assert "Taken back" in text_of(page) and "Checked in at" not in text_of(page)
    assert Annulment.objects.count() == 1 and not Visit.objects.exists()
    assert ":in:" in of(wang, activity, buttons(page)) and not buttons(page, "undo")


def test_a_tick_that_is_too_old_says_so_at_its_row(activity, leader, wang, clock):
    page = tick(leader, activity, of(wang, activity, buttons(leader.get(address("roster", activity)))))
    (act,) = buttons(page, "undo")
    clock.move_to(moment("10:16"))
    assert not buttons(leader.get(page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"]), "undo")
    page = tick(leader, activity, act, "undo")
    assert page.status_code == 409
    assert 'data-refusal="too_late_to_annul"' in markup_of(page)


def test_ones_own_tick_offers_no_button_that_would_refuse(scene, activity, leader):
    sign_up(scene.leader, activity.shifts.get())
    page = tick(leader, activity, of(scene.leader, activity, buttons(leader.get(address("roster", activity)))))
    assert "Checked in at 10:00." in text_of(page) and not buttons(page, "undo")


def test_a_check_out_a_minute_later_asks_and_one_more_tap_checks_out(activity, leader, wang, clock):
    page = tick(leader, activity, of(wang, activity, buttons(leader.get(address("roster", activity)))))
    clock.move_to(moment("10:01"))

    page = tick(leader, activity, of(wang, activity, buttons(page)))

    assert "Came at 10:00. Leaving now?" in text_of(page)
    assert "No, still here" in text_of(page) and markup_of(page).count('id="said"') == 1
    assert Scan.objects.count() == 1
    (sure,) = buttons(page, "sure")
    page = tick(leader, activity, sure, "sure")
    assert "Checked out at 10:01." in text_of(page)
    (act,) = buttons(page, "undo")
    tick(leader, activity, act, "undo")
    assert Visit.objects.get().closed_at is None


@pytest.mark.parametrize("act", ["", "x", "claim:1", f"scan:{UUID(int=1)},{UUID(int=2)}", f"scan:{UUID(int=1)}"])
def test_a_forged_undo_on_the_roster_is_not_found(activity, leader, act):
    assert leader.post(address("roster", activity), {"undo": act}).status_code == 404
    assert leader.post(address("roster_sheet", activity), {"undo": act}).status_code == 404


# The signed roster


def test_a_keyed_row_is_taken_back_on_its_page(activity, leader, wang, clock):
    clock.move_to(moment("13:00"))
    url = address("roster_row", activity, row_key(activity, wang.pk))
    page = leader.post(url, {"arrived": "900", "left": "1150"}, follow=True)
    page = take_back(leader, page)
    assert page.redirect_chain[0][0].startswith(url)
    assert "王秀英: the times are taken back." in text_of(page)
    assert Annulment.objects.count() == 2 and not Visit.objects.exists()


def test_a_whole_sheet_is_taken_back_but_for_the_leaders_own_row(scene, activity, leader, wang, clock):
    other = scene.volunteer("李建国")
    for person in (other, scene.leader):
        sign_up(person, activity.shifts.get())
    clock.move_to(moment("13:00"))
    keys = [row_key(activity, person.pk) for person in (wang, other, scene.leader)]
    typed = {f"{field}-{key}": time for key in keys for field, time in (("arrived", "900"), ("left", "1150"))}
    page = leader.post(address("roster_sheet", activity), typed, follow=True)
    assert "Keyed in: 3." in text_of(page)
    assert "2 rows are taken back." in text_of(take_back(leader, page))
    assert Visit.objects.get().volunteer == scene.leader


def test_of_a_sheet_taken_back_the_rows_that_stay_are_named(scene, activity, leader, wang, clock):
    other = scene.volunteer("李建国")
    sign_up(other, activity.shifts.get())
    clock.move_to(moment("13:00"))
    keys = [row_key(activity, person.pk) for person in (wang, other)]
    typed = {f"{field}-{key}": time for key in keys for field, time in (("arrived", "900"), ("left", "1150"))}
    page = leader.post(address("roster_sheet", activity), typed, follow=True)
    Visit.objects.filter(volunteer=other).update(sealed_at=moment("13:01"))

    said = text_of(take_back(leader, page))

    assert "王秀英: the times are taken back." in said
    assert "李建国: These hours are confirmed already. Ask the social worker for a correction." in said
    assert Visit.objects.get().volunteer == other


def test_a_row_is_taken_back_while_the_others_wait_as_typed(scene, activity, leader, wang, clock):
    others = [scene.volunteer(name) for name in ("李建国", "张桂兰")]
    for person in others:
        sign_up(person, activity.shifts.get())
    clock.move_to(moment("13:00"))
    first, second, bad = (row_key(activity, person.pk) for person in (wang, *others))
    typed = {f"arrived-{key}": "900" for key in (first, second, bad)} | {
        f"left-{key}": "1150" for key in (first, second)
    }
    page = leader.post(address("roster_sheet", activity), {**typed, f"left-{bad}": "99"})
    undo = buttons(page, "undo")
    assert len(undo) == 2
    waiting = {f"arrived-{bad}": "900", f"left-{bad}": "99", f"done-{first}": undo[0], f"done-{second}": undo[1]}

    page = leader.post(address("roster_sheet", activity), {**waiting, "row": [first, second, bad], "undo": undo[0]})

    assert "王秀英: the times are taken back." in text_of(page)
    assert f'name="left-{bad}" value="99"' in markup_of(page)
    assert f'name="arrived-{first}" value=""' in markup_of(page)
    assert buttons(page, "undo") == undo[1:]
    assert Visit.objects.get().volunteer == others[0]
