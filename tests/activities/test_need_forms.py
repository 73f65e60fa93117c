"""Staff set what a role asks for, and what those who come should know, in the form of the activity."""

import datetime as dt
from copy import deepcopy

import pytest
import time_machine
from django.urls import reverse

from academy.activities import private_details
from academy.activities.models import Activity, Role
from academy.activities.needs.models import PrivateDetails
from academy.learning import services as learning
from tests.activities.needing import NOW, START, Needing
from tests.edit_forms import opened, read_form
from tests.factories import CommunityFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _two_days_before():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(scope="module")
def needing_of_module(rows_of_module):
    return rows_of_module(Needing)


@pytest.fixture
def needing(needing_of_module, db, client):
    needing = deepcopy(needing_of_module)
    client.force_login(needing.worker)
    return needing


def edit(activity):
    return reverse("activity:edit", args=[activity.pk])


def change(client, activity, **fields):
    form = opened(client, edit(activity)) | {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(edit(activity), form)


def foreign_course():
    version = learning.publish_course(
        community=CommunityFactory(),
        key="foreign",
        title="外社区的课",
        lessons=[{"key": "f-1", "title": "一", "class_hours": "1", "body": ""}],
        tier="beginner",
        required=True,
        by=None,
        at=NOW,
    )
    return version.course


def errors(answer):
    return answer.context["form"].formsets["roles"].forms[0].errors


def test_a_role_gets_its_needs_from_the_form(needing, client):
    answer = change(
        client,
        needing.activity,
        roles__0__courses=[str(needing.aid.pk), str(needing.visits.pk)],
        roles__0__tier=["intermediate"],
        roles__0__min_age=["18"],
        roles__0__max_age=["65"],
        roles__0__needs_agreement=["on"],
        roles__0__practicum=["on"],
        roles__0__practicum_of=[str(needing.visits.pk)],
    )
    assert answer.status_code == 302
    role = Role.objects.get(activity=needing.activity)
    assert set(role.courses.all()) == {needing.aid, needing.visits}
    assert (role.tier, role.min_age, role.max_age) == ("intermediate", 18, 65)
    assert role.needs_agreement and role.practicum_of == needing.visits


def test_saving_the_form_unchanged_keeps_the_courses(needing, client):
    assert change(client, needing.activity).status_code == 302
    assert list(needing.role().courses.all()) == [needing.aid]


def test_a_course_is_taken_off_again(needing, client):
    assert change(client, needing.activity, roles__0__courses=[]).status_code == 302
    assert not needing.role().courses.exists()


def test_the_form_offers_the_courses_of_ones_own_communities(needing, client):
    foreign = foreign_course()
    html = client.get(edit(needing.activity)).content.decode()
    assert needing.aid.title in html and foreign.title not in html
    answer = change(client, needing.activity, roles__0__courses=[str(foreign.pk)])
    assert "courses" in errors(answer)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"roles__0__min_age": ["70"], "roles__0__max_age": ["60"]}, "max_age"),
        ({"roles__0__min_age": ["121"]}, "min_age"),
        ({"roles__0__max_age": ["0"]}, "max_age"),
    ],
)
def test_impossible_ages_are_refused_at_the_field(needing, client, fields, wrong):
    answer = change(client, needing.activity, **fields)
    assert answer.status_code == 200 and wrong in errors(answer)


def test_the_course_of_a_practicum_needs_the_mark(needing, client):
    answer = change(client, needing.activity, roles__0__practicum_of=[str(needing.visits.pk)])
    assert "practicum_of" in errors(answer)


def test_terms_and_private_details_are_written_and_read_again(needing, client):
    answer = change(
        client,
        needing.activity,
        meeting_point=["东门"],
        cost=["公交 4 元"],
        minors_until=["20:00"],
        private=["门禁 2580#"],
    )
    assert answer.status_code == 302
    stored = Activity.objects.get(pk=needing.activity.pk)
    assert (stored.meeting_point, stored.cost, stored.minors_until) == ("东门", "公交 4 元", dt.time(20))
    assert private_details.stored_text(stored) == "门禁 2580#"
    assert opened(client, edit(stored))["private"] == ["门禁 2580#"]
    change(client, stored, private=[""])
    assert not PrivateDetails.objects.exists()


def test_a_page_of_the_release_before_keeps_the_details(needing, client):
    private_details.write(activity=needing.activity, text="门禁 1", by=needing.worker, at=NOW)
    form = opened(client, edit(needing.activity))
    del form["private"]
    assert client.post(edit(needing.activity), form).status_code == 302
    assert private_details.stored_text(needing.activity) == "门禁 1"


def test_holding_it_again_takes_over_the_needs_and_no_private_details(needing, client):
    Activity.objects.filter(pk=needing.activity.pk).update(cost="公交 4 元", meeting_point="东门")
    private_details.write(activity=needing.activity, text="门禁 2580#", by=needing.worker, at=NOW)
    again = reverse("activity:again", args=[needing.activity.pk])
    page = client.get(again)
    form = read_form(page)
    assert "2580#" not in page.content.decode()
    assert form["roles-0-courses"] == [str(needing.aid.pk)] and form["cost"] == ["公交 4 元"]
    assert client.post(reverse("activity:add"), form).status_code == 302  # as the page sends it
    planned = Activity.objects.latest("pk")
    assert planned != needing.activity and planned.shifts.get().starts_at > START
    assert list(planned.roles.get().courses.all()) == [needing.aid]
    assert private_details.stored_text(planned) is None
