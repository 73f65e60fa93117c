"""The passbook on a volunteer's own page: headline, bars, stars, records by month, and what it costs."""

import datetime as dt
import re
from itertools import pairwise
from types import SimpleNamespace
from uuid import uuid4

import pytest

from academy.advancement.models import StarRating
from academy.home import passbook, selectors
from academy.hours.models import Category, ServiceRecord
from academy.hours.services import notices
from academy.hours.services.totals import MonthSums, Summary
from academy.messaging import services as messaging
from academy.messaging.kinds import ANSWER
from tests.home.my_page import MOST_STATEMENTS, MY, RECORDS, confirm
from tests.hours.scene import SATURDAY, moment
from tests.pages import Statements, markup_of, text_of

TODAY = dt.date(2026, 11, 29)
NOTE = "Each line leaves out the minutes below 0.1 hours. The sum counts them."


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


def summary(*months, records=()):
    """Service sums: (month's first day, effective, waiting)."""
    sums = [MonthSums(first, Category.SERVICE.value, effective, waiting) for first, effective, waiting in months]
    return Summary(months=sums, records=list(records), waiting=[], in_progress=[], forgotten=[])


def served(minutes, date=TODAY, category="service"):
    return SimpleNamespace(
        volunteer_id=1, shift_id=uuid4(), get_state_display=lambda: "", role_missing=False, state="effective",
        minutes=minutes, date=date, category=category, waits_to_replace=False, replaces=None, lacks_check_out=False,
    )  # fmt: skip


# Bars


def test_there_is_a_bar_for_each_of_the_last_twelve_months():
    bars = passbook.bars_of(summary((dt.date(2025, 11, 1), 60, 0), (dt.date(2026, 11, 1), 120, 60)), TODAY)

    assert [(bar.first.year, bar.first.month) for bar in bars][:2] == [(2025, 12), (2026, 1)]
    assert len(bars) == 12 and bars[-1].first == dt.date(2026, 11, 1)
    assert (bars[-1].effective, bars[-1].waiting, bars[-1].is_highest) == (120, 60, True)
    assert not any(bar.minutes for bar in bars[:-1])  # a year ago is no more among them


def test_the_bars_of_january_reach_into_the_year_before():
    bars = passbook.bars_of(summary((dt.date(2025, 12, 1), 60, 0)), dt.date(2026, 1, 31))

    assert [bar.minutes for bar in bars][-2:] == [60, 0]


@pytest.mark.parametrize(("effective", "waiting"), [(1, 0), (0, 1), (1, 6000), (6000, 1), (100, 100)])
def test_every_minute_is_seen_and_no_bar_leaves_the_drawing(effective, waiting):
    months = (dt.date(2026, 10, 1), 6000, 0), (dt.date(2026, 11, 1), effective, waiting)
    for bar in passbook.bars_of(summary(*months), TODAY)[-2:]:
        assert bool(bar.effective_height) == bool(bar.effective)
        assert bar.effective_height + bar.waiting_height <= passbook.HEIGHT
        assert bar.waiting_y >= passbook.TOP
    assert passbook.bars_of(summary(*months), TODAY)[-1].waiting_height or effective + waiting > 5999 or not waiting


def test_without_hours_no_bar_is_the_highest():
    assert not any(bar.is_highest for bar in passbook.bars_of(summary(), TODAY))


# Stars


@pytest.mark.parametrize(
    ("minutes", "awarded", "widths", "missing"),
    [
        pytest.param(630, 0, [4, 0, 0, 0, 0], 5370, id="10.5 hours"),
        pytest.param(0, 0, [0, 0, 0, 0, 0], 6000, id="nothing yet"),
        pytest.param(6000, 0, [21, 0, 0, 0, 0], 12000, id="enough for one, not awarded"),
        pytest.param(12000, 1, [21, 12, 0, 0, 0], 6000, id="half way to the second"),
        pytest.param(90000, 5, [21, 21, 21, 21, 21], None, id="all"),
        pytest.param(100, 2, [21, 21, 0, 0, 0], 35900, id="hours taken back after the award"),
    ],
)
def test_the_next_star_fills_with_the_hours(minutes, awarded, widths, missing):
    drawn = passbook.stars_of(minutes, awarded)

    assert [star.width for star in drawn.drawn] == widths
    assert [star.is_awarded for star in drawn.drawn] == [place < awarded for place in range(5)]
    assert drawn.missing == missing


@pytest.mark.parametrize(("minutes", "done"), [(0, 0), (630, 105), (5999, 999), (6000, 0), (12000, 500)])
def test_the_line_below_the_stars_is_the_way_to_the_next(minutes, done):
    assert passbook.stars_of(minutes, 0).thousandths == done


