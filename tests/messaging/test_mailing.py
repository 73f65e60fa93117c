"""E-mails about messages: to whom, when, and what they say."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command

from academy.activities.message_kinds import CHANGE
from academy.families.services import allow_agent
from academy.messaging import mailing, services
from academy.messaging.kinds import ANSWER, WORK
from academy.messaging.models import MailSettings, Message
from academy.people.models import Consent, User, Volunteer
from tests.factories import UserFactory
from tests.hours.scene import moment
from tests.pages import Statements

pytestmark = pytest.mark.django_db

AT = moment("10:00")


@pytest.fixture
def volunteer(scene) -> Volunteer:
    return reachable(scene.volunteer(login=True))


def reachable(person: Volunteer, address: str = "wang@example.org") -> Volunteer:
    User.objects.filter(pk=person.user_id).update(email=address)
    person.user.refresh_from_db()
    return person


def send(volunteer, at=AT, kind=CHANGE, key="one", **facts) -> Message:
    text = facts.pop("text", "“值守”改到10点。")
    services.send_all([services.Draft(kind, volunteer, key, text, "/activities/7/", **facts)], at=at)
    return Message.objects.get(volunteer=volunteer, key=key)


def test_who_has_an_address_gets_the_message_there_once(volunteer, settings):
    send(volunteer)

    assert mailing.send_due(at=AT) == 1
    assert mailing.send_due(at=AT) == 0

    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"]
    assert sent.subject.startswith("活动变动")
    assert "“值守”改到10点。" in sent.body and f"{settings.PUBLIC_URL}/activities/7/" in sent.body
    assert "王秀英" not in sent.body
    html, kind = sent.alternatives[0]
    assert kind == "text/html" and "“值守”改到10点。" in html and "王秀英" not in html
    assert Message.objects.get().mailed_at == AT


def test_without_a_mail_server_nothing_says_that_mail_was_sent(volunteer, settings):
    settings.HAS_MAIL_SERVER = False
    message = send(volunteer)

    assert message.mail_due_at is None
    assert mailing.send_due(at=AT) == 0
    assert not mail.outbox and Message.objects.get().mailed_at is None


def test_who_has_no_address_gets_no_mail_and_the_message_is_not_marked(scene):
    send(scene.volunteer(login=True))
    send(scene.volunteer("李建国"))

    assert mailing.send_due(at=AT) == 0
    assert not mail.outbox
    assert not Message.objects.filter(mailed_at__isnull=False).exists()
    assert not Message.objects.filter(mail_due_at__isnull=False).exists()


def test_what_was_read_by_then_is_not_sent_besides(volunteer):
    send(volunteer, mail_at=moment("18:00"))
    assert mailing.send_due(at=AT) == 0
    services.mark_read(volunteer=volunteer, at=AT)

    assert mailing.send_due(at=moment("18:00")) == 0
    assert not mail.outbox


def test_what_is_of_no_use_any_more_is_not_sent(volunteer):
    send(volunteer, until=moment("09:59"))

    assert mailing.send_due(at=AT) == 0


@pytest.mark.parametrize(
    ("kind", "until", "goes"),
    [
        (CHANGE, None, "32:00"),
        (CHANGE, "34:00", "32:00"),  # ten o'clock of the next day
        (CHANGE, "23:00", "22:00"),
        (CHANGE, "31:00", "22:00"),  # seven o'clock: before the quiet hours end
        (WORK, "23:00", None),
    ],
    ids=["no hurry", "after the night", "this evening", "before the morning", "not urgent"],
)
def test_quiet_hours_hold_back_what_can_wait(volunteer, kind, until, goes):
    send(volunteer, at=moment("22:00"), kind=kind, until=moment(until) if until else None)

    assert mailing.send_due(at=moment("22:00")) == (goes == "22:00")
    assert mailing.send_due(at=moment("31:59")) == 0
    assert mailing.send_due(at=moment("32:00")) == (goes == "32:00")


def test_a_community_sets_its_quiet_hours(scene, volunteer):
    scene.community.quiet_from = scene.community.quiet_until = dt.time(0)
    scene.community.save()
    send(volunteer, at=moment("23:00"))

    assert mailing.send_due(at=moment("23:00")) == 1


def test_an_agent_gets_it_with_a_masked_name(scene):
    elder, me = scene.volunteer("赵淑珍"), reachable(scene.volunteer(login=True))
    allow_agent(volunteer=elder, user=me.user, evidence="表", by=None, at=moment("08:00"))
    send(elder)

    assert mailing.send_due(at=AT) == 1

    (sent,) = mail.outbox
    assert "赵*珍" in sent.body and "赵淑珍" not in sent.body


def test_a_guardian_gets_it_without_the_childs_name(scene):
    child, mother = scene.volunteer("陈小雨"), UserFactory(email="mother@example.org")
    Volunteer.objects.filter(pk=child.pk).update(birth_date=dt.date(2015, 5, 1))
    child.refresh_from_db()
    Consent.objects.create(
        volunteer=child, kind=Consent.Kind.GUARDIAN, granted=True, guardian=mother, evidence="", recorded_at=AT
    )
    send(child)

    assert mailing.send_due(at=AT) == 1

    (sent,) = mail.outbox
    assert sent.to == ["mother@example.org"]
    assert "陈" not in sent.body + sent.subject + sent.alternatives[0][0]


def test_an_answer_stays_on_the_site_and_the_mail_says_only_that_it_is_there(volunteer):
    send(volunteer, kind=ANSWER, text="证件照片看不清：请重拍")

    mailing.send_due(at=AT)

    (sent,) = mail.outbox
    assert "证件" not in sent.body and "/my/messages/" in sent.body


def test_a_kind_that_is_not_wanted_is_not_sent(volunteer):
    services.change_mail(user=volunteer.user, wants_mail=True, muted=["change"], language="en")
    send(volunteer)
    send(volunteer, kind=WORK, key="two")

    assert mailing.send_due(at=AT) == 1
    (sent,) = mail.outbox
    assert sent.subject.startswith("Activities and units")


def test_who_wants_no_mail_gets_none(volunteer):
    services.change_mail(user=volunteer.user, wants_mail=False, muted=[], language="en")
    send(volunteer)

    assert mailing.send_due(at=AT) == 0


def test_the_own_address_for_messages_goes_before_that_of_the_sign_in(volunteer):
    services.change_address(user=volunteer.user, address="daughter@example.org")
    send(volunteer)
    mailing.send_due(at=AT)

    assert mail.outbox[-1].to == ["daughter@example.org"]


def test_two_readers_with_one_address_get_one_mail(scene, volunteer):
    agent = reachable(scene.volunteer("李建国", login=True), "WANG@example.org")
    allow_agent(volunteer=volunteer, user=agent.user, evidence="表", by=None, at=moment("08:00"))
    send(volunteer)

    mailing.send_due(at=AT)

    assert len(mail.outbox) == 1


def test_who_was_suspended_since_gets_none(volunteer):
    send(volunteer)
    Volunteer.objects.filter(pk=volunteer.pk).update(suspended_at=AT)

    assert mailing.send_due(at=AT) == 0


def test_the_link_that_ends_mails_needs_no_sign_in_and_stands_in_the_header(volunteer, client, settings):
    send(volunteer)
    mailing.send_due(at=AT)
    headers = mail.outbox[0].extra_headers
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = headers["List-Unsubscribe"].strip("<>").removeprefix(settings.PUBLIC_URL)

    page = client.get(link)
    assert page.status_code == 200 and "sessionid" not in client.cookies
    assert not MailSettings.objects.exists()

    client.post(link, {"List-Unsubscribe": "One-Click"})
    assert MailSettings.objects.get().muted == ["change"]
    assert client.get("/my/").status_code == 302  # it opened no session


def test_one_link_ends_all_mails(volunteer, client):
    client.post(f"/no-mail/{mailing.token_to_stop(volunteer.user, '')}/")

    assert MailSettings.objects.get().wants_mail is False


def test_a_forged_link_ends_nothing(volunteer, client):
    token = mailing.token_to_stop(volunteer.user, "")

    assert client.post(f"/no-mail/{token[:-2]}xx/").status_code == 404
    assert not MailSettings.objects.exists()


def test_a_look_costs_one_statement_when_nothing_is_due(volunteer):
    with Statements() as statements:
        mailing.send_due(at=AT)

    assert len(statements.sql) == 1


def test_one_message_that_fails_holds_up_no_other(scene, volunteer, monkeypatch, caplog):
    send(volunteer)
    send(reachable(scene.volunteer("李建国", login=True), "li@example.org"))
    real = mailing._mail

    def fail(message, person, *args, **kwargs):
        if person.pk == volunteer.pk:
            raise RuntimeError("no such template")
        return real(message, person, *args, **kwargs)

    monkeypatch.setattr(mailing, "_mail", fail)

    assert mailing.send_due(at=AT) == 1
    assert "no such template" in caplog.text
    assert Message.objects.get(volunteer=volunteer).mail_due_at == AT  # the next tick tries again


def test_the_clock_sends_what_is_due(volunteer):
    send(volunteer)

    with time_machine.travel(AT, tick=False):
        call_command("tick", after_pause=True)

    assert len(mail.outbox) == 1
