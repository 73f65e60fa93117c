"""Reads of a person's details for pages: with a masked number, and in few statements."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from academy.people.models import Volunteer
from academy.profiles.documents import masked
from academy.profiles.forms import own_name
from academy.profiles.models import OwnField, Profile, Word
from academy.profiles.services.details import COLUMNS, body_of, profile_of
from academy.profiles.services.keeping_documents import read_number


def shown_document(profile: Profile) -> str:
    """Return the document as screens show it (V2); empty without one."""
    if not profile.document:
        return ""
    number = read_number(profile)
    shown = masked(number) if isinstance(number, str) else "…"
    return f"{profile.get_document_type_display()} {shown}"


def initial_of(volunteer: Volunteer) -> dict[str, Any]:
    """Return the values of the form of staff."""
    profile = profile_of(volunteer)
    found: dict[str, Any] = {name: getattr(profile, name) for name in COLUMNS}
    found |= {"body": body_of(profile), "document_type": profile.document_type}
    if profile.pk is None:
        return found
    found |= words_of(profile)
    for value in profile.own_values.select_related("field"):
        is_date = value.field.kind == OwnField.Kind.DATE
        found[own_name(value.field)] = _day(value.text) if is_date else value.text
    return found


def _day(text: str) -> dt.date | None:
    """Return the day; None for a value from the time when the field was no date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def words_of(profile: Profile) -> dict[str, list[str]]:
    """Return the person's words by their kind."""
    found: dict[str, list[str]] = defaultdict(list)
    for kind, text in profile.words.values_list("kind", "text"):
        found[kind].append(text)
    return dict(found)


@dataclass(frozen=True)
class ShownDetails:
    """The details as a person's page shows them."""

    profile: Profile
    document: str = ""
    body: str = ""
    words: list[tuple[Any, list[str]]] = field(default_factory=list)
    own: list[tuple[str, str]] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        filled = any(getattr(self.profile, name) for name in COLUMNS)
        return not (filled or self.document or self.body or self.words or self.own)


def details_of(volunteer: Volunteer) -> ShownDetails:
    """Return the person's details; one statement without a row, else five."""
    profile = profile_of(volunteer)
    if profile.pk is None:
        return ShownDetails(profile)
    chosen = words_of(profile)
    return ShownDetails(
        profile,
        shown_document(profile),
        body_of(profile),
        [(kind.label, chosen[kind]) for kind in Word.Kind if kind in chosen],
        [(value.field.label, value.text) for value in profile.own_values.select_related("field").order_by("field")],
    )
