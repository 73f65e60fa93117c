"""The first set-up of an installation, until its first community is founded."""

from django.db import models


class FirstSetUp(models.Model):
    """The first set-up of an empty installation: the salt of its key, and what was typed so far. One row.

    Founding a community deletes it, and the key with it.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    salt = models.CharField(max_length=64)
    typed = models.TextField(blank=True, default="")  # sealed; empty before the first step
    typed_at = models.DateTimeField(null=True, blank=True)  # the last change; the texts are deleted a month later

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_first_set_up")]

    def __str__(self) -> str:
        return "first set-up"
