"""Logins and people. A `User` is a login; a `Volunteer` is a person, who may have none."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.core.keys import normalise_number
from academy.core.look import day_of
from academy.core.memo import once
from academy.core.models import Community
from academy.core.practice import is_practice
from academy.core.sql import any_of
from academy.core.text import identifier
from academy.people import attempt_models as _attempt_models  # noqa: F401  (models of this app)
from academy.people import key_models as _key_models  # noqa: F401  (models of this app)
from academy.people.consent_kinds import ConsentKind
from academy.people.names import (
    contact_number,
    mask_name,
    mobile_number,
    phone_in_words,
    phone_tail,
    tidy_email,
    tidy_name,
    tidy_phone,
)
from academy.people.permissions import NOT_IN_PRACTICE, DutyRole, Right, rights_of, roles_with
from academy.people.querysets import OfPerson, VolunteerQuerySet


class User(AbstractUser):
    """A login of a volunteer, of a member of staff, or of a person who is both.

    Name and phone of a volunteer are on the roll, and nowhere else (ADR 23). `first_name`, `last_name` and `phone` are
    those of a login without a volunteer. `is_staff` follows the duties, as groups do.
    """

    phone = models.CharField(_("phone"), max_length=11, null=True, blank=True, unique=True, validators=[mobile_number])
    # The second login of a member of staff, in the practice community alone (ADR 77).
    practises_for = models.OneToOneField(
        "self", models.PROTECT, null=True, editable=False, related_name="practice_login"
    )
    sign_outs = models.PositiveIntegerField(default=0, db_default=0, editable=False)  # times that all sessions ended

    shown_with = ("volunteer",)
    plain_as = {
        "username": identifier,
        "first_name": tidy_name,
        "last_name": tidy_name,
        "email": tidy_email,
        "phone": tidy_phone,
    }

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Return the volunteer's name as the roll has it, else the login's own.

        A Chinese name has the family name first and no space, a Latin name has a space.
        """
        if self.own_volunteer is not None:
            return self.own_volunteer.name
        separator = " " if (self.first_name + self.last_name).isascii() else ""
        names = [self.first_name, self.last_name] if separator else [self.last_name, self.first_name]
        return separator.join(name for name in names if name)

    @property
    def masked_str(self) -> str:
        return mask_name(str(self))

    @property
    def in_facts(self) -> str:
        """The volunteer's number, which an erasure leaves (V3), else the name: so facts and logs call it."""
        return self.own_volunteer.number if self.own_volunteer is not None else str(self)

    def get_session_auth_hash(self) -> str:
        """Return the hash that a session must hold: it follows the password and `sign_outs` (ADR 38)."""
        return self._with_sign_outs(super().get_session_auth_hash())

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """Yield the hashes of sessions that were signed with an earlier SECRET_KEY."""
        yield from (self._with_sign_outs(earlier) for earlier in super().get_session_auth_fallback_hash())

    def _with_sign_outs(self, stored: str) -> str:
        return f"{stored}:{self.sign_outs}" if self.sign_outs else stored

    def communities_for(self, right: Right) -> models.QuerySet[Community]:
        """Return the communities in which a duty gives this login `right`."""
        if not self.is_active:
            return Community.objects.none()
        if self.is_superuser:
            return Community.objects.filter(closed_at=None)
        found = Community.objects.filter(duties__user=self, duties__role__in=roles_with(right)).distinct()
        return found.filter(practice_of=None) if right in NOT_IN_PRACTICE else found

    def has_right(self, right: Right, community: Community) -> bool:
        """Return whether a duty gives this login `right` in `community`."""
        return self.communities_for(right).filter(pk=community.pk).exists()

    @cached_property
    def rights(self) -> frozenset[Right]:
        """The rights that duties give this login anywhere. Kept on the object, which lives for a request."""
        if not self.is_active:
            return frozenset()
        if self.is_superuser:
            return frozenset(Right)
        rights = rights_of(self.duties.values_list("role", flat=True))
        return rights - NOT_IN_PRACTICE if self.is_practising else rights

    def may(self, right: Right, community_id: int) -> bool:
        """Return whether a duty gives this login `right` there. For lists: read once in a request."""
        mine = once(("communities", self.pk, right), lambda: {one.pk for one in self.communities_for(right)})
        return community_id in mine

    def with_former_logins(self) -> models.QuerySet[Any]:
        """Return the ids of this login and of its owner's logins that merges closed, for `__in`."""
        former = Volunteer.objects.filter(merged_into__user=self, user__isnull=False)
        return any_of(User.objects.filter(pk=self.pk).values("pk"), former.values("user"))

    @property
    def is_practising(self) -> bool:
        """True for the logins of a practice community: the second one of staff, and those of its volunteers."""
        own = self.own_volunteer
        return self.practises_for_id is not None or (own is not None and is_practice(own.community_id))

    @cached_property
    def own_volunteer(self) -> "Volunteer | None":
        """The volunteer whose login this is, if any."""
        return getattr(self, "volunteer", None)


