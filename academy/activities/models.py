"""Activities, their shifts and roles, and who signed up. The rules' "activity" is one `Shift`."""

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q, Value
from django.db.models.functions import Length, Replace, Trim
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from academy.activities import call_models as _call_models  # noqa: F401  (a model of this app)
from academy.activities.absence_models import Absence
from academy.activities.kinds import CountsAs as CountsAs
from academy.activities.kinds import Kind as Kind
from academy.activities.kinds import Subject as Subject
from academy.activities.needs import exception_models as _exception_models  # noqa: F401  (likewise)
from academy.activities.needs.models import ROLE_NEEDS_CONSTRAINTS, ActivityTerms, RoleNeeds
from academy.activities.signals import ask_who_was_there
from academy.activities.waiting import models as _waiting_models  # noqa: F401  (likewise)
from academy.core import formats
from academy.core.look import day_of, moment
from academy.core.models import Community
from academy.core.text import identifier
from academy.decisions.models import Request
from academy.learning.models import Course
from academy.people.models import Issuer, User, Volunteer
from academy.people.querysets import OfPerson

DRAWN_KINDS = (Kind.PREPARATION, Kind.TRAINING, Kind.MEETING)  # static/covers has a drawing of each

LED_FOR = dt.timedelta(days=60)  # after the last shift, its leader sees the people no longer (ADR 37)


def _without_blanks(field: str) -> Trim:
    """Return the text without outer spaces, the wide space of Chinese keyboards included."""
    return Trim(Replace(field, Value("\u3000"), Value(" ")))


class ActivityQuerySet(models.QuerySet["Activity"]):
    def in_communities(self, communities: Any) -> "ActivityQuerySet":
        return self.filter(community__in=communities)

    def planned(self) -> "ActivityQuerySet":
        """Return the activities that were planned here, without imported ones."""
        return self.filter(imported=False)

    def published(self) -> "ActivityQuerySet":
        return self.filter(published_at__isnull=False)

    def led_by(self, user: User) -> "ActivityQuerySet":
        """Return the activities that `user` leads."""
        return self.filter(leader__in=Volunteer.objects.of_login(user))

    def led_at(self, at: dt.datetime) -> "ActivityQuerySet":
        """Return the activities, published and over for 60 days at most, whose leader sees their people."""
        last = Shift.objects.filter(activity=models.OuterRef("pk"), ends_at__gt=at - LED_FOR)
        return self.filter(models.Exists(last), published_at__lte=at)

    def led_today_by(self, user: User, at: dt.datetime) -> "ActivityQuerySet":
        """Return the activities that `user` leads with a shift on the day of `at`, without cancelled ones."""
        midnight = timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)
        ends = Q(ends_at__gt=midnight) | Q(overtime_until__gt=midnight)
        shifts = Shift.objects.filter(ends, starts_at__lt=midnight + dt.timedelta(days=1))
        return self.led_by(user).led_at(at).filter(cancelled_at=None, pk__in=shifts.values("activity"))

    def led_lately_by(self, user: User, at: dt.datetime) -> "ActivityQuerySet":
        """Return the published activities that `user` leads, with a shift in the last fortnight or to come."""
        recent = at - dt.timedelta(days=14)
        led = self.led_by(user).published().filter(cancelled_at=None, shifts__ends_at__gt=recent)
        return led.prefetch_related(Prefetch("shifts", Shift.objects.order_by("starts_at"))).distinct()

    def upcoming(
        self, at: dt.datetime, *, since: dt.datetime | None = None, until: dt.datetime | None = None
    ) -> "ActivityQuerySet":
        """Return published activities that are not cancelled and not over; the next one comes first.

        With `since` and `until` (excluded): those with a shift that is not over and has a part in that time.
        """
        within = Q(shifts__ends_at__gt=max(at, since or at))
        if until is not None:
            within &= Q(shifts__starts_at__lt=until)
        coming = self.published().filter(within, cancelled_at=None)
        next_start = models.Min("shifts__starts_at", filter=within)
        found: ActivityQuerySet = coming.annotate(next_start=next_start).order_by("next_start", "pk")
        return found


