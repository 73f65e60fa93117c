"""The leader's roster: ticks on the screen, the paper sheet, and keying it in."""

import hmac
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin import tokens
from academy.checkin.models import Method, Scan
from academy.checkin.rows import find_people, row_key
from academy.checkin.services import scanning
from academy.checkin.services.codes import secret
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from tests.checkin.roster_pages import address, browser, refusals, row_address
from tests.checkin.scanner import Scanner
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import markup_of, text_of
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock"), pytest.mark.slow]


@pytest.fixture
def activity() -> Activity:
    return ActivityFactory(leader__login=True, leader__name="赵敏")


@pytest.fixture
def shift(activity) -> Shift:
    return activity.shifts.get()


@pytest.fixture
def volunteer(activity, shift) -> Volunteer:
    volunteer = VolunteerFactory(community=activity.community, name="王秀英")
    sign_up(volunteer, shift)
    return volunteer


@pytest.fixture
def leader(activity) -> Client:
    return browser(activity.leader.user)


@pytest.fixture
def scanner(activity) -> Scanner:
    return Scanner(activity, activity.leader.user, issued_at=START - minutes(20))


@pytest.fixture
def count_codes(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Count the codes that are derived from the secret."""
    derived = []

    def digest(*arguments: Any) -> bytes:
        derived.append(arguments)
        return original(*arguments)

    original = hmac.digest
    monkeypatch.setattr(hmac, "digest", digest)
    return lambda: len(derived)


def ticks(response, volunteer: Volunteer, activity: Activity) -> list[str]:
    """Return the form fields of the buttons at this person's rows."""
    key = row_key(activity, volunteer.pk)
    return re.findall(rf'name="tick" value="({key}:[^"]*)"', markup_of(response))


# Ticking


def test_people_without_a_name_stand_beside_who_brings_them(activity, volunteer, leader):
    SignUp.objects.filter(volunteer=volunteer).update(companions=2)

    assert "brings 2 people" in text_of(leader.get(address(activity)))
    paper = leader.get(f"/lead/{activity.pk}/roster.pdf")
    assert "brings2people" in "".join(pages(paper.content))


def test_every_signed_up_volunteer_has_one_button(leader, activity, volunteer):
    response = leader.get(address(activity))
    assert f"王秀英 {volunteer.number}" in text_of(response)
    (tick,) = ticks(response, volunteer, activity)
    assert ":in:" in tick


def test_a_tap_checks_in_and_the_page_says_so_in_place(leader, activity, volunteer, shift):
    (tick,) = ticks(leader.get(address(activity)), volunteer, activity)

    response = leader.post(address(activity), {"tick": tick}, follow=True)

    scan = Scan.objects.get()
    assert (scan.method, scan.operator, scan.volunteer, scan.shift, scan.refusal) == (
        Method.TICK,
        activity.leader.user,
        volunteer,
        shift,
        "",
    )
    assert response.redirect_chain[0][0].endswith("#said")
    assert "Checked in at 9:00." in text_of(response)
    assert markup_of(response).count('id="said"') == 1
    (next_tick,) = ticks(response, volunteer, activity)
    assert ":out:" in next_tick


def test_a_double_tap_is_one_scan(leader, activity, volunteer):
    (tick,) = ticks(leader.get(address(activity)), volunteer, activity)
    first = leader.post(address(activity), {"tick": tick})
    second = leader.post(address(activity), {"tick": tick})
    assert first["Location"] == second["Location"]
    assert Scan.objects.count() == 1


def test_a_tap_checks_out_a_volunteer_who_is_in(leader, activity, volunteer, clock):
    leader.post(address(activity), {"tick": ticks(leader.get(address(activity)), volunteer, activity)[0]})
    clock.move_to(END)
    (tick,) = ticks(leader.get(address(activity)), volunteer, activity)
    response = leader.post(address(activity), {"tick": tick}, follow=True)
    assert "9:00–12:00" in text_of(response) and "Checked out at 12:00." in text_of(response)


def test_a_refusal_stands_at_the_row_worded_for_the_leader(leader, activity, volunteer):
    (tick,) = ticks(leader.get(address(activity)), volunteer, activity)
    scanning.record_for(
        scan_id=uuid4(),
        activity=activity,
        volunteer=volunteer,
        method=Method.TICK,
        by=activity.leader.user,
        direction="in",
        at=START - minutes(10),
    )
    response = leader.post(address(activity), {"tick": tick}, follow=True)
    assert refusals(response) == ["already_checked_in"]
    assert "Here since 8:50 already." in text_of(response)


def test_an_id_of_another_scan_is_refused(leader, activity, volunteer):
    (tick,) = ticks(leader.get(address(activity)), volunteer, activity)
    leader.post(address(activity), {"tick": tick})
    response = leader.post(address(activity), {"tick": tick.replace(":in:", ":out:")})
    assert response.status_code == 409
    assert refusals(response) == ["id_reused"]
    assert Scan.objects.count() == 1


@pytest.mark.parametrize(
    "tick", ["", "x", "a:b:c:d", "7K3M9QXA2B:in::0b7c", "7K3M9QXA2B:in::0b7cf1d2-22e0-47f2-9c34-9652bde6cc4e"]
)
def test_forged_form_values_are_not_found(leader, activity, volunteer, tick):
    assert leader.post(address(activity), {"tick": tick}).status_code == 404


@pytest.mark.parametrize(
    ("at", "button"), [(-91, False), (-90, True), (179, True), (180, False)], ids=["early", "open", "last", "over"]
)
def test_rows_whose_scan_would_be_refused_have_no_button(leader, activity, volunteer, clock, at, button):
    clock.move_to(START + minutes(at))
    response = leader.get(address(activity))
    assert bool(ticks(response, volunteer, activity)) is button
    assert (row_address(activity, volunteer) in markup_of(response)) is not button


# Searching


def test_a_family_name_alone_finds_the_people_of_the_activity(leader, worker, activity, volunteer, other):
    for client in (leader, worker):
        assert [line.row.name for line in client.get(address(activity), {"q": "王"}).context["found"]] == ["王秀英"]
        page = client.get(address(activity), {"q": "李"})
        assert "Nobody of this activity has this in their name." in text_of(page)
        assert "李" not in [line.row.name[0] for line in page.context["found"]]
    assert leader.get(address(activity), {"q": "V"}).context["found"] == []  # of each number


@pytest.mark.parametrize("query", ["李", "345", "123456", "王英"])
def test_a_short_search_has_no_results(worker, activity, other, query):
    assert "李建国" not in text_of(worker.get(address(activity), {"q": query}))


def test_more_than_ten_are_never_found(worker, activity):
    VolunteerFactory.create_batch(12, community=activity.community, name="李建国")
    assert len(worker.get(address(activity), {"q": "李建国"}).context["found"]) == 10


def test_other_communities_and_merged_rows_are_not_found(worker, activity, volunteer):
    VolunteerFactory(name="李建国")
    gone = VolunteerFactory(community=activity.community, name="李建国")
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=volunteer)
    response = worker.get(address(activity), {"q": "李建国"})
    assert "Nobody of the community fits this" in text_of(response)


