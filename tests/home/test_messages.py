"""Messages at the top of a volunteer's own page."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from academy.families import services as families
from academy.messaging import services
from academy.messaging.kinds import ANSWER
from academy.messaging.models import Message, Tone
from academy.people.services import merging
from tests.factories import UserFactory
from tests.pages import markup_of, text_of

MY, READ = reverse("home:my"), reverse("home:messages_read")


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


@pytest.fixture
def tell(volunteer):
    def told(key="one", person=volunteer, text="下雨，活动改到室内。", **kwargs):
        at = timezone.now() - dt.timedelta(hours=1)
        return services.send(kind=ANSWER, volunteer=person, key=key, text=text, at=at, **kwargs)

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


def test_a_message_about_my_page_itself_does_not_offer_to_open_it(volunteer, tell, sign_in):
    tell(path=MY)

    page = text_of(sign_in(volunteer.user).get(MY))

    assert "Got it" in page and "Open" not in page


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


def remind(person, *activities, alert=3):
    for activity in activities:
        services.send(
            kind=ANSWER,
            volunteer=person,
            key=f"deadline:{activity}:{alert}",
            text=f"“活动{activity}”等您评价",
            path=f"/lead/{activity}/",
            at=timezone.now(),
            tone=Tone.TODO,
        )


def test_the_reminders_of_a_leader_are_one_line_that_opens_the_list(volunteer, tell, sign_in):
    tell()
    remind(volunteer, 1, 2, 3)
    remind(volunteer, 3, alert=6)  # of the third activity again
    client = sign_in(volunteer.user)

    page = client.get(MY)

    assert "3 activities wait for you to confirm and evaluate" in text_of(page)
    assert "等您评价" not in text_of(page)
    assert 'href="/lead/">Open' in markup_of(page)
    assert "下雨，活动改到室内。" in text_of(page)
    assert len(page.context["reminders"]) == 4
    pks = [message.pk for message in page.context["reminders"]]
    client.post(READ, {"message": pks})
    assert [one.key for one in client.get(MY).context["inbox"].unread] == ["one"]


def test_the_reminder_of_a_single_activity_says_which(volunteer, sign_in):
    remind(volunteer, 1)
    remind(volunteer, 1, alert=6)

    page = text_of(sign_in(volunteer.user).get(MY))

    assert page.count("“活动1”等您评价") == 1
    assert "wait for you" not in page


def test_many_messages_are_folded_and_one_button_reads_them_all(volunteer, tell, sign_in):
    for number in range(5):
        tell(str(number), text=f"第{number}条")
    client = sign_in(volunteer.user)

    page = text_of(client.get(MY))

    assert "2 more messages" in page
    assert "Got it, all of them" in page
    client.post(f"{READ}?who={volunteer.number}")
    assert not client.get(MY).context["inbox"].unread


def test_a_single_message_has_no_button_for_all(volunteer, tell, sign_in):
    tell()

    assert "all of them" not in text_of(sign_in(volunteer.user).get(MY))


@pytest.mark.parametrize(
    ("tone", "look"),
    [(Tone.PLAIN, "callout"), (Tone.GOOD, "callout callout-good"), (Tone.TODO, "callout callout-warn")],
)
def test_the_tone_of_a_message_is_its_colour(volunteer, tell, sign_in, tone, look):
    tell(tone=tone)

    assert f'<article class="{look}">' in sign_in(volunteer.user).get(MY).content.decode()


def test_an_unknown_tone_is_refused(volunteer, tell):
    tell()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.update(tone="shrill")


@pytest.mark.parametrize(
    ("text", "title", "filled"),
    [
        ("“%(title)s”等您评价", "楼道“牛皮癣”清理", "“楼道‘牛皮癣’清理”等您评价"),
        ("“%(title)s”等您评价", "巡逻", "“巡逻”等您评价"),
        ("感谢信：%(title)s", "“最美志愿者”", "感谢信：“最美志愿者”"),
    ],
)
def test_a_title_with_quotes_gets_inner_quotes_between_quotes(text, title, filled):
    assert str(services.fill_in(text, title=title)) == filled


def test_what_is_done_is_settled_for_its_people_alone(scene, volunteer):
    other = scene.volunteer("李建国")
    remind(volunteer, 1, 2)
    remind(other, 1)

    assert services.settle(volunteers=[volunteer], keys=["deadline:1:3", "deadline:1:6"], at=timezone.now()) == 1

    assert [one.key for one in services.inbox(volunteer, limit=9).unread] == ["deadline:2:3"]
    assert len(services.inbox(other, limit=9).unread) == 1


def test_many_are_told_in_two_statements(scene, volunteer, django_assert_num_queries):
    drafts = [services.Draft(ANSWER, scene.volunteer(name), "closed", "明天停课") for name in ("李建国", "张桂兰")]
    with django_assert_num_queries(4):  # and the savepoint
        assert services.send_all(drafts, at=timezone.now()) == 2
    assert services.send_all([*drafts, services.Draft(ANSWER, volunteer, "closed", "明天停课")], at=timezone.now()) == 1
