"""Standing shifts, as staff find them in the back office."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse

from academy.core.finders import FAR, MOST, Hit, titled
from academy.people.http import user_of
from academy.people.permissions import Right
from academy.rotas.models import Series


def find_series(request: HttpRequest, typed: str) -> Iterator[Hit]:
    """Yield the standing shifts that the user runs, by title or place."""
    communities = user_of(request).communities_for(Right.RUN_ACTIVITIES)
    series = Series.objects.filter(community__in=communities)
    found = titled(series, "title", typed, {FAR: Q(place__icontains=typed)})
    for one in found.order_by("nearness", "title", "pk")[:MOST]:
        about = f"{one.pattern_in_words} · {one.place}"
        yield Hit(one.title, reverse("series:rota", args=[one.pk]), about, one.nearness, one)
