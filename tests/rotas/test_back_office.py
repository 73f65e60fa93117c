"""The back office: one form plans and changes a standing shift; its rota shows a year."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from wagtail.models import ModelLogEntry

from academy.activities.models import Activity
from academy.messaging.models import Message
from academy.people.permissions import DutyRole
from academy.rotas.models import RetiredPoster, Series, SeriesDate, StandingPlace
from academy.rotas.services import opening, renewing
from tests.factories import ActivityFactory, UserFactory
from tests.pages import Statements, markup_of, text_of
from tests.paper.reading import pages
from tests.rotas.scene import MONDAY, NOW, TUESDAYS, RotaScene, date_on, days_open, shift_on, take

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TUESDAY = MONDAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scene():
    return RotaScene()


@pytest.fixture
def desk(scene, client):
    client.cookies["django_language"] = "en"
    client.force_login(scene.worker)
    return client


def a_form(scene, **more):
    return {
        "title": "消防通道值守",
        "kind": "service",
        "place": "东门",
        "service_content": "劝导车辆",
        "community": scene.home.pk,
        "weekdays": ["1", "3"],
        "starts": "1730",
        "ends": "19:30",
        "rests": "",
        "role_name": "值守",
        "capacity": "6",
        "newcomer_places": "1",
        "first_day": "2026-01-05",
        "last_day": "",
        "skips_holidays": "on",
        "weeks_ahead": "6",
        "leader": scene.leader.pk,
        "organiser": "居委会",
        "issuer": scene.issuer.pk,
        "subject": "safety",
        "insurance": "",
        **more,
    }


def test_one_form_plans_a_standing_shift(scene, desk):
    assert desk.get(reverse("series:add")).status_code == 200
    answer = desk.post(reverse("series:add"), a_form(scene))
    series = Series.objects.get()
    assert answer["Location"] == reverse("series:rota", args=[series.pk])
    assert (series.weekdays, series.starts, series.ends, series.created_by) == (10, 1050, 1170, scene.worker)
    assert len(days_open(series)) == 12


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        pytest.param({"weekdays": []}, "This field is required", id="no weekday"),
        pytest.param({"ends": "1700"}, "The end is not after the start", id="ends before it begins"),
        pytest.param({"starts": "26:00", "ends": "27:00"}, "before 24:00", id="begins on the next day"),
        pytest.param({"newcomer_places": "6"}, "at least one has to be left", id="no place for others"),
        pytest.param({"last_day": "2026-01-04"}, "lies before the first", id="ends before the first day"),
        pytest.param({"dangerous": "on"}, "needs accident insurance", id="dangerous without insurance"),
        pytest.param({"rests": "2000-2010"}, "lies outside its shift", id="a break outside"),
    ],
)
def test_mistakes_stay_where_they_are(scene, desk, fields, sentence):
    answer = desk.post(reverse("series:add"), a_form(scene, **fields))
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert not Series.objects.exists()


def test_an_activity_becomes_the_pattern(scene, desk):
    activity = ActivityFactory(community=scene.home, title="晨练教学", leader=scene.leader, issuer=scene.issuer)
    page = markup_of(desk.get(f"{reverse('series:add')}?from={activity.pk}"))
    assert 'value="晨练教学"' in page
    assert 'name="starts" value="9:00"' in page
    assert 'name="weekdays" value="5"' in page and page.count("checked") >= 1
    assert reverse("series:add") + f"?from={activity.pk}" in markup_of(
        desk.get(reverse("activity:edit", args=[activity.pk]))
    )


def edited(scene, series, **more):
    form = a_form(scene, since="2026-01-05", place=series.place, **more)
    for name in ("kind", "first_day", "community"):
        del form[name]
    return form


def test_a_change_asks_before_people_are_told(scene, desk):
    series, person = scene.plan(), scene.person()
    scene.stand(series, person, TUESDAYS)
    address = reverse("series:edit", args=[series.pk])
    page = desk.get(address)
    assert 'name="since"' in markup_of(page) and 'name="starts" value="17:30"' in markup_of(page)
    form = edited(scene, series, starts="1800", ends="2000")
    asked = desk.post(address, form)
    assert asked.status_code == 200
    assert "12 dates change · 12 of them move. 1 person has signed up: 王*英." in text_of(asked)
    assert shift_on(series, TUESDAY).starts_at == series.span_on(TUESDAY)[0]
    assert not Message.objects.exists()
    done = desk.post(address, {**form, "sure": "on"}, follow=True)
    assert "12 dates change · 12 of them move." in text_of(done)
    assert Message.objects.of(person).count() == 1
    assert shift_on(series, TUESDAY).starts_at != series.span_on(TUESDAY)[0]


def test_a_change_that_concerns_nobody_is_saved_at_once(scene, desk):
    series = scene.plan()
    answer = desk.post(reverse("series:edit", args=[series.pk]), edited(scene, series, service_content="劝导电动车"))
    assert answer.status_code == 302
    assert set(Activity.objects.values_list("service_content", flat=True)) == {"劝导电动车"}


def test_somebody_begins_and_ends_to_stand_in(scene, desk):
    series, person = scene.plan(weeks_ahead=2), scene.person()
    address = reverse("series:stand_in", args=[series.pk])
    assert "Tuesday" in text_of(desk.get(address))
    answer = desk.post(address, {"volunteer": person.pk, "weekdays": ["1"]}, follow=True)
    assert "王秀英 stands in every Tuesday: 2 places so far." in text_of(answer)
    place = StandingPlace.objects.get()
    answer = desk.post(reverse("series:stop", args=[series.pk, place.pk]), follow=True)
    assert "The standing place has ended." in text_of(answer)
    assert not StandingPlace.objects.in_force().exists()


def test_a_day_is_left_out_from_the_rota(scene, desk):
    series = scene.plan(weeks_ahead=2)
    page = desk.get(reverse("series:rota", args=[series.pk]))
    assert reverse("series:leave_out", args=[series.pk, "2026-01-22"]) in markup_of(page)
    desk.post(reverse("series:leave_out", args=[series.pk, "2026-01-22"]))
    assert SeriesDate.objects.get(activity=None).day == dt.date(2026, 1, 22)
    assert "Thu 22 Jan left out" in text_of(desk.get(reverse("series:rota", args=[series.pk])))
    assert desk.get(reverse("series:leave_out", args=[series.pk, "2026-02-30"])).status_code == 404
    assert desk.get(reverse("series:leave_out", args=[series.pk, "soon"])).status_code == 404


def test_a_year_of_two_hundred_shifts_is_one_page_of_constant_statements(scene, desk):
    """The dates are opened by the clock, half a year at a time."""
    every_weekday = 0b1111
    series = scene.plan(weekdays=every_weekday, weeks_ahead=26, skips_holidays=False)
    short = scene.plan(weeks_ahead=1, title="短")
    scene.stand(series, scene.person())
    scene.stand(short, scene.person("李建国"))
    opening.open_ahead(at=NOW + dt.timedelta(weeks=24))
    assert SeriesDate.objects.filter(series=series).count() >= 200

    def statements_of(one):
        address = f"{reverse('series:rota', args=[one.pk])}?year=2026"
        desk.get(address)
        with Statements() as statements:
            page = desk.get(address)
        return len(statements.sql), page

    few, _page = statements_of(short)
    many, page = statements_of(series)
    assert many == few
    assert markup_of(page).count(reverse("activity:edit", args=[0]).replace("/0/", "/")) >= 200


def test_the_rota_on_the_wall_masks_names(scene, desk):
    series, person = scene.plan(weeks_ahead=2), scene.person()
    scene.stand(series, person, TUESDAYS)
    new = scene.person("欧阳明")
    take(series, TUESDAY, new, newcomer=True)
    address = reverse("series:paper", args=[series.pk])
    wall, inside = desk.get(address), desk.get(f"{address}?names=whole")
    assert wall["Content-Type"] == inside["Content-Type"] == "application/pdf"
    on_wall, within = "".join(pages(wall.content)), "".join(pages(inside.content))
    assert "王*英" in on_wall and "王秀英" not in on_wall and "欧*明" in on_wall
    assert "王秀英" in within and "欧阳明" in within
    assert "everyTuesday,Thursday17:30–19:30" in on_wall


def test_the_list_shows_the_pattern(scene, desk):
    scene.plan(weeks_ahead=1)
    text = text_of(desk.get(reverse("series:index")))
    assert "消防通道值守" in text and "every Tuesday, Thursday 17:30–19:30" in text


def test_the_list_of_activities_is_not_filled_by_one_standing_shift(scene, desk):
    series = scene.plan()
    page = text_of(desk.get(reverse("activity:index")))
    assert page.count("消防通道值守") < 8  # two dates, each named a few times
    everything = text_of(desk.get(f"{reverse('activity:index')}?time=coming"))
    assert everything.count("消防通道值守") >= len(days_open(series))


def test_staff_of_another_community_see_nothing(scene, desk, client):
    series = scene.plan(weeks_ahead=1)
    client.force_login(UserFactory(duties=[(RotaScene().home, DutyRole.SOCIAL_WORKER)]))
    for name in ("rota", "edit", "paper", "stand_in"):
        assert client.get(reverse(f"series:{name}", args=[series.pk])).status_code == 404
    assert date_on(series, TUESDAY).activity is not None


def test_one_poster_serves_all_dates(scene, desk):
    series = scene.plan(weeks_ahead=1)
    answer = desk.get(reverse("series:poster", args=[series.pk]))
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(pages(answer.content))
    assert "消防通道值守" in text and "everyTuesday,Thursday17:30–19:30" in text
    assert f"/r/{series.poster_key}/".lower() in text


def test_a_poster_gets_a_new_code_and_the_old_one_lets_nobody_in(scene, desk):
    series = scene.plan(weeks_ahead=1)
    old = series.poster_key
    address = reverse("series:renew_poster", args=[series.pk])
    assert address in markup_of(desk.get(reverse("series:rota", args=[series.pk])))
    assert "that hang there no longer work" in text_of(desk.get(address))

    answer = desk.post(address, follow=True)

    assert "has a new code" in text_of(answer)
    series.refresh_from_db()
    assert series.poster_key != old
    assert ModelLogEntry.objects.filter(action="rotas.renew_poster").get().user == scene.worker
    came = NOW + dt.timedelta(days=1, hours=7, minutes=20)  # Tuesday 17:20: a date takes place
    with time_machine.travel(came, tick=False):
        refused = desk.get(f"/r/{old}/")
        assert desk.get(f"/r/{series.poster_key}/").status_code == 302
    assert refused.status_code == 410
    assert "This poster was replaced: its code no longer works." in text_of(refused)


def test_only_staff_of_the_community_renew_a_poster(scene):
    series = scene.plan(weeks_ahead=1)
    answer = renewing.renew_poster(series=series, by=UserFactory(), at=NOW)
    assert answer.code == "not_allowed" and not RetiredPoster.objects.exists()