def test_the_page_says_how_much_the_next_star_needs(scene, volunteer, sign_in, clock):
    scene.serve(volunteer, "09:00", "17:00")
    scene.serve(volunteer, "09:00", "11:30", day=dt.date(2026, 1, 17))
    clock.move_to(moment("12:00", dt.date(2026, 1, 30)))

    assert "89.5 effective hours to the next star" in text_of(sign_in(volunteer.user).get(MY))


def test_stars_that_were_awarded_are_counted(scene, volunteer, sign_in):
    StarRating.objects.create(
        volunteer=volunteer, stars=1, standing={"minutes": 6000, "average": 5}, asked_by=volunteer.user,
        asked_at=moment("08:00"), accepted=True,
        decided_by=scene.social_worker, decided_at=moment("08:30"), answer="好",
    )  # fmt: skip

    page = sign_in(volunteer.user).get(MY)

    assert page.context["stars"].awarded == 1
    assert "1 star" in text_of(page)


# Records that add up


def test_rows_that_lose_their_minutes_to_rounding_have_a_note(scene, volunteer):
    rows = [served(minutes) for minutes in (131, 11, 155, 165, 180)]  # 2.1 + 0.1 + 2.5 + 2.7 + 3.0 = 10.4
    shown = passbook.records_of(summary((dt.date(2026, 11, 1), 642, 0), records=rows), scene.community.pk)

    assert not shown.adds_up  # beside 10.7
    assert passbook.adds_up([126, 6, 150, 162, 180], 624, scene.community.pk)
    assert passbook.adds_up([126, 6, 150, 162, 185], 629, scene.community.pk)  # 10.4 beside 10.4
    assert not passbook.adds_up([129, 6, 150, 162, 183], 630, scene.community.pk)  # 10.4 beside 10.5


def test_the_page_has_the_note_exactly_when_the_rows_do_not_add_up(scene, volunteer, sign_in, clock):
    client = sign_in(volunteer.user)
    for week, minutes in enumerate((129, 6, 150, 162, 183)):
        day = SATURDAY + dt.timedelta(weeks=week)
        record = scene.serve(volunteer, "09:00", f"{9 + minutes // 60:02}:{minutes % 60:02}", day=day)
        ServiceRecord.objects.filter(pk=record.pk).update(minutes=minutes)
        clock.move_to(moment("12:00", day + dt.timedelta(days=6)))
        page, records = text_of(client.get(MY)), text_of(client.get(RECORDS))
        assert (NOTE in page) == (NOTE in records) == (week == 4)

    assert "Service hours 10.5 hours" in page
    assert all(f"{hours} hours" in page for hours in ("2.1", "0.1", "2.5", "2.7", "3.0"))


def test_parts_of_the_headline_that_lose_a_tenth_have_the_note(scene, volunteer, sign_in, clock):
    first = scene.serve(volunteer, "09:00", "10:00")
    ServiceRecord.objects.filter(pk=first.pk).update(minutes=63)
    scene.attend(volunteer, scene.activity(day=SATURDAY + dt.timedelta(weeks=1)).shifts.get(), "09:00", "10:03")
    ServiceRecord.objects.exclude(pk=first.pk).update(minutes=63)
    clock.move_to(moment("12:30", SATURDAY + dt.timedelta(weeks=1)))

    page = sign_in(volunteer.user).get(MY)

    assert not page.context["parts_add_up"]  # 1.0 and 1.0 beside 2.1
    assert "Service hours 2.1 hours" in text_of(page)


def test_a_correction_on_notice_counts_with_the_minutes_it_replaces(scene):
    old = served(120)
    new = served(150)
    new.waits_to_replace, new.replaces = True, old

    [row] = selectors.grouped([new])

    assert (row.minutes, row.counted) == (150, 120)


def test_records_stand_by_month_with_the_months_hours(scene, volunteer, sign_in, clock):
    scene.serve(volunteer, "09:00", "12:00")
    scene.serve(volunteer, "09:00", "11:00", day=dt.date(2026, 2, 7))
    clock.move_to(moment("12:00", dt.date(2026, 2, 20)))

    page = text_of(sign_in(volunteer.user).get(MY))

    assert page.index("Feb 2.0 hours") < page.index("Jan 3.0 hours")


def test_records_older_than_three_months_are_summed_up_and_stand_on_their_own_page(scene, volunteer, sign_in, clock):
    old = scene.serve(volunteer, "09:00", "12:00", title="冬天的活动")
    scene.serve(volunteer, "09:00", "11:00", day=dt.date(2026, 5, 9), title="春天的活动")
    messaging.erase_messages(people=[volunteer])  # they name the activities too
    clock.move_to(moment("12:00", dt.date(2026, 6, 1)))
    client = sign_in(volunteer.user)
    page = text_of(client.get(MY))
    assert "春天的活动" in page and "冬天的活动" not in page
    assert "All records (3.0 hours more)" in page
    assert f'href="/my/records/{old.pk}/"' in client.get(RECORDS).content.decode()


