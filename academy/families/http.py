"""The person of an address, and names of people on pages outside the back office (N4, ADR 37)."""

from collections.abc import Iterable, Sequence

from django.http import Http404, HttpRequest
from django.utils import timezone

from academy.core.signals import objects_shown
from academy.families.belongings import people_with_right
from academy.people import ages
from academy.people.http import user_of
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.services import personal_data


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


def log_people_shown(request: HttpRequest, people: Iterable[Volunteer]) -> None:
    """Log that the reader was shown the names of those of `people` who are under 14 (N4).

    Every view that shows a name outside the back office calls it, once for all its people. The child and their family
    read their own page: that is no view of staff. Without a child it takes no statement.
    """
    last = ages.last_birth_date(ages.SENSITIVE_UNDER, timezone.localdate())
    children = [one for one in _everybody(people) if one.birth_date is not None and one.birth_date > last]
    if shown := _beyond_family(request, children):
        objects_shown.send(sender=Volunteer, request=request, objects=shown)


def log_people_found(request: HttpRequest, people: Iterable[Volunteer]) -> None:
    """Log that a leader looked up `people`, who have no part in the leader's activities (ADR 37)."""
    if found := _beyond_family(request, _everybody(people)):
        personal_data.log_search(volunteers=found, page=request.path, by=user_of(request), at=timezone.now())


def _everybody(people: Iterable[Volunteer]) -> list[Volunteer]:
    """Return the rows that stay, each person once."""
    return list({person.stays.pk: person.stays for person in people}.values())


def _beyond_family(request: HttpRequest, people: list[Volunteer]) -> list[Volunteer]:
    """Return those of `people` who are not of the reader's family."""
    if not people:
        return []
    family = {person.pk for person in people_with_right(user_of(request), Right.SEE_HOURS)}
    return [person for person in people if person.pk not in family]
