"""Sending and reading site messages."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import lazy

from academy.core.sql import insert_if_absent
from academy.messaging.models import Message
from academy.people.models import Volunteer


@dataclass(frozen=True)
class Draft:
    """What is to be told to somebody, once for each occasion (`key`). `text` is lazy."""

    volunteer: Volunteer
    key: str
    text: Any
    path: str = ""


def worded(text: Any, **values: Any) -> Any:
    """`text`, lazy, with `values` filled in, still lazy: so it is worded in every language."""
    return lazy(lambda: str(text) % values, str)()


@dataclass(frozen=True)
class Inbox:
    """A volunteer's messages, the latest first."""

    unread: list[Message]
    earlier: list[Message]


def send(*, volunteer: Volunteer, key: str, text: Any, at: dt.datetime, path: str = "") -> bool:
    """Tells `volunteer` something, once for each occasion (`key`); False where it was told already.

    `text` is lazy and is put into every language now, so that the message stays as it was sent. Who was merged into
    somebody else is told as the one who stays.
    """
    return insert_if_absent(_message(Draft(volunteer, key, text, path), at))


@transaction.atomic
def send_all(drafts: Iterable[Draft], *, at: dt.datetime) -> int:
    """`send` for many people, in two statements; how many are told something new."""
    drafts = list(drafts)
    asked = Message.objects.filter(key__in={draft.key for draft in drafts})
    told = set(asked.values_list("volunteer_id", "key"))
    new = [draft for draft in drafts if (draft.volunteer.stays.pk, draft.key) not in told]
    Message.objects.bulk_create([_message(draft, at) for draft in new], ignore_conflicts=True)
    return len(new)


def inbox(volunteer: Volunteer, *, limit: int) -> Inbox:
    """The latest `limit` messages, those not read yet before the others: one statement."""
    messages = Message.objects.of(volunteer)
    shown = list(messages.order_by(F("read_at").desc(nulls_first=True), "-sent_at", "-id")[:limit])
    return Inbox([one for one in shown if one.read_at is None], [one for one in shown if one.read_at is not None])


def mark_read(*, volunteer: Volunteer, at: dt.datetime, only: Collection[int] | None = None) -> int:
    """The volunteer has seen what was new, or `only` these (ids); how many messages that were."""
    unread = Message.objects.of(volunteer).unread()
    if only is not None:
        unread = unread.filter(pk__in=only)
    return unread.update(read_at=at)


def _message(draft: Draft, at: dt.datetime) -> Message:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(draft.text)
    return Message(volunteer=draft.volunteer.stays, key=draft.key, texts=texts, path=draft.path, sent_at=at)
