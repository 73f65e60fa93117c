import datetime as dt
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from academy.core import encryption
from academy.core.models import Community
from academy.works.kinds import KINDS, Kind, Line
from academy.works.refusals import FILE_GONE


class WorkQuerySet(models.QuerySet["Work"]):
    def unfinished(self) -> "WorkQuerySet":
        return self.filter(finished_at=None, cancelled_at=None)

    def of_login(self, user: Any) -> "WorkQuerySet":
        """Return the works that this login began: a result may hold keys to other people's logins."""
        return self.filter(login=user.pk)


class Work(models.Model):
    """A long act that goes on in the background: printing for everybody. Only `services` writes it.

    The row and its file are temporary: a tick deletes both.
    """

    kind = models.CharField(_("kind"), max_length=40)
    login = models.PositiveBigIntegerField(_("begun by"))  # the id: logins stand on a higher floor
    community = models.ForeignKey(Community, models.CASCADE, related_name="+", verbose_name=_("community"))
    order = models.TextField()  # sealed: whom it is for
    total = models.PositiveIntegerField(_("total"))
    done = models.PositiveIntegerField(_("done"), default=0, db_default=0)
    begun_at = models.DateTimeField(_("begun at"))
    seen_at = models.DateTimeField(null=True, blank=True)  # the worker's last sign
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    outcome = models.TextField(blank=True, default="", db_default="")  # sealed: what went wrong, line by line
    file = models.CharField(max_length=100, blank=True, default="", db_default="")  # sealed, below `PRIVATE_ROOT`
    fetched_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), db_index=True)

    objects = WorkQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("work in the background")
        verbose_name_plural = _("works in the background")
        indexes = [models.Index(fields=["login", "begun_at"], name="work_of_a_login")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None) | models.Q(finished_at=None), name="work_ends_once"
            ),
            models.CheckConstraint(condition=models.Q(done__lte=models.F("total")), name="work_done_is_a_part"),
        ]

    def __str__(self) -> str:
        return str(self.act.label)

    @property
    def act(self) -> type[Kind]:
        return KINDS[self.kind]

    @property
    def is_over(self) -> bool:
        return self.finished_at is not None or self.cancelled_at is not None

    @property
    def state(self) -> str:
        """Return `cancelled`, `waiting`, `running`, `failed` or `finished`."""
        if self.cancelled_at is not None:
            return "cancelled"
        if self.finished_at is None:
            return "running" if self.seen_at else "waiting"
        return "failed" if self.trouble else "finished"

    @cached_property
    def _outcome(self) -> dict[str, Any]:
        try:
            return encryption.unseal(self.outcome) if self.outcome else {}
        except encryption.DecryptionError:  # its master key is gone
            return {"trouble": str(FILE_GONE)}

    @property
    def trouble(self) -> str:
        """The sentence that says why the whole work failed."""
        return str(self._outcome.get("trouble", ""))

    @property
    def lines(self) -> list[Line]:
        """The people, or lines, that were left out, each with its reason."""
        return [Line(*line) for line in self._outcome.get("lines", [])]

    @property
    def file_name(self) -> str:
        """The name of the file as it is sent."""
        given = str(self._outcome.get("name", ""))
        return given or f"{self.act.file_name}_{timezone.localdate(self.begun_at)}{self.act.suffix}"

    @property
    def about(self) -> str:
        """The name of the file without its ending, for works that name their file."""
        return str(self._outcome.get("name", "")).rpartition(".")[0]

    @property
    def url(self) -> str:
        """The address of its page."""
        return reverse("own_work" if self.act.on_site else "work", args=[self.pk])

    @cached_property
    def next_url(self) -> str:
        """The page where the user goes on after this work."""
        try:
            return self.act().next_url(encryption.unseal(self.order)["order"])
        except encryption.DecryptionError:
            return ""

    def silent_since(self, at: dt.datetime) -> dt.timedelta:
        """Return the time since the worker's last sign, or since the work was ordered."""
        return at - (self.seen_at or self.begun_at)
