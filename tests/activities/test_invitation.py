"""The picture that invites people to an activity, for a group chat."""

import datetime as dt
from dataclasses import replace
from io import BytesIO

import pytest
import time_machine
import zxingcpp
from django.urls import reverse
from PIL import Image

from academy.activities import invitations, services
from academy.activities.models import Activity
from academy.activities.sheets import InvitationSheet
from academy.core.refusals import Refusal
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, CommunityFactory, UserFactory, VolunteerFactory, sign_up
from tests.paper.printing import printed
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)  # Saturday, 9:00 in Shanghai
HOUR = dt.timedelta(hours=1)
NOW = START - 48 * HOUR

SHEET = InvitationSheet(
    community="银杏里社区",
    title="春季社区义诊",
    times=("1月10日 周六 9:00–12:00",),
    place="银杏里社区卫生服务站一楼大厅",
    left="还有 12 个名额",
    url="https://academy.example.org/activities/12/",
)


@pytest.fixture(autouse=True)
def _two_days_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def community():
    return CommunityFactory(name="银杏里社区")


@pytest.fixture
def worker(community, client):
    user = UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)])
    client.force_login(user)
    return user


@pytest.fixture
def drawn(monkeypatch):
    """The sheets that were drawn."""
    sheets = []
    original = invitations.print_sheet

    def keep(sheet, **kwargs):
        sheets.append(sheet)
        return original(sheet, **kwargs)

    monkeypatch.setattr(invitations, "print_sheet", keep)
    return sheets


def test_the_picture_is_portrait_in_colour_and_its_code_leads_to_the_page(client, community, worker, settings):
    settings.PUBLIC_URL = "https://academy.example.org/"
    activity = ActivityFactory(community=community)
    answer = client.get(reverse("activity:invitation", args=[activity.pk]))
    assert answer["Content-Type"] == "image/png"
    assert "inline" in answer["Content-Disposition"]
    picture = Image.open(BytesIO(answer.content))
    assert picture.size == (1080, 1440) and picture.mode == "RGB"
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == f"https://academy.example.org/activities/{activity.pk}/"
    (small,) = zxingcpp.read_barcodes(picture.resize((540, 720)))  # as a chat shows it before one taps it
    assert small.text == code.text


def test_it_says_what_when_where_and_how_many_places_are_left(community, drawn):
    over = {"starts_at": NOW - 3 * HOUR, "ends_at": NOW - HOUR}
    coming = {"starts_at": START, "ends_at": START + 3 * HOUR}
    activity = ActivityFactory(community=community, capacity=5, shifts=[over, coming])
    sign_up(VolunteerFactory(community=community), activity.shifts.last(), at=NOW)
    invitations.draw(activity=Activity.objects.get(), at=NOW)
    (sheet,) = drawn
    assert (sheet.community, sheet.title, sheet.place) == ("银杏里社区", "敬老院探访", "街道敬老院")
    assert sheet.times == ("1月10日 周六 9:00–12:00",)
    assert sheet.drawing == "neighbours" and sheet.photo == ""


def test_places_left_are_counted_and_a_full_activity_says_so(community, drawn):
    activity = ActivityFactory(
        community=community, roles=[{"name": "甲", "capacity": 1}, {"name": "乙", "capacity": 1}]
    )
    for expected in ("还有 2 个名额", "还有 1 个名额", "名额已满"):
        invitations.draw(activity=Activity.objects.get(), at=NOW)
        assert drawn[-1].left == expected
        role = next((one for one in activity.roles.all() if not one.sign_ups.exists()), None)
        if role:
            sign_up(VolunteerFactory(community=community), activity.shifts.get(), role, at=NOW)
    invitations.draw(activity=Activity.objects.get(), at=START + HOUR)
    assert drawn[-1].left == ""  # it runs: people cannot sign up any more


def test_what_nobody_can_join_has_no_picture(client, community, worker):
    draft = ActivityFactory(community=community, published=None)
    cancelled = ActivityFactory(community=community)
    services.cancel_activity(activity=cancelled, by=None, at=NOW)
    over = ActivityFactory(community=community, starts_at=NOW - 3 * HOUR, ends_at=NOW - HOUR)
    for activity, code in ((draft, "not_published"), (cancelled, "cancelled"), (over, "too_late")):
        answer = invitations.draw(activity=activity, at=NOW)
        assert isinstance(answer, Refusal) and answer.code == code
        response = client.get(reverse("activity:invitation", args=[activity.pk]), follow=True)
        assert str(answer) in response.content.decode()


def test_a_character_without_a_glyph_is_named(client, community, worker):
    activity = ActivityFactory(community=community, title="\ue000义诊")
    page = client.get(reverse("activity:invitation", args=[activity.pk]), follow=True).content.decode()
    assert "U+E000" in page


def test_the_picture_of_others_is_not_found(client, worker):
    assert client.get(reverse("activity:invitation", args=[ActivityFactory().pk])).status_code == 404


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET,
        replace(SHEET, title="义" * 60, place="银" * 100, times=("12月10日 周六 10:00–12:00",) * 9),
        replace(SHEET, title="Neighbourhood spring clinic with a blood pressure day", left=""),
    ],
    ids=["usual", "all long", "Latin"],
)
def test_texts_of_any_length_fit_one_page(sheet):
    (text,) = pages(printed(sheet))
    assert sheet.title.replace(" ", "") in text and sheet.place in text
    assert ("另有6个时段" in text) is (len(sheet.times) > 3)
