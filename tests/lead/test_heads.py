"""The head count beside the people scanned: both numbers are said before anything is confirmed (C4)."""

import pytest
from bs4 import BeautifulSoup

from academy.hours.models import Confirmation, RecordState
from academy.lead.heads import read_head_count
from tests.answers import messages_of
from tests.hours.scene import moment
from tests.lead.leading import address, states
from tests.pages import Statements, text_of

pytestmark = pytest.mark.slow

WAITS, NOTICE = RecordState.AWAITING_CONFIRMATION, RecordState.ON_NOTICE


@pytest.fixture
def activity(scene):
    return scene.activity()


@pytest.fixture
def scanned(scene, activity, clock):
    """Records of two people by the rotating code and of one by the poster; it is a quarter past twelve."""
    shift = activity.shifts.get()
    records = [
        record
        for name, rotating in (("王秀英", True), ("李建国", True), ("张桂兰", False))
        for record in scene.attend(scene.volunteer(name), shift, rotating=rotating)
    ]
    clock.move_to(moment("12:15"))
    return records


@pytest.fixture
def leader(scene, sign_in):
    return sign_in(scene.leading)


def send(leader, activity, **form):
    return leader.post(address("confirm", activity), form, follow=True)


def soup(page):
    return BeautifulSoup(page.content, "html.parser")


@pytest.mark.parametrize(
    ("heads", "said"),
    [
        ("2", "You counted 2, but 3 scanned: a difference of 1."),
        ("5", "You counted 5, but 3 scanned: a difference of 2."),
    ],
)
def test_a_number_that_differs_is_asked_about_before(activity, scanned, leader, heads, said):
    page = send(leader, activity, heads=heads)

    assert said in text_of(page)
    assert states(scanned) == [WAITS] * 3
    assert not Confirmation.objects.exists()
    assert soup(page).find(id="heads")["value"] == heads
    assert f"Confirm with {heads} people" in text_of(page) and "Look at the roster" in text_of(page)


def test_the_number_of_the_scans_asks_nothing(activity, scanned, leader):
    page = send(leader, activity, heads="3")

    assert states(scanned) == [NOTICE] * 3
    assert "You counted" not in text_of(page)


def test_more_heads_than_scans_are_confirmed_once_the_leader_is_sure(activity, scanned, leader):
    asked = soup(send(leader, activity, heads="5"))
    sure = asked.find("button", attrs={"name": "sure"})["value"]

    send(leader, activity, heads="5", sure=sure)

    assert states(scanned) == [NOTICE] * 3
    assert (Confirmation.objects.get().heads, Confirmation.objects.get().scanned) == (5, 3)


def test_fewer_heads_leave_the_poster_with_its_reason(activity, scanned, leader):
    asked = send(leader, activity, heads="2")
    assert "1 scan of the poster then waits: look at it singly." in text_of(asked)

    page = send(leader, activity, heads="2", sure="2:3")

    assert states(scanned) == [NOTICE, NOTICE, WAITS]
    left = text_of(page).partition("Look at these one by one:")[2]
    assert "张桂兰" in left and "The printed code was used." in left
    send(leader, activity, record=scanned[2].pk)
    assert states(scanned) == [NOTICE] * 3


def test_fewer_heads_where_only_posters_wait_say_the_reason_too(scene, activity, leader, clock):
    records = [
        record for _ in range(2) for record in scene.attend(scene.volunteer(), activity.shifts.get(), rotating=False)
    ]
    clock.move_to(moment("12:15"))

    page = send(leader, activity, heads="1", sure="1:2")

    assert states(records) == [WAITS] * 2
    assert text_of(page).partition("Look at these one by one:")[2].count("The printed code was used.") == 2


@pytest.mark.parametrize("sure", ["", "2:2", "3:3", "2", "x", "2:3:4"])
def test_a_yes_to_other_numbers_is_no_yes(activity, scanned, leader, sure):
    page = send(leader, activity, heads="2", sure=sure)

    assert "You counted 2, but 3 scanned" in text_of(page)
    assert states(scanned) == [WAITS] * 3


def test_a_scan_that_came_after_the_question_asks_again(scene, activity, scanned, leader):
    scene.attend(scene.volunteer("周小红"), activity.shifts.get())

    page = send(leader, activity, heads="2", sure="2:3")

    assert "You counted 2, but 4 scanned" in text_of(page)
    assert states(scanned) == [WAITS] * 3


def test_an_empty_field_confirms_the_others_and_says_what_waits_at_the_field(activity, scanned, leader):
    page = send(leader, activity, heads="")

    assert states(scanned) == [NOTICE, NOTICE, WAITS]
    field = soup(page).find(id="heads")
    assert field["aria-invalid"] == "true"
    said = "1 scan of the poster is not confirmed yet: first type how many people you counted."
    assert soup(page).find(id="heads-error").get_text() == said
    assert "Confirmed: 2." in text_of(page)


def test_a_number_in_the_address_changes_nothing(activity, scanned, leader):
    for heads in ("2", "x", "", "9" * 400):
        with Statements() as statements:
            assert leader.get(address("activity", activity), {"heads": heads}).status_code == 200
        assert statements.writing == []
    assert states(scanned) == [WAITS] * 3


def test_where_nothing_waits_no_number_is_asked_about(activity, leader, clock):
    response = leader.post(address("confirm", activity), {"heads": "4"})

    assert messages_of(response) == ["Nothing waits for confirmation here."]


def test_a_row_without_time_says_why(scene, activity, leader, clock):
    scene.attend(scene.volunteer(), activity.shifts.get(), "09:00", "09:14")
    clock.move_to(moment("12:15"))

    page = text_of(leader.get(address("activity", activity)))

    assert "0.0 hours" in page
    assert "Less than 15 minutes, which is too short to be recorded (H3)." in page


def test_the_longest_number_is_read_and_no_more_is_kept():
    assert read_head_count("9999", scanned=3, posters=0).missing == 3 - 9999
    assert read_head_count("10000", scanned=3, posters=0).error
    assert len(read_head_count("9" * 400, scanned=3, posters=0).typed) == 20
    assert read_head_count("", scanned=3, posters=0).error == ""
    assert read_head_count(None, scanned=3, posters=2).error == ""
