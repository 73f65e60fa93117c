"""The kinds of messages about activities (ADR 144)."""

from django.utils.translation import pgettext_lazy

from academy.messaging.kinds import MessageKind, register

REMINDER = register(
    MessageKind("reminder", pgettext_lazy("kind of message", "Reminders"), order=10, is_urgent=True, by_telephone=True)
)
CHANGE = register(
    MessageKind(
        "change",
        pgettext_lazy("kind of message", "Changes of an activity"),
        order=20,
        is_urgent=True,
        by_telephone=True,
    )
)
PLACE = register(
    MessageKind("place", pgettext_lazy("kind of message", "A free place"), order=30, is_urgent=True, by_telephone=True)
)
CALL = register(
    MessageKind(
        "call", pgettext_lazy("kind of message", "Urgent calls for people"), order=40, is_urgent=True, by_telephone=True
    )
)
