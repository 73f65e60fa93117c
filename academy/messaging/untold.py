"""People whom no message reaches: without a sign-in, an agent here or e-mail. Staff call or write."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from academy.core.links import public_address
from academy.core.models import Community
from academy.families.models import Agency, GuardianLink
from academy.messaging import kinds
from academy.messaging.models import Message, MessageQuerySet
from academy.people import ages
from academy.people.models import Consent, Volunteer
from academy.people.names import phone_in_words

FOR = dt.timedelta(days=14)  # older messages are no news any more
MOST = 300  # messages on the list
MOST_OF_ONE = 10  # messages on the page of a person


@dataclass(frozen=True)
class Untold:
    """A person to call or to write to, with the messages that wait for them."""

    person: Volunteer
    messages: list[Message]
    guardian: str = ""  # of a minor: the name and phone of the guardian who was asked last
    guardian_phone: str = ""

    @property
    def text(self) -> str:
        """The text to send to this person alone."""
        return text_for(self.person, self.messages)

    @property
    def phone(self) -> str:
        return self.person.get_phone_display()


@dataclass(frozen=True)
class GroupText:
    """One text that several people have not got, to paste into their chat group."""

    text: str
    people: int


_OPEN = "/activities/"  # these pages open without a sign-in


@dataclass(frozen=True)
class MessageText:
    """A message that a person got, with the text to send to them by another way."""

    message: Message
    text: str


def text_for(person: Volunteer, messages: Collection[Message]) -> str:
    """Return these messages as one text to send to this person alone."""
    lines = [_("Hello %(name)s,") % {"name": person.name}, *(one.text for one in messages)]
    links = [public_address(one.path) for one in messages if one.path.startswith(_OPEN)]
    return "\n".join([*lines, *dict.fromkeys(links)])


def latest_of(person: Volunteer, *, at: dt.datetime) -> list[MessageText]:
    """Return the latest messages of a person that staff may tell, read or not. One statement."""
    sent = Message.objects.of(person).filter(kind__in=kinds.slugs(by_telephone=True), sent_at__gt=at - FOR)
    return [MessageText(one, text_for(person, [one])) for one in sent.select_related("told_by")[:MOST_OF_ONE]]


def latest_about(event: str, kind: str, *, at: dt.datetime) -> GroupText | None:
    """Return what most people were told last about this event, and how many got a message. One statement."""
    sent = list(Message.objects.filter(event=event, kind=kind, sent_at__gt=at - FOR).order_by("-sent_at", "-pk"))
    texts = [one.text for one in sent if one.key == sent[0].key]
    return GroupText(max(texts, key=texts.count), len(texts)) if texts else None


def waiting(communities: Collection[Community], *, at: dt.datetime) -> MessageQuerySet:
    """Return the messages that staff of these communities have to tell, those about the next event first."""
    people = _unreached().filter(community__in=communities, pk=OuterRef("person"))
    found: Any = (
        Message.objects.waiting(at)
        .with_person()
        .filter(
            Exists(people),
            kind__in=kinds.slugs(by_telephone=True),
            sent_at__gt=at - FOR,
            mailed_at=None,
        )
    )
    ordered: MessageQuerySet = found.order_by("until", "sent_at", "pk")
    return ordered


def count_people(communities: Collection[Community], *, at: dt.datetime) -> int:
    """Return how many people are to be told something. One statement."""
    told: Any = waiting(communities, at=at)  # with the annotation
    return int(told.order_by().values("person").distinct().count())


def people_to_tell(communities: Collection[Community], *, at: dt.datetime) -> list[Untold]:
    """Return the people to call or to write to, those with the next event first. Takes three statements."""
    messages = list(waiting(communities, at=at).select_related("volunteer__merged_into")[:MOST])
    of: dict[int, list[Message]] = {}
    for one in messages:
        of.setdefault(one.volunteer.stays.pk, []).append(one)
    minors = [
        one.volunteer.stays for one in messages if ages.is_minor(one.volunteer.stays.birth_date, timezone.localdate(at))
    ]
    links: dict[int, GuardianLink] = {}
    if minors:
        asked = GuardianLink.objects.of_all(minors).select_related("volunteer__merged_into").order_by("made_at")
        links = {link.person.pk: link for link in asked}
    return [_untold(some, links.get(pk)) for pk, some in of.items()]


def _untold(messages: list[Message], link: GuardianLink | None) -> Untold:
    guardian = (link.name, phone_in_words(link.phone)) if link is not None else ("", "")
    return Untold(messages[0].volunteer.stays, messages, *guardian)


def group_texts(people: Collection[Untold]) -> list[GroupText]:
    """Return the texts about activities that at least two of these people have not got."""
    counted: dict[str, int] = {}
    for message in (one for each in people for one in each.messages if one.event.startswith("activity:")):
        counted[message.text] = counted.get(message.text, 0) + 1
    return [GroupText(text, count) for text, count in counted.items() if count > 1]


def _unreached() -> QuerySet[Volunteer]:
    """Return the people who take part, and who have no sign-in in use, of their own or of their family."""
    agents = Agency.objects.filter(volunteer=OuterRef("pk"), user__last_login__isnull=False)
    guardians = Consent.objects.filter(
        volunteer=OuterRef("pk"), kind=Consent.Kind.GUARDIAN, granted=True, guardian__last_login__isnull=False
    )
    return Volunteer.objects.taking_part().filter(
        ~Exists(agents), ~Exists(guardians), Q(user=None) | Q(user__last_login=None)
    )
