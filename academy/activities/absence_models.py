"""The model of notes about no-shows, and the kinds of a no-show (A4)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.people.querysets import OfPerson


class Absence(models.TextChoices):
    """A no-show: the person told somebody before, or did not."""

    EXCUSED = "excused", pgettext_lazy("no-show", "told us before")
    UNEXCUSED = "unexcused", pgettext_lazy("no-show", "without a word")


class AbsenceNoteQuerySet(OfPerson["AbsenceNote"]):
    """Notes, also those of a volunteer with everyone merged into them."""

    volunteer_path = "sign_up__volunteer"


class AbsenceNote(models.Model):
    """The word of a leader that a person did not come. The latest note counts, an empty one is none.

    Private: the leader in their time, staff and the person see it. It changes no hours.
    """

    append_only = True

    sign_up = models.ForeignKey(
        "activities.SignUp", models.PROTECT, related_name="absence_notes", verbose_name=_("sign-up")
    )
    absence = models.CharField(_("no-show"), max_length=10, choices=Absence, blank=True)
    noted_at = models.DateTimeField(_("noted at"))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("noted by"))

    objects = AbsenceNoteQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("note about a no-show")
        verbose_name_plural = _("notes about no-shows")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(absence__in=["", *Absence.values]), name="absence_note_absence_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sign_up}"
