"""Slides: the pages of a PDF or PowerPoint file as pictures, which phones show one by one."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import Document


class Deck(models.Model):
    """The pictures of a file's pages, or why they are missing. The worker makes it (`cms.slides`)."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="+", verbose_name=_("file"))
    file_hash = models.CharField(max_length=40)  # of the file that was read
    folder = models.CharField(max_length=60)  # of private files
    pages = models.JSONField(default=list)  # [{"width", "height", "words"}]
    fault = models.CharField(max_length=20, blank=True, default="")  # a key of `slides.FAULTS`

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("slides")
        verbose_name_plural = _("slides")

    def __str__(self) -> str:
        return self.folder

    def path_of(self, number: int) -> str:
        """Return the name of the picture of a page, from 1, among the private files."""
        return f"{self.folder}/{number}.jpg"


class DeckRun(models.Model):
    """The progress of the worker with the slides of a file. It goes when they are made, or cannot be."""

    class Step(models.TextChoices):
        WAITING = "waiting"
        CONVERTING = "converting"  # from PowerPoint to PDF
        DRAWING = "drawing"

    document = models.OneToOneField(Document, models.CASCADE, related_name="+", verbose_name=_("file"))
    file_hash = models.CharField(max_length=40)
    step = models.CharField(max_length=12, choices=Step.choices, default=Step.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)  # workers that began; those before have died
    done = models.PositiveSmallIntegerField(default=0)  # pages
    total = models.PositiveSmallIntegerField(default=0)
    seen_at = models.DateTimeField()  # the last step forward

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("slides being made")
        verbose_name_plural = _("slides being made")

    def __str__(self) -> str:
        return f"{self.document_id}: {self.step}"
