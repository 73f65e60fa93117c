"""The list of activities: its cards, and what a reader looks for."""

import datetime as dt
import re
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.core.files.images import ImageFile
from django.test import Client
from wagtail.images.models import Image

from academy.activities import services
from academy.activities.models import DRAWN_KINDS, Activity, CountsAs, Kind, SignUp, Subject
from academy.families import services as families
from academy.people.models import Volunteer
from tests.factories import ActivityFactory, CommunityFactory, VolunteerFactory, sign_up
from tests.pages import Statements, text_of
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
NOW = START - dt.timedelta(days=1)
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory()


@pytest.fixture
def volunteer(community):
    return VolunteerFactory(community=community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer):
    return signed_in(volunteer)


def signed_in(volunteer) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(volunteer.user)
    return client


def at(community, title, days=0, **fields):
    start = START + days * DAY
    return ActivityFactory(
        community=community, title=title, starts_at=start, ends_at=start + dt.timedelta(hours=3), **fields
    )


def fill(activity, places):
    shift = activity.shifts.order_by("starts_at")[0]
    return [sign_up(VolunteerFactory(community=activity.community), shift, at=NOW) for _one in range(places)]


def listed(client, query=""):
    html = client.get(f"/activities/{query}").content.decode()
    return re.findall(r'class="activity-title"><a href="[^"]+">([^<]+)<', html)


def chips(client):
    return re.findall(r'<span class="chip[^>]*>([^<]+)<', client.get("/activities/").content.decode())


# Cards


def test_a_card_says_day_time_place_and_the_places_left(community, phone):
    fill(at(community, "敬老院探访", capacity=4), 3)
    answer = phone.get("/activities/")
    assert "10 Jan Sat" in text_of(answer)
    assert "Sat 10 Jan 9:00–12:00 街道敬老院 1 place left" in text_of(answer)
    assert '<progress value="3" max="4"' in answer.content.decode()
    assert "covers/neighbours.svg" in answer.content.decode()


def test_a_full_activity_says_so(community, phone):
    fill(at(community, "敬老院探访", capacity=2), 2)
    assert "All places are taken" in text_of(phone.get("/activities/"))


def test_people_beyond_the_places_make_no_other_role_smaller(community, phone):
    activity = at(
        community,
        "敬老院探访",
        roles=[{"name": "陪伴", "capacity": 2}, {"name": "讲解", "capacity": 3}],
    )
    fill(activity, 2)
    activity.roles.filter(name="陪伴").update(capacity=1)
    assert "3 places left" in text_of(phone.get("/activities/"))


def test_a_running_activity_is_marked(community, phone):
    at(community, "敬老院探访", capacity=9)
    assert "running now" not in chips(phone)
    with time_machine.travel(START, tick=False):
        assert "running now" in chips(phone)
    with time_machine.travel(START + dt.timedelta(hours=3), tick=False):
        assert chips(phone) == []


@pytest.mark.parametrize(
    ("places", "taken", "days", "counts_as", "needed"),
    [
        pytest.param(6, 4, 2, CountsAs.VOLUNTEER, ["2 people more are needed"], id="two, the day after tomorrow"),
        pytest.param(6, 5, 2, CountsAs.VOLUNTEER, ["1 person more is needed"], id="one"),
        pytest.param(6, 6, 2, CountsAs.VOLUNTEER, [], id="none"),
        pytest.param(5, 0, 2, CountsAs.ASSISTANT, ["5 people more are needed"], id="five, and nobody yet"),
        pytest.param(6, 0, 2, CountsAs.VOLUNTEER, [], id="more than five"),
        pytest.param(6, 4, 3, CountsAs.VOLUNTEER, [], id="in more than three days"),
        pytest.param(6, 4, 2, CountsAs.LEARNER, [], id="chairs of a class"),
    ],
)
def test_it_says_how_many_people_the_work_still_needs(community, phone, places, taken, days, counts_as, needed):
    fill(at(community, "值守", days, roles=[{"name": "值守", "counts_as": counts_as, "capacity": places}]), taken)
    assert chips(phone) == needed
    found = text_of(phone.get("/activities/", {"short": "on"}))
    assert ("a few people are missing · 1 activity" in found) == bool(needed) and ("No activity fits" in found) != bool(
        needed
    )


def test_activities_short_of_people_are_found_beside_the_other_filters(community, phone):
    for number in range(30):
        fill(at(community, f"值守{number}", 2, roles=[{"name": "值守", "capacity": 6}]), 0 if number % 10 else 4)
    with Statements() as statements:
        page = phone.get("/activities/", {"short": "on", "day": "2026-01-12"})
    assert "3 activities" in text_of(page)
    assert "?time=week&amp;short=on" in page.content.decode() and len(statements.sql) <= 12


