"""Messages to one volunteer, and what a login wants to get by e-mail."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from academy.messaging.kinds import MessageKind, kind_called
from academy.people.models import User, Volunteer
from academy.people.names import tidy_email
from academy.people.querysets import OfPerson


class Tone(models.TextChoices):
    """The tone of a message, which sets its colour and its sign."""

    PLAIN = "plain", pgettext_lazy("tone of a message", "plain")
    GOOD = "good", pgettext_lazy("tone of a message", "good news")
    TODO = "todo", pgettext_lazy("tone of a message", "to do")


class MessageQuerySet(OfPerson["Message"]):
    def unread(self) -> "MessageQuerySet":
        return self.filter(read_at=None)

    def waiting(self, at: dt.datetime) -> "MessageQuerySet":
        """Return the unread messages that are still of use: a reminder waits until its shift begins."""
        return self.unread().filter(Q(until=None) | Q(until__gt=at))


class Message(models.Model):
    """A message to a volunteer, stored in every language as it was sent.

    `key` names the occasion: a volunteer gets one message for each occasion. `event` names what it is about: the next
    message about the same event replaces one that was not read (ADR 145).
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="messages", verbose_name=_("volunteer"))
    kind = models.CharField(_("kind"), max_length=20, default="", db_default="")
    key = models.CharField(_("occasion"), max_length=60)
    event = models.CharField(max_length=60, blank=True, default="", db_default="")
    texts = models.JSONField(_("texts"))  # by language
    path = models.CharField(_("leads to"), max_length=200, blank=True)
    tone = models.CharField(_("tone"), max_length=8, choices=Tone, default=Tone.PLAIN, db_default="plain")
    sent_at = models.DateTimeField(_("sent at"))
    until = models.DateTimeField(_("of use until"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mail_due_at = models.DateTimeField(null=True, blank=True)  # until the clock has looked who gets it by e-mail
    mailed_at = models.DateTimeField(_("e-mail sent at"), null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)
    told_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("told by")
    )

    objects = MessageQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["volunteer", "key"], name="message_once_per_occasion"),
            models.UniqueConstraint(
                fields=["volunteer", "event"],
                condition=Q(read_at=None) & ~Q(event=""),
                name="message_one_unread_per_event",
            ),
            models.CheckConstraint(condition=models.Q(tone__in=Tone.values), name="message_tone_known"),
            models.CheckConstraint(condition=Q(told_at=None) | Q(read_at__isnull=False), name="message_told_is_read"),
        ]
        indexes = [
            models.Index(fields=["mail_due_at"], condition=Q(mail_due_at__isnull=False), name="message_mail_due"),
            models.Index(fields=["sent_at"], name="message_sent"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The text in the reader's language."""
        return str(self.texts.get(get_language() or "") or next(iter(self.texts.values())))

    @property
    def is_waiting(self) -> bool:
        """True if it was not read and is still of use."""
        return self.read_at is None and (self.until is None or self.until > timezone.now())

    @property
    def kind_of(self) -> MessageKind | None:
        """The kind of the message; None for one of an earlier release."""
        return kind_called(self.kind)


class MailSettings(models.Model):
    """The choice of a login: which kinds come by e-mail, and to which address.

    Without a row all kinds go to the address of the login.
    """

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="mail_settings", verbose_name=_("login")
    )
    wants_mail = models.BooleanField(_("messages by e-mail"), default=True)
    address = models.EmailField(_("e-mail address"), blank=True, default="")  # confirmed; no sign-in name
    muted = models.JSONField(_("kinds not sent by e-mail"), default=list)
    language = models.CharField(_("language"), max_length=10, default=settings.LANGUAGE_CODE)

    wagtail_reference_index_ignore = True
    plain_as = {"address": tidy_email}

    class Meta:
        verbose_name = _("settings of e-mails")
        verbose_name_plural = _("settings of e-mails")

    def __str__(self) -> str:
        return str(self.user)
