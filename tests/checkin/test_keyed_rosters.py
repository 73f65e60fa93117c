"""The roster on paper: printed, signed, and keyed in."""

import datetime as dt
import re
from uuid import uuid4

import pytest
from django.test import Client

from academy.activities.models import Activity, Shift, SignUp
from academy.checkin.models import Method, Scan, Visit
from academy.checkin.rows import row_key
from academy.checkin.services import keying_in
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from tests.checkin.roster_pages import address, browser, refusals, row_address
from tests.checkin.times import END, START, minutes
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import markup_of, text_of
from tests.paper.reading import codes, pages

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
    person = SignUp.objects.get().volunteer
    sign_up(VolunteerFactory(community=activity.community, name="李建国"), shift)

    (text, *_others) = pages(leader.get(f"/lead/{activity.pk}/roster.pdf").content)

    assert person.number in text and "＿＿＿＿" in text and "李建国" in text
    said = text_of(leader.get(f"/lead/{activity.pk}/"))
    assert f"by hand: {person} （\U0001f600）".replace(" （", "（") in said


def test_namesakes_on_the_paper_have_the_end_of_their_phones(leader, activity, shift):
    for name, phone in (("王秀英", "13800138000"), ("王秀英", "13900139111"), ("李建国", "13700137222")):
        sign_up(VolunteerFactory(community=activity.community, name=name, phone=phone), shift)

    (text, *_others) = pages(leader.get(f"/lead/{activity.pk}/roster.pdf").content)

    assert "8000" in text and "9111" in text and "7222" not in text


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

    @pytest.mark.parametrize(
        ("typed", "faults"),
        [
            (("9:00", ""), ["left"]),
            (("noon", "11:00"), ["arrived"]),
            (("12:00", "9:00"), ["arrived", "left"]),
            (("5:00", "11:00"), ["arrived"]),
            (("9:00", "22:00"), ["left"]),
        ],
    )
    def test_the_fault_stands_at_its_cell(self, leader, activity, people, clock, typed, faults):
        clock.move_to(END + dt.timedelta(hours=12))
        page = leader.get(address(activity, "sheet/"))
        page = leader.post(address(activity, "sheet/"), self.form(page, activity, {people[0]: typed}))
        key = row_key(activity, people[0].pk)
        marked = re.findall(r'is-invalid" id="(\w+)-(\w+)"', markup_of(page))
        assert marked == [(name, key) for name in faults]
        assert markup_of(page).count(f'aria-invalid="true" aria-describedby="why-{key}"') == len(faults)

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
