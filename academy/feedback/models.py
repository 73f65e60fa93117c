"""The served people's word (服务对象评价): a code for each activity, a face and a line from each browser."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from academy.activities.models import Activity


class Face(models.IntegerChoices):
    """The three faces."""

    BAD = 1, pgettext_lazy("the served people's word", "not good")
    SO_SO = 2, pgettext_lazy("the served people's word", "so-so")
    GOOD = 3, pgettext_lazy("the served people's word", "good")


class FeedbackCode(models.Model):
    """The code of an activity, on a poster or a slip: who reads it can say a word."""

    activity = models.OneToOneField(Activity, models.CASCADE, related_name="feedback_code", verbose_name=_("activity"))
    key = models.CharField(max_length=20, unique=True, editable=False)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("code for the served people's word")
        verbose_name_plural = _("codes for the served people's word")

    def __str__(self) -> str:
        return f"{self.activity}"


class Feedback(models.Model):
    """One word: a face, and a line if there was something to say. Nobody knows whose it is."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="feedback", verbose_name=_("activity"))
    face = models.PositiveSmallIntegerField(_("face"), choices=Face)
    words = models.CharField(_("words"), max_length=140, blank=True)
    browser = models.CharField(max_length=64, editable=False)  # a keyed hash: one word from each browser
    given_at = models.DateTimeField(_("given at"))

    append_only = True
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("word of a served person")
        verbose_name_plural = _("words of served people")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "browser"], name="feedback_once_a_browser"),
            models.CheckConstraint(condition=Q(face__in=Face.values), name="feedback_face_known"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.face}"
