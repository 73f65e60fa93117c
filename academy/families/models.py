"""Agencies: a login may act for a person who is not its owner. Links and forms of guardians (N2)."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.core.files import Unguessable, private_files
from academy.core.look import day_of
from academy.people.models import Consent, User, Volunteer
from academy.people.names import contact_number, phone_tail, tidy_name, tidy_phone
from academy.people.querysets import OfPerson


class Agency(models.Model):
    """The right of a login to act for another person (child, spouse, elder), with that person's consent."""

    user = models.ForeignKey(User, models.CASCADE, related_name="agencies", verbose_name=_("login"))
    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="agencies", verbose_name=_("volunteer"))
    consent = models.ForeignKey(Consent, models.PROTECT, related_name="+", verbose_name=_("consent"))

    class Meta:
        db_table = "people_agency"
        verbose_name = _("acting for somebody")
        verbose_name_plural = _("acting for somebody")
        constraints = [models.UniqueConstraint(fields=["user", "volunteer"], name="agency_once")]

    def __str__(self) -> str:
        return f"{self.user} → {self.volunteer}"


class AgencyOffer(models.Model):
    """A link by which a person lets the login that opens it act for them, once. Its hash is stored."""

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="agency_offers", verbose_name=_("volunteer"))
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("works until"))
    used_at = models.DateTimeField(_("used at"), null=True, blank=True)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("offer to act for somebody")
        verbose_name_plural = _("offers to act for somebody")
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="agency_offer_ends_later")]

    def __str__(self) -> str:
        return f"{self.volunteer} · {day_of(self.made_at)}"


class ActivityConsent(models.Model):
    """The scope of a guardian's consent or refusal that is for one activity alone (N2). Append-only."""

    consent = models.OneToOneField(Consent, models.PROTECT, primary_key=True, related_name="scope")
    activity_id = models.PositiveBigIntegerField(db_index=True)  # activities stand above this app

    wagtail_reference_index_ignore = True
    append_only = True

    def __str__(self) -> str:
        return str(self.consent)


class SignedForm(models.Model):
    """The photograph of the form by which a guardian consented. Append-only."""

    consent = models.OneToOneField(Consent, models.PROTECT, related_name="signed_form", verbose_name=_("consent"))
    file = models.FileField(_("file"), storage=private_files, upload_to=Unguessable("consents"))
    name = models.CharField(_("name"), max_length=120)
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))

    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("signed form")
        verbose_name_plural = _("signed forms")

    def __str__(self) -> str:
        return self.name


class GuardianLinkQuerySet(OfPerson["GuardianLink"]):
    def live(self, at: dt.datetime) -> "GuardianLinkQuerySet":
        """Return the links that still open: neither closed nor expired."""
        return self.filter(closed_at=None, expires_at__gt=at)


class GuardianLink(models.Model):
    """A link for a guardian's phone: it asks for the consent, then shows the guardian's page (N2).

    Without an answer it ends soon; an answer keeps it. Only the hash of its code is stored.
    """

    volunteer = models.ForeignKey(Volunteer, models.CASCADE, related_name="guardian_links", verbose_name=_("volunteer"))
    activity_id = models.PositiveBigIntegerField(null=True, editable=False)  # asked for one activity; none: for a year
    name = models.CharField(_("guardian"), max_length=60)
    phone = models.CharField(_("guardian's phone"), max_length=20, validators=[contact_number])
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("made by"))
    expires_at = models.DateTimeField(_("works until"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)  # wrong digits of the phone

    objects = GuardianLinkQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    plain_as = {"name": tidy_name, "phone": tidy_phone}

    class Meta:
        verbose_name = _("guardian's link")
        verbose_name_plural = _("guardians' links")
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="guardian_link_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.name}"

    @property
    def person(self) -> Volunteer:
        """The minor; for a merged person, the row that stays."""
        return self.volunteer.stays

    @property
    def phone_end(self) -> str:
        """The end of the guardian's phone, which tells two guardians apart."""
        return phone_tail(self.phone)
