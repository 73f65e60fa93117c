"""Details of people (R1): one row for each, the words of a community, its own fields."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.models import Community
from academy.core.text import identifier
from academy.decisions.models import Request
from academy.people.models import Volunteer
from academy.people.names import contact_number, phone_in_words, tidy_name, tidy_phone

MOST_FIELDS = 10  # of a community's own


class Sex(models.TextChoices):
    FEMALE = "female", _("female")
    MALE = "male", _("male")


class DocumentType(models.TextChoices):
    """The documents that R3 accepts; the first one alone has a check digit that we know."""

    RESIDENT = "resident_id", _("resident ID card")
    PASSPORT = "passport", _("passport")
    HONG_KONG_MACAO = "hk_macao_permit", _("mainland travel permit for Hong Kong and Macao residents")
    TAIWAN = "taiwan_permit", _("mainland travel permit for Taiwan residents")
    RESIDENCE = "residence_permit", _("residence permit for Hong Kong, Macao and Taiwan residents")
    FOREIGN = "foreign_residence", _("foreign permanent resident ID card")


class Word(models.Model):
    """A word that a community chooses from to describe its people. Staff add words while they type."""

    class Kind(models.TextChoices):
        SKILL = "skill", pgettext_lazy("of a person", "skills")
        TIME = "time", pgettext_lazy("of a person", "free times")
        INTEREST = "interest", pgettext_lazy("of a person", "interests")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    text = models.CharField(pgettext_lazy("about people", "word"), max_length=20)

    wagtail_reference_index_ignore = True
    plain_as = {"text": identifier}

    class Meta:
        verbose_name = _("word about people")
        verbose_name_plural = _("words about people")
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["community", "kind", "text"], name="word_once"),
            models.CheckConstraint(condition=~Q(text=""), name="word_not_empty"),
        ]

    def __str__(self) -> str:
        return self.text


class OwnField(models.Model):
    """A field that a community adds to its people's data, ten at most."""

    class Kind(models.TextChoices):
        TEXT = "text", pgettext_lazy("kind of a field", "text")
        DATE = "date", pgettext_lazy("kind of a field", "date")
        CHOICE = "choice", pgettext_lazy("kind of a field", "choice")

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    place = models.PositiveSmallIntegerField(_("place in the form"))
    label = models.CharField(pgettext_lazy("of a field", "name"), max_length=30)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(_("choices"), blank=True, help_text=_("One on each line; only for a choice."))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("own field")
        verbose_name_plural = _("own fields about people")
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["community", "place"], name="own_field_one_at_a_place"),
            models.UniqueConstraint(fields=["community", "label"], name="own_field_once"),
            models.CheckConstraint(condition=Q(place__gte=1, place__lte=MOST_FIELDS), name="own_field_ten_at_most"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def options(self) -> list[str]:
        """The choices, each once."""
        return list(dict.fromkeys(filter(None, map(str.strip, self.choices.splitlines()))))


class Profile(models.Model):
    """One person's data beyond the roll's name, phone and birth date (R1).

    The document's number and what the body does not allow are encrypted under the personal key (V2, V3). A hash under
    a key of the database keeps a document from being on one roll twice (R5).
    """

    volunteer = models.OneToOneField(Volunteer, models.CASCADE, related_name="profile", verbose_name=_("volunteer"))
    sex = models.CharField(_("sex"), max_length=6, choices=Sex, blank=True)
    document_type = models.CharField(_("document"), max_length=20, choices=DocumentType, blank=True)
    document = models.TextField(blank=True, editable=False)
    document_hash = models.CharField(max_length=64, null=True, blank=True, unique=True, editable=False)
    area = models.CharField(_("area of residence"), max_length=80, blank=True)
    emergency_name = models.CharField(_("emergency contact"), max_length=60, blank=True)
    emergency_relation = models.CharField(_("relation to the person"), max_length=20, blank=True)
    emergency_phone = models.CharField(
        _("phone of the emergency contact"), max_length=20, blank=True, validators=[contact_number]
    )
    body = models.TextField(blank=True, editable=False)
    platform_number = models.CharField(_("number on the higher platform"), max_length=40, blank=True)
    words = models.ManyToManyField(Word, related_name="profiles", blank=True, verbose_name=_("words about people"))

    wagtail_reference_index_ignore = True
    plain_as = {
        "emergency_name": tidy_name,
        "emergency_phone": tidy_phone,
        "platform_number": identifier,
    }

    class Meta:
        verbose_name = _("details of a person")
        verbose_name_plural = _("details of people")
        constraints = [
            models.CheckConstraint(
                condition=Q(document_type="", document="", document_hash=None)
                | (~Q(document_type="") & ~Q(document="") & Q(document_hash__isnull=False)),
                name="profile_document_whole_or_none",
            ),
        ]

    def __str__(self) -> str:
        return str(self.volunteer)

    def get_emergency_phone(self) -> str:
        """Return the emergency phone as people write it."""
        return phone_in_words(self.emergency_phone)


class OwnValue(models.Model):
    """The value of a community's own field for one person; a date as YYYY-MM-DD."""

    profile = models.ForeignKey(Profile, models.CASCADE, related_name="own_values")
    field = models.ForeignKey(OwnField, models.CASCADE, related_name="+")
    text = models.CharField(max_length=200)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "field"], name="own_value_once")]

    def __str__(self) -> str:
        return self.text


class IdentityRequest(Request):
    """A volunteer's wish to change the name or the document that the roll has.

    Both stay encrypted under the personal key, also after the decision (V3).
    """

    community_path = "volunteer__community"

    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="identity_requests", verbose_name=_("volunteer")
    )
    wish: Any = models.TextField(editable=False)  # encrypted: name, document_type, number

    class Meta(Request.Meta):
        verbose_name = _("change of name or document")
        verbose_name_plural = _("changes of name or document")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(
                fields=["volunteer"], condition=Q(decided_at=None), name="identity_request_one_open"
            ),
        ]

    def __str__(self) -> str:
        return self.volunteer.stays.number

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]
