from django.db import models
from django.utils.translation import gettext_lazy as _


class Community(models.Model):
    """A community. Every volunteer, activity and rule set belongs to one."""

    name = models.CharField(_("name"), max_length=100)
    slug = models.SlugField(_("short name"), unique=True)

    class Meta:
        verbose_name = _("community")
        verbose_name_plural = _("communities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Sequence(models.Model):
    """A counter for numbers that people read. Only `sequences.next_number` writes it."""

    name = models.CharField(max_length=60, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"