def test_a_shift_that_has_begun_asks_for_nobody(community, phone):
    at(community, "值守", capacity=2)
    with time_machine.travel(START, tick=False):
        assert chips(phone) == ["running now"]


def test_ones_own_sign_up_is_seen_at_a_glance_until_it_is_given_back(community, phone, volunteer):
    activity = at(community, "敬老院探访")
    at(community, "别的", 1)
    place = sign_up(volunteer, activity.shifts.get(), at=NOW)
    assert chips(phone) == ["signed up"]
    services.cancel_sign_up(sign_up=place, by=None, at=NOW)
    assert chips(phone) == []


def test_a_place_of_the_person_one_acts_for_and_of_a_merged_entry_is_marked(community, phone, volunteer):
    husband = VolunteerFactory(community=community, name="李建国")
    twin = VolunteerFactory(community=community, name="王秀英")
    shifts = [at(community, title).shifts.get() for title in ("陪丈夫", "旧登记")]
    sign_up(husband, shifts[0], at=NOW)
    sign_up(twin, shifts[1], at=NOW)
    assert chips(phone) == []
    families.allow_agent(volunteer=husband, user=volunteer.user, evidence="口头", by=None, at=NOW)
    Volunteer.objects.filter(pk=twin.pk).update(merged_into=volunteer)
    assert chips(phone) == ["signed up", "signed up"]


def test_an_activity_of_many_shifts_is_one_card_with_its_next_shift(community, phone):
    shifts = [{"starts_at": START + days * DAY, "ends_at": START + days * DAY + DAY / 24} for days in (-2, 0, 7)]
    at(community, "手机课堂", shifts=shifts)
    text = text_of(phone.get("/activities/"))
    assert "Sat 10 Jan 9:00–10:00 and 1 more shift" in text
    assert "8 Jan" not in text


# Filters


@pytest.fixture
def week(community):
    """Activities of Friday, Saturday, Sunday and the next Monday."""
    at(community, "周五", -1, subject=Subject.ELDERS).shifts.update(starts_at=NOW + DAY / 24)
    at(community, "周六", subject=Subject.ELDERS).roles.update(practicum=True)
    at(community, "周日", 1, kind=Kind.TRAINING)
    at(community, "下周一", 2, subject=Subject.ENVIRONMENT)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["周五", "周六", "周日", "下周一"]),
        ("?time=today", ["周五"]),
        ("?time=week", ["周五", "周六", "周日"]),
        ("?day=2026-01-10", ["周六"]),
        ("?day=2026%2F1%2F12", ["下周一"]),
        ("?day=2026-01-10&time=today", ["周六"]),
        ("?about=elders", ["周五", "周六"]),
        ("?about=training", ["周日"]),
        ("?about=elders&time=week", ["周五", "周六"]),
        ("?about=environment&time=week", []),
        ("?about=practicum", ["周六"]),
        ("?about=nonsense", ["周五", "周六", "周日", "下周一"]),
        ("?time=nonsense", ["周五", "周六", "周日", "下周一"]),
        ("?day=nonsense&about=elders", ["周五", "周六"]),
        ("?day=9999-12-31", ["周五", "周六", "周日", "下周一"]),
        ("?day=0001-01-01", ["周五", "周六", "周日", "下周一"]),
    ],
)
def test_the_list_is_found_by_day_and_by_subject(phone, week, query, found):
    assert listed(phone, query) == found


def test_a_shift_over_midnight_is_found_on_both_days(community, phone):
    at(community, "夜间值守").shifts.update(
        starts_at=START + dt.timedelta(hours=13), ends_at=START + dt.timedelta(hours=17)
    )  # 22:00–2:00
    assert [listed(phone, f"?day=2026-01-{day}") for day in (10, 11, 12)] == [["夜间值守"], ["夜间值守"], []]


def test_the_card_of_a_filtered_list_shows_the_shift_of_that_day(community, phone):
    shifts = [{"starts_at": START + days * DAY, "ends_at": START + days * DAY + DAY / 24} for days in (0, 7)]
    at(community, "手机课堂", shifts=shifts)
    text = text_of(phone.get("/activities/?day=2026-01-17"))
    assert "Sat 17 Jan 9:00–10:00 街道敬老院" in text


