"""Messages at the top of a volunteer's own page."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from academy.families import services as families
from academy.messaging import services
from academy.people.services import merging
from tests.factories import UserFactory

MY, READ = reverse("home:my"), reverse("home:messages_read")


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def tell(volunteer):
    def told(key="one", person=volunteer, text="下雨，活动改到室内。", **kwargs):
        at = timezone.now() - dt.timedelta(hours=1)
        return services.send(volunteer=person, key=key, text=text, at=at, **kwargs)

    return told


def test_a_message_stands_on_the_page_until_it_is_read(volunteer, tell, sign_in):
    tell(path="/activities/")
    client = sign_in(volunteer.user)

    page = client.get(MY)
    (message,) = page.context["inbox"].unread
    content = page.content.decode()
    assert "下雨，活动改到室内。" in content
    assert 'href="/activities/"' in content

    response = client.post(f"{READ}?who={volunteer.number}", {"message": message.pk})

    assert response["Location"] == f"{MY}?who={volunteer.number}"
    inbox = client.get(MY).context["inbox"]
    assert (inbox.unread, inbox.earlier) == ([], [message])


def test_one_button_reads_one_message(volunteer, tell, sign_in):
    tell("one")
    tell("two")
    client = sign_in(volunteer.user)
    first, second = client.get(MY).context["inbox"].unread

    client.post(READ, {"message": first.pk})

    assert client.get(MY).context["inbox"].unread == [second]
    client.post(READ)
    assert client.get(MY).context["inbox"].unread == []


def test_somebody_elses_message_stays_unread(scene, volunteer, tell, sign_in):
    other = scene.volunteer("李建国", login=True)
    tell()
    (message,) = services.inbox(volunteer, limit=9).unread
    client = sign_in(other.user)

    client.post(READ, {"message": message.pk})
    assert client.post(f"{READ}?who={volunteer.number}", {"message": message.pk}).status_code == 404

    assert services.inbox(volunteer, limit=9).unread == [message]


@pytest.mark.parametrize("told", ["x", "", "9" * 30])
def test_unknown_messages_are_ignored(volunteer, tell, sign_in, told):
    tell()
    sign_in(volunteer.user).post(READ, {"message": told})

    assert services.inbox(volunteer, limit=9).unread


def test_a_user_without_a_volunteer_has_no_messages(db, sign_in):
    assert sign_in(UserFactory()).post(READ)["Location"] == MY


def test_an_agent_reads_for_the_elder(scene, volunteer, tell, sign_in):
    elder = scene.volunteer("赵淑珍")
    families.allow_agent(volunteer=elder, user=volunteer.user, evidence="表", by=None, at=timezone.now())
    tell(person=elder)
    client = sign_in(volunteer.user)

    assert not client.get(MY).context["inbox"].unread
    assert client.get(MY, {"who": elder.number}).context["inbox"].unread
    client.post(f"{READ}?who={elder.number}")
    assert not client.get(MY, {"who": elder.number}).context["inbox"].unread


def test_messages_come_along_when_people_are_joined(scene, volunteer, tell, sign_in):
    goes = scene.volunteer("王秀云")
    tell(person=goes)
    merging.merge(volunteer=goes, into=volunteer, by=scene.social_worker, at=timezone.now())

    client = sign_in(volunteer.user)

    assert client.get(MY).context["inbox"].unread
    client.post(READ)
    assert not client.get(MY).context["inbox"].unread


def test_an_occasion_is_told_once(volunteer, tell):
    assert tell()
    assert not tell()


def test_many_are_told_in_two_statements(scene, volunteer, django_assert_num_queries):
    drafts = [services.Draft(scene.volunteer(name), "closed", "明天停课") for name in ("李建国", "张桂兰")]
    with django_assert_num_queries(4):  # and the savepoint
        assert services.send_all(drafts, at=timezone.now()) == 2
    assert services.send_all([*drafts, services.Draft(volunteer, "closed", "明天停课")], at=timezone.now()) == 1
