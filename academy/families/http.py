"""Names of people on a page outside the back office (N4)."""

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils import timezone

from academy.core.signals import objects_shown
from academy.families.belongings import people_with_right
from academy.people import ages
from academy.people.http import user_of
from academy.people.models import Volunteer
from academy.people.permissions import Right


def log_people_shown(request: HttpRequest, people: Iterable[Volunteer]) -> None:
    """Log that the reader was shown the names of those of `people` who are under 14 (N4).

    Every view that shows a name outside the back office calls it, once for all its people. The child and their family
    read their own page: that is no view of staff. Without a child it takes no statement.
    """
    last = ages.last_birth_date(ages.SENSITIVE_UNDER, timezone.localdate())
    everybody = {person.stays.pk: person.stays for person in people}
    children = [one for one in everybody.values() if one.birth_date is not None and one.birth_date > last]
    if children:
        family = {person.pk for person in people_with_right(user_of(request), Right.SEE_HOURS)}
        shown = [child for child in children if child.pk not in family]
        objects_shown.send(sender=Volunteer, request=request, objects=shown)
