"""Details of people on the roll, read for some entries at a time, and compared with them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.text import capfirst

from academy.core.models import Community
from academy.people.models import Volunteer
from academy.profiles.documents import hashes_of
from academy.profiles.models import Profile, Word
from academy.profiles.services.details import COLUMNS
from academy.roll.lines import Entry


class KeptDetails:
    """The details of these people, and the holders of the documents of these entries (R5)."""

    def __init__(self, community: Community, entries: Iterable[Entry], people: Iterable[Volunteer]) -> None:
        named = [entry for entry in entries if entry.id_type]
        hashes = hashes_of(community, [(one.id_type, one.id_number) for one in named]) if named else []
        self._hash_of = {entry.row: hashed for entry, hashed in zip(named, hashes, strict=True)}
        holders = Profile.objects.filter(document_hash__in=hashes).select_related("volunteer")
        self._holders = {one.document_hash: one.volunteer for one in holders}
        self._profiles = {one.volunteer_id: one for one in Profile.objects.filter(volunteer__in=people)}
        self._skills: dict[int, set[str]] = defaultdict(set)
        chosen = Word.objects.filter(profiles__in=self._profiles.values(), kind=Word.Kind.SKILL)
        for pk, text in chosen.values_list("profiles__volunteer", "text"):
            self._skills[pk].add(text)

    def holder_of(self, entry: Entry) -> Volunteer | None:
        """Return the person on the roll with the entry's document."""
        return self._holders.get(self._hash_of.get(entry.row, ""))

    def has_other_document(self, entry: Entry, person: Volunteer) -> bool:
        """Return whether the roll holds another document of the person: then they are two people."""
        kept = self._profiles.get(person.pk)
        mine = self._hash_of.get(entry.row)
        return bool(mine and kept and kept.document_hash and kept.document_hash != mine)

    def differences(self, entry: Entry, person: Volunteer, *, keeps_document: bool) -> Iterator[str]:
        """Yield in words what the entry would change; the number of a document is not among them (V2)."""
        kept = self._profiles.get(person.pk) or Profile(volunteer=person)
        for name in COLUMNS:
            new = entry.details.get(name, "")
            if new and new != (old := getattr(kept, name)):
                label = _label_of(name)
                yield f"{label} {_shown(name, old)} → {_shown(name, new)}"
        if missing := [text for text in entry.details.get("skills", []) if text not in self._skills[person.pk]]:
            yield f"{capfirst(str(Word.Kind.SKILL.label))} + {'、'.join(missing)}"
        if keeps_document and not kept.document_hash:
            yield f"{_label_of('document_type')} +"


def _label_of(name: str) -> str:
    field: Any = Profile._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def _shown(name: str, value: Any) -> str:
    field: Any = Profile._meta.get_field(name)
    return str(dict(field.choices or ()).get(value, value)) if value else "—"
