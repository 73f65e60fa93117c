"""Requests of people about their own data: a copy, a correction, the deletion (V3)."""

import datetime as dt

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from academy.core.models import Community
from academy.core.refusals import Refusal
from academy.decisions.models import Request
from academy.people.models import Volunteer
from academy.people.services import personal_data

COPY_FOR = dt.timedelta(days=30)  # for so long an accepted copy can be fetched


class DataRequest(Request):
    """The base of the three requests: one open request of a kind for each person, with its last day."""

    community_path = "community"

    community = models.ForeignKey(Community, models.PROTECT, related_name="+", verbose_name=_("community"))
    volunteer = models.ForeignKey(Volunteer, models.PROTECT, related_name="+", verbose_name=_("volunteer"))
    due_on = models.DateField(_("to be answered by"))

    class Meta(Request.Meta):
        abstract = True
        constraints = [
            *Request.Meta.constraints,
            models.UniqueConstraint(fields=["volunteer"], condition=Q(decided_at=None), name="%(class)s_one_open"),
        ]

    def __str__(self) -> str:
        return self.volunteer.number

    @property
    def parties(self) -> list[Volunteer]:
        return [self.volunteer]


class DataCopy(DataRequest):
    """A request for a copy of all that the product holds about the person (PIPL 45)."""

    class Meta(DataRequest.Meta):
        verbose_name = _("copy of my data")
        verbose_name_plural = _("copies of my data")

    def is_ready(self, at: dt.datetime) -> bool:
        """Return whether the copy can be fetched at this moment."""
        return bool(self.accepted) and self.decided_at is not None and at < self.decided_at + COPY_FOR


class DataCorrection(DataRequest):
    """A request to correct what the product holds: what is wrong, and what is right (PIPL 46).

    The words are encrypted under the personal key: decided requests are facts, and yet they go when the person is
    erased (ADR 111).
    """

    personal = models.TextField(blank=True, default="", db_default="", editable=False)

    class Meta(DataRequest.Meta):
        verbose_name = _("correction of my data")
        verbose_name_plural = _("corrections of my data")
        constraints = [
            *DataRequest.Meta.constraints,
            models.CheckConstraint(condition=~Q(reason="") | ~Q(personal=""), name="data_correction_says_what"),
        ]

    @property
    def words(self) -> str:
        """The person's words: what is wrong, what is right; empty once the data is erased."""
        if not self.personal:
            return self.reason
        data = personal_data.decrypt_for(self.volunteer, self.personal)
        return "" if isinstance(data, Refusal) else str(data["words"])


class DataDeletion(DataRequest):
    """A request to delete the person's data; number and service records stay (PIPL 47)."""

    class Meta(DataRequest.Meta):
        verbose_name = _("deletion of my data")
        verbose_name_plural = _("deletions of my data")