def test_the_filters_keep_each_other_and_the_page_says_what_is_filtered(phone, week):
    answer = phone.get("/activities/?time=week&about=elders")
    html = answer.content.decode()
    assert 'href="?time=today&amp;about=elders"' in html
    assert '<option value="elders" selected>' in html
    assert "This week · elders · 2 activities Show all" in text_of(answer)
    assert "Sat 10 Jan · 1 activity" in text_of(phone.get("/activities/?day=2026-01-10"))
    assert "Show all" not in text_of(phone.get("/activities/"))


def test_a_day_that_cannot_be_read_says_so_where_it_was_typed_and_stays(phone, week):
    html = phone.get("/activities/?day=nonsense").content.decode()
    assert 'value="nonsense"' in html and 'aria-describedby="id_day-error"' in html
    assert "This is not a date." in html
    assert '<details class="find" open>' in html


def test_an_empty_answer_has_a_drawing_and_the_next_act(phone, week):
    text = phone.get("/activities/?day=2026-03-01").content.decode()
    assert "empty-drawing" in text and "No activity fits this." in text and "All activities" in text
    Activity.objects.update(cancelled_at=NOW)
    assert "No activity is planned at the moment." in phone.get("/activities/").content.decode()


def test_the_next_page_is_of_the_same_filter(community, phone):
    for number in range(21):
        at(community, f"第{number}场", subject=Subject.ELDERS)
    at(community, "别的")
    html = phone.get("/activities/?about=elders").content.decode()
    assert 'href="?about=elders&amp;p=2"' in html
    assert listed(phone, "?about=elders&p=2") == ["第20场"]
    assert len(listed(phone, "?p=2")) == 2


# Covers and statements


def picture(title: str) -> Image:
    return Image.objects.create(title=title, file=ImageFile(png(), name=f"{title}.png"))


def test_the_list_costs_the_same_with_three_and_with_twelve_activities(community, phone, volunteer):
    def statements() -> int:
        phone.get("/activities/")  # the sizes of the pictures are made once
        with Statements() as seen:
            assert phone.get("/activities/").status_code == 200
        return len(seen.sql)

    for number in range(3):
        fill(at(community, f"第{number}场", number, cover=picture(f"p{number}")), 2)
    few = statements()
    for number in range(3, 12):
        fill(at(community, f"第{number}场", number, cover=picture(f"p{number}")), 1)
    sign_up(volunteer, SignUp.objects.earliest("pk").shift, at=NOW)
    assert statements() == few <= 8


def test_a_card_shows_the_picture_in_three_sizes_and_without_one_the_drawing(community, phone):
    at(community, "有照片", cover=picture("garden"))
    at(community, "没照片", subject=Subject.CULTURE)
    html = phone.get("/activities/").content.decode()
    assert re.search(r'max-width: 47.99em\)" srcset="\S+/g[\w.]*\.fill-480x270[\w.-]+\.jpg"', html)
    assert re.search(r"fill-640x360[\w.-]+\.jpg 1x,\s+\S+garden[\w.]*\.fill-1280x720[\w.-]+\.jpg 2x", html)
    assert "covers/culture.svg" in html
    assert html.count('width="640"') == 2 and html.count('loading="lazy"') == 2


def test_a_drawing_as_a_picture_stays_a_drawing_and_costs_no_more_than_a_photo(community, phone):
    def statements() -> int:
        phone.get("/activities/")  # the sizes of the pictures are made once
        with Statements() as seen:
            assert phone.get("/activities/").status_code == 200
        return len(seen.sql)

    at(community, "有照片", cover=picture("garden"))
    with_a_photo = statements()
    for name in ("lamp", "bench"):
        svg = BytesIO(b'<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"/>')
        drawing = ImageFile(svg, name=f"{name}.svg")
        at(community, name, cover=Image.objects.create(title=name, file=drawing))
    assert statements() == with_a_photo
    assert re.search(r"lamp[\w.]*\.fill-480x270[\w.-]*\.svg", phone.get("/activities/").content.decode())


def test_a_deleted_picture_leaves_the_drawing(community, phone):
    activity = at(community, "有照片", cover=picture("garden"))
    Image.objects.get().delete()
    activity.refresh_from_db()
    assert activity.cover is None
    assert "covers/neighbours.svg" in phone.get("/activities/").content.decode()


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("subject", ["", *Subject])
def test_each_subject_and_kind_has_a_small_drawing_for_light_and_dark(kind, subject):
    drawing = Activity(kind=kind, subject=subject).drawing
    assert drawing == (subject or (kind if kind in DRAWN_KINDS else "neighbours"))
    file = settings.BASE_DIR / f"static/covers/{drawing}.svg"
    assert file.stat().st_size <= 4_096
    assert "prefers-color-scheme:dark" in file.read_text()
