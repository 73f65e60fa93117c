"""Proposals of volunteers (我想发起活动), the talk about them, and the preparation of an activity."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity
from academy.core.models import Community
from academy.decisions.models import Request
from academy.learning.models import Course
from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class ProposalState(models.TextChoices):
    """The state of a proposal. It is derived from the request and the activity, and never stored."""

    DRAFT = "draft", pgettext_lazy("a proposal", "draft")
    TALK = "talk", pgettext_lazy("a proposal", "being talked about")
    WITHDRAWN = "withdrawn", pgettext_lazy("a proposal", "taken back")
    DECLINED = "declined", pgettext_lazy("a proposal", "declined")
    PLANNED = "planned", pgettext_lazy("a proposal", "accepted, being planned")
    PUBLISHED = "published", pgettext_lazy("a proposal", "open for sign-up")
    CANCELLED = "cancelled", pgettext_lazy("a proposal", "cancelled")


CHIPS = {  # the marks of components/chip.html
    ProposalState.DRAFT: "closed",
    ProposalState.TALK: "awaiting_confirmation",
    ProposalState.WITHDRAWN: "withdrawn",
    ProposalState.DECLINED: "revoked",
    ProposalState.PLANNED: "in_progress",
    ProposalState.PUBLISHED: "done",
    ProposalState.CANCELLED: "withdrawn",
}


class ProposalQuerySet(OfPerson["Proposal"]):
    """Proposals, also those of a volunteer with everyone merged into them."""


class Proposal(models.Model):
    """An idea for an activity: what, for whom, when, where, the risks, and the help that is needed.

    Every field may be empty in a draft, so that nothing typed is lost. Handing it in asks for the rest.
    """

    community = models.ForeignKey(Community, models.PROTECT, related_name="proposals", verbose_name=_("community"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="proposals", verbose_name=_("volunteer"))
    title = models.CharField(_("title"), max_length=60, blank=True)
    what = models.CharField(_("what we do"), max_length=400, blank=True)
    whom = models.CharField(_("for whom"), max_length=100, blank=True)
    day = models.DateField(_("day"), null=True, blank=True)
    begins = models.TimeField(_("begins"), null=True, blank=True)
    ends = models.TimeField(_("ends"), null=True, blank=True)
    place = models.CharField(_("place"), max_length=100, blank=True)
    people = models.PositiveSmallIntegerField(_("volunteers needed"), null=True, blank=True)
    risks = models.CharField(_("what could go wrong"), max_length=300, blank=True)
    help_needed = models.CharField(_("help that we need"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"))
    changed_at = models.DateTimeField(_("changed at"))
    # The activity that was planned after the yes.
    activity = models.OneToOneField(
        Activity, models.SET_NULL, null=True, blank=True, related_name="proposal", verbose_name=_("activity")
    )

    objects = ProposalQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begins=None) | Q(ends=None) | Q(ends__gt=F("begins")), name="proposal_ends_after_begin"
            ),
            models.CheckConstraint(condition=Q(people=None) | Q(people__gte=1), name="proposal_people_at_least_one"),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Proposal without a title"))

    @property
    def last_request(self) -> "ProposalRequest | None":
        """The latest request about it, from the prefetched ones where they were read."""
        requests = sorted(self.requests.all(), key=lambda one: (one.asked_at, one.pk))
        return requests[-1] if requests else None

    @property
    def state(self) -> ProposalState:
        if self.activity is not None:
            if self.activity.cancelled_at is not None:
                return ProposalState.CANCELLED
            return ProposalState.PLANNED if self.activity.published_at is None else ProposalState.PUBLISHED
        last = self.last_request
        if last is None:
            return ProposalState.DRAFT
        if last.decided_at is None:
            return ProposalState.TALK
        if last.accepted:
            return ProposalState.PLANNED
        return ProposalState.DECLINED if last.answer else ProposalState.WITHDRAWN

    @property
    def chip(self) -> str:
        return CHIPS[self.state]

    @property
    def may_change(self) -> bool:
        """True until it is accepted."""
        last = self.last_request
        return last is None or not last.accepted

    @property
    def span(self) -> tuple[dt.datetime, dt.datetime] | None:
        """The beginning and the end, if day and times are known."""
        if self.day is None or self.begins is None or self.ends is None:
            return None
        zone = timezone.get_default_timezone()
        return dt.datetime.combine(self.day, self.begins, zone), dt.datetime.combine(self.day, self.ends, zone)


class ProposalRequest(Request):
    """The request to hold a proposed activity. Staff who run activities decide about it."""

    community_path = "proposal__community"

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="requests", verbose_name=_("proposal"))

    class Meta(Request.Meta):
        verbose_name = _("proposed activity")
        verbose_name_plural = _("proposed activities")
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["proposal"], condition=Q(decided_at=None), name="proposal_one_open"),
            models.UniqueConstraint(fields=["proposal"], condition=Q(accepted=True), name="proposal_accepted_once"),
        ]

    def __str__(self) -> str:
        return f"{self.proposal}"

    @property
    def parties(self) -> list[Volunteer]:
        """The proposer."""
        return [self.proposal.volunteer]


class ProposalNote(models.Model):
    """One word in the talk about a proposal, of staff or of the proposer."""

    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="notes", verbose_name=_("proposal"))
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("written by"))
    of_staff = models.BooleanField(_("of staff"))
    text = models.CharField(_("words"), max_length=500)
    written_at = models.DateTimeField(_("written at"))

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("note about a proposal")
        verbose_name_plural = _("notes about proposals")
        ordering = ["written_at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="proposal_note_not_empty")]


class LeadingTerms(models.Model):
    """The needs of a community before volunteers lead an activity that they proposed."""

    community = models.OneToOneField(
        Community, models.PROTECT, related_name="leading_terms", verbose_name=_("community")
    )
    course = models.ForeignKey(
        Course,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("course to have completed"),
        help_text=_("An equivalent counts too. Empty: every adult volunteer may lead what they proposed."),
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("terms for leading")
        verbose_name_plural = _("terms for leading")

    def __str__(self) -> str:
        return f"{self.community}"


class Preparation(models.Model):
    """The preparation sessions of an activity: shifts of one activity, so that H8 limits them all."""

    prepares = models.OneToOneField(
        Activity, models.CASCADE, related_name="preparation", verbose_name=_("activity to prepare")
    )
    activity = models.OneToOneField(
        Activity, models.CASCADE, related_name="preparation_for", verbose_name=_("preparation")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("preparation of an activity")
        verbose_name_plural = _("preparations of activities")
        constraints = [
            models.CheckConstraint(condition=~Q(prepares=F("activity")), name="preparation_of_another_activity")
        ]

    def __str__(self) -> str:
        return f"{self.activity}"
