"""Queries for the roll: entries that may be one person."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from academy.core.models import Community
from academy.people.models import User, Volunteer
from academy.people.names import tidy_name, tidy_phone
from academy.people.permissions import Right, roles_with
from academy.people.querysets import VolunteerQuerySet

SHOWN_ALIKE = 5


def same_people(volunteers: VolunteerQuerySet) -> list[int]:
    """Return the ids of entries that share community, name and phone with another entry of `volunteers`.

    They may be one person, typed in two ways; a social worker decides. Entries without a phone are left out.
    """
    groups: dict[tuple[int, str, str], list[int]] = defaultdict(list)
    # Compared here and not in the database: an earlier release may have left a name in another form.
    for pk, community, name, phone in volunteers.exclude(phone="").values_list("pk", "community", "name", "phone"):
        groups[community, tidy_name(name), tidy_phone(phone)].append(pk)
    return [pk for group in groups.values() if len(group) > 1 for pk in group]


def alike_on_roll(
    community: Community, name: str, phone: str, birth_date: dt.date | None, *, besides: Collection[int] = ()
) -> list[Volunteer]:
    """Return people of the community who may be this one, without those of `besides` (ids).

    They have the name, and the phone or the birth date as well (R5). With neither phone nor birth date, the name alone
    makes them alike. A merged person is the one who stays.
    """
    phone = tidy_phone(phone)
    also = Q(phone=phone) if phone else Q()
    if birth_date is not None:
        also |= Q(birth_date=birth_date)
    return _without(Volunteer.objects.filter(also, community=community, name=tidy_name(name)), besides)


def namesakes_of(volunteer: Volunteer, *, besides: Collection[int] = ()) -> list[Volunteer]:
    """Return the other people of the community with this name, without those of `besides` (ids)."""
    same = Volunteer.objects.filter(community=volunteer.community_id, name=volunteer.name)
    return _without(same, {volunteer.pk, *besides})


def _without(rows: VolunteerQuerySet, besides: Collection[int]) -> list[Volunteer]:
    people = {row.stays.pk: row.stays for row in rows.select_related("merged_into").order_by("pk")}
    return [person for pk, person in people.items() if pk not in besides]


def deciders(community: Community, *, besides: User) -> list[User]:
    """Return the staff who may decide here about a request of `besides`."""
    roles = roles_with(Right.DECIDE)
    found = User.objects.filter(duties__community=community, duties__role__in=roles, is_active=True)
    return list(found.exclude(pk=besides.pk).select_related("volunteer").distinct().order_by("pk"))
