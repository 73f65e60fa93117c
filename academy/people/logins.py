"""Questions about logins: staff, users who may hand out their keys or look them up (ADR 36)."""

import re
from typing import Any

from django.db.models import Q, QuerySet

from academy.core.models import Community
from academy.people.backends import find_logins
from academy.people.models import User, Volunteer
from academy.people.permissions import Right
from academy.people.signals import ask_people_opened


def may_hand_out(user: User, *, by: User | None) -> bool:
    """Return whether `by` may hand out a key to this login: a slip or a password link.

    They may for their own login. For another login they must be able to grant all its duties, and manage people in the
    communities of all volunteers whom it opens: its own, and those for whom it acts.
    """
    if by is None or user == by or by.is_superuser:
        return True
    if user.is_superuser:
        return False
    staffed = Community.objects.filter(duties__user=user)
    if staffed.exclude(pk__in=by.communities_for(Right.GRANT_DUTIES)).exists():
        return False
    homes = homes_opened(user)
    return by.communities_for(Right.MANAGE_PEOPLE).filter(pk__in=homes).count() == len(homes)


def people_opened(user: User) -> list[Volunteer]:
    """Return the volunteers whom this login opens: its own, those it acts for, those whose guardian it is."""
    answers: Any = ask_people_opened.send(sender=User, user=user)
    people = [person for _receiver, opened in answers for person in opened]
    return people if user.own_volunteer is None else [*people, user.own_volunteer]


def homes_opened(user: User) -> set[int]:
    """Return the communities (ids) of all volunteers whom this login opens."""
    return {person.community_id for person in people_opened(user)}


def is_staff(user: User) -> bool:
    """Return whether this login has any duty."""
    return user.is_superuser or user.duties.exists()


_NAMED_BY_NUMBER = re.compile(r"v[0-9]{10}[0-9a-z*]", re.IGNORECASE)


def is_made_for_a_person(user: User) -> bool:
    """Return whether the login was made for a volunteer, as `login_for` does, and named by their number."""
    return _NAMED_BY_NUMBER.fullmatch(user.username) is not None


def find_logins_for(text: str, *, by: User | None) -> QuerySet[User]:
    """Return the logins with this phone, e-mail, number or user name that `by` may know of.

    These are the logins of volunteers, staff and guardians of the communities in which `by` manages people. A login of
    another community is not found, as if it did not exist.
    """
    found = find_logins(text)
    if by is None or by.is_superuser:
        return found
    managed = by.communities_for(Right.MANAGE_PEOPLE)
    near = Q()
    for path in ("volunteer__community", "duties__community", "guardian_consents__volunteer__community"):
        near |= Q(**{f"{path}__in": managed})
    return found.filter(near).distinct()


def is_free(user: User) -> bool:
    """Return whether this login opens no person and no community, like that of a former member of staff."""
    return not (is_staff(user) or homes_opened(user))
