"""Site messages: texts to one volunteer, who reads them on their own page."""

from django.db import models
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.people.models import Volunteer
from academy.people.querysets import OfPerson


class Tone(models.TextChoices):
    """The tone of a message, which sets its colour and its sign."""

    PLAIN = "plain", pgettext_lazy("tone of a message", "plain")
    GOOD = "good", pgettext_lazy("tone of a message", "good news")
    TODO = "todo", pgettext_lazy("tone of a message", "to do")


class MessageQuerySet(OfPerson["Message"]):
    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)


class Message(models.Model):
    """A message to a volunteer, stored in every language as it was sent.

    `key` names the occasion: a volunteer gets one message for each occasion.
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="messages", verbose_name=_("volunteer"))
    key = models.CharField(_("occasion"), max_length=60)
    texts = models.JSONField(_("texts"))  # by language
    path = models.CharField(_("leads to"), max_length=200, blank=True)
    tone = models.CharField(_("tone"), max_length=8, choices=Tone, default=Tone.PLAIN, db_default="plain")
    sent_at = models.DateTimeField(_("sent at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "key"], name="message_once_per_occasion"),
            models.CheckConstraint(condition=models.Q(tone__in=Tone.values), name="message_tone_known"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return str(self.texts.get(get_language() or "") or next(iter(self.texts.values())))
