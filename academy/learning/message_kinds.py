"""The kind of messages about what a person has reached (ADR 144)."""

from django.utils.translation import pgettext_lazy

from academy.messaging.kinds import MessageKind, register

HONOUR = register(
    MessageKind("honour", pgettext_lazy("kind of message", "Courses, tiers, stars and honours"), order=80)
)
