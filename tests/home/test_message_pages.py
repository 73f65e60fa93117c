"""All messages, what comes by e-mail, and the marks on the tab bar and the first page."""

import pytest
from django.core import mail

from academy.messaging import kinds, services
from academy.messaging.kinds import ANSWER, WORK
from academy.messaging.models import MailSettings, Message
from academy.people.models import User
from academy.people.services import logins
from tests.factories import UserFactory
from tests.home.my_page import MY, agent_of
from tests.hours.scene import moment
from tests.pages import Statements, markup_of, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ALL, MAIL = "/my/messages/", "/my/messages/by-mail/"
AT = moment("10:00")
EVERY = [kind.slug for kind in kinds.all_kinds()]


@pytest.fixture
def volunteer(scene):
    return scene.volunteer(login=True)


def send(volunteer, *keys, kind=WORK):
    services.send_all([services.Draft(kind, volunteer, key, f"消息{key}") for key in keys], at=AT)


def test_all_messages_stand_on_one_page_the_latest_first(volunteer, sign_in):
    send(volunteer, "一", "二")
    services.mark_read(volunteer=volunteer, at=AT)
    send(volunteer, "三")

    page = text_of(sign_in(volunteer.user).get(ALL))

    assert page.index("消息三") < page.index("消息二") < page.index("消息一")
    assert "Activities and units in your care" in page


def test_many_messages_stand_on_several_pages(volunteer, sign_in):
    send(volunteer, *map(str, range(31)))
    phone = sign_in(volunteer.user)

    with Statements() as many:
        first = phone.get(ALL)
    assert len(many.sql) <= 12
    assert len(first.context["page"]) == 30 and len(phone.get(ALL, {"p": 2}).context["page"]) == 1


def test_an_empty_inbox_says_what_would_stand_there(volunteer, sign_in):
    assert "No messages yet" in text_of(sign_in(volunteer.user).get(ALL))


def test_an_agent_reads_the_elders_messages_and_nobody_elses(scene, volunteer, sign_in):
    elder, stranger = scene.volunteer("赵淑珍"), scene.volunteer("李建国")
    agent_of(elder, volunteer.user)
    send(elder, "给长者")
    phone = sign_in(volunteer.user)

    assert "消息给长者" in text_of(phone.get(ALL, {"who": elder.number}))
    assert phone.get(ALL, {"who": stranger.number}).status_code == 404


def test_without_a_volunteer_there_is_no_inbox(sign_in):
    assert sign_in(UserFactory()).get(ALL)["Location"] == MY


def test_the_tab_bar_of_my_page_says_how_many_messages_wait(volunteer, sign_in, clock):
    clock.move_to(AT)
    phone = sign_in(volunteer.user)
    assert "tab-mark" not in phone.get(MY).content.decode()

    send(volunteer, "一", "二")
    content = phone.get(MY).content.decode()
    mark = content.split('class="tab-mark"')[1].split("</b>")[0]
    assert mark.endswith("2")


def test_settings_lead_to_the_mails_if_there_is_a_mail_server(volunteer, sign_in, settings):
    phone = sign_in(volunteer.user)
    assert MAIL in phone.get("/my/settings/").content.decode()

    settings.HAS_MAIL_SERVER = False
    assert MAIL not in phone.get("/my/settings/").content.decode()
    assert phone.get(MAIL).status_code == 404


def test_kinds_and_mails_can_be_turned_off_and_on(volunteer, sign_in):
    phone = sign_in(volunteer.user)
    assert phone.get(MAIL).context["form"].initial["kinds"] == EVERY

    phone.post(MAIL, {"wants_mail": "on", "address": "", "kinds": [one for one in EVERY if one != "hours"]})
    stored = MailSettings.objects.get()
    assert (stored.wants_mail, stored.muted, stored.language) == (True, ["hours"], "en")

    phone.post(MAIL, {"address": "", "kinds": EVERY})
    stored.refresh_from_db()
    assert (stored.wants_mail, stored.muted) == (False, [])


