"""The volunteer that an address of a personal page names."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest

from academy.people.http import user_of
from academy.people.models import User, Volunteer


def chosen_person(request: HttpRequest, people: Sequence[Volunteer]) -> Volunteer:
    """Return the person that `?who=` names; without it, as `find_person` does.

    Raises 404 for a number that none of the people has.
    """
    person = find_person(people, request.GET.get("who"), user=user_of(request))
    if person is None:
        raise Http404
    return person


def find_person(people: Sequence[Volunteer], number: str | None, *, user: User) -> Volunteer | None:
    """Return the person with this number; without a number the user, else the first. None for no match."""
    if number is None:
        own = next((person for person in people if person.user_id == user.pk), None)
        return own or next(iter(people), None)
    return next((person for person in people if person.number == number), None)
