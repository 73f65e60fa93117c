"""The rota for everybody: free places, who stands in, one tap to skip a date."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from academy.activities import services as activities
from academy.activities.models import SignUp
from academy.checkin.services import codes
from academy.families import services as families
from academy.rotas.models import StandingPlace
from tests.pages import Statements, markup_of, text_of
from tests.rotas.scene import MONDAY, NOW, THURSDAYS, TUESDAYS, RotaScene, date_on, days_of, take

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TUESDAY, THURSDAY = MONDAY + dt.timedelta(days=1), MONDAY + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scene():
    return RotaScene()


@pytest.fixture
def series(scene):
    return scene.plan(weeks_ahead=2)


def phone_of(person=None) -> Client:
    client = Client()
    client.cookies["django_language"] = "en"
    if person is not None:
        client.force_login(person.user)
    return client


def test_a_visitor_reads_pattern_places_and_no_name(scene, series):
    scene.stand(series, scene.person())
    text = text_of(phone_of().get(f"/standing/{series.pk}/"))
    assert "every Tuesday, Thursday 17:30–19:30" in text
    assert "Tue 6 Jan 17:30–19:30 4 places left · 1 place for a newcomer" in text
    assert "王" not in text
    assert "赵*" in text and "赵敏" not in text
    assert "Sign in to stand in every week" in text


def test_who_takes_part_reads_with_whom_under_a_mask(scene, series):
    person, other = scene.person(), scene.person("李建国")
    scene.stand(series, other)
    take(series, TUESDAY, person)
    text = text_of(phone_of(person).get(f"/standing/{series.pk}/"))
    assert "李*国、王*英" in text


def test_one_tap_stands_in_and_one_tap_skips(scene, series):
    person = scene.person()
    phone = phone_of(person)
    answer = phone.post(f"/standing/{series.pk}/stand-in/", {"weekday": [1]}, follow=True)
    assert "王秀英 stands in every Tuesday." in text_of(answer)
    assert days_of(person) == ["1-6", "1-13"]
    first = SignUp.objects.order_by("shift__starts_at").first()
    answer = phone.post(f"/standing/{series.pk}/skip/", {"sign_up": first.pk}, follow=True)
    assert "Skipped: Tue 6 Jan 17:30–19:30. The other dates stay." in text_of(answer)
    assert days_of(person) == ["1-13"]


def test_to_stop_is_one_tap_too(scene, series):
    person = scene.person()
    place = scene.stand(series, person).place
    answer = phone_of(person).post(f"/standing/{series.pk}/stop/", {"place": place.pk}, follow=True)
    assert "It has ended" in text_of(answer)
    assert days_of(person) == []


def test_a_refusal_stands_on_the_page(scene, series):
    person = scene.person()
    answer = phone_of(person).post(f"/standing/{series.pk}/stand-in/", {"weekday": [5]})
    assert answer.status_code == 409
    assert 'data-refusal="no_weekday"' in markup_of(answer)


def test_an_agent_stands_in_for_an_elder(scene, series):
    agent, elder = scene.person(), scene.person("李建国")
    families.allow_agent(volunteer=elder, user=agent.user, evidence="电话", by=scene.worker, at=NOW)
    phone = phone_of(agent)
    phone.post(f"/standing/{series.pk}/stand-in/", {"weekday": [1, 3], "volunteer": elder.pk})
    assert days_of(elder) == ["1-6", "1-8", "1-13", "1-15"]
    assert "Skip: 李建国" in text_of(phone.get(f"/standing/{series.pk}/"))


def test_nobody_acts_for_strangers(scene, series):
    person, other = scene.person(), scene.person("李建国")
    place = scene.stand(series, other).place
    phone = phone_of(person)
    assert phone.post(f"/standing/{series.pk}/stand-in/", {"volunteer": other.pk}).status_code == 404
    assert phone.post(f"/standing/{series.pk}/stop/", {"place": place.pk}).status_code == 404
    taken = SignUp.objects.first()
    assert phone.post(f"/standing/{series.pk}/skip/", {"sign_up": taken.pk}).status_code == 404
    assert StandingPlace.objects.in_force().exists()
    for act in ("stand-in", "stop", "skip"):
        assert phone_of().post(f"/standing/{series.pk}/{act}/")["Location"].startswith("/accounts/login/")


def test_a_cancelled_date_and_a_holiday_say_so(scene):
    series = scene.plan(weeks_ahead=8)
    activities.cancel_activity(activity=date_on(series, TUESDAY).activity, by=scene.worker, at=NOW)
    text = text_of(phone_of().get(f"/standing/{series.pk}/"))
    assert "Tue 6 Jan 17:30–19:30 does not take place" in text
    assert "Tue 17 Feb holiday: nobody stands here" in text


def test_the_page_of_a_date_leads_to_the_rota(scene, series):
    activity = date_on(series, TUESDAY).activity
    page = phone_of().get(f"/activities/{activity.pk}/")
    assert f'<a href="/standing/{series.pk}/">every Tuesday, Thursday' in markup_of(page)
    assert "every Tuesday, Thursday 17:30–19:30: all dates" in text_of(page)


def test_the_list_of_activities_shows_the_dates_of_a_week(scene, series):
    page = text_of(phone_of().get("/activities/"))
    assert page.count("消防通道值守") == 2
    later = phone_of().get("/activities/?day=2026-01-15")
    assert "消防通道值守" in text_of(later)


def test_a_long_rota_takes_as_many_statements_as_a_short_one(scene):
    person = scene.person()
    phone = phone_of(person)

    def statements_of(series):
        phone.get(f"/standing/{series.pk}/")
        with Statements() as statements:
            assert phone.get(f"/standing/{series.pk}/").status_code == 200
        return len(statements.sql)

    short, long = scene.plan(weeks_ahead=1, title="短"), scene.plan(weeks_ahead=20, title="长")
    for series in (short, long):
        scene.stand(series, person)
    assert statements_of(short) == statements_of(long)
    assert statements_of(long) <= 16


def test_the_rota_of_thursdays_alone_shows_them(scene):
    series = scene.plan(weekdays=THURSDAYS, weeks_ahead=1)
    text = text_of(phone_of().get(f"/standing/{series.pk}/"))
    assert "every Thursday" in text and "Thu 8 Jan" in text and "Tue 6 Jan" not in text
    assert TUESDAYS & series.weekdays == 0


def test_the_poster_leads_to_the_gate_of_the_date_that_takes_place(scene, series):
    came = NOW + dt.timedelta(days=1, hours=7, minutes=20)  # Tuesday 17:20
    with time_machine.travel(came, tick=False):
        answer = phone_of().get(f"/R/{series.poster_key}/")
    gate = codes.checkpoint_for(date_on(series, TUESDAY).activity, rotating=False)
    assert answer["Location"] == f"/c/{gate.key}/"


def test_between_two_dates_the_poster_says_when_the_next_one_is(scene, series):
    text = text_of(phone_of().get(f"/r/{series.poster_key}/"))
    assert "Nobody can check in here now. The next date is Tue 6 Jan 17:30–19:30." in text
    activities.cancel_activity(activity=date_on(series, TUESDAY).activity, by=scene.worker, at=NOW)
    with time_machine.travel(NOW + dt.timedelta(days=1, hours=8), tick=False):
        text = text_of(phone_of().get(f"/r/{series.poster_key}/"))
    assert "The next date is Thu 8 Jan" in text
    assert phone_of().get("/r/000000/").status_code == 404
    assert phone_of().get("/r/-/").status_code == 404