def test_a_new_address_counts_once_its_link_was_opened(volunteer, sign_in, settings):
    phone = sign_in(volunteer.user)

    page = phone.post(MAIL, {"wants_mail": "on", "address": "wang@example.org", "kinds": EVERY}, follow=True)
    assert "wang@example.org" in text_of(page)
    assert MailSettings.objects.get().address == ""
    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"]
    link = next(word for word in sent.body.split() if word.startswith(settings.PUBLIC_URL))
    link = link.removeprefix(settings.PUBLIC_URL)

    assert "wang@example.org" in text_of(phone.get(link))
    assert MailSettings.objects.get().address == ""
    phone.post(link)
    assert MailSettings.objects.get().address == "wang@example.org"
    assert User.objects.get(pk=volunteer.user.pk).email == ""  # no sign-in name

    assert len(mail.outbox) == 1  # there was no former address
    phone.post(MAIL, {"wants_mail": "on", "address": "", "kinds": EVERY})
    assert MailSettings.objects.get().address == ""


def test_the_former_address_is_told_of_a_change_and_not_the_new_one(volunteer, sign_in, settings):
    services.change_address(user=volunteer.user, address="wang@example.org")
    services.change_address(user=volunteer.user, address="WANG@example.org")
    assert not mail.outbox

    services.change_address(user=volunteer.user, address="stranger@example.org")

    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"] and "不再把您账号的消息发到这个邮箱" in sent.body
    assert "stranger" not in sent.body + sent.subject
    settings.HAS_MAIL_SERVER = False
    services.change_address(user=volunteer.user, address="")
    assert len(mail.outbox) == 1


def test_the_former_address_of_a_sign_in_is_told(volunteer):
    logins.rename_login(user=volunteer.user, name="", email="wang@example.org")
    assert not mail.outbox

    logins.rename_login(user=volunteer.user, name="", email="stranger@example.org")

    (sent,) = mail.outbox
    assert sent.to == ["wang@example.org"] and "不再用来登录" in sent.body


def test_a_message_of_no_use_any_more_waits_no_longer(volunteer, sign_in, clock):
    clock.move_to(AT)
    drafts = [
        services.Draft(WORK, volunteer, name, f"消息{name}", until=until)
        for name, until in (("提醒", moment("12:00")), ("通知", None))
    ]
    services.send_all(drafts, at=AT)
    assert services.count_unread(volunteer.user) == 2
    assert len(services.inbox(volunteer, limit=9).unread) == 2

    clock.move_to(moment("12:00"))

    assert services.count_unread(volunteer.user) == 1
    box = services.inbox(volunteer, limit=9)
    assert [one.key for one in box.unread] == ["通知"] and [one.key for one in box.earlier] == ["提醒"]
    assert Message.objects.get(key="提醒").read_at is None  # nobody read it
    page = markup_of(sign_in(volunteer.user).get(ALL))
    assert page.count('name="message"') == 1 and "消息提醒" in page
    moments = markup_of(sign_in(volunteer.user).get(MY))
    assert "消息提醒" in moments


def test_somebody_elses_link_and_an_old_one_confirm_nothing(scene, volunteer, sign_in, settings, clock):
    clock.move_to(AT)
    sign_in(volunteer.user).post(MAIL, {"wants_mail": "on", "address": "wang@example.org", "kinds": EVERY})
    link = next(word for word in mail.outbox[0].body.split() if word.startswith(settings.PUBLIC_URL))
    link = link.removeprefix(settings.PUBLIC_URL)

    assert sign_in(scene.volunteer("李建国", login=True).user).post(link).status_code == 404
    clock.move_to(moment("82:00"))
    assert sign_in(volunteer.user).post(link).status_code == 404
    assert MailSettings.objects.get().address == ""


def test_links_to_ever_other_addresses_are_slowed_down(volunteer, sign_in):
    phone = sign_in(volunteer.user)
    for number in range(7):
        page = phone.post(MAIL, {"wants_mail": "on", "address": f"{number}@example.org", "kinds": EVERY})

    assert "too many attempts" in text_of(page)
    assert len(mail.outbox) < 7


def test_a_bad_address_is_said_at_the_field(volunteer, sign_in):
    page = sign_in(volunteer.user).post(MAIL, {"wants_mail": "on", "address": "wang@", "kinds": EVERY})

    assert page.context["form"].errors["address"] and not mail.outbox


def test_messages_of_erased_people_and_their_address_go(volunteer):
    send(volunteer, "一", kind=ANSWER)
    services.change_address(user=volunteer.user, address="wang@example.org")

    services.erase_messages(people=[volunteer])

    assert not Message.objects.exists() and not MailSettings.objects.exists()
