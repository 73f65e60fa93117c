"""Photos of an activity: private until shown, and taken away when a person in them asks."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from academy.activities.models import Activity
from academy.core.files import Unguessable, private_files
from academy.people.models import User


class PhotoQuerySet(models.QuerySet["Photo"]):
    def kept(self) -> "PhotoQuerySet":
        """Return the photos that were not deleted."""
        return self.filter(deleted_at=None)

    def public(self) -> "PhotoQuerySet":
        """Return the photos that everybody sees: shown, and nobody asks to take them away."""
        asked = RemovalRequest.objects.filter(photo=models.OuterRef("pk"), answered_at=None)
        return self.kept().filter(~models.Exists(asked), shown_at__isnull=False)


class Photo(models.Model):
    """One photo, resized and without its hidden data, in two sizes."""

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="photos", verbose_name=_("activity"))
    large = models.FileField(storage=private_files, upload_to=Unguessable("photos"))
    small = models.FileField(storage=private_files, upload_to=Unguessable("photos"))
    width = models.PositiveIntegerField()  # of the small one, so that nothing jumps
    height = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()  # of both files
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    shown_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("shown by")
    )
    shown_at = models.DateTimeField(_("shown at"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    # The picture of the activity that was made of it; it goes when the photo is no longer shown.
    cover = models.ForeignKey("wagtailimages.Image", models.SET_NULL, null=True, blank=True, related_name="+")

    objects = PhotoQuerySet.as_manager()
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["uploaded_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(shown_at=None, shown_by=None) | Q(shown_at__isnull=False, shown_by__isnull=False),
                name="photo_shown_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | Q(shown_at__gte=F("uploaded_at")), name="photo_shown_after_upload"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity} · {self.pk}"


class RemovalRequest(models.Model):
    """A person in a photo asks to take it away (不想出现在照片里). It is hidden at once, until somebody answers."""

    photo = models.ForeignKey(Photo, models.CASCADE, related_name="removals", verbose_name=_("photo"))
    words = models.CharField(_("words"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("asked at"))
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("request to take a photo away")
        verbose_name_plural = _("requests to take photos away")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["photo"], condition=Q(answered_at=None), name="removal_one_open"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="removal_answered_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.photo}"
