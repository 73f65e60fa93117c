import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.core import police_filing
from academy.core.text import identifier


class Community(models.Model):
    """A community. Every volunteer, activity and rule set belongs to one.

    `services.change_community` writes the facts that an administrator may change.
    """

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), unique=True)
    desk_address = models.CharField(_("address of the desk"), max_length=100, blank=True, default="", db_default="")
    desk_hours = models.CharField(_("opening hours of the desk"), max_length=100, blank=True, default="", db_default="")
    desk_telephone = models.CharField(_("telephone of the desk"), max_length=30, blank=True, default="", db_default="")
    logo = models.ImageField(_("logo"), upload_to="images/logos", blank=True, default="", db_default="")
    platform = models.CharField(_("name of the higher platform"), max_length=60, blank=True, default="", db_default="")
    filing_number = models.CharField(
        _("filing number of the site"), max_length=40, blank=True, default="", db_default=""
    )
    police_filing_number = models.CharField(
        _("filing number with the public security"), max_length=30, blank=True, default="", db_default=""
    )
    notice_text = models.TextField(
        _("text on the public notice"), max_length=400, blank=True, default="", db_default=""
    )

    # No e-mail goes out in these hours, but for urgent ones of the same day.
    quiet_from = models.TimeField(_("quiet hours begin"), default=dt.time(21), db_default=dt.time(21))
    quiet_until = models.TimeField(_("quiet hours end"), default=dt.time(8), db_default=dt.time(8))

    # A practice community names the real one whose staff learn in it. Only its founding writes this (ADR 77).
    practice_of = models.ForeignKey("self", models.PROTECT, null=True, editable=False, related_name="practices")
    closed_at = models.DateTimeField(null=True, editable=False)  # of a practice community: a newer one replaced it

    plain_as = {"desk_telephone": identifier}

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["practice_of"], condition=models.Q(closed_at=None), name="one_open_practice_community"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None) | models.Q(practice_of__isnull=False), name="only_practice_closes"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_practice(self) -> bool:
        return self.practice_of_id is not None

    @property
    def police_filing_url(self) -> str:
        """The page of the registry about the filing number with the public security."""
        return police_filing.police_filing_url(self.police_filing_number)


class EarlierShortName(models.Model):
    """A short name that a community had. Printed anchors hold it, so no other community gets it."""

    slug = models.SlugField(_("short name"), unique=True)
    community = models.ForeignKey(Community, models.CASCADE, related_name="earlier_short_names")
    until = models.DateTimeField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.slug


class Upkeep(models.Model):
    """The last result of a work that keeps the academy running: a backup, a proof, the delivery of mail.

    Only `upkeep` writes it.
    """

    work = models.CharField(max_length=20, primary_key=True)
    began_at = models.DateTimeField(null=True)
    at = models.DateTimeField(null=True)  # of the last end
    failed = models.BooleanField(default=False)
    facts = models.JSONField(default=dict)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.work}: {self.at}"


class Sequence(models.Model):
    """A counter for numbers that people read. Only `sequences.next_number` writes it."""

    name = models.CharField(max_length=60, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"


class WorkerBeat(models.Model):
    """The last sign of life of a worker, by the database's clock. Only `workers` writes it."""

    worker = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.worker}: {self.at}"


class LastTick(models.Model):
    """The last tick that was done, with the clocks of its machine: one row. Only `clock_jumps` writes it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    at = models.DateTimeField()
    boot = models.CharField(max_length=36, blank=True)
    steady = models.FloatField()

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return self.at.isoformat()


class UploadTotal(models.Model):
    """The bytes that an owner uploaded in a day. Only `quotas.take` writes it."""

    owner = models.CharField(max_length=60)
    day = models.DateField()
    bytes = models.PositiveBigIntegerField(default=0)

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "day"], name="upload_total_of_a_day")]

    def __str__(self) -> str:
        return f"{self.owner} {self.day}: {self.bytes}"


class CalendarYear(models.Model):
    """The State Council's arrangement of a year's holidays, as an administrator entered it."""

    year = models.PositiveSmallIntegerField(_("year"), primary_key=True)
    notice = models.TextField(_("text of the notice"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("calendar of a year")
        verbose_name_plural = _("calendars of years")
        ordering = ["-year"]

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day of such an arrangement: a holiday, or a weekend day on which offices work."""

    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name=_("year"))
    date = models.DateField(_("date"), unique=True)
    works = models.BooleanField(_("offices work"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("day of the calendar")
        verbose_name_plural = _("days of the calendar")
        ordering = ["date"]

    def __str__(self) -> str:
        return f"{self.date} {self.works}"
