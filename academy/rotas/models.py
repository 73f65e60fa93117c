"""Standing shifts (长期岗): the pattern, its dates, and the people who stand in every week."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity, Kind, Role, Subject
from academy.activities.needs.models import OLDEST
from academy.core.keys import random_key
from academy.core.models import Community
from academy.core.text import identifier
from academy.learning.models import Course, Tier
from academy.people.models import Issuer, User, Volunteer
from academy.people.querysets import OfPerson
from academy.rotas import pattern, words

DAY = 24 * 60  # minutes
MOST_WEEKS_AHEAD = 26
POSTER_BITS = 50
NEEDS = ("tier", "min_age", "max_age", "needs_agreement")  # of a role, besides its courses


def new_poster_key() -> str:
    """Return the key of a poster: who reads it there can check in."""
    return random_key(POSTER_BITS)


class SeriesQuerySet(models.QuerySet["Series"]):
    def due(self, today: dt.date) -> "SeriesQuerySet":
        """Return the standing shifts whose next dates have to be opened."""
        return self.filter(opens_on__lte=today)

    def going_on(self, today: dt.date) -> "SeriesQuerySet":
        """Return the standing shifts that are not over."""
        return self.filter(Q(last_day=None) | Q(last_day__gte=today))


class Series(models.Model):
    """A standing shift: the weekdays and times, and what each of its dates is like.

    Each date is an activity of its own (ADR 120). It is opened some weeks ahead, with the values that stand here then.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="series", verbose_name=_("community"))
    title = models.CharField(_("title"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.SERVICE)
    subject = models.CharField(_("subject"), max_length=12, choices=Subject, blank=True, default="")
    place = models.CharField(_("place"), max_length=100)
    service_content = models.CharField(
        _("service content"), max_length=200, help_text=_("As it will stand in the service record and on certificates.")
    )
    leader = models.ForeignKey(Volunteer, models.PROTECT, related_name="led_series", verbose_name=_("activity leader"))
    organiser = models.CharField(_("organiser"), max_length=100)
    issuer = models.ForeignKey(Issuer, models.PROTECT, related_name="series", verbose_name=_("recording unit"))
    dangerous = models.BooleanField(_("dangerous"), default=False, help_text=_("No minors; insurance is required."))
    home_visit = models.BooleanField(_("home visit"), default=False)
    insurance = models.CharField(_("accident insurance (policy number)"), max_length=60, blank=True)
    weekdays = models.PositiveSmallIntegerField(_("weekdays"))  # bits, see `pattern`
    starts = models.PositiveSmallIntegerField(_("begins"))  # minutes after midnight
    ends = models.PositiveSmallIntegerField(_("ends"))  # from 1440 on, on the next day
    rests = models.JSONField(_("breaks"), default=list, blank=True)  # pairs of minutes after midnight
    role_name = models.CharField(_("role"), max_length=40)
    capacity = models.PositiveSmallIntegerField(_("people on each date"), default=6)
    courses = models.ManyToManyField(
        Course,
        blank=True,
        related_name="+",
        verbose_name=_("courses to have completed"),
        help_text=_("An equivalent counts too. A course that expires must be valid on the day."),
    )
    tier = models.CharField(
        _("tier at least"), max_length=12, choices=Tier, blank=True, default="", db_default="", help_text=_("Optional.")
    )
    min_age = models.PositiveSmallIntegerField(_("youngest age"), null=True, blank=True, help_text=_("Optional."))
    max_age = models.PositiveSmallIntegerField(_("oldest age"), null=True, blank=True, help_text=_("Optional."))
    needs_agreement = models.BooleanField(
        _("asks for the signed agreement"),
        default=False,
        db_default=False,
        help_text=_("Also where the rules ask for none (A3)."),
    )
    newcomer_places = models.PositiveSmallIntegerField(
        _("of these, places kept for newcomers"),
        default=0,
        help_text=_("For people who have not stood here before. On the day itself, anybody may take them."),
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until further notice."))
    skips_holidays = models.BooleanField(
        _("none on holidays"), default=True, help_text=_("Public holidays, with the days off around them.")
    )
    weeks_ahead = models.PositiveSmallIntegerField(
        _("open for sign-up, weeks ahead"),
        default=6,
        help_text=_("The dates of so many weeks stand ready; the clock adds the next ones."),
    )
    pattern_since = models.DateField(
        null=True, blank=True, editable=False
    )  # the days before it follow an older pattern
    poster_key = models.CharField(max_length=20, unique=True, editable=False, default=new_poster_key)
    opens_on = models.DateField(null=True, blank=True, editable=False)  # when the clock looks at it again
    stopped_by = models.CharField(max_length=40, blank=True, default="", editable=False)  # code of a refusal
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created at"))

    objects = SeriesQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    plain_as = {"insurance": identifier}

    class Meta:
        verbose_name = _("standing shift")
        verbose_name_plural = _("standing shifts")
        ordering = ["title", "pk"]
        indexes = [models.Index(fields=["opens_on"], condition=Q(opens_on__isnull=False), name="series_to_open")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="series_kind_known"),
            models.CheckConstraint(condition=Q(subject__in=["", *Subject.values]), name="series_subject_known"),
            models.CheckConstraint(condition=Q(weekdays__gte=1, weekdays__lte=pattern.ALL), name="series_has_weekdays"),
            models.CheckConstraint(
                condition=Q(starts__lt=DAY, ends__gt=F("starts"), ends__lte=F("starts") + DAY),
                name="series_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(last_day=None) | Q(last_day__gte=F("first_day")), name="series_last_day_after_first"
            ),
            models.CheckConstraint(
                condition=Q(newcomer_places__lt=F("capacity")), name="series_keeps_places_for_others"
            ),
            models.CheckConstraint(
                condition=Q(weeks_ahead__gte=1, weeks_ahead__lte=MOST_WEEKS_AHEAD), name="series_weeks_ahead_bounded"
            ),
            models.CheckConstraint(condition=Q(tier__in=["", *Tier.values]), name="series_tier_known"),
            models.CheckConstraint(
                condition=Q(min_age=None) | Q(max_age=None) | Q(min_age__lte=F("max_age")), name="series_ages_in_order"
            ),
            models.CheckConstraint(
                condition=(Q(min_age=None) | Q(min_age__lte=OLDEST))
                & (Q(max_age=None) | Q(max_age__range=(1, OLDEST))),
                name="series_ages_of_people",
            ),
            models.CheckConstraint(
                condition=Q(dangerous=False) | Q(GreaterThan(Length(Trim("insurance")), 0)),
                name="series_dangerous_insured",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def needs(self) -> dict[str, Any]:
        """The needs of its roles, as each date's roles take them; the courses are read once."""
        if not hasattr(self, "_needs"):
            fields = {name: getattr(self, name) for name in NEEDS}
            self._needs = {**fields, "courses": list(self.courses.order_by("pk")) if self.pk else []}
        return self._needs

    def ask_for(self, courses: Iterable[Course]) -> None:
        """Ask for these courses from now on; stored by the services, with the series."""
        self._needs = {
            **{name: getattr(self, name) for name in NEEDS},
            "courses": sorted(courses, key=lambda one: one.pk),
        }

    @property
    def pattern_in_words(self) -> str:
        """The weekdays and times in the reader's language: 每周二、四 17:30–19:30."""
        return f"{words.every(self.weekdays)} {words.span(self.starts, self.ends)}"

    @property
    def usual_places(self) -> int:
        """The places on each date that are kept for no newcomer."""
        return self.capacity - self.newcomer_places

    def span_on(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """Return when the date of this day begins and ends."""
        return self.moment_on(day, self.starts), self.moment_on(day, self.ends)

    def rests_on(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        """Return the breaks of the date of this day."""
        return [(self.moment_on(day, start), self.moment_on(day, end)) for start, end in self.rests]

    @staticmethod
    def moment_on(day: dt.date, minutes: int) -> dt.datetime:
        """Return the local moment so many minutes after the midnight at which `day` begins."""
        midnight = dt.datetime.combine(day, dt.time(), timezone.get_default_timezone())
        return midnight + dt.timedelta(minutes=minutes)


class RetiredPoster(models.Model):
    """The key of a poster that was replaced: it opens no check-in, and its page says so."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="retired_posters", verbose_name=_("standing shift"))
    key = models.CharField(max_length=20, unique=True)
    retired_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("retired by"))
    retired_at = models.DateTimeField(_("retired at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("retired poster")
        verbose_name_plural = _("retired posters")

    def __str__(self) -> str:
        return f"{self.series} · {self.key}"


class SeriesDate(models.Model):
    """A day of a standing shift, with its activity. A day without one was left out by hand."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="dates", verbose_name=_("standing shift"))
    day = models.DateField(_("day"))  # by the pattern; the activity itself may have moved
    activity = models.OneToOneField(
        Activity, models.PROTECT, null=True, blank=True, related_name="series_date", verbose_name=_("activity")
    )
    role = models.ForeignKey(Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("role"))
    newcomer_role = models.ForeignKey(
        Role, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("newcomers' places")
    )
    left_out_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("left out by")
    )
    # Cancelled with the pattern, not by itself: if the pattern takes the day in again, it gets a new date.
    dropped = models.BooleanField(_("no longer of the pattern"), default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("date of a standing shift")
        verbose_name_plural = _("dates of standing shifts")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["series", "day"], condition=Q(dropped=False), name="series_date_once"),
            models.CheckConstraint(
                condition=Q(activity=None, left_out_by__isnull=False, role=None, newcomer_role=None)
                | Q(activity__isnull=False, left_out_by=None, role__isnull=False),
                name="series_date_open_or_left_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} · {self.day}"


class StandingPlaceQuerySet(OfPerson["StandingPlace"]):
    def in_force(self) -> "StandingPlaceQuerySet":
        return self.filter(ended_at=None)


class StandingPlace(models.Model):
    """A person who stands in every week (固定值守), at their wish (R8): the clock signs them up."""

    series = models.ForeignKey(Series, models.PROTECT, related_name="standing", verbose_name=_("standing shift"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="standing", verbose_name=_("volunteer"))
    weekdays = models.PositiveSmallIntegerField(_("weekdays"))
    since = models.DateField(_("since"))
    added_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("ended by")
    )

    objects = StandingPlaceQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("standing place")
        verbose_name_plural = _("standing places")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["series", "volunteer"], condition=Q(ended_at=None), name="standing_place_once"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=pattern.ALL), name="standing_place_has_weekdays"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.series}"

    @property
    def weekdays_in_words(self) -> Any:
        """The weekdays in the reader's language: 每周二."""
        return words.every(self.weekdays)

    def is_on(self, day: dt.date) -> bool:
        """Return whether the person stands in on this day."""
        return self.since <= day and pattern.has_day(self.weekdays, day)
