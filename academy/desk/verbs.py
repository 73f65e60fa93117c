"""Ways to a person's page, which shows everything about them."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from academy.core.verbs import Verb
from academy.people.models import User, Volunteer
from academy.people.permissions import Right

READERS = (Right.MANAGE_PEOPLE, Right.VIEW_FIGURES)


def verbs_of_person(volunteer: Volunteer, user: User) -> list[Verb]:
    """Return the page of the person, and its records, where corrections and objections begin."""
    page = person_url(volunteer)
    if not any(user.may(right, volunteer.community_id) for right in READERS):
        return []
    verbs = [Verb(_("Hours and requests"), page, "user", order=1)]
    if volunteer.merged_into_id is None and user.may(Right.CONFIRM_HOURS, volunteer.community_id):
        verbs.append(Verb(_("Correct, or object"), f"{page}#records", "edit", order=30))
    return verbs


def verbs_of_fact(fact: Any, user: User) -> list[Verb]:
    """Return the page of the person whom a record, a request or a certificate concerns."""
    volunteer = fact.record.volunteer if hasattr(fact, "record") else fact.volunteer
    if not any(user.may(right, volunteer.community_id) for right in READERS):
        return []
    return [Verb(_("The person's page"), person_url(volunteer), "user", order=10)]


def person_url(volunteer: Volunteer) -> str:
    """Return the address of the person's page; that of a merged entry leads on to the one who stays."""
    return reverse("person", args=[volunteer.pk])