def test_a_walk_in_is_ticked_and_has_a_place_then(leader, activity, shift, other):
    (tick,) = ticks(leader.get(address(activity), {"q": other.number}), other, activity)

    response = leader.post(address(activity), {"tick": tick, "q": "建国"}, follow=True)

    assert SignUp.objects.get(volunteer=other).walk_in
    assert "Checked in at 9:00." in text_of(response)
    assert 'value="建国"' in markup_of(response)
    assert markup_of(response).count('id="said"') == 1


def test_with_two_open_shifts_the_leader_chooses(activity, leader, other):
    twice = ActivityFactory(
        community=activity.community,
        leader=activity.leader,
        shifts=[{"starts_at": START, "ends_at": END}, {"starts_at": START + minutes(30), "ends_at": END}],
    )
    (tick,) = ticks(leader.get(address(twice), {"q": other.number}), other, twice)
    response = leader.post(address(twice), {"tick": tick, "q": other.number})
    assert not Scan.objects.exists()

    choices = ticks(response, other, twice)
    second = twice.shifts.all()[1]
    assert len(choices) == 2
    leader.post(address(twice), {"tick": next(one for one in choices if f":{second.pk}:" in one)})

    assert Scan.objects.get().shift == second


def test_a_merged_volunteer_stands_there_once_as_the_one_who_stays(leader, activity, volunteer, shift):
    gone = VolunteerFactory(community=activity.community, name="王秀")
    sign_up(gone, shift)
    Volunteer.objects.filter(pk=gone.pk).update(merged_into=volunteer)
    assert len(ticks(leader.get(address(activity)), volunteer, activity)) == 1
    key = row_key(activity, gone.pk)
    assert find_people(activity, [key]) == {key: volunteer}


@pytest.mark.parametrize("people", [1, 40])
def test_a_tap_reads_one_key_however_many_people_the_community_has(leader, activity, volunteer, count_codes, people):
    VolunteerFactory.create_batch(people, community=activity.community)
    leader.post(address(activity), {"tick": f"{row_key(activity, volunteer.pk)}:in::{uuid4()}"})
    assert Scan.objects.get().volunteer == volunteer
    assert count_codes() == 2  # one made above, one read


@pytest.mark.parametrize("people", [1, 40])
def test_a_scanners_ticks_are_read_one_by_one(scanner, activity, volunteer, count_codes, people):
    VolunteerFactory.create_batch(people, community=activity.community)
    scans = [scanner.scan(*scan, tick=volunteer) for scan in (("in", START - minutes(9)), ("out", START))]
    made = count_codes()
    assert [result.outcome for result in scanner.send(*scans, at=START)] == ["accepted", "accepted"]
    assert count_codes() - made == 1


