"""What this app holds about a person (V3)."""

from django.utils.translation import gettext_lazy as _

from academy.messaging.models import Message
from academy.people.holding import hold

hold(Message, _("Messages to me"), "sent_at", ("text", _("text")), "read_at", order=80)
