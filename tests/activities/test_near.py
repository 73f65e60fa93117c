"""The list is light and knows what is near; meeting points are told, nameless people counted."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.images import ImageFile
from django.test import Client
from wagtail.images.models import Image

from academy.activities import placing
from academy.activities.models import Activity, Role, SignUp
from academy.activities.nearness import buildings_in, home_of
from academy.activities.seats import places_left
from academy.core.look import COVER_SIZES
from academy.core.refusals import Refusal
from academy.people.permissions import DutyRole
from academy.profiles.models import Profile
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.pages import Statements, markup_of, text_of
from tests.pictures import busy_photo, photo, png

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
NOW = START - dt.timedelta(days=1)
DAY = dt.timedelta(days=1)
MOST_STATEMENTS, MOST_BYTES = 12, 60_000


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def volunteer():
    person = VolunteerFactory(login=True)
    Profile.objects.create(volunteer=person, area="松林小区3栋2单元")
    return person


@pytest.fixture
def phone(volunteer) -> Client:
    client = Client()
    client.force_login(volunteer.user)
    return client


def at(volunteer, title, place="街道敬老院", **fields) -> Activity:
    ends_at = START + dt.timedelta(hours=3)
    return ActivityFactory(
        community=volunteer.community, title=title, place=place, starts_at=START, ends_at=ends_at, **fields
    )


def listed(client, query=""):
    html = client.get(f"/activities/{query}").content.decode()
    return sorted(re.findall(r'class="activity-title"><a href="[^"]+">([^<]+)<', html))


@pytest.mark.parametrize(
    ("text", "found"),
    [("3栋楼下", [3]), ("12 栋、15 栋", [12, 15]), ("B座", [2]), ("社区活动中心二楼", []), ("", [])],
)
def test_buildings_are_read_from_a_place(text, found):
    assert buildings_in(text) == found


def test_the_list_is_narrowed_to_what_is_near(volunteer, phone):
    at(volunteer, "本栋", "3栋楼下")
    at(volunteer, "隔壁", "5栋架空层")
    at(volunteer, "远处", "活动中心", terms={"meeting_point": "9号楼门口"})
    at(volunteer, "无栋号")

    assert listed(phone) == sorted(["本栋", "隔壁", "远处", "无栋号"])
    assert listed(phone, "?near=0") == ["本栋"]
    assert listed(phone, "?near=2") == sorted(["本栋", "隔壁"])
    assert listed(phone, "?near=5&about=elders") == []
    assert "near=2" in markup_of(phone.get("/activities/?near=2"))  # the links for times keep it


@pytest.mark.parametrize(
    ("area", "building"),
    [
        ("3", 3),
        ("３栋", 3),
        ("三栋", 3),
        ("3-502", 3),
        ("B", 2),
        ("B栋", 2),
        ("3号楼2单元", 3),
        ("二楼", None),
        ("松林", None),
    ],
)
def test_the_building_of_a_person_is_read_as_threads_read_it(volunteer, area, building):
    Profile.objects.update(area=area)
    assert home_of(volunteer) == building


def test_who_has_no_building_is_told_and_visitors_are_not_asked(volunteer, phone):
    Profile.objects.update(area="")
    assert home_of(volunteer) is None
    at(volunteer, "本栋", "3栋楼下")

    page = phone.get("/activities/?near=2")

    assert 'id="id_near-error"' in markup_of(page) and listed(phone, "?near=2") == ["本栋"]
    assert 'name="near"' not in markup_of(Client().get("/activities/"))
    assert 'id="id_near-error"' in markup_of(phone.get("/activities/?near=99"))


def first_screen(html: str, cards: int = 5) -> int:
    """Return the bytes of the pictures of the first cards, as a phone asks for them.

    Chromium loads those that stand less than 1,250 points below the screen: five at 360 by 780.
    """
    covers = re.findall(r'<span class="cover">(.*?)</span>', html, flags=re.DOTALL)[:cards]
    assert len(covers) == cards
    weight = {}
    for cover in covers:
        narrow = re.search(r'max-width: 47.99em\)"\s+srcset="([^" ]+)"', cover)
        url = narrow[1] if narrow else re.findall(r'src="([^"]+)"', cover)[0]
        if url.startswith("/media/"):
            weight[url] = (Path(settings.MEDIA_ROOT) / url.removeprefix("/media/")).stat().st_size
        else:
            weight[url] = len(gzip.compress(Path(str(finders.find(url.removeprefix("/static/")))).read_bytes()))
    return sum(weight.values())


def test_the_list_takes_few_statements_and_little_data_with_covers(volunteer, phone):
    """Lists of 10, of 60, and of 60 after a past; a phone loads the covers of the first screen."""
    covers = [
        Image.objects.create(title=f"{n}", file=ImageFile((busy_photo if n % 2 else photo)(n), name=f"{n}.jpg"))
        for n in range(6)
    ]

    def plan(since: int, until: int):
        return [
            at(volunteer, f"活动{number}", "3栋", subject="elders", cover=(*covers, None)[number % 7])
            for number in range(since, until)
        ]

    def look(query=""):
        phone.get(f"/activities/{query}")  # makes the renditions
        with Statements() as statements:
            page = phone.get(f"/activities/{query}")
        assert len(statements.sql) <= MOST_STATEMENTS, statements.sql
        weight = len(gzip.compress(page.content)) + first_screen(page.content.decode())
        assert weight <= MOST_BYTES, (query, weight)
        return len(statements.sql), len(gzip.compress(page.content))

    plan(0, 10)
    few, _bytes = look()
    plan(10, 60)
    many, light = look()
    for activity in plan(60, 80):
        sign_up(volunteer, activity.shifts.get(), at=NOW)
        activity.shifts.update(starts_at=START - 90 * DAY, ends_at=START - 90 * DAY + DAY / 24)
    old, with_past = look()

    assert few == many == old
    assert abs(with_past - light) < 100
    for query in ("?p=3", "?near=5&about=elders", "?time=week"):
        look(query)


def test_a_cover_for_phones_is_light_however_busy_the_photo_and_as_good_as_it_may_be():
    for_phones = COVER_SIZES[0].removesuffix("|preserve-svg")

    def weigh(file, spec=for_phones):
        stored = Image.objects.create(title="cover", file=ImageFile(file, name="cover.jpg"))
        return stored.get_rendition(spec).file.size, stored.get_rendition(spec).width

    calm = "fill-480x270|format-jpeg|jpegquality-50"
    assert weigh(png()) == weigh(png(), calm)
    assert weigh(photo(), calm)[0] > 12_000 and weigh(busy_photo(), calm)[0] > 20_000
    size, width = weigh(photo())
    assert size <= 9_000 and width == 480
    size, width = weigh(busy_photo())
    assert 4_000 < size <= 9_000 and width < 480


def test_the_meeting_point_is_told_wherever_the_place_is(volunteer, phone):
    activity = at(volunteer, "健步走", "环湖步道", terms={"meeting_point": "活动中心门口"})
    sign_up(volunteer, activity.shifts.get(), at=NOW)

    assert activity.where == "环湖步道 · 活动中心门口"
    assert at(volunteer, "探访").where == "街道敬老院"
    for page in ("/activities/", "/my/", f"/activities/{activity.pk}/"):
        assert "活动中心门口" in text_of(phone.get(page)), page


def test_people_without_a_name_take_places():
    community = CommunityFactory()
    worker = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    activity = ActivityFactory(community=community, starts_at=START, ends_at=START + dt.timedelta(hours=3), capacity=4)
    shift, role = activity.shifts.select_related("activity__community").get(), activity.roles.get()
    people = [VolunteerFactory(community=community) for _ in range(3)]

    def bring(person, companions):
        return placing.sign_up(
            volunteer=person, shift=shift, role=role, by=worker, at=NOW, said="接龙", companions=companions
        )

    assert isinstance(bring(people[0], 2), SignUp)
    assert places_left(Role.objects.get(pk=role.pk), shift.pk) == 1
    refused = bring(people[1], 1)
    assert isinstance(refused, Refusal) and refused.code == "shift_full" and "1" in str(refused)
    assert SignUp.objects.filter(cancelled_at=None).count() == 1
    assert isinstance(bring(people[1], 0), SignUp)
    assert bring(people[2], 0).code == "shift_full"
    assert places_left(role, shift.pk) == 0
