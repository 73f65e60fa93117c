"""Mail waits in the queue for the worker, and a mail server that does not answer delays no page."""

import datetime as dt
import re
import smtplib
import socket
from collections.abc import Iterator

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from academy.core.mail import WAITS, deliver
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _queued(settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    settings.EMAIL_BACKEND = "academy.core.mail.QueuedBackend"
    settings.MAIL_TRANSPORT = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def silent(settings) -> Iterator[None]:
    """A mail server that accepts connections and stays silent."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.MAIL_TRANSPORT = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.getsockname()
        settings.EMAIL_TIMEOUT = 0.05
        yield


def run(row: DBTaskResult) -> None:
    deliver.call(**row.args_kwargs["kwargs"])


def test_a_message_waits_sealed_and_leaves_as_it_was_written():
    message = EmailMultiAlternatives(
        "新密码", "链接 https://academy.test/secret", "desk@example.org", ["wang@example.org"], bcc=["li@example.org"]
    )
    message.attach_alternative("<p>链接</p>", "text/html")
    assert message.send() == 1

    assert mail.outbox == []
    row = DBTaskResult.objects.get()
    assert "secret" not in str(row.args_kwargs)

    run(row)
    run(row)  # a killed worker's task
    [sent, again] = mail.outbox
    assert (sent.subject, sent.body, sent.from_email) == (message.subject, message.body, message.from_email)
    assert sent.recipients() == ["wang@example.org", "li@example.org"]
    assert [tuple(one) for one in sent.alternatives] == [("<p>链接</p>", "text/html")]
    assert sent.message()["Message-ID"] == again.message()["Message-ID"]


def test_a_forgotten_password_is_asked_for_without_waiting_for_a_silent_mail_server(client, silent):
    UserFactory(email="wang@example.org")

    response = client.post(reverse("account_reset_password"), {"email": "wang@example.org"})

    assert response["Location"] == reverse("account_reset_password_done")
    assert DBTaskResult.objects.get().task_path == "academy.core.mail.deliver"


def test_the_mailed_link_is_in_the_message_that_the_worker_sends(client, settings):
    UserFactory(email="wang@example.org")
    client.post(reverse("account_reset_password"), {"email": "wang@example.org"})

    run(DBTaskResult.objects.get())

    [sent] = mail.outbox
    assert re.search(rf"{settings.PUBLIC_URL}/accounts/password/reset/key/\S+", sent.body)


@time_machine.travel(NOW, tick=False)
def test_the_worker_gives_a_silent_mail_server_up_in_time_and_tries_again_later(silent):
    EmailMultiAlternatives("新密码", "链接", "desk@example.org", ["wang@example.org"]).send()
    first = DBTaskResult.objects.get()

    run(first)

    second = DBTaskResult.objects.exclude(pk=first.pk).get()
    assert second.run_after == NOW + WAITS[0]
    assert second.args_kwargs["kwargs"]["attempt"] == 2


def test_after_the_last_attempt_the_task_fails(silent):
    EmailMultiAlternatives("新密码", "链接", "desk@example.org", ["wang@example.org"]).send()
    kwargs = DBTaskResult.objects.get().args_kwargs["kwargs"]

    with pytest.raises((TimeoutError, smtplib.SMTPException)):
        deliver.call(**kwargs, attempt=len(WAITS) + 1)

    assert DBTaskResult.objects.count() == 1


@pytest.mark.parametrize("name", ["account_reset_password", "account_reset_password_done"])
def test_without_a_mail_server_no_page_offers_mail(client, settings, name):
    settings.HAS_MAIL_SERVER = False
    UserFactory(email="wang@example.org")

    for response in (client.get(reverse(name)), client.post(reverse(name), {"email": "wang@example.org"})):
        page = response.content.decode()
        assert "登录条" in page
        assert 'type="email"' not in page
        assert "链接" not in page
    assert not DBTaskResult.objects.exists()


def test_without_a_mail_server_the_back_office_offers_no_notices_by_mail(client, settings):
    client.force_login(UserFactory(is_superuser=True))
    panel = 'name="notifications-'

    assert panel in client.get(reverse("wagtailadmin_account")).content.decode()
    settings.HAS_MAIL_SERVER = False
    assert panel not in client.get(reverse("wagtailadmin_account")).content.decode()
