"""Insurance policies, and filings with the insurer or the official platform (A1, V1)."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity, Shift
from academy.core.files import Unguessable, private_files
from academy.core.models import Community
from academy.core.text import identifier
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class Policy(models.Model):
    """An accident insurance policy of a community. An activity names one by its number (V1)."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="policies", verbose_name=_("community"))
    insurer = models.CharField(_("insurer"), max_length=60)
    number = models.CharField(_("policy number"), max_length=60)
    starts_on = models.DateField(_("covers from"))
    ends_on = models.DateField(_("covers until"))
    for_all = models.BooleanField(
        _("covers every activity of the community"),
        default=True,
        help_text=_("The policy of a year. Without the tick, it covers only activities that name its number."),
    )
    claims_telephone = models.CharField(_("telephone for claims"), max_length=30, blank=True)
    report_hours = models.PositiveSmallIntegerField(
        _("hours to report an accident"),
        default=48,
        help_text=_("As the policy says; two days are 48 hours. The academy's default is 48."),
    )
    asks_documents = models.BooleanField(
        _("the insurer asks for whole ID numbers"),
        default=False,
        help_text=_("They then stand in the list for the insurer. Every such list is logged at each person (V2)."),
    )

    wagtail_reference_index_ignore = True
    plain_as = {"number": identifier, "claims_telephone": identifier}

    class Meta:
        verbose_name = _("insurance policy")
        verbose_name_plural = _("insurance policies")
        ordering = ["-ends_on", "number"]
        constraints = [
            models.UniqueConstraint(fields=["community", "number"], name="policy_number_once"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="policy_ends_after_start"),
            models.CheckConstraint(
                condition=Q(GreaterThan(Length(Trim("number")), 0)), name="policy_number_is_no_blank"
            ),
            models.CheckConstraint(condition=Q(report_hours__gte=1), name="policy_report_hours_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.insurer} {self.number}"


class FilingTerms(models.Model):
    """The filing that a community asks for before publishing (A1). Without a row, it warns."""

    class Before(models.TextChoices):
        NOT_ASKED = "not_asked", _("no filing is asked for here")
        WARN = "warn", _("publishing warns")
        STOP = "stop", _("publishing stops")

    community = models.OneToOneField(Community, models.CASCADE, primary_key=True, related_name="+")
    before = models.CharField(_("without a filing"), max_length=9, choices=Before, default=Before.WARN)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("filing of activities")
        verbose_name_plural = _("filing of activities")
        constraints = [
            models.CheckConstraint(condition=Q(before__in=["not_asked", "warn", "stop"]), name="filing_terms_known"),
        ]

    def __str__(self) -> str:
        return f"{self.community}: {self.get_before_display()}"


class Recipient(models.TextChoices):
    """With whom an activity is filed."""

    INSURER = "insurer", _("insurer")
    PLATFORM = "platform", _("official platform")


class FilingWorkbook(models.Model):
    """The recipient's own workbook for the people of an activity, with the content of its columns."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    recipient = models.CharField(_("filed with"), max_length=8, choices=Recipient, default=Recipient.PLATFORM)
    file = models.FileField(_("file"), storage=private_files, upload_to=Unguessable("filing-forms"))
    name = models.CharField(_("name"), max_length=120)
    header_row = models.PositiveSmallIntegerField(_("row of the headings"))  # from 1
    first_row = models.PositiveSmallIntegerField(_("first row to fill"))
    columns: Any = models.JSONField(_("columns"), default=dict)  # place, from 0, as text: {"field": …} or {"text": …}
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("form for the list of people")
        verbose_name_plural = _("forms for the list of people")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(recipient__in=Recipient.values), name="filing_workbook_recipient_known"),
        ]

    def __str__(self) -> str:
        return self.name


class Filing(models.Model):
    """A filing of an activity: with whom, when, under which number, and its content. Append-only (A1)."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="filings", verbose_name=_("activity"))
    recipient = models.CharField(_("filed with"), max_length=8, choices=Recipient)
    number = models.CharField(_("filing number"), max_length=60)
    filed_on = models.DateField(pgettext_lazy("day of a filing", "filed on"))
    place = models.CharField(_("place"), max_length=100)  # as filed
    times: Any = models.JSONField(_("times"), default=dict)  # as filed: key of the shift → [start, end], ISO
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    noted_at = models.DateTimeField(_("noted at"))

    wagtail_reference_index_ignore = True
    append_only = True
    plain_as = {"number": identifier}

    class Meta:
        verbose_name = _("filing")
        verbose_name_plural = _("filings")
        ordering = ["-noted_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(recipient__in=Recipient.values), name="filing_recipient_known"),
            models.CheckConstraint(
                condition=Q(GreaterThan(Length(Trim("number")), 0)), name="filing_number_is_no_blank"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.get_recipient_display()} {self.number}"


class FiledPlace(models.Model):
    """A person's place in a shift, as it was filed. Append-only."""

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="places", verbose_name=_("filing"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("volunteer"))
    shift = models.ForeignKey(Shift, models.PROTECT, related_name="+", verbose_name=_("shift"))
    role_name = models.CharField(_("role"), max_length=40)

    objects = OfPerson["FiledPlace"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("filed place")
        verbose_name_plural = _("filed places")
        ordering = ["filing", "id"]
        constraints = [
            models.UniqueConstraint(fields=["filing", "volunteer", "shift"], name="filed_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.filing}"