class Leaving(models.TextChoices):
    """The reason for which a person takes no part any more."""

    LEFT = "left", pgettext_lazy("a person", "has left")
    DIED = "died", pgettext_lazy("a person", "has died")


class Volunteer(models.Model):
    """A natural person on the roll (G1). A phone is not unique: elders share phones (R4)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="volunteers", verbose_name=_("community"))
    number = models.CharField(_("volunteer number"), max_length=16, unique=True, editable=False)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=60)
    phone = models.CharField(_("phone"), max_length=20, blank=True, db_index=True, validators=[contact_number])
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    user = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="volunteer", verbose_name=_("login")
    )
    registered_at = models.DateTimeField(_("registered at"))
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("registered by")
    )
    suspended_at = models.DateTimeField(_("suspended at"), null=True, blank=True)
    suspended_reason = models.CharField(_("reason of the suspension"), max_length=200, blank=True)
    # Set together with `suspended_at`, so that every check that refuses a suspended person refuses them.
    left_as = models.CharField(_("off the roll"), max_length=10, choices=Leaving, blank=True, default="", db_default="")
    # Until joined to another entry, or accepted.
    provisional = models.BooleanField(_("marked at the gate"), default=False)
    taken_back_at = models.DateTimeField(_("registration taken back at"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("data erased at"), null=True, blank=True, editable=False)  # V3
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )

    objects = VolunteerQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    plain_as = {"number": normalise_number, "name": tidy_name, "phone": tidy_phone}
    veiled_as = {"name": "masked_name", "phone": "", "birth_date": "", "suspended_reason": ""}

    class Meta:
        verbose_name = _("volunteer")
        verbose_name_plural = _("volunteers")
        ordering = ["number"]
        # Each registration looks for people of the name (R5); 50,000 are imported one by one.
        indexes = [models.Index(fields=["community", "name"], name="volunteer_by_name")]
        constraints = [
            models.CheckConstraint(condition=~Q(merged_into=models.F("id")), name="volunteer_not_merged_into_self"),
            models.CheckConstraint(
                condition=Q(left_as="") | Q(suspended_at__isnull=False), name="volunteer_left_on_a_day"
            ),
            # Two phones may mark the same person at the same moment.
            models.UniqueConstraint(
                fields=["community", "name", "phone"],
                condition=Q(provisional=True, merged_into=None),
                name="volunteer_marked_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"

    def get_phone_display(self) -> str:
        """Return the phone as people write it; in a spreadsheet, a landline with its dash keeps its 0."""
        return phone_in_words(self.phone)

    @property
    def phone_end(self) -> str:
        """The end of the phone, which tells two people of one name apart: …0001."""
        return f"…{phone_tail(self.phone)}" if self.phone else ""

    @property
    def masked_name(self) -> str:
        """The name on public pages: 王秀英 → 王*英, 王英 → 王* (K6, P5)."""
        return self.name if self.erased_at else mask_name(self.name)

    @property
    def masked_str(self) -> str:
        return f"{self.masked_name} {self.number}"

    @property
    def stays(self) -> "Volunteer":
        """The row that stays: the one that this row was merged into, else this row."""
        return self.merged_into or self

    @property
    def is_suspended(self) -> bool:
        return self.suspended_at is not None


class PersonalKey(models.Model):
    """The key that encrypts one person's data in snapshots. Without it they are unreadable (V3)."""

    volunteer = models.OneToOneField(Volunteer, models.CASCADE, related_name="personal_key")
    wrapped = models.BinaryField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return str(self.volunteer)