class Activity(ActivityTerms, ClusterableModel):
    """An activity of a community, in one or more shifts."""

    community = models.ForeignKey(Community, models.PROTECT, related_name="activities", verbose_name=_("community"))
    title = models.CharField(_("title"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.SERVICE)
    subject = models.CharField(
        _("subject"),
        max_length=12,
        choices=Subject,
        blank=True,
        default="",
        db_default="",
        help_text=_("People look for activities by it, and it chooses the drawing. It does not change the hours."),
    )
    cover = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
        help_text=_(
            "A wide photo of the community's own, shown on the list and on the page. Ask the people in it first. "
            "Without one, people see a drawing of the subject."
        ),
    )
    place = models.CharField(_("place"), max_length=100)
    service_content = models.CharField(
        _("service content"), max_length=200, help_text=_("As it will stand in the service record and on certificates.")
    )
    leader = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="led_activities", verbose_name=_("activity leader")
    )
    organiser = models.CharField(_("organiser"), max_length=100)
    issuer = models.ForeignKey(
        Issuer,
        models.PROTECT,
        related_name="activities",
        verbose_name=_("recording unit"),
        help_text=_("The unit that records the hours also certifies them."),
    )
    dangerous = models.BooleanField(_("dangerous"), default=False, help_text=_("No minors; insurance is required."))
    home_visit = models.BooleanField(
        _("home visit"),
        default=False,
        db_default=False,
        help_text=_("At the home of the people served. The community may ask for the signed agreement (A3)."),
    )
    # T5: leading one of these is part of the way to the highest tier.
    volunteer_initiated = models.BooleanField(_("initiated by volunteers"), default=False, db_default=False)
    insurance = models.CharField(_("accident insurance (policy number)"), max_length=60, blank=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name=_("published by")
    )
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True, editable=False)
    # Created from an earlier list: never published, so nobody signs up, checks in or gets a reminder.
    imported = models.BooleanField(_("imported"), default=False, editable=False)
    # The last change of the plan that `hours` has not counted yet.
    changed_at = models.DateTimeField(_("plan changed at"), null=True, blank=True, editable=False)

    objects = ActivityQuerySet.as_manager()
    wagtail_reference_index_ignore = True
    plain_as = {"insurance": identifier}

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["changed_at"], condition=Q(changed_at__isnull=False), name="activity_to_count_again"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="activity_kind_known"),
            models.CheckConstraint(condition=Q(subject__in=["", *Subject.values]), name="activity_subject_known"),
            models.CheckConstraint(
                condition=Q(dangerous=False) | Q(published_at=None) | ~Q(insurance=""),
                name="activity_dangerous_published_insured",
            ),
            models.CheckConstraint(
                condition=Q(insurance="") | Q(GreaterThan(Length(_without_blanks("insurance")), 0)),
                name="activity_insurance_is_no_blank",
            ),
            models.CheckConstraint(
                condition=Q(imported=False) | Q(published_at=None), name="activity_imported_never_published"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def where(self) -> str:
        """The place as people are told it, with the meeting point where there is one."""
        return " · ".join(filter(None, [self.place.strip(), self.meeting_point.strip()]))

    @property
    def drawing(self) -> str:
        """The name of our drawing that stands for a picture: of the subject, else of the kind."""
        return self.subject or (self.kind if self.kind in DRAWN_KINDS else str(Subject.NEIGHBOURS))

    def clean(self) -> None:
        if self.dangerous and self.published_at and not self.insurance:
            raise ValidationError(
                {"insurance": _("A dangerous activity needs accident insurance: give the policy number (V1).")},
                code="needs_insurance",
            )


class Shift(ClusterableModel):
    """A time of an activity (时段): people sign up for it, and the rules count by it."""

    activity = ParentalKey(Activity, on_delete=models.CASCADE, related_name="shifts", verbose_name=_("activity"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    overtime_until = models.DateTimeField(_("approved overtime until"), null=True, blank=True, editable=False)
    walk_ins = models.BooleanField(_("people may come without signing up"), default=True)
    teaches = models.ForeignKey(
        Course, models.PROTECT, null=True, blank=True, related_name="shifts", verbose_name=_("teaches the course")
    )
    # 单人经办: one person alone approved a change of its plan after it began (K4).
    changed_alone = models.BooleanField(
        _("plan changed by one person"), default=False, db_default=False, editable=False
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="shift_ends_after_start"),
            models.CheckConstraint(
                condition=Q(overtime_until=None) | Q(overtime_until__gte=F("ends_at")), name="shift_overtime_after_end"
            ),
        ]

    def __str__(self) -> str:
        # The earlier list of an imported activity gave no time of day.
        start = day_of(self.starts_at) if self.activity.imported else moment(self.starts_at)
        return f"{self.activity} · {start}"

    @property
    def date(self) -> dt.date:
        """The local date of the start; it decides which rule set applies."""
        return timezone.localdate(self.starts_at)

    @property
    def end_with_overtime(self) -> dt.datetime:
        """The end of the shift, or of its approved overtime."""
        return self.overtime_until or self.ends_at

    @property
    def is_published_late(self) -> bool:
        """The mark of a shift that had begun when its activity was published (C1)."""
        published_at = self.activity.published_at
        return published_at is not None and published_at > self.starts_at


class Break(models.Model):
    """A meal or a rest within a shift; its minutes do not count (H2)."""

    shift = ParentalKey(Shift, on_delete=models.CASCADE, related_name="breaks", verbose_name=_("shift"))
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("break")
        verbose_name_plural = _("breaks")
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="break_ends_after_start"),
        ]

    def __str__(self) -> str:
        return "–".join(formats.clock(timezone.localtime(at)) for at in (self.starts_at, self.ends_at))


