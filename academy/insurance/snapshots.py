"""The content of a filing: place, times and people, as a page showed them to the user who files."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core import signing

from academy.activities.models import Shift
from academy.people.models import Volunteer

_SALT = "insurance.filing"


@dataclass(frozen=True)
class Place:
    """A confirmed place: a person in a shift, with the role and the people without a name whom they bring."""

    person: Volunteer
    shift: Shift
    role_name: str
    companions: int = 0


@dataclass(frozen=True)
class Snapshot:
    """Place, times by the shift's key, and people as [person, shift, role]."""

    place: str
    times: dict[str, list[str]]
    people: list[list[Any]]

    def sealed(self, activity_id: int) -> str:
        """Return the snapshot as text for a form of this activity, which no browser can change unnoticed."""
        return signing.dumps(asdict(self), salt=f"{_SALT}.{activity_id}", compress=True)


def opened(text: str, activity_id: int) -> Snapshot | None:
    """Return the snapshot in this text of a form of the activity; None for any other text."""
    try:
        return Snapshot(**signing.loads(text, salt=f"{_SALT}.{activity_id}"))
    except (signing.BadSignature, TypeError):
        return None
