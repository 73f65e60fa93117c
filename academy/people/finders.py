"""People, as staff find them in the back office."""

from collections.abc import Iterator

from django.http import HttpRequest
from django.urls import reverse

from academy.core import links
from academy.core.finders import MOST, Hit
from academy.people import finding, namesakes
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


def find_people(request: HttpRequest, typed: str) -> Iterator[Hit]:
    """Yield the people on the rolls that the user keeps; a merged entry leads to the one that stays."""
    communities = user_of(request).communities_for(Right.MANAGE_PEOPLE)
    rolls = Volunteer.objects.in_communities(communities).select_related("merged_into")
    found: dict[int, tuple[Volunteer, int]] = {}
    for row in finding.find(rolls, typed)[:MOST]:
        found.setdefault(row.stays.pk, (row.stays, row.nearness))
    facts = namesakes.facts_of([person for person, _nearness in found.values()])
    for person, nearness in found.values():
        yield Hit(person.name, person_url(person), " · ".join(facts[person.pk]), nearness, person)


def person_url(person: Volunteer) -> str:
    """Return the page of a person in the back office."""
    if "person" in links.registered():
        return links.link_to("person", person.pk)
    return reverse("volunteer:edit", args=[person.pk])
