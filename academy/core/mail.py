"""Mail that the worker sends, so that a mail server that does not answer delays no page."""

import datetime as dt
import logging
import smtplib
from collections.abc import Sequence
from email.utils import make_msgid
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks import task

from academy.core import encryption, upkeep

logger = logging.getLogger(__name__)

# Between the attempts to deliver a message: a mail server may be away for half a day.
WAITS = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 600)]
_AFTER_OTHER_TASKS = -10  # priority: each attempt may wait `EMAIL_TIMEOUT` seconds


class QueuedBackend(BaseEmailBackend):
    """Backend that puts each message into the queue of tasks.

    The message is sealed: it may hold a link that sets a password, and rows of the queue stay for days.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            deliver.using(priority=_AFTER_OTHER_TASKS).enqueue(sealed=encryption.seal(_packed(message)))
        return len(email_messages)


@task()
def deliver(sealed: str, attempt: int = 1) -> None:
    """Send a message through `MAIL_TRANSPORT`. If the mail server does not take it, try again later.

    A worker killed in between may send a message twice, with the same Message-ID.
    """
    message = _unpacked(encryption.unseal(sealed))
    try:
        get_connection(settings.MAIL_TRANSPORT).send_messages([message])
        upkeep.finish(upkeep.MAIL, failed=False, at=timezone.now())
    except OSError as error:  # SMTPException and time-outs are of this kind
        upkeep.finish(upkeep.LOST_MAIL, failed=True, at=timezone.now(), why=_why(error))
        if attempt > len(WAITS):
            raise
        wait = WAITS[attempt - 1]
        logger.warning("mail: the mail server did not take a message (%r); next attempt in %s", error, wait)
        later = deliver.using(priority=_AFTER_OTHER_TASKS, run_after=timezone.now() + wait)
        later.enqueue(sealed=sealed, attempt=attempt + 1)


def _why(error: OSError) -> str:
    """Return in one word why the mail server did not take a message."""
    for kind, why in (
        (smtplib.SMTPAuthenticationError, "password"),
        (smtplib.SMTPRecipientsRefused, "recipient"),
        (smtplib.SMTPSenderRefused, "sender"),
        (smtplib.SMTPResponseException, "refused"),
    ):
        if isinstance(error, kind):
            return why
    return "no_answer"


def _packed(message: EmailMessage) -> dict[str, Any]:
    if message.attachments:
        raise ValueError("The queue of mail takes no attachments.")
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": {"Message-ID": make_msgid(domain=urlsplit(settings.PUBLIC_URL).hostname)} | message.extra_headers,
        "alternatives": [list(one) for one in getattr(message, "alternatives", [])],
    }


def _unpacked(packed: dict[str, Any]) -> EmailMultiAlternatives:
    alternatives = packed.pop("alternatives")
    message = EmailMultiAlternatives(**packed)
    for content, mimetype in alternatives:
        message.attach_alternative(content, mimetype)
    return message
