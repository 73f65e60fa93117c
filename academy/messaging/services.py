"""Sending and reading site messages."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import translation

from academy.core.sql import insert_if_absent
from academy.messaging.models import Message
from academy.people.models import Volunteer


def send(*, volunteer: Volunteer, key: str, text: Any, at: dt.datetime, path: str = "") -> bool:
    """Tells `volunteer` something, once for each occasion (`key`); False where it was told already.

    `text` is lazy and is put into every language now, so that the message stays as it was sent.
    """
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(text)
    message = Message(volunteer=volunteer.stays, key=key, texts=texts, path=path, sent_at=at)
    return insert_if_absent(message)


def mark_read(*, volunteer: Volunteer, at: dt.datetime) -> int:
    """The volunteer has seen what was new; how many messages that were."""
    one = Volunteer.objects.one_with(volunteer.pk)
    return Message.objects.unread().filter(volunteer__in=one).update(read_at=at)