def test_a_learning_record_is_marked_and_stands_apart(scene, volunteer, sign_in, clock):
    activity = scene.activity(kind="training", counts_as="learner", title="急救课")
    scene.attend(volunteer, activity.shifts.get())
    scene.attend(volunteer, scene.activity(("14:00", "16:00"), title="巡逻").shifts.get(), "14:00", "16:00")
    clock.move_to(moment("18:00"))

    for address in (MY, RECORDS):
        page = sign_in(volunteer.user).get(address)
        text = text_of(page)
        assert "Learning Sat 10 Jan" in text
        assert text.index("巡逻") < text.index("Learning, counted apart") < text.index("急救课")
    assert "Service hours 2.0 hours" in text_of(sign_in(volunteer.user).get(MY))


# A forgotten check-out


@pytest.fixture
def forgotten(scene, volunteer, clock):
    """A check-in at nine without a check-out, and its record. It is the next day."""
    shift = scene.activity().shifts.get()
    scene.scan(volunteer, shift, "in", moment("09:03"))
    clock.move_to(moment("09:00", dt.date(2026, 1, 11)))
    return shift


def test_a_check_in_of_another_day_is_no_more_in_progress(forgotten, volunteer, sign_in):
    page = sign_in(volunteer.user).get(MY)

    assert "in progress" not in text_of(page)
    assert "No check-out on 10 Jan: 冬季防火入户宣传, there since 9:03." in text_of(page)
    assert f'href="/my/ask/{forgotten.pk}/?who={volunteer.number}">Say when you left' in markup_of(page)


def test_the_form_that_the_button_opens_takes_the_time(forgotten, volunteer, sign_in):
    page = sign_in(volunteer.user).get(f"/my/ask/{forgotten.pk}/", {"who": volunteer.number})

    assert page.status_code == 200
    assert 'value="9:03"' in page.content.decode()


def test_its_row_says_what_is_missing_and_promises_no_day(scene, forgotten, volunteer, sign_in):
    from tests.factories import compute_records

    compute_records(volunteer=volunteer, shift=forgotten, at=moment("09:00", dt.date(2026, 1, 11)))

    page = text_of(sign_in(volunteer.user).get(MY))

    assert "no check-out" in page
    assert "There is no check-out, so no time counts yet. Say when you left." in page
    assert "awaiting confirmation" not in page
    assert "expected to take effect" not in page
    record = ServiceRecord.objects.get()
    assert "expected to take effect" not in text_of(sign_in(volunteer.user).get(f"/my/records/{record.pk}/"))


# Pages of its own


def test_a_year_has_its_page_and_other_years_are_a_tap_away(scene, volunteer, sign_in, clock):
    scene.serve(volunteer, "09:00", "12:00", title="今年的")
    scene.serve(volunteer, "09:00", "11:00", day=dt.date(2025, 12, 6), title="去年的")
    clock.move_to(moment("12:00", dt.date(2026, 2, 1)))
    client = sign_in(volunteer.user)

    this_year = client.get(RECORDS)
    last_year = client.get(RECORDS, {"year": "2025"})

    assert "今年的" in text_of(this_year) and "去年的" not in text_of(this_year)
    assert "in 2026 3.0 hours How they were recorded scanned on the spot 3.0 hours" in text_of(this_year)
    assert f'href="?who={volunteer.number}&amp;year=2025"' in this_year.content.decode()
    assert "去年的" in text_of(last_year) and "今年的" not in text_of(last_year)


@pytest.mark.parametrize("year", ["2019", "9999999999999999"])
def test_a_year_without_records_is_no_page(scene, volunteer, sign_in, year):
    scene.attend(volunteer, scene.activity().shifts.get())

    assert sign_in(volunteer.user).get(RECORDS, {"year": year}).status_code == 404


@pytest.mark.parametrize("year", ["", "x", "-1"])
def test_what_is_no_year_shows_the_latest(volunteer, sign_in, year):
    response = sign_in(volunteer.user).get(RECORDS, {"year": year})

    assert response.status_code == 200
    assert "No records yet." in text_of(response)


def test_many_records_of_a_year_come_in_pages_that_keep_person_and_year(scene, volunteer, sign_in, clock, monkeypatch):
    from academy.home import views

    monkeypatch.setattr(views, "RECORDS_A_PAGE", 2)
    for hour in range(9, 12):
        scene.attend(
            volunteer, scene.activity((f"{hour:02}:00", f"{hour:02}:50")).shifts.get(), f"{hour:02}:00", f"{hour:02}:50"
        )
    clock.move_to(moment("13:00"))

    page = sign_in(volunteer.user).get(RECORDS)

    assert len(page.context["page"]) == 2
    assert f'href="?who={volunteer.number}&amp;year=2026&amp;p=2"' in page.content.decode()


