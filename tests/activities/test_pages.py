"""The public pages of activities."""

import datetime as dt

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from academy.activities import services
from academy.activities.models import Break, SignUp
from academy.families import services as families
from academy.people.services import logins
from tests.factories import ActivityFactory, VolunteerFactory, sign_up

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _the_day_before():
    with time_machine.travel(START - dt.timedelta(days=1), tick=False):
        yield


@pytest.fixture
def activity():
    return ActivityFactory(title="敬老院探访", capacity=2)


@pytest.fixture
def volunteer(activity):
    return VolunteerFactory(community=activity.community, name="王秀英", login=True)


@pytest.fixture
def phone(volunteer):
    client = Client()
    client.cookies["django_language"] = "en"
    client.force_login(volunteer.user)
    return client


def page(activity) -> str:
    return reverse("activities:detail", args=[activity.pk])


def take(client, activity, **more):
    form = {"shift": activity.shifts.get().pk, "role": activity.roles.get().pk, **more}
    return client.post(f"{page(activity)}sign-up/", form, follow=True)


def test_the_list_shows_what_is_coming_in_ones_own_community(activity, phone):
    foreign = ActivityFactory(title="外社区的活动")
    over = ActivityFactory(
        community=activity.community,
        title="过去的",
        starts_at=START - dt.timedelta(days=9),
        ends_at=START - dt.timedelta(days=8),
    )
    own = phone.get("/activities/").content.decode()
    assert activity.title in own
    assert foreign.title not in own
    assert over.title not in own
    everybody = Client().get("/activities/").content.decode()
    assert activity.title in everybody
    assert foreign.title in everybody


def test_an_empty_list_says_what_to_do_instead(client):
    assert "empty" in client.get("/activities/").content.decode()


def test_the_page_says_what_a_poster_says(activity, client):
    text = client.get(page(activity)).content.decode()
    for fact in (
        activity.title,
        activity.place,
        activity.service_content,
        activity.organiser,
        '<span class="nobr">1月10日 周六</span> <span class="nobr">9:00–12:00</span>',
        activity.issuer.telephone,
    ):
        assert fact in text
    assert activity.leader.masked_name in text
    assert activity.leader.name not in text


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "2026年1月10日 9:00"), ("en", "10 Jan 2026 9:00")])
def test_a_shift_and_a_break_are_named_as_on_all_pages(activity, language, words):
    shift = activity.shifts.get()
    with translation.override(language):
        assert str(shift) == f"敬老院探访 · {words}"
        shift.activity.imported = True
        assert str(shift) == f"敬老院探访 · {words.removesuffix(' 9:00')}"
    assert str(Break(starts_at=START, ends_at=START + dt.timedelta(minutes=5))) == "9:00–9:05"


def test_what_is_not_published_is_not_found(client):
    hidden = ActivityFactory(published=None)
    assert client.get(page(hidden)).status_code == 404
    assert client.post(f"{page(hidden)}sign-up/").status_code == 404


def test_signing_up_and_giving_the_place_back(activity, phone, volunteer):
    assert "2 places left" in phone.get(page(activity)).content.decode()
    after = take(phone, activity).content.decode()
    assert "王秀英 has a place" in after
    assert "1 place left" in after
    place = SignUp.objects.get()
    assert (place.volunteer, place.signed_up_by) == (volunteer, volunteer.user)
    again = phone.post(f"{page(activity)}cancel/", {"sign_up": place.pk}, follow=True).content.decode()
    assert "2 places left" in again
    place.refresh_from_db()
    assert place.cancelled_at is not None


def test_a_refusal_stands_on_the_page(phone):
    activity = ActivityFactory(capacity=1)
    sign_up(VolunteerFactory(), activity.shifts.get(), at=START - dt.timedelta(days=2))
    answer = take(phone, activity).content.decode()
    assert 'data-refusal="shift_full"' in answer
    assert "All places are taken" in answer


def test_looking_changes_nothing(activity, phone):
    for address in ("sign-up", "cancel"):
        assert phone.get(f"{page(activity)}{address}/").status_code == 405
    assert not SignUp.objects.exists()


def test_a_signed_out_visitor_signs_in_and_comes_back(activity, client):
    for address in ("sign-up", "cancel"):
        location = client.post(f"{page(activity)}{address}/")["Location"]
        assert location == f"{reverse('account_login')}?next={page(activity)}"


def test_a_user_signs_up_for_themselves_and_for_those_they_act_for(activity, phone, volunteer):
    husband = VolunteerFactory(community=activity.community, name="李建国")
    stranger = VolunteerFactory(community=activity.community)
    families.allow_agent(volunteer=husband, user=volunteer.user, evidence="口头", by=None, at=START)
    assert take(phone, activity, volunteer=husband.pk).status_code == 200
    assert take(phone, activity, volunteer=stranger.pk).status_code == 404
    assert [place.volunteer for place in SignUp.objects.all()] == [husband]


def test_nobody_gives_back_anothers_place(activity, phone):
    place = sign_up(VolunteerFactory(), activity.shifts.get(), at=START - dt.timedelta(days=2))
    assert phone.post(f"{page(activity)}cancel/", {"sign_up": place.pk}).status_code == 404
    place.refresh_from_db()
    assert place.cancelled_at is None


@pytest.mark.parametrize("field", ["shift", "role"])
@pytest.mark.parametrize("value", ["", "x", "0", "9" * 30, "²"])
def test_a_form_of_nonsense_is_not_found(activity, phone, field, value):
    assert take(phone, activity, **{field: value}).status_code == 404


def test_a_shift_or_role_of_another_activity_is_not_found(activity, phone):
    other = ActivityFactory()
    assert take(phone, activity, shift=other.shifts.get().pk).status_code == 404
    assert take(phone, activity, role=other.roles.get().pk).status_code == 404


def test_after_the_start_nobody_signs_up_or_gives_back(activity, phone):
    take(phone, activity)
    with time_machine.travel(START, tick=False):
        text = phone.get(page(activity)).content.decode()
        assert "I cannot come" not in text
        answer = phone.post(f"{page(activity)}cancel/", {"sign_up": SignUp.objects.get().pk})
        assert 'data-refusal="too_late"' in answer.content.decode()


def test_a_cancelled_activity_says_so_and_takes_nobody(activity, phone):
    services.cancel_activity(activity=activity, by=None, at=START - dt.timedelta(days=1))
    text = phone.get(page(activity)).content.decode()
    assert "has been cancelled" in text
    assert "Sign up" not in text.split("<main", 1)[1]
    assert 'data-refusal="cancelled"' in take(phone, activity).content.decode()


def test_the_leader_finds_the_way_to_the_leaders_page(phone, activity):
    client = Client()
    logins.login_for(volunteer=activity.leader)
    activity.leader.refresh_from_db()
    client.force_login(activity.leader.user)
    assert f"/lead/{activity.pk}/" in client.get(page(activity)).content.decode()
    assert f"/lead/{activity.pk}/" not in phone.get(page(activity)).content.decode()