class Role(RoleNeeds):
    """A role that people sign up for (岗位). `counts_as` is the rules' role; a `Duty` is a right of staff."""

    activity = ParentalKey(Activity, on_delete=models.CASCADE, related_name="roles", verbose_name=_("activity"))
    name = models.CharField(_("name"), max_length=40)
    counts_as = models.CharField(_("counts as"), max_length=12, choices=CountsAs, default=CountsAs.VOLUNTEER)
    capacity = models.PositiveSmallIntegerField(_("places in each shift"), default=20)
    # T5: a first service beside an experienced volunteer (跟班).
    practicum = models.BooleanField(_("practicum"), default=False, db_default=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "name"], name="role_name_once"),
            models.CheckConstraint(condition=Q(counts_as__in=CountsAs.values), name="role_counts_as_known"),
            *ROLE_NEEDS_CONSTRAINTS,
        ]

    def __str__(self) -> str:
        return self.name


class SignUpQuerySet(OfPerson["SignUp"]):
    """Sign-ups, also those of a volunteer with everyone merged into them."""


class SignUp(models.Model):
    """A volunteer's place in a shift: taken beforehand, or on the day as a walk-in."""

    shift = models.ForeignKey(Shift, models.PROTECT, related_name="sign_ups", verbose_name=_("shift"))
    role = models.ForeignKey(Role, models.PROTECT, related_name="sign_ups", verbose_name=_("role"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="sign_ups", verbose_name=_("volunteer"))
    seat = models.PositiveSmallIntegerField(_("place"), editable=False)  # 1 … capacity of the role, in this shift
    walk_in = models.BooleanField(_("walk-in"), default=False)
    signed_up_at = models.DateTimeField(_("signed up at"))
    signed_up_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("signed up by"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    # R8: the line of a chat group's thread by which the person asked for the place; empty for every other way.
    said = models.CharField(_("said in the chat group"), max_length=200, blank=True, default="", db_default="")
    companions = models.PositiveSmallIntegerField(_("brings people without a name"), default=0, db_default=0)
    # Kept for somebody on the waiting list: cancelled from the beginning, so that no reader counts it (ADR 123).
    held_until = models.DateTimeField(_("held until"), null=True, blank=True, editable=False)
    absence = models.CharField(_("no-show"), max_length=10, choices=Absence, blank=True, default="", db_default="")

    objects = SignUpQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("sign-up")
        verbose_name_plural = _("sign-ups")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "shift"], condition=Q(cancelled_at=None), name="sign_up_once_per_shift"
            ),
            # When two people want the last place, the database gives it to one of them; no lock is needed.
            models.UniqueConstraint(
                fields=["shift", "role", "seat"],
                condition=Q(cancelled_at=None) | Q(held_until__isnull=False),
                name="sign_up_or_hold_one_per_seat",
            ),
            models.CheckConstraint(
                condition=Q(held_until=None) | Q(cancelled_at__isnull=False), name="sign_up_held_is_not_live"
            ),
            models.CheckConstraint(condition=Q(absence__in=["", *Absence.values]), name="sign_up_absence_known"),
            models.CheckConstraint(condition=Q(seat__gte=1), name="sign_up_seat_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.shift}"


class PlanChange(Request):
    """A change of a plan that may raise hours after a shift began: a second person decides (H4, K4).

    `before` and `after` are plans (`academy.activities.plans`) with the shifts that had begun.
    """

    community_path = "activity__community"

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="plan_changes", verbose_name=_("activity"))
    before = models.JSONField(_("plan before"))
    after = models.JSONField(_("plan after"))

    class Meta(Request.Meta):
        verbose_name = _("change of plan")
        verbose_name_plural = _("changes of plan")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["activity"], condition=Q(decided_at=None), name="plan_change_one_open"),
            models.CheckConstraint(condition=~Q(reason=""), name="plan_change_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.activity}"

    @property
    def parties(self) -> list[Volunteer]:
        """The volunteers with a place in a shift that has begun, or with a scan at it."""
        shifts = [int(pk) for pk in self.before["shifts"]]
        there = set(SignUp.objects.filter(shift__in=shifts).values_list("volunteer", flat=True))
        answers: Any = ask_who_was_there.send(sender=PlanChange, shifts=shifts)
        for _receiver, found in answers:
            there |= found
        return list(Volunteer.objects.filter(pk__in=there).select_related("merged_into"))