def test_rows_printed_or_downloaded_before_keys_held_an_id_still_open(leader, activity, volunteer, scanner):
    former = tokens.row_code(secret(), activity.pk, volunteer.pk)
    assert len(former) == 10
    assert volunteer.name in text_of(leader.get(address(activity, f"{former}/")))
    sent = scanner.scan("in", START, tick=former)
    assert [result.outcome for result in scanner.send(sent, at=START)] == ["accepted"]
    assert Scan.objects.get().volunteer == volunteer


def test_a_key_is_valid_for_one_activity_and_not_when_changed(activity, volunteer):
    other = ActivityFactory(community=activity.community)
    key = row_key(activity, volunteer.pk)
    assert find_people(activity, [key.lower()]) == {key: volunteer}
    for wrong in (row_key(other, volunteer.pk), f"0{key}", key[:-1], f"Z{key}", f"{key}Z", "", "?" * 13):
        assert find_people(activity, [wrong]) == {}


def test_the_pages_cost_does_not_grow_with_the_people(leader, activity, shift, django_assert_max_num_queries):
    for volunteer in VolunteerFactory.create_batch(15, community=activity.community):
        sign_up(volunteer, shift)
    leader.get(address(activity))
    with django_assert_max_num_queries(14):
        leader.get(address(activity))


@pytest.fixture
def worker(activity) -> Client:
    return browser(UserFactory(duties=[(activity.community, DutyRole.SOCIAL_WORKER)]))


@pytest.fixture
def other(activity) -> Volunteer:
    """A volunteer of the community who has no part in the activity."""
    return VolunteerFactory(community=activity.community, name="李建国", phone="13812345678")


def looked_up() -> list[str]:
    """Return the numbers of the volunteers whom a leader looked up."""
    return [entry.label for entry in ModelLogEntry.objects.filter(action=personal_data.SEARCHED)]


@pytest.mark.parametrize("query", ["建国", "李建国", "李 建国", "5678", "number"])
def test_a_social_worker_finds_a_volunteer_of_the_community(worker, activity, volunteer, other, query):
    response = worker.get(address(activity), {"q": other.number if query == "number" else query})
    assert "李建国" in text_of(response)
    assert ticks(response, other, activity)
    assert "13812345678" not in markup_of(response)
    assert looked_up() == []


@pytest.mark.parametrize("query", ["秀英", "number"])
def test_a_leader_finds_the_people_of_the_activity_by_a_part(leader, activity, volunteer, query):
    response = leader.get(address(activity), {"q": volunteer.number[-4:] if query == "number" else query})
    assert [row.row.name for row in response.context["found"]] == ["王秀英"]
    assert looked_up() == []


@pytest.mark.parametrize("query", ["李建国 5678", "李建国5678", "李 建国　５６７８", "李建国 138 1234 5678", "number"])
def test_a_leader_finds_another_person_by_name_and_digits_and_is_logged(leader, activity, other, query):
    """ADR 37: who stands there gives both. The page does not name the person whose number was typed."""
    response = leader.get(address(activity), {"q": other.number if query == "number" else query})
    assert [row.row.name for row in response.context["found"]] == ["李*国"]
    assert "李建国" not in text_of(response)
    assert ticks(response, other, activity)
    assert looked_up() == [other.number]


@pytest.mark.parametrize(
    "query", ["建国", "李建国", "5678", "V2026", "建国 5678", "李建国 678", "李建国 1234", "王秀英 5678"]
)
def test_a_leader_cannot_browse_the_roll(leader, activity, volunteer, other, query):
    response = leader.get(address(activity), {"q": query})
    assert other.number not in markup_of(response) and "李*国" not in text_of(response)
    assert looked_up() == []


def test_a_row_s_page_names_nobody_of_the_roll(leader, worker, activity, volunteer, other):
    """A scanner's roster has the row keys of the whole community."""
    assert "李建国" not in markup_of(leader.get(row_address(activity, other)))
    sheet = leader.post(address(activity, "sheet/"), {"row": [row_key(activity, other.pk)]})
    assert "李建国" not in markup_of(sheet) and "李*国" in text_of(sheet)
    assert "李建国" in markup_of(worker.get(row_address(activity, other)))
    assert "王秀英" in markup_of(leader.get(row_address(activity, volunteer)))


def test_the_leader_of_an_old_activity_sees_its_people_no_longer(leader, worker, activity, volunteer, clock):
    clock.move_to(END + minutes(60 * 24 * 60 - 1))
    assert leader.get(address(activity)).status_code == 200
    clock.move_to(END + minutes(60 * 24 * 60))
    assert leader.get(address(activity)).status_code == 404
    assert worker.get(address(activity)).status_code == 200
