"""The kinds of messages: each is registered once, by the app that sends it (ADR 144).

A new kind is one `register(MessageKind(…))` beside its texts; settings, e-mails and the list of people to call follow.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class MessageKind:
    """One kind of messages. People read the `label`."""

    slug: str
    label: Any
    order: int
    is_urgent: bool = False  # an e-mail about the same day goes out in quiet hours too
    by_telephone: bool = False  # staff tell it to people whom no message reaches
    in_mail: Any = ""  # stands in an e-mail in place of the text, which is for the person alone
    also_left: bool = False  # goes to people who are suspended or have left, too


_kinds: dict[str, MessageKind] = {}


def register(kind: MessageKind) -> MessageKind:
    """Register a kind, and return it. Each slug is registered once."""
    if _kinds.setdefault(kind.slug, kind) != kind:
        raise ValueError(f"the kind of message {kind.slug!r} is registered twice")
    return kind


def all_kinds() -> list[MessageKind]:
    """Return all kinds in the order in which settings list them."""
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def kind_called(slug: str) -> MessageKind | None:
    """Return the kind with this slug; None for a message of an earlier release."""
    return _kinds.get(slug)


def slugs(*, by_telephone: bool) -> list[str]:
    """Return the slugs of the kinds that staff tell by telephone, or of the others."""
    return [kind.slug for kind in _kinds.values() if kind.by_telephone == by_telephone]


# Kinds that several apps send.
ANSWER = register(
    MessageKind(
        "answer",
        pgettext_lazy("kind of message", "Answers to your requests"),
        order=50,
        by_telephone=True,
        in_mail=_("There is news about a request of yours. Read it on “My page”."),
        also_left=True,
    )
)
WORK = register(MessageKind("work", pgettext_lazy("kind of message", "Activities and units in your care"), order=90))
