"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.messaging import services
from academy.messaging.models import MailSettings, Message
from academy.people.holding import clear_after_term, hold

hold(Message, _("Messages to me"), "sent_at", ("text", _("text")), "read_at", order=80)
hold(
    MailSettings,
    _("My choice of e-mails"),
    "wants_mail",
    "address",
    "muted",
    path="user__volunteer",
    order=81,
)
clear_after_term("messages", _("messages"), services.clear_old, years=1)
