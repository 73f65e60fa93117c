"""People, as staff find them in the back office."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest

from academy.core.finders import MOST, Hit
from academy.core.links import link_to
from academy.people import finding, namesakes
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


def find_people(request: HttpRequest, typed: str) -> Iterator[Hit]:
    """Yield the people on the rolls that the user keeps; a merged entry leads to the one that stays."""
    communities = user_of(request).communities_for(Right.MANAGE_PEOPLE)
    rolls = Volunteer.objects.in_communities(communities).select_related("user", "merged_into__user")
    found: dict[int, tuple[Volunteer, int]] = {}
    rows: Any = finding.find(rolls, typed)[:MOST]  # each with its nearness
    for row in rows:
        found.setdefault(row.stays.pk, (row.stays, row.nearness))
    facts = namesakes.facts_of([person for person, _nearness in found.values()])
    for person, nearness in found.values():
        yield Hit(person.name, link_to("person", person.pk), " · ".join(facts[person.pk]), nearness, person)
