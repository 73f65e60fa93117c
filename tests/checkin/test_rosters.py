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
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.rows import find_people, row_key
from academy.checkin.services import keying_in, scanning
from academy.checkin.services.codes import secret
from academy.people.models import User, Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import personal_data
from tests.checkin.scanner import Scanner
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import markup_of, text_of
from tests.paper.reading import codes, pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


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


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.cookies["django_language"] = "en"
    return client


def address(activity: Activity, rest: str = "") -> str:
    return f"/lead/{activity.pk}/roster/{rest}"


def row_address(activity: Activity, volunteer: Volunteer) -> str:
    return address(activity, f"{row_key(activity, volunteer.pk)}/")


def ticks(response, volunteer: Volunteer, activity: Activity) -> list[str]:
    """Return the form fields of the buttons at this person's rows."""
    key = row_key(activity, volunteer.pk)
    return re.findall(rf'name="tick" value="({key}:[^"]*)"', markup_of(response))


def refusals(response) -> list[str]:
    return re.findall(r'data-refusal="([a-z_]+)"', markup_of(response))


# Ticking


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
    """ADR 39: who stands there gives both. The page does not name the person whose number was typed."""
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


# On paper


def test_the_sheet_has_a_code_for_each_row_that_opens_it(leader, activity, volunteer):
    response = leader.get(f"/lead/{activity.pk}/roster.pdf")

    assert response["Content-Type"] == "application/pdf"
    text = "".join(pages(response.content))
    for part in (activity.title, activity.place, "赵敏", "王秀英", volunteer.number, "10Jan2026"):
        assert part in text
    (code,) = codes(response.content, dpi=150)
    assert code.text == f"HTTPS://ACADEMY.TEST/LEAD/{activity.pk}/ROSTER/{row_key(activity, volunteer.pk)}/"
    assert "王秀英" in text_of(leader.get(code.text.removeprefix("HTTPS://ACADEMY.TEST")))


def test_shifts_that_are_over_are_printed_when_asked_for_or_when_all_are(leader, activity, volunteer):
    times = [START - minutes(3000), START + minutes(3000)]
    twice = ActivityFactory(
        community=activity.community,
        leader=activity.leader,
        shifts=[{"starts_at": start, "ends_at": start + minutes(60)} for start in times],
    )
    past, coming = twice.shifts.all()
    url = f"/lead/{twice.pk}/roster.pdf"

    def dates(address: str) -> list[bool]:
        text = "".join(pages(leader.get(address).content))
        return ["8Jan2026" in text, "12Jan2026" in text]

    assert dates(url) == [False, True]
    assert dates(f"{url}?shift={past.pk}") == [True, False]
    coming.delete()
    assert dates(url) == [True, False]


def test_a_name_that_cannot_be_printed_is_said_on_the_roster(leader, activity, shift):
    sign_up(VolunteerFactory(community=activity.community, name="王\U0001f600"), shift)
    response = leader.get(f"/lead/{activity.pk}/roster.pdf", follow=True)
    assert "Our fonts cannot print “\U0001f600”. Tick that person on the screen." in text_of(response)


# Keying in one row


@pytest.fixture
def evening(clock):
    clock.move_to(END + minutes(400))


@pytest.mark.usefixtures("evening")
class TestOneRow:
    def test_two_times_make_a_visit(self, leader, activity, volunteer):
        page = markup_of(leader.get(row_address(activity, volunteer)))
        (scan,) = re.findall(r'name="scan" value="([^"]+)"', page)

        for _twice in range(2):
            response = leader.post(
                row_address(activity, volunteer), {"scan": scan, "arrived": "903", "left": "11:58"}, follow=True
            )

        assert "王秀英 is keyed in." in text_of(response)
        assert "9:03–11:58" in text_of(response)
        visit = Visit.objects.get()
        assert (visit.opened_at, visit.closed_at) == (START + minutes(3), END - minutes(2))
        assert set(Scan.objects.values_list("method", "operator")) == {(Method.PAPER, activity.leader.user_id)}

    @pytest.mark.parametrize(
        ("arrived", "left", "code"),
        [
            ("9", "12", "bad_time"),
            ("", "12:00", "needs_times"),
            ("12:00", "9:00", "times_reversed"),
            ("6:00", "12:00", "outside_shift"),
        ],
    )
    def test_a_bad_time_is_shown_in_place_and_stays_as_typed(self, leader, activity, volunteer, arrived, left, code):
        response = leader.post(row_address(activity, volunteer), {"arrived": arrived, "left": left})
        assert refusals(response) == [code]
        page = markup_of(response)
        assert f'name="arrived" value="{arrived}"' in page and f'name="left" value="{left}"' in page
        assert not Scan.objects.exists()

    def test_the_shift_that_still_waits_is_chosen_and_another_can_be(self, leader, activity, volunteer, shift):
        twice = ActivityFactory(
            community=activity.community,
            leader=activity.leader,
            shifts=[
                {"starts_at": START, "ends_at": START + minutes(60)},
                {"starts_at": START + minutes(120), "ends_at": END},
            ],
        )
        first, second = twice.shifts.all()
        sign_up(volunteer, first)
        chosen = leader.get(row_address(twice, volunteer)).context["chosen"]
        assert chosen.shift == first

        leader.post(f"{row_address(twice, volunteer)}?shift={second.pk}", {"arrived": "11:00", "left": "12:00"})
        assert Visit.objects.get().shift == second

    def test_a_row_of_another_activity_is_not_found(self, leader, activity, volunteer):
        other = ActivityFactory(community=activity.community, leader=activity.leader)
        assert leader.get(address(other, f"{row_key(activity, volunteer.pk)}/")).status_code == 404
        assert leader.get(address(activity, "7K3M9QXA2B/")).status_code == 404

    @pytest.mark.parametrize("rest", ["", "sheet/", "row"])
    def test_other_users_are_refused(self, activity, volunteer, rest):
        url = row_address(activity, volunteer) if rest == "row" else address(activity, rest)
        strangers = [UserFactory(), UserFactory(duties=[(ActivityFactory().community, DutyRole.SOCIAL_WORKER)])]
        for user in strangers:
            assert browser(user).get(url).status_code == 404
            assert browser(user).post(url, {"arrived": "9:00", "left": "10:00"}).status_code == 404
        assert Client().get(url).status_code == 302


