"""“我来了” sent in numbers: limits of a poster, and declining all at once."""

import pytest
from django.core.exceptions import PermissionDenied

from academy.activities.models import Activity
from academy.checkin.models import Claim
from academy.checkin.services import claims, codes
from academy.people.models import Volunteer
from tests.answers import code_of
from tests.checkin.asking import ask, asked, browser, static
from tests.checkin.times import START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "MOST_OF_A_BROWSER", 2)
    monkeypatch.setattr(claims, "MOST_OF_A_NETWORK", 3)


@pytest.fixture
def activity(clock) -> Activity:
    return ActivityFactory(leader__login=True)


@pytest.fixture
def volunteer(activity) -> Volunteer:
    return VolunteerFactory(community=activity.community, name="王秀英", phone="13800131234")


def fill(activity, network="home", count=3):
    return [asked(activity, name=f"假人{number}", network=network) for number in range(count)]


def test_one_network_cannot_fill_a_poster(activity):
    filled = fill(activity)

    assert code_of(ask(activity, network="home")) == "too_many_waiting"
    asked(activity, network="elsewhere")
    claims.decline(claim=filled[0], by=activity.leader.user, at=START)
    asked(activity, network="home")


def test_one_browser_cannot_fill_a_poster(activity):
    for name in ("李建国", "李红"):
        asked(activity, name=name, browser="PHONE", network="home")

    assert code_of(ask(activity, name="李明", browser="PHONE", network="elsewhere")) == "too_many_waiting"
    asked(activity, name="李明", browser="OTHER", network="home")


def test_a_room_behind_one_network_can_use_the_leaders_screen(activity):
    fill(activity)
    checkpoint = codes.checkpoint_for(activity, rotating=True)
    live = codes.rotating_codes(checkpoint, at=START)[0].code

    for _neighbour in range(5):
        asked(activity, checkpoint=checkpoint.key, code=live, network="home", browser="SHARED", name=f"老{_neighbour}")


def test_a_phone_that_a_leader_knew_before_is_not_counted_with_its_network(activity, volunteer):
    earlier = asked(activity, START - minutes(60), browser="KNOWN")
    answer = claims.vouch(claim=earlier, volunteer=volunteer, by=activity.leader.user, at=START - minutes(60))
    assert answer.accepted
    fill(activity)

    asked(activity, network="home", browser="KNOWN")
    assert code_of(ask(activity, network="home", browser="STRANGE")) == "too_many_waiting"


def test_a_phone_known_in_another_community_is_counted(activity):
    other = ActivityFactory(leader__login=True)
    neighbour = VolunteerFactory(community=other.community)
    claims.vouch(claim=asked(other, browser="KNOWN"), volunteer=neighbour, by=other.leader.user, at=START)
    fill(activity)

    assert code_of(ask(activity, network="home", browser="KNOWN")) == "too_many_waiting"


def test_the_network_of_a_request_counts(activity):
    for number in range(3):
        asked_from(activity, "203.0.113.7", f"假人{number}")

    refused = asked_from(activity, "203.0.113.7", "王秀英")
    assert refused.status_code == 503
    assert "王秀英" in refused.content.decode()
    assert asked_from(activity, "203.0.113.8", "王秀英").status_code == 302
    assert "203.0.113" not in str(Claim.objects.values_list())


def test_a_household_with_many_addresses_is_one_network(activity):
    for number in range(3):
        asked_from(activity, f"2001:db8::{number}", f"假人{number}")

    assert asked_from(activity, "2001:db8::ffff", "王秀英").status_code == 503


def asked_from(activity, address, name):
    client = browser()
    form = client.get(f"/c/{static(activity)}/").context["claim_form"]
    fields = {"key": form["key"].value(), "name": name, "phone_tail": "1234"}
    fields["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    return client.post(f"/c/{static(activity)}/claim/", fields, REMOTE_ADDR=address)


@pytest.mark.parametrize("key", ["-", "", "0123456789ABCDE", "-" * 16, "你好你好你好你好你好你好你好你好"])
def test_a_key_that_is_not_ours_is_replaced(activity, key):
    client = browser()
    client.get(f"/c/{static(activity)}/")
    fields = {"key": key, "name": "王秀英", "phone_tail": "1234"}
    fields["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value

    page = client.post(f"/c/{static(activity)}/claim/", fields)

    assert page.status_code == 403
    assert "王秀英" in page.content.decode()
    assert not Claim.objects.exists()


# Declining all


def test_all_that_the_leader_saw_are_declined(activity, volunteer):
    first, other, last = fill(activity)
    leader = activity.leader.user
    claims.vouch(claim=first, volunteer=volunteer, by=leader, at=START)
    newer = asked(activity, name="刚来的")
    elsewhere = asked(ActivityFactory())

    assert claims.decline_all(activity=activity, until=last.pk, by=leader, at=START) == [other.pk, last.pk]
    assert claims.decline_all(activity=activity, until=last.pk, by=leader, at=START) == []

    assert list(claims.waiting_claims(activity, at=START)) == [newer]
    elsewhere.refresh_from_db()
    first.refresh_from_db()
    last.refresh_from_db()
    assert elsewhere.answered_at is None
    assert first.scan is not None
    assert (last.answered_by, last.answered_at, last.scan) == (leader, START, None)


def test_a_person_who_was_declined_with_the_others_can_ask_again(activity):
    honest = asked(activity, browser="PHONE")
    claims.decline_all(activity=activity, until=honest.pk, by=activity.leader.user, at=START)

    assert asked(activity, START + minutes(1), browser="PHONE") != honest


def test_only_a_leader_declines_all(activity):
    claim = asked(activity)

    with pytest.raises(PermissionDenied):
        claims.decline_all(activity=activity, until=claim.pk, by=UserFactory(), at=START)


def test_the_leaders_page_declines_all_in_one_tap(activity, clock):
    fill(activity, network="", count=6)
    client = browser()
    client.force_login(activity.leader.user)
    page = client.get(f"/lead/{activity.pk}/")
    assert "Decline all 6 requests" in page.content.decode()
    newer = asked(activity, name="刚来的")

    until = page.context["claims"].last
    token = client.cookies["csrftoken"].value
    client.post(f"/lead/{activity.pk}/claims/decline/", {"until": until, "csrfmiddlewaretoken": token})

    assert list(claims.waiting_claims(activity, at=START)) == [newer]
