"""A standing shift asks for courses and ages, and private details go from date to date (T3, N4)."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from academy.activities import private_details
from academy.activities.models import Role
from academy.core.refusals import Refusal
from academy.learning import services as learning
from academy.learning.models import Course
from academy.rotas.models import Series
from academy.rotas.services import changing, opening
from tests.activities.needing import complete
from tests.factories import CommunityFactory
from tests.pages import markup_of
from tests.rotas.scene import MONDAY, NOW, RotaScene, date_on, shift_on, take
from tests.rotas.test_back_office import a_form

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

TUESDAY = MONDAY + dt.timedelta(days=1)
THURSDAY = MONDAY + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _now(without_pages):
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def scene():
    return RotaScene()


def course_of(community, key="first-aid", title="心肺复苏") -> Course:
    version = learning.publish_course(
        community=community,
        key=key,
        title=title,
        lessons=[{"key": f"{key}-1", "title": title, "class_hours": "1", "body": ""}],
        tier="beginner",
        required=True,
        by=None,
        at=NOW - dt.timedelta(days=100),
    )
    return Course.objects.get(pk=version.course_id)


def plan(scene, *, courses=(), private="", **fields):
    series = scene.unsaved(**fields)
    series.ask_for(courses)
    answer = opening.plan_series(series=series, private=private, by=scene.worker, at=NOW)
    assert isinstance(answer, Series), answer
    return answer


def change(scene, series, *, courses=None, since=MONDAY, private=None, also_own=False, **fields):
    wanted = Series.objects.get(pk=series.pk)
    for name, value in fields.items():
        setattr(wanted, name, value)
    wanted.ask_for(wanted.courses.all() if courses is None else courses)
    answer = changing.change_series(
        series=wanted, since=since, also_own=also_own, private=private, by=scene.worker, at=NOW
    )
    assert isinstance(answer, changing.ChangeResult), answer
    return answer


def details_on(series, day):
    return private_details.stored_text(date_on(series, day).activity) or ""


def test_each_date_asks_for_what_the_standing_shift_asks_for(scene):
    aid = course_of(scene.home)
    series = plan(scene, courses=[aid], min_age=16, tier="")
    person = scene.person()

    refused = take(series, TUESDAY, person)
    assert isinstance(refused, Refusal) and refused.code in ("needs_course", "age_unknown")
    assert set(Role.objects.filter(courses=aid).values_list("min_age", flat=True)) == {16}
    type(person).objects.filter(pk=person.pk).update(birth_date=dt.date(1960, 1, 1))
    person.refresh_from_db()
    complete(person, aid, on=NOW - dt.timedelta(days=30))
    assert not isinstance(take(series, TUESDAY, person), Refusal)


def test_a_change_of_needs_holds_from_a_day_on_and_leaves_what_is_a_dates_own(scene):
    aid = course_of(scene.home)
    series = plan(scene)
    own = date_on(series, THURSDAY + dt.timedelta(days=7)).role
    Role.objects.filter(pk=own.pk).update(min_age=60)

    change(scene, series, courses=[aid], since=THURSDAY, min_age=18)

    assert list(date_on(series, TUESDAY).role.courses.all()) == []
    later = date_on(series, THURSDAY).role
    assert list(later.courses.all()) == [aid] and later.min_age == 18
    own.refresh_from_db()
    assert own.min_age == 60 and list(own.courses.all()) == [aid]
    assert list(Series.objects.get().courses.all()) == [aid]


def test_new_places_for_newcomers_ask_too(scene):
    aid = course_of(scene.home)
    series = plan(scene, courses=[aid], newcomer_places=0)

    change(scene, series, newcomer_places=1)

    assert list(date_on(series, TUESDAY).newcomer_role.courses.all()) == [aid]


def test_a_foreign_course_is_refused(scene):
    series = scene.unsaved()
    series.ask_for([course_of(CommunityFactory())])

    assert opening.plan_series(series=series, by=scene.worker, at=NOW).code == "foreign_course"


def test_private_details_go_from_date_to_date(scene):
    series = plan(scene, private="门禁 2580#")
    assert details_on(series, TUESDAY) == details_on(series, THURSDAY) == "门禁 2580#"

    with time_machine.travel(NOW + dt.timedelta(weeks=1), tick=False):
        opening.open_ahead(at=NOW + dt.timedelta(weeks=1))
    assert details_on(series, series.dates.latest("day").day) == "门禁 2580#"


def test_a_change_of_details_leaves_those_of_a_date_itself(scene):
    series = plan(scene, private="门禁 2580#")
    own = date_on(series, THURSDAY).activity
    private_details.write(activity=own, text="钥匙在王阿姨家", by=scene.worker, at=NOW)

    change(scene, series, private="门禁 1379#")
    assert (details_on(series, TUESDAY), details_on(series, THURSDAY)) == ("门禁 1379#", "钥匙在王阿姨家")
    change(scene, series, private="", also_own=True)
    assert (details_on(series, TUESDAY), details_on(series, THURSDAY)) == ("", "")
    change(scene, series, since=dt.date(2026, 6, 1), private="没有这样的日子")


@pytest.mark.parametrize(
    "wrong", [{"tier": "master"}, {"min_age": 30, "max_age": 20}, {"max_age": 0}, {"min_age": 121}]
)
def test_the_database_keeps_ages_and_tiers_of_people(scene, wrong):
    series = plan(scene)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.filter(pk=series.pk).update(**wrong)


def test_the_form_asks_for_needs_and_details(scene, client):
    client.force_login(scene.worker)
    aid = course_of(scene.home)
    asked = {"courses": [aid.pk], "min_age": "18", "max_age": "75", "private": "门禁 2580#"}

    refused = client.post(reverse("series:add"), a_form(scene, **{**asked, "max_age": "10"}))
    assert not Series.objects.exists() and "max_age" in markup_of(refused)
    client.post(reverse("series:add"), a_form(scene, **asked))

    series = Series.objects.get()
    assert list(series.courses.all()) == [aid] and series.max_age == 75
    assert details_on(series, TUESDAY) == "门禁 2580#"
    assert "门禁 2580#" in markup_of(client.get(reverse("series:edit", args=[series.pk])))


def test_an_activity_with_needs_becomes_a_standing_shift_with_them(scene, client):
    client.force_login(scene.worker)
    aid = course_of(scene.home)
    series = plan(scene, courses=[aid], private="门禁 2580#")
    activity = shift_on(series, TUESDAY).activity

    page = markup_of(client.get(f"{reverse('series:add')}?from={activity.pk}"))

    assert "门禁 2580#" in page and "心肺复苏" in page