class Duty(models.Model):
    """A task of a user in a community. `permissions.py` lists its rights."""

    user = models.ForeignKey(User, models.CASCADE, related_name="duties", verbose_name=_("login"))
    community = models.ForeignKey(Community, models.CASCADE, related_name="duties", verbose_name=_("community"))
    role = models.CharField(_("duty"), max_length=20, choices=DutyRole)

    class Meta:
        verbose_name = _("duty")
        verbose_name_plural = _("duties")
        constraints = [
            models.UniqueConstraint(fields=["user", "community", "role"], name="duty_once"),
            models.CheckConstraint(condition=Q(role__in=DutyRole.values), name="duty_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.community}"


class ConsentQuerySet(OfPerson["Consent"]):
    def newest(self) -> "Consent | None":
        """Return the consent recorded last."""
        return self.order_by("-recorded_at", "-pk").first()


class Consent(models.Model):
    """A consent or a withdrawal (R2). Append-only: the latest of each kind decides."""

    Kind = ConsentKind

    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="consents", verbose_name=_("volunteer"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    granted = models.BooleanField(_("granted"))
    guardian = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="guardian_consents", verbose_name=_("guardian")
    )
    # It is empty for minors and guardians: `personal` has it, since it may name the guardian (V3).
    evidence = models.CharField(_("how it was given"), max_length=200)
    personal = models.TextField(blank=True, default="", db_default="", editable=False)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["volunteer", "kind", "-recorded_at"], name="consent_latest")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.get_kind_display()}"

    def is_in_force(self, day: dt.date) -> bool:
        """Return whether this consent holds on `day`, if no later consent of its kind exists."""
        return self.granted and (self.valid_until is None or day <= self.valid_until)


class Slip(models.Model):
    """A sign-in slip: a code on paper that signs in once.

    A new slip replaces it. The database has only the hash of the code.
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="slips", verbose_name=_("volunteer"))
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    printed_at = models.DateTimeField(_("printed at"))
    printed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("printed by"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("sign-in slip")
        verbose_name_plural = _("sign-in slips")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer"], condition=Q(used_at=None, replaced_at=None), name="slip_one_live"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {day_of(self.printed_at)}"


class CardQuerySet(OfPerson["Card"]):
    pass


class Card(models.Model):
    """A check-in card, which never signs in. A lost card is replaced.

    The card of a merged person leads to the one who stays.
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="cards", verbose_name=_("volunteer"))
    key = models.CharField(_("key"), max_length=16, unique=True, editable=False)
    issued_at = models.DateTimeField(_("issued at"))
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("issued by")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)

    objects = CardQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("check-in card")
        verbose_name_plural = _("check-in cards")
        constraints = [
            models.UniqueConstraint(fields=["volunteer"], condition=Q(revoked_at=None), name="card_one_live"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {day_of(self.issued_at)}"


class Issuer(models.Model):
    """A recording unit: it records hours and certifies them (P3)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="issuers", verbose_name=_("community"))
    name = models.CharField(_("registered name"), max_length=100)
    credit_code = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    person_responsible = models.CharField(_("person responsible"), max_length=60)
    handler = models.CharField(_("handler"), max_length=60)
    telephone = models.CharField(_("telephone"), max_length=30)

    plain_as = {
        "credit_code": identifier,
        "person_responsible": tidy_name,
        "handler": tidy_name,
        "telephone": identifier,
    }

    class Meta:
        verbose_name = _("recording unit")
        verbose_name_plural = _("recording units")
        constraints = [models.UniqueConstraint(fields=["community", "name"], name="issuer_name_once")]

    def __str__(self) -> str:
        return self.name
