"""Services that send and read messages: one door for all kinds, whatever ways they go (ADR 144)."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, F, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone, translation
from django.utils.functional import lazy
from django.utils.translation import gettext

from academy.core import formats
from academy.core.memo import once
from academy.core.models import Community
from academy.core.sql import any_of
from academy.families.models import Agency
from academy.messaging.kinds import MessageKind
from academy.messaging.models import MailSettings, Message, Tone
from academy.people import former_address
from academy.people.models import Leaving, User, Volunteer


@dataclass(frozen=True)
class Draft:
    """A message to send, once for each volunteer and occasion (`key`). `text` is lazy.

    It replaces an unread message about the same `event`. `until`: the moment from which it is of no use. `mail_at`:
    when it is sent by e-mail, unless it was read by then; at once if empty.
    """

    kind: MessageKind
    volunteer: Volunteer
    key: str
    text: Any
    path: str = ""
    tone: Tone = Tone.PLAIN
    event: str = ""
    until: dt.datetime | None = None
    mail_at: dt.datetime | None = None


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
    """The messages of a volunteer, the latest first. Those of no use any more are earlier ones."""

    unread: list[Message]
    earlier: list[Message]


def send(
    *,
    kind: MessageKind,
    volunteer: Volunteer,
    key: str,
    text: Any,
    at: dt.datetime,
    path: str = "",
    tone: Tone = Tone.PLAIN,
) -> bool:
    """Send one message as `send_all` does. Return False if it was sent before, or is not for this person."""
    return send_all([Draft(kind, volunteer, key, text, path, tone)], at=at) == 1


@transaction.atomic
def send_all(drafts: Iterable[Draft], *, at: dt.datetime) -> int:
    """Send messages, each once for its volunteer and occasion (`key`). Return the number of new messages.

    The texts are stored in every language, so that a message stays as it was sent. A message to a merged person goes to
    the one who stays. People who are suspended, have left or have died get none (`MessageKind.also_left`). Takes two
    statements, and one more to replace unread messages about the same events.
    """
    drafts = [draft for draft in drafts if _is_for(draft.kind, draft.volunteer.stays)]
    if not drafts:
        return 0
    sent = Message.objects.filter(key__in={draft.key for draft in drafts})
    known = set(sent.values_list("volunteer_id", "key"))
    new = [draft for draft in drafts if (draft.volunteer.stays.pk, draft.key) not in known]
    if of_events := [draft for draft in new if draft.event]:
        people = [draft.volunteer for draft in of_events]
        earlier = Message.objects.of_all(people).unread().filter(event__in={draft.event for draft in of_events})
        earlier.delete()
    Message.objects.bulk_create([_message(draft, at) for draft in new], ignore_conflicts=True)
    return len(new)


def drop_unread(*, keys: Collection[str], volunteer: Volunteer | None = None) -> None:
    """Delete unread messages of these occasions, of all people or of one: what they say is no longer so."""
    unread = Message.objects.unread() if volunteer is None else Message.objects.of(volunteer).unread()
    unread.filter(key__in=keys).delete()


def inbox(volunteer: Volunteer, *, limit: int) -> Inbox:
    """Return at most `limit` messages, waiting ones first, then the latest, in one statement."""
    is_waiting = Q(read_at=None) & (Q(until=None) | Q(until__gt=timezone.now()))
    messages: Any = Message.objects.of(volunteer).annotate(order=Case(When(is_waiting, then=0), default=1))
    shown = list(messages.order_by("order", F("read_at").desc(nulls_first=True), "-sent_at", "-id")[:limit])
    return Inbox([one for one in shown if not one.order], [one for one in shown if one.order])


def unread_of_row() -> Any:
    """Return the annotation of a volunteer: how many unread messages wait for the person."""
    person = OuterRef(OuterRef("pk"))  # a subquery of rows, as in `OfPerson.of`
    rows = Volunteer.objects.filter(Q(pk=person) | Q(merged_into=person)).order_by().values("pk")
    waiting = Message.objects.waiting(timezone.now()).filter(volunteer__in=rows).order_by()
    return Coalesce(Subquery(waiting.values("read_at").annotate(n=Count("pk")).values("n")), 0)


def count_unread(user: User) -> int:
    """Return the number of unread messages of the user and of those for whom they act. One statement."""

    def count() -> int:
        own = Volunteer.objects.filter(user=user).values("pk")
        acted_for = Agency.objects.filter(user=user).values("volunteer")
        return Message.objects.waiting(timezone.now()).filter(volunteer__in=any_of(own, acted_for)).count()

    return once(("unread messages", user.pk), count)


def mark_read(*, volunteer: Volunteer, at: dt.datetime, only: Collection[int] | None = None) -> int:
    """Mark the unread messages, or `only` those with these ids, as read. Return their number."""
    unread = Message.objects.of(volunteer).unread()
    if only is not None:
        unread = unread.filter(pk__in=only)
    return unread.update(read_at=at)


def settle(*, volunteers: Collection[Volunteer], keys: Collection[str], at: dt.datetime) -> int:
    """Mark the messages of these occasions as read, since what they ask for is done. Return their number."""
    return Message.objects.of_all(volunteers).unread().filter(key__in=keys).update(read_at=at)


def mark_told(*, messages: Collection[Message], by: User, at: dt.datetime) -> int:
    """Mark messages that staff told to their person as told and read. Return their number."""
    unread = Message.objects.unread().filter(pk__in=[one.pk for one in messages])
    return unread.update(read_at=at, told_at=at, told_by=by)


@transaction.atomic
def change_mail(*, user: User, wants_mail: bool, muted: Collection[str], language: str) -> MailSettings:
    """Store what this login gets by e-mail, and in which language."""
    facts = {"wants_mail": wants_mail, "muted": sorted(muted), "language": language}
    return MailSettings.objects.update_or_create(user=user, defaults=facts)[0]


@transaction.atomic
def change_address(*, user: User, address: str) -> MailSettings:
    """Store the address to which this login's messages go; empty: the address of the sign-in.

    The former address gets a mail.
    """
    stored = MailSettings.objects.filter(user=user).first()
    before = (stored.address if stored else "") or user.email
    text = gettext("Messages from the volunteer academy for your account no longer come to this e-mail address.")
    former_address.tell(before, new=address or user.email, text=text)
    return MailSettings.objects.update_or_create(user=user, defaults={"address": address})[0]


@transaction.atomic
def unsubscribe(*, user: User, kind: str) -> MailSettings:
    """Send this login no more e-mails of a kind, or none at all if `kind` is empty."""
    chosen, _created = MailSettings.objects.select_for_update().get_or_create(user=user)
    if kind:
        chosen.muted = sorted({*chosen.muted, kind})
    else:
        chosen.wants_mail = False
    chosen.save(update_fields=["muted", "wants_mail"])
    return chosen


def erase_messages(*, people: Collection[Volunteer]) -> None:
    """Delete all messages to these people, and where e-mails go, as their data is erased (V3)."""
    Message.objects.filter(volunteer__in=people).delete()
    MailSettings.objects.filter(user__volunteer__in=people).delete()


def clear_old(community: Community, before: dt.datetime, most: int) -> int:
    """Delete messages that are older than a year, `before` then. Return how many."""
    old = Message.objects.filter(volunteer__community=community, sent_at__lt=before).order_by("pk")
    deleted, _models = Message.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()
    return deleted


def _is_for(kind: MessageKind, person: Volunteer) -> bool:
    if person.erased_at is not None or person.left_as == Leaving.DIED:
        return False
    return kind.also_left or not person.is_suspended


def _message(draft: Draft, at: dt.datetime) -> Message:
    texts = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            texts[language] = str(draft.text)
    return Message(
        volunteer=draft.volunteer.stays,
        kind=draft.kind.slug,
        key=draft.key,
        event=draft.event,
        texts=texts,
        path=draft.path,
        tone=draft.tone,
        sent_at=at,
        until=draft.until,
        mail_due_at=(draft.mail_at or at) if settings.HAS_MAIL_SERVER else None,
    )
