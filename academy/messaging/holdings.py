"""Rows of this app about a person, for the copy of their data (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.messaging import services
from academy.messaging.models import Message
from academy.people.holding import clear_after_term, hold

hold(Message, _("Messages to me"), "sent_at", ("text", _("text")), "read_at", order=80)
clear_after_term("messages", _("messages"), services.clear_old)
