"""Attempts to sign in, counted so that guessing is slowed down."""

from django.db import models


class Attempts(models.Model):
    """Recent attempts of one source to sign in, under one name or from one address (ADR 39)."""

    key = models.CharField(max_length=64, unique=True, editable=False)  # a hash: it names neither name nor address
    count = models.FloatField()  # at `last_at`; it halves in the course of time
    last_at = models.DateTimeField(db_index=True)

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"{self.key[:8]} · {self.count:.1f}"
