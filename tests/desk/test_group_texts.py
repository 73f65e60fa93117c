"""Texts about an activity to paste into the chat group, and the people whom a call looks for."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from academy.activities import services as activities
from academy.activities.models import Activity, Role
from academy.core.verbs import verbs_for
from academy.desk.group_texts import CallFilter, fitting, texts_of
from academy.groups.services import heads
from academy.profiles.models import Profile, Word
from academy.units.models import Unit
from tests.factories import VolunteerFactory, sign_up
from tests.hours.scene import LONG_AGO, Scene, moment
from tests.pages import markup_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEFORE, DURING, AFTER = moment("08:00"), moment("10:00"), moment("15:00")


@pytest.fixture
def scene(rows):
    return rows


@pytest.fixture(scope="module")
def rows(rows_of_module):
    return rows_of_module(Scene)


def texts(activity, at, wanted=None):
    with time_machine.travel(at, tick=False):
        return {one.name: one.text for one in texts_of(activity, wanted=wanted or CallFilter(), at=at)}


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def test_before_it_begins_a_call_and_a_reminder_are_offered(scene):
    shift = scene.activity().shifts.get()
    sign_up(scene.volunteer(), shift)

    found = texts(shift.activity, BEFORE)

    assert list(found) == ["call", "reminder"]
    assert shift.activity.title in found["call"] and shift.activity.place in found["call"]
    assert f"/activities/{shift.activity_id}/" in found["call"]
    assert found["call"].endswith("\n1. ")  # neighbours add their lines
    assert "1 neighbour is signed up." in found["reminder"]


def test_a_full_activity_asks_nobody_to_add_a_line(scene):
    shift = scene.activity().shifts.get()
    shift.activity.roles.update(capacity=1)
    sign_up(scene.volunteer(), shift)

    call = texts(shift.activity, BEFORE)["call"]

    assert "All places are taken." in call and not call.endswith("1. ")


def test_the_call_says_whom_it_looks_for(scene):
    skill = Word.objects.create(community=scene.community, kind=Word.Kind.SKILL, text="理发")

    call = texts(scene.activity(), BEFORE, CallFilter(skill=skill, building="3栋"))["call"]

    assert "理发" in call and "3栋" in call


def test_who_is_missing_stands_with_masked_names_and_without_minors(scene):
    shift = scene.activity().shifts.get()
    came = scene.volunteer("李来了")
    for person in (came, scene.volunteer("王秀英"), scene.volunteer("刘芳")):
        sign_up(person, shift)
    child = VolunteerFactory(community=scene.community, name="周小宝", at=LONG_AGO)
    sign_up(child, shift)
    type(child).objects.filter(pk=child.pk).update(birth_date=dt.date(2014, 1, 1))
    scene.scan(came, shift, "in", moment("09:00"))

    missing = texts(shift.activity, DURING)["missing"]

    assert "We still wait for 3 people." in missing
    assert "王*英" in missing and "刘*" in missing and "李" not in missing and "周" not in missing


def test_nobody_is_missing_when_all_came(scene):
    shift = scene.activity().shifts.get()
    person = scene.volunteer()
    sign_up(person, shift)
    scene.scan(person, shift, "in", moment("09:00"))

    assert "missing" not in texts(shift.activity, DURING)


def test_the_thanks_give_people_and_attendances_apart(scene):
    activity = scene.activity(("09:00", "10:00"), ("13:00", "14:00"))
    morning, afternoon = activity.shifts.order_by("starts_at")
    one, two = scene.volunteer("王秀英"), scene.volunteer("刘芳")
    for person, shift, time in ((one, morning, "09:00"), (one, afternoon, "13:00"), (two, morning, "09:01")):
        scene.scan(person, shift, "in", moment(time))
    unit = Unit.objects.create(community=scene.community, name="一小")
    heads.count_heads(unit=unit, shift=morning, people=8, by=scene.social_worker, at=AFTER)
    heads.count_heads(unit=unit, shift=morning, people=9, by=scene.social_worker, at=AFTER)

    thanks = texts(activity, AFTER)["thanks"]

    assert "2 people took part, 3 attendances in all, and 9 people of units besides." in thanks


def test_without_anybody_there_is_nothing_to_thank_for(scene):
    assert texts(scene.activity(), AFTER) == {}


def test_the_people_who_fit_have_the_skill_the_time_and_the_building_and_no_place(scene):
    shift = scene.activity().shifts.get()
    skill = Word.objects.create(community=scene.community, kind=Word.Kind.SKILL, text="理发")
    time = Word.objects.create(community=scene.community, kind=Word.Kind.TIME, text="周末")
    people = {}
    for name, words, area in (
        ("全合适", [skill, time], "3栋201"),
        ("没空", [skill], "3栋"),
        ("住得远", [skill, time], "13栋"),
        ("已报名", [skill, time], "3栋"),
    ):
        people[name] = scene.volunteer(name)
        Profile.objects.create(volunteer=people[name], area=area).words.set(words)
    sign_up(people["已报名"], shift)

    assert fitting(shift.activity, CallFilter(skill, time, "3号楼"), at=BEFORE) == [people["全合适"]]
    assert len(fitting(shift.activity, CallFilter(skill), at=BEFORE)) == 3
    assert fitting(shift.activity, CallFilter(), at=BEFORE) == []
    assert fitting(shift.activity, CallFilter(skill), at=AFTER) == []


def test_who_fits_no_role_of_the_activity_is_not_called(scene):
    shift = scene.activity().shifts.get()
    young, old = scene.volunteer("年轻"), scene.volunteer("年长")
    for person, born in ((young, dt.date(2005, 1, 1)), (old, dt.date(1950, 1, 1))):
        person.birth_date = born
        person.save()
    Role.objects.update(min_age=60)

    assert fitting(shift.activity, CallFilter(everybody=True), at=BEFORE) == [old]


def test_the_page_shows_the_texts_to_copy_and_who_fits(scene, client):
    shift = scene.activity().shifts.get()
    word = Word.objects.create(community=scene.community, kind=Word.Kind.SKILL, text="理发")
    person = scene.volunteer("会理发")
    Profile.objects.create(volunteer=person, area="3栋").words.set([word])
    client.force_login(scene.social_worker)

    with time_machine.travel(BEFORE, tick=False):
        page = client.get(reverse("group_texts", args=[shift.activity_id]), {"skill": word.pk}).content.decode()

    assert page.count("data-copy=") == 2 and "会理发" in page


def test_an_unknown_word_filters_nothing_and_breaks_nothing(scene, client):
    client.force_login(scene.social_worker)

    with time_machine.travel(BEFORE, tick=False):
        answer = client.get(reverse("group_texts", args=[scene.activity().pk]), {"skill": "999999"})

    assert answer.status_code == 200 and not answer.context["wanted"]


def test_the_verb_stands_at_published_activities_alone(scene):
    activity, plan = scene.activity(), scene.activity()
    Activity.objects.filter(pk=plan.pk).update(published_at=None)
    plan.refresh_from_db()

    with time_machine.travel(BEFORE, tick=False):
        urls = [verb.url for one in (activity, plan) for verb in verbs_for(one, scene.social_worker)]

    assert reverse("group_texts", args=[activity.pk]) in urls
    assert reverse("group_texts", args=[plan.pk]) not in urls


def test_what_people_were_told_of_a_change_is_a_text_too_also_when_it_is_cancelled(scene, client):
    """People whom a message reaches read it in the group as well."""
    activity = scene.activity()
    for name in ("王秀英", "李建国"):
        sign_up(scene.volunteer(name, login=True), activity.shifts.get())
    assert "change" not in texts(activity, BEFORE)

    with time_machine.travel(BEFORE, tick=False):
        activities.cancel_activity(activity=activity, by=None, at=BEFORE)
        activity = Activity.objects.get(pk=activity.pk)
        client.force_login(scene.social_worker)
        page = markup_of(client.get(reverse("group_texts", args=[activity.pk])))
        assert reverse("group_texts", args=[activity.pk]) in [
            verb.url for verb in verbs_for(activity, scene.social_worker)
        ]

    found = texts(activity, BEFORE)
    assert list(found) == ["change"] and activity.title in found["change"]
    assert found["change"].endswith(f"/activities/{activity.pk}/")
    assert found["change"].splitlines()[0] in page