@pytest.mark.parametrize("address", [MY, RECORDS])
def test_no_heading_skips_a_level(scene, volunteer, sign_in, clock, address):
    scene.attend(volunteer, scene.activity().shifts.get())
    learned = scene.activity(("14:00", "15:00"), kind="training", counts_as="learner").shifts.get()
    scene.attend(volunteer, learned, "14:00", "15:00")
    clock.move_to(moment("16:00"))

    levels = [int(level) for level in re.findall(r"<h([1-6])", sign_in(volunteer.user).get(address).content.decode())]

    assert levels[0] == 1 and 3 in levels
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_how_hours_were_recorded_stands_with_the_records(scene, volunteer, sign_in, clock):
    scene.serve(volunteer, "09:00", "12:00")
    clock.move_to(moment("12:00", dt.date(2026, 2, 1)))

    assert "How they were recorded scanned on the spot 3.0 hours" in text_of(sign_in(volunteer.user).get(RECORDS))


def test_no_user_reads_the_records_of_another_volunteer(scene, volunteer, sign_in):
    other = scene.volunteer("李建国", login=True)

    assert sign_in(volunteer.user).get(RECORDS, {"who": other.number}).status_code == 404


# The page as a whole


def test_each_month_has_its_name_and_its_hours_for_readers_and_in_a_table(scene, volunteer, sign_in, clock):
    scene.serve(volunteer, "09:00", "12:00")
    clock.move_to(moment("12:00", dt.date(2026, 2, 1)))

    page = sign_in(volunteer.user).get(MY)

    assert 'aria-label="Jan 3.0 hours"' in page.content.decode()
    assert page.content.decode().count('role="img"') == 12 + 1  # and the staircase
    assert re.search(r"Jan 3\.0 0\.0", text_of(page))


def test_the_menu_leads_to_every_page_of_ones_own(volunteer, sign_in):
    page = sign_in(volunteer.user).get(MY).content.decode()
    pages = ("records", "card", "certificates", "missing", "stars", "settings")
    for address in ("/c/", *(f"/my/{name}/" for name in pages)):
        assert f'href="{address}"' in page
    assert 'action="/accounts/logout/"' not in page


def test_an_agent_keeps_the_person_on_the_way_to_the_records(scene, volunteer, sign_in):
    from tests.home.my_page import agent_of

    elder = scene.volunteer("赵淑珍")
    agent_of(elder, volunteer.user)
    scene.attend(elder, scene.activity().shifts.get())

    page = sign_in(volunteer.user).get(MY, {"who": elder.number}).content.decode()

    assert f'href="/my/records/?who={elder.number}"' in page
    assert f'href="/my/card/?who={elder.number}"' in page


@pytest.mark.slow
@pytest.mark.parametrize("records", [5, 300])
def test_the_page_takes_as_many_statements_for_any_history(
    scene, volunteer, sign_in, clock, django_assert_max_num_queries, records
):
    record = scene.serve(volunteer, "09:00", "12:00")
    copies = [
        ServiceRecord(**{**fields_of(record), "date": record.date - dt.timedelta(days=n)}) for n in range(1, records)
    ]
    ServiceRecord.objects.bulk_create(copies)
    later = dt.date(2026, 2, 7)
    scene.attend(volunteer, scene.activity(("07:00", "08:00"), day=later).shifts.get(), "07:00", "08:00")
    scene.scan(volunteer, scene.activity(day=later).shifts.get(), "in", moment("09:00", later))
    clock.move_to(moment("10:00", later))
    messaging.send(kind=ANSWER, volunteer=volunteer, key="one", text="下雨。", at=moment("09:00", later))
    client = sign_in(volunteer.user)
    client.get(MY)

    with django_assert_max_num_queries(MOST_STATEMENTS), Statements() as statements:
        page = client.get(MY)

    assert len(statements.sql) == 11
    assert page.context["hours"].in_progress and page.context["hours"].waiting
    assert len(page.context["records"].months) >= 1


def fields_of(record):
    return {
        field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields if field.name != "id"
    }


def test_the_rounding_note_does_not_stand_under_a_page_that_adds_up(scene, volunteer, sign_in, clock):
    [record] = scene.attend(volunteer, scene.activity().shifts.get())
    confirm(record, scene.leading)
    notices.end_notices(at=moment("00:05", dt.date(2026, 1, 15)))
    clock.move_to(moment("09:00", dt.date(2026, 1, 15)))

    assert NOTE not in text_of(sign_in(volunteer.user).get(MY))
