"""Services that send and read site messages."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.functional import lazy

from academy.core import formats
from academy.core.models import Community
from academy.core.sql import insert_if_absent
from academy.messaging.models import Message, Tone
from academy.people.models import Volunteer


@dataclass(frozen=True)
class Draft:
    """A message to send, once for each volunteer and occasion (`key`). `text` is lazy."""

    volunteer: Volunteer
    key: str
    text: Any
    path: str = ""
    tone: Tone = Tone.PLAIN


def fill_in(text: Any, **values: Any) -> Any:
    """Return the lazy `text` with `values` filled in. The result is lazy too, for use in every language.

    A value between “ and ” gets inner quotes, if it has quotes of its own.
    """

    def filled() -> str:
        said = str(text)
        return said % {
            name: formats.inner_quotes(value) if f"“%({name})s”" in said else value for name, value in values.items()
        }

    return lazy(filled, str)()


@dataclass(frozen=True)
class Inbox:
    """The messages of a volunteer, the latest first."""

    unread: list[Message]
    earlier: list[Message]


def send(
    *, volunteer: Volunteer, key: str, text: Any, at: dt.datetime, path: str = "", tone: Tone = Tone.PLAIN
) -> bool:
    """Send a message, once for each occasion (`key`). Return False if it was sent before.

    `text` is lazy. It is stored in every language, so that the message stays as it was sent. A message to a merged
    person goes to the one who stays.
    """
    return insert_if_absent(_message(Draft(volunteer, key, text, path, tone), at))


@transaction.atomic
def send_all(drafts: Iterable[Draft], *, at: dt.datetime) -> int:
    """Send many messages, each as `send` does, in two statements. Return the number of new messages."""
    drafts = list(drafts)
    sent = Message.objects.filter(key__in={draft.key for draft in drafts})
    known = set(sent.values_list("volunteer_id", "key"))
    new = [draft for draft in drafts if (draft.volunteer.stays.pk, draft.key) not in known]
    Message.objects.bulk_create([_message(draft, at) for draft in new], ignore_conflicts=True)
    return len(new)


def inbox(volunteer: Volunteer, *, limit: int) -> Inbox:
    """Return at most `limit` messages, unread ones first, then the latest, in one statement."""
    messages = Message.objects.of(volunteer)
    shown = list(messages.order_by(F("read_at").desc(nulls_first=True), "-sent_at", "-id")[:limit])
    return Inbox([one for one in shown if one.read_at is None], [one for one in shown if one.read_at is not None])


def mark_read(*, volunteer: Volunteer, at: dt.datetime, only: Collection[int] | None = None) -> int:
    """Mark the unread messages, or `only` those with these ids, as read. Return their number."""
    unread = Message.objects.of(volunteer).unread()
    if only is not None:
        unread = unread.filter(pk__in=only)
    return unread.update(read_at=at)


def settle(*, volunteers: Collection[Volunteer], keys: Collection[str], at: dt.datetime) -> int:
    """Mark the messages of these occasions as read, since what they ask for is done. Return their number."""
    return Message.objects.of_all(volunteers).unread().filter(key__in=keys).update(read_at=at)


def erase_messages(*, people: Collection[Volunteer]) -> None:
    """Delete all messages to these people, as their data is erased (V3)."""
    Message.objects.filter(volunteer__in=people).delete()


def clear_old(community: Community, before: dt.datetime, most: int) -> int:
    """Delete messages that are older than the community's term (V3). Return how many."""
    old = Message.objects.filter(volunteer__community=community, sent_at__lt=before).order_by("pk")
    deleted, _models = Message.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()
    return deleted


def _message(draft: Draft, at: dt.datetime) -> Message:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(draft.text)
    return Message(
        volunteer=draft.volunteer.stays, key=draft.key, texts=texts, path=draft.path, tone=draft.tone, sent_at=at
    )
