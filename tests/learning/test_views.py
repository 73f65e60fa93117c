"""The button by which a signed-in volunteer marks a lesson as done."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from academy.learning import services
from academy.learning.models import Course, LessonCompletion
from academy.people.models import Volunteer
from tests.factories import UserFactory, VolunteerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_pages")]


@pytest.fixture
def volunteer() -> Volunteer:
    return VolunteerFactory(login=True)


@pytest.fixture
def course(volunteer: Volunteer) -> Course:
    return services.publish_course(
        community=volunteer.community,
        key="first-aid",
        title="急救",
        tier="beginner",
        required=True,
        lessons=[{"key": "a", "title": "甲", "class_hours": 1, "body": ""}],
        by=None,
        at=timezone.now(),
    ).course


DONE = "/learning/first-aid/a/done/"


def test_pressing_done_records_the_lesson_and_comes_back(client: Client, volunteer: Volunteer, course: Course) -> None:
    client.force_login(volunteer.user)
    response = client.post(DONE, {"next": "/zh-hans/academy/first-aid/a/#done"})
    assert (response.status_code, response["Location"]) == (302, "/zh-hans/academy/first-aid/a/#done")
    completion = LessonCompletion.objects.get()
    assert (completion.volunteer, completion.course, completion.lesson_key) == (volunteer, course, "a")


@pytest.mark.parametrize("address", ["https://elsewhere.test/", "//elsewhere.test/", "javascript:alert(1)", ""])
def test_the_button_never_leads_to_another_site(
    client: Client, volunteer: Volunteer, course: Course, address: str
) -> None:
    client.force_login(volunteer.user)
    assert client.post(DONE, {"next": address})["Location"] == "/course/first-aid/"


def test_another_volunteer_in_the_form_is_ignored(client: Client, volunteer: Volunteer, course: Course) -> None:
    other = VolunteerFactory(community=volunteer.community, login=True)
    client.force_login(volunteer.user)
    client.post(DONE, {"volunteer": other.pk, "user": other.user_id})
    assert LessonCompletion.objects.get().volunteer == volunteer


def test_visitors_sign_in_first_and_come_back_to_the_lesson(client: Client, course: Course) -> None:
    response = client.post(DONE, {"next": "/zh-hans/academy/first-aid/a/"})
    assert response["Location"] == f"{reverse('account_login')}?next=/zh-hans/academy/first-aid/a/"
    assert not LessonCompletion.objects.exists()


def test_a_sign_in_without_a_volunteer_is_refused(client: Client, course: Course) -> None:
    client.force_login(UserFactory())
    response = client.post(DONE)
    assert response["Location"] == "/course/first-aid/"
    assert len(list(get_messages(response.wsgi_request))) == 1
    assert not LessonCompletion.objects.exists()


def test_an_unknown_lesson_is_refused_on_the_page_of_the_course(
    client: Client, volunteer: Volunteer, course: Course
) -> None:
    client.force_login(volunteer.user)
    response = client.post("/learning/first-aid/z/done/", {"next": "/zh-hans/academy/first-aid/z/"})
    assert response["Location"] == "/course/first-aid/"
    assert len(list(get_messages(response.wsgi_request))) == 1


def test_an_unknown_course_is_not_found(client: Client, volunteer: Volunteer) -> None:
    client.force_login(volunteer.user)
    assert client.post("/learning/nothing/a/done/").status_code == 404


def test_get_marks_no_lesson(client: Client, volunteer: Volunteer, course: Course) -> None:
    client.force_login(volunteer.user)
    assert client.get(DONE).status_code == 405
    assert not LessonCompletion.objects.exists()


def test_the_form_needs_its_csrf_token(volunteer: Volunteer, course: Course) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(volunteer.user)
    assert client.post(DONE).status_code == 403
    assert not LessonCompletion.objects.exists()
