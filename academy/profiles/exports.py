"""Columns of details in the export of the roll, under the headings that the import reads."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from academy.core.spreadsheets import ExportColumn
from academy.people.models import Volunteer
from academy.profiles.models import Profile, Word


def profiles_of(people: Iterable[Volunteer]) -> Mapping[int, Profile]:
    """Return the details of these people, by their ids."""
    return {
        one.volunteer_id: one for one in Profile.objects.filter(volunteer__in=list(people)).defer("document", "body")
    }


def skills_of(people: Iterable[Volunteer]) -> Mapping[int, list[str]]:
    """Return the skills of these people, by their ids."""
    found: dict[int, list[str]] = defaultdict(list)
    words = Word.objects.filter(profiles__volunteer__in=list(people), kind=Word.Kind.SKILL).order_by("pk")
    for person, text in words.values_list("profiles__volunteer", "text"):
        found[person].append(text)
    return found


def _column(name: str) -> ExportColumn:
    """Return the column of a field, in the words of its choices."""
    field: Any = Profile._meta.get_field(name)

    def value(profile: Profile) -> Any:
        shown = getattr(profile, f"get_{name}_display", None)
        return shown() if shown else getattr(profile, name)

    return ExportColumn(name, field.verbose_name, value, profiles_of)


OF_PEOPLE = [
    _column("sex"),
    _column("area"),
    ExportColumn("skills", Word.Kind.SKILL.label, load=skills_of),
    _column("emergency_name"),
    _column("emergency_relation"),
    _column("emergency_phone"),
    _column("platform_number"),
]
