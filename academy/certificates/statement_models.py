"""A person's yes to the figures of a year."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from academy.people.models import User, Volunteer
from academy.people.querysets import OfPerson


class StatementAnswer(models.Model):
    """The yes to a yearly statement, with the figures that the person saw. Append-only.

    Figures that change later ask again. A no has no row: it is an objection or a correction of single records.
    """

    volunteer = models.ForeignKey(
        Volunteer, models.PROTECT, related_name="statement_answers", verbose_name=_("volunteer")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    times = models.PositiveIntegerField(_("times served"))
    minutes = models.PositiveIntegerField(_("service minutes"))
    answered_at = models.DateTimeField(_("answered at"))
    answered_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("answered by"))

    objects = OfPerson["StatementAnswer"].as_manager()
    wagtail_reference_index_ignore = True
    append_only = True

    class Meta:
        verbose_name = _("yes to a yearly statement")
        verbose_name_plural = _("answers to yearly statements")
        constraints = [
            models.UniqueConstraint(
                fields=["volunteer", "year", "times", "minutes"], name="statement_answered_once_for_its_figures"
            )
        ]

    def __str__(self) -> str:
        return f"{self.volunteer} · {self.year}"
