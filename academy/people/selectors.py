"""Queries for the back office's list of volunteers."""

from collections import defaultdict

from academy.people.models import VolunteerQuerySet
from academy.people.names import tidy_name, tidy_phone


def same_people(volunteers: VolunteerQuerySet) -> list[int]:
    """Return the ids of entries that share community, name and phone with another entry of `volunteers`.

    They may be one person, typed in two ways; a social worker decides. Entries without a phone are left out.
    """
    groups: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    # Compared here and not in the database: an earlier release may have left a name in another form.
    for pk, community, name, phone in volunteers.exclude(phone="").values_list("pk", "community", "name", "phone"):
        groups[community, tidy_name(name), tidy_phone(phone)].append(pk)
    return [pk for group in groups.values() if len(group) > 1 for pk in group]
