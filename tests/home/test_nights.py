"""A visit over midnight: two records, each with its part of the night, and one row."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from academy.home import selectors
from academy.hours import explanation
from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation
from tests.home.my_page import MY
from tests.hours.scene import SATURDAY, moment
from tests.pages import Statements, text_of

SUNDAY = SATURDAY + dt.timedelta(days=1)


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


def night(scene, volunteer, clock, came="23:50", left="26:05", times=("23:50", "28:50")):
    """Attend a night watch, and return its records by date."""
    shift = scene.activity(times, title="夜间值守").shifts.get()
    scene.attend(volunteer, shift, came, left)
    clock.move_to(moment("10:00", SUNDAY))
    return list(ServiceRecord.objects.filter(shift=shift).order_by("date"))


def page_of(record, client):
    return client.get(reverse("home:record", args=[record.pk]))


def test_each_half_names_its_part_of_the_night_and_leads_to_the_other(scene, volunteer, sign_in, clock):
    evening, morning = night(scene, volunteer, clock)
    client = sign_in(volunteer.user)

    first, second = page_of(evening, client), page_of(morning, client)

    assert "crossed midnight and is recorded on two days. Here: 10 Jan 23:50–24:00." in text_of(first)
    assert "crossed midnight and is recorded on two days. Here: 11 Jan 0:00–2:05." in text_of(second)
    assert "The part of the visit on this day, 23:50–24:00: 10 min." in text_of(first)
    assert "The part of the visit on this day, 0:00–2:05: 125 min." in text_of(second)
    for page, other in ((first, morning), (second, evening)):
        assert "Together: 2 h 15 min." in text_of(page)
        assert "From check-in to check-out" not in text_of(page)
        assert f'href="{reverse("home:record", args=[other.pk])}"' in page.content.decode()
    assert "10 Jan 23:50 check-in" in text_of(first) and "11 Jan 2:05 check-out" in text_of(first)


def test_it_is_said_in_chinese(scene, volunteer, sign_in, clock):
    evening, _morning = night(scene, volunteer, clock)
    client = sign_in(volunteer.user)
    client.cookies["django_language"] = "zh-hans"

    page = text_of(page_of(evening, client))

    assert "跨零点，分两天记：这里是 1月10日 23:50–24:00。" in page
    assert not re.search(r"签到到签退：\d+ 分钟", page)


def test_the_stored_steps_stay_as_they_are(scene, volunteer, sign_in, clock):
    evening, _morning = night(scene, volunteer, clock)
    before = ServiceRecord.objects.filter(pk=evening.pk).values().get()

    page_of(evening, sign_in(volunteer.user))

    assert ServiceRecord.objects.filter(pk=evening.pk).values().get() == before


def test_two_visits_of_a_long_shift_are_no_night(scene, volunteer, sign_in, clock):
    shift = scene.activity(("20:00", "32:00")).shifts.get()
    scene.attend(volunteer, shift, "20:00", "21:00")
    scene.attend(volunteer, shift, "25:00", "26:00")
    clock.move_to(moment("10:00", SUNDAY))

    for record in ServiceRecord.objects.all():
        page = text_of(page_of(record, sign_in(volunteer.user)))
        assert "midnight" not in page and "From check-in to check-out: 60 min." in page


def test_a_second_visit_of_the_evening_stands_beside_the_part_of_the_night(scene, volunteer, sign_in, clock):
    shift = scene.activity(("20:00", "28:00")).shifts.get()
    scene.attend(volunteer, shift, "20:00", "21:00")
    scene.attend(volunteer, shift, "23:00", "25:00")
    clock.move_to(moment("10:00", SUNDAY))
    evening, morning = ServiceRecord.objects.order_by("date")

    first, second = (text_of(page_of(one, sign_in(volunteer.user))) for one in (evening, morning))

    assert "20:00–21:00、23:00–24:00: 120 min." in first
    assert "this day, 0:00–1:00: 60 min." in second


@pytest.mark.parametrize(("left", "halves"), [("24:00", 0), ("24:10", 0), ("23:59", 0)])
def test_a_shift_that_ends_at_midnight_is_one_record(scene, volunteer, sign_in, clock, left, halves):
    [record] = night(scene, volunteer, clock, "22:00", left, ("22:00", "24:00"))

    page = text_of(page_of(record, sign_in(volunteer.user)))

    assert "crossed midnight" not in page and "The other part" not in page


def test_the_leader_reads_the_part_without_a_link_to_the_volunteers_page(scene, volunteer, sign_in, clock):
    evening, morning = night(scene, volunteer, clock)

    page = sign_in(scene.leading).get(reverse("lead:record", args=[evening.activity_id, evening.pk]))

    assert "Here: 10 Jan 23:50–24:00." in text_of(page)
    assert reverse("home:record", args=[morning.pk]) not in page.content.decode()


def test_steps_without_given_scans_say_the_same(scene, volunteer, clock):
    evening, _morning = night(scene, volunteer, clock)

    alone = explanation.steps_of(evening)

    assert alone == explanation.explain(evening, [])["steps"]


def test_an_ordinary_record_takes_no_statement_for_its_steps(scene, volunteer, clock):
    scene.attend(volunteer, scene.activity().shifts.get())
    record = ServiceRecord.objects.select_related("rule_set").get()

    with Statements() as statements:
        explanation.steps_of(record)

    assert statements.sql == []


# One row


def test_a_night_is_one_row_with_the_sum(scene, volunteer, sign_in, clock):
    evening, morning = night(scene, volunteer, clock)

    response = sign_in(volunteer.user).get(MY)

    [month] = response.context["records"].months
    [row] = month.rows
    assert (row.records, row.minutes) == ([evening, morning], 135)
    assert "Sat 10 Jan – Sun 11 Jan" in text_of(response).replace("–", " – ").replace("  ", " ")
    assert "2.2 hours" in text_of(response)
    assert response.content.decode().count(f'href="{reverse("home:record", args=[evening.pk])}"') == 1


def test_a_row_shows_both_states_if_they_differ(scene, volunteer, sign_in, clock):
    evening, _morning = night(scene, volunteer, clock)
    confirmation.confirm(activity=evening.activity, by=scene.leading, at=moment("10:00", SUNDAY), records=[evening])

    [month] = sign_in(volunteer.user).get(MY).context["records"].months
    [row] = month.rows

    assert [state for state, _label in row.states] == [RecordState.ON_NOTICE, RecordState.AWAITING_CONFIRMATION]
    assert len(row.reasons) == 2


def one(shift, day, minutes=60, volunteer=1, category="service", state=RecordState.EFFECTIVE):
    return ServiceRecord(
        volunteer_id=volunteer,
        shift_id=shift,
        date=SATURDAY + dt.timedelta(days=day),
        minutes=minutes,
        category=category,
        state=state,
    )


@pytest.mark.parametrize(
    ("records", "rows"),
    [
        ([], []),
        ([one(1, 1), one(1, 0)], [[0, 1]]),
        ([one(1, 0), one(1, 1), one(1, 2)], [[0, 1, 2]]),
        ([one(1, 2), one(1, 0)], [[2], [0]]),  # two days of one shift that do not adjoin
        ([one(1, 1), one(2, 0)], [[1], [0]]),
        ([one(1, 1), one(1, 0, volunteer=2)], [[1], [0]]),
        ([one(1, 1, category="training"), one(1, 0)], [[1], [0]]),
        ([one(1, 1), one(2, 1), one(1, 0)], [[0, 1], [1]]),
    ],
)
def test_records_are_one_row_by_shift_and_adjoining_days(records, rows):
    found = selectors.grouped(records)

    assert [[(record.date - SATURDAY).days for record in row.records] for row in found] == rows
    assert sum(row.minutes for row in found) == sum(record.minutes for record in records)
