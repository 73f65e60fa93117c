"""Addresses of standing shifts in the back office."""

from django.urls import reverse

from academy.rotas.models import Series


def rota_url(series: Series) -> str:
    """Return the address of the rota in the back office."""
    return reverse("series:rota", args=[series.pk])