# Keying in the whole sheet


@pytest.mark.usefixtures("evening")
class TestSheet:
    @pytest.fixture
    def people(self, activity, shift):
        people = [VolunteerFactory(community=activity.community, name=name) for name in ("王秀英", "李建国", "张桂兰")]
        for person in people:
            sign_up(person, shift)
        return people

    def form(self, response, activity, times: dict[Volunteer, tuple[str, str]]) -> dict[str, object]:
        """Return the page's form with these times, as a browser sends it."""
        sent: dict[str, object] = {"row": re.findall(r'name="row" value="([^"]+)"', markup_of(response))}
        for name, value in re.findall(r'name="((?:scan|arrived|left)-[^"]+)" value="([^"]*)"', markup_of(response)):
            sent[name] = value
        for person, (arrived, left) in times.items():
            key = row_key(activity, person.pk)
            sent |= {f"arrived-{key}": arrived, f"left-{key}": left}
        return sent

    def test_a_whole_sheet_is_stored_at_once(self, leader, activity, people):
        page = leader.get(address(activity, "sheet/"))
        times = {people[0]: ("9:00", "12:00"), people[1]: ("9:10", "11:50")}
        response = leader.post(address(activity, "sheet/"), self.form(page, activity, times), follow=True)
        assert "Keyed in: 2." in text_of(response)
        assert {visit.volunteer for visit in Visit.objects.all()} == {people[0], people[1]}

    def test_good_rows_are_stored_and_bad_ones_stay_as_typed(self, leader, activity, people):
        page = leader.get(address(activity, "sheet/"))
        times = {people[0]: ("9:00", "12:00"), people[1]: ("12:00", "9:00"), people[2]: ("9:00", "")}

        response = leader.post(address(activity, "sheet/"), self.form(page, activity, times))

        assert refusals(response) == ["times_reversed", "needs_times"]
        assert "Keyed in: 1. Not yet: 2" in text_of(response)
        assert Visit.objects.get().volunteer == people[0]
        key = row_key(activity, people[1].pk)
        assert f'name="arrived-{key}" value="12:00"' in markup_of(response)

        times = {people[1]: ("9:00", "12:00"), people[2]: ("9:00", "11:00")}
        response = leader.post(address(activity, "sheet/"), self.form(response, activity, times), follow=True)
        assert "Keyed in: 2." in text_of(response)
        assert Visit.objects.count() == 3

    def test_the_same_sheet_sent_twice_is_one_sheet(self, leader, activity, people):
        page = leader.get(address(activity, "sheet/"))
        sent = self.form(page, activity, {person: ("9:00", "12:00") for person in people})
        for _twice in range(2):
            response = leader.post(address(activity, "sheet/"), sent, follow=True)
        assert "Keyed in: 3." in text_of(response)
        assert Scan.objects.count() == 6

    def test_a_volunteer_with_scans_has_no_fields(self, leader, activity, people, shift):
        keying_in.key_in(
            scan_ids=(uuid4(), uuid4()),
            activity=activity,
            shift=shift,
            volunteer=people[0],
            arrived=START,
            left=END,
            by=activity.leader.user,
            at=END,
        )
        response = leader.get(address(activity, "sheet/"))
        assert f"arrived-{row_key(activity, people[0].pk)}" not in markup_of(response)
        assert "9:00–12:00" in text_of(response)

    def test_adding_a_volunteer_keeps_the_typed_times_and_keys_them_in(self, leader, activity, people):
        other = VolunteerFactory(community=activity.community, name="刘伟", phone="13812348000")
        page = leader.get(address(activity, "sheet/"))
        sent = self.form(page, activity, {people[0]: ("9:00", "12:00")})

        page = leader.post(address(activity, "sheet/"), {**sent, "q": "刘伟 8000", "find": "1"})

        assert not Scan.objects.exists()
        key = row_key(activity, people[0].pk)
        assert f'name="arrived-{key}" value="9:00"' in markup_of(page)

        response = leader.post(
            address(activity, "sheet/"), self.form(page, activity, {other: ("9:30", "11:00")}), follow=True
        )
        assert "Keyed in: 2." in text_of(response)
        assert SignUp.objects.get(volunteer=other).walk_in

    def test_a_bad_row_that_was_added_stays(self, leader, activity, people):
        other = VolunteerFactory(community=activity.community, name="刘伟")
        sheet = address(activity, "sheet/")
        page = leader.post(sheet, {"q": other.number, "find": "1"})
        page = leader.post(sheet, self.form(page, activity, {other: ("noon", "11:00")}))
        assert refusals(page) == ["bad_time"]
        assert "noon" in markup_of(page)

    def test_a_row_without_a_volunteer_is_left_out(self, leader, activity, people):
        response = leader.post(address(activity, "sheet/"), {"row": ["7K3M9QXA2B"], "arrived-7K3M9QXA2B": "9:00"})
        assert response.status_code == 200
        assert not Scan.objects.exists()
