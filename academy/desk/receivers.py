"""Receivers that send people messages about events in lower layers."""

import datetime as dt
from typing import Any

from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.messaging import services as messaging
from academy.messaging.kinds import MessageKind, register
from academy.rulebook.models import Publication
from academy.rulebook.services import commenters
from academy.rulebook.signals import draft_opened

RULES = register(MessageKind("rules", pgettext_lazy("kind of message", "Drafts of the rules"), order=85))


@receiver(draft_opened, dispatch_uid="desk.tell_commenters")
def tell_commenters(publication: Publication, at: dt.datetime, **kwargs: Any) -> None:
    """Send core volunteers a message that a draft is open for their comments."""
    text = _("A draft of the volunteer management rules is open for your comments.")
    path = reverse("rulebook:draft", args=[publication.rule_set_id])
    people = commenters(publication.rule_set.community).select_related("merged_into")
    messaging.send_all([messaging.Draft(RULES, one, f"rules:{publication.pk}", text, path) for one in people], at=at)
