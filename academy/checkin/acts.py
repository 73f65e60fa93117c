"""The acts of a form at the gate: whose scan, in or out, with which id."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from academy.checkin.models import Direction
from academy.families.belongings import people_of
from academy.people.models import User, Volunteer


@dataclass(frozen=True)
class Act:
    """One person's part of the form: volunteer, in or out, and the scan's id. Written ``5:in:0b7c…``."""

    volunteer: Volunteer
    direction: str
    scan_id: UUID

    def __str__(self) -> str:
        return f"{self.volunteer.pk}:{self.direction}:{self.scan_id}"


def read_acts(request: HttpRequest) -> list[Act] | None:
    """Return the acts of the form for people of this login; None for a form that this page did not make."""
    try:
        parts = [value.split(":") for value in request.POST.getlist("who")]
        wanted = [(int(pk), Direction(direction).value, UUID(scan_id)) for pk, direction, scan_id in parts]
    except ValueError:
        return None
    own = own_person(request)
    people = {own.pk: own} if own else {}
    if any(pk not in people for pk, _direction, _scan_id in wanted):
        people = {person.pk: person for person in people_of(request.user)}
    acts = [Act(people[pk], direction, scan_id) for pk, direction, scan_id in wanted if pk in people]
    return acts if len(acts) == len(wanted) else None


def scans_done(request: HttpRequest) -> list[UUID]:
    """Return the scans that the form's first round made, before the page asked a question."""
    try:
        return [UUID(text) for text in request.POST.getlist("done")]
    except ValueError:
        return []


def own_person(request: HttpRequest) -> Volunteer | None:
    """Return the volunteer of this login; it was read together with the login and costs no statement."""
    assert isinstance(request.user, User)
    own = request.user.own_volunteer
    return own if own is not None and own.merged_into_id is None else None


def kept_ids(request: HttpRequest) -> dict[tuple[int, str], UUID]:
    """Return the scan ids of a form that came back: a second tap is still the same scan."""
    return {(act.volunteer.pk, act.direction): act.scan_id for act in read_acts(request) or []} if request.POST else {}
