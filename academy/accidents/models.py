"""Accidents at an activity (A5): entries that are only added, the people who are hurt, photos."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.files import Unguessable, private_files
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class Accident(models.Model):
    """An accident record of an activity, whose facts stand in its entries. Append-only.

    `key` is the id of the form, so that a form sent twice makes one record.
    """

    key = models.UUIDField(unique=True, editable=False)
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="accidents", verbose_name=_("activity"))
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    opened_at = models.DateTimeField(_("recorded at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("accident record")
        verbose_name_plural = _("accident records")
        ordering = ["-opened_at", "-id"]

    def __str__(self) -> str:
        return str(self.activity)


class AccidentKey(models.Model):
    """The key that encrypts the words of a record. A rotation of the master keys wraps it again."""

    accident = models.OneToOneField(
        Accident, models.PROTECT, primary_key=True, related_name="own_key", verbose_name=_("accident record")
    )
    wrapped = models.BinaryField()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("key of an accident record")
        verbose_name_plural = _("keys of accident records")

    def __str__(self) -> str:
        return str(self.accident)


class Entry(models.Model):
    """One entry of an accident record. Append-only, with encrypted words.

    An account holds all facts that were known then.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("account of the accident")
        INSURER = "insurer", _("told the insurer")
        PLATFORM = "platform", _("told the higher platform")
        FAMILY = "family", _("told the family")
        CLOSED = "closed", _("closed")

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="entries", verbose_name=_("accident record"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # Under the record's own key: `accounts.Account`, or a note's `words` and `number`.
    encrypted = models.TextField(editable=False)
    # When the accident happened; for a note, when the act was done.
    happened_at = models.DateTimeField(_("when"))
    complete = models.BooleanField(_("nothing is left to add"), default=False)  # of an account
    written_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    written_at = models.DateTimeField(_("written at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("entry of an accident record")
        verbose_name_plural = _("entries of accident records")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["account", "insurer", "platform", "family", "closed"]),
                name="accident_entry_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(complete=False) | Q(kind="account"), name="accident_entry_complete_account"
            ),
            models.UniqueConstraint(fields=["accident"], condition=Q(kind="closed"), name="accident_closed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.accident} · {self.get_kind_display()}"


class HurtPerson(models.Model):
    """A volunteer whom an account names as hurt. Others stand in its words. Append-only."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="hurt", verbose_name=_("entry"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("volunteer"))

    objects = OfPerson["HurtPerson"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("person hurt")
        verbose_name_plural = _("people hurt")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["entry", "volunteer"], name="person_hurt_once")]

    def __str__(self) -> str:
        return str(self.volunteer)


class AccidentPhoto(models.Model):
    """A photo of an accident: made smaller, without its place. Append-only; the file is private."""

    accident = models.ForeignKey(Accident, models.PROTECT, related_name="photos", verbose_name=_("accident record"))
    file = models.FileField(_("photo"), storage=private_files, upload_to=Unguessable("accidents"))
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("photo of an accident")
        verbose_name_plural = _("photos of accidents")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.accident} · {self.added_at}"
