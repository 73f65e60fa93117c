"""Entries of a list compared with the roll of a community (R5).

No two entries are joined in silence: only an entry without any difference is skipped, and the line says so.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext

from academy.core.models import Community
from academy.people.models import Consent, Volunteer
from academy.people.names import phone_in_words
from academy.people.services.consents import latest_consents
from academy.roll.beside_details import KeptDetails
from academy.roll.beside_units import KnownUnits, memberships_of
from academy.roll.faults import SETTLED_BY_NUMBER, Verdict, day_in_words
from academy.roll.lines import Entry

KINDS: dict[str, Any] = dict(Consent.Kind.__members__)  # by name; a list may name kinds that this release has not


class Roll:
    """The roll of a community, read for some names at a time."""

    def __init__(self, community: Community, day: dt.date, *, keeps_documents: bool = False) -> None:
        self.community, self.day, self.keeps_documents = community, day, keeps_documents
        self.units = KnownUnits(community)

    def compare(self, entries: Sequence[Entry]) -> None:
        """Add to these entries their person, and how they stand to the roll.

        The faults are `on_roll`, `differs`, `alike_on_roll`, `id_on_roll`, and those of the number."""
        names = {entry.name for entry in entries if entry.name}
        rows = Volunteer.objects.filter(community=self.community, name__in=names).select_related("merged_into")
        people: dict[str, dict[int, Volunteer]] = defaultdict(dict)
        for row in rows.order_by("pk"):
            people[row.name][row.stays.pk] = row.stays
        self._read_numbers(entries)
        everybody = [*self._by_number.values(), *(one for of_name in people.values() for one in of_name.values())]
        asked = {kind for entry in entries for kind in entry.granted if kind in KINDS}
        asked |= {"REGISTRATION"} if self._by_number else set()
        wanted = {one.pk: one for entry in entries if entry.granted for one in people[entry.name].values()}
        wanted |= {one.pk: one for one in self._by_number.values()}
        latest = latest_consents(wanted.values(), [KINDS[kind] for kind in sorted(asked)]) if asked else {}
        consented = {key for key, consent in latest.items() if consent.is_in_force(self.day)}
        self.details = KeptDetails(self.community, entries, everybody)
        named = any(entry.unit for entry in entries)
        self.memberships = memberships_of(everybody, self.day) if named else set()
        for entry in entries:
            known = self._by_number.get(entry.number)
            if known is not None and known.name in (entry.name, entry.written):
                self._settle(entry, known, consented)
            if entry.verdict < Verdict.REFUSE:
                self.units.find(entry)
                self._judge(entry, known, list(people[entry.name].values()), consented)
                self.units.keep_one(entry)

    def _read_numbers(self, entries: Sequence[Entry]) -> None:
        """Read the people whose numbers these entries name: of a merged entry, the one that stays."""
        numbers = {entry.number for entry in entries if entry.number}
        rows = Volunteer.objects.filter(community=self.community, number__in=numbers, taken_back_at=None)
        found = rows.select_related("merged_into") if numbers else []
        self._by_number = {row.number: row.stays for row in found}

    @staticmethod
    def _settle(entry: Entry, known: Volunteer, consented: set[tuple[int, str]]) -> None:
        """Drop faults of a registration: the person is registered. A "no" beside a consent in force stays one."""
        entry.name = known.name
        is_consented = (known.pk, KINDS["REGISTRATION"].value) in consented
        entry.faults = [
            fault
            for fault in entry.faults
            if fault.code not in SETTLED_BY_NUMBER or (fault.code == "no_consent" and is_consented)
        ]

    def _judge(
        self, entry: Entry, known: Volunteer | None, namesakes: list[Volunteer], consented: set[tuple[int, str]]
    ) -> None:
        if known is not None:
            return self._judge_number(entry, known, consented)
        if entry.number:
            entry.add("number_not_here", number=entry.number)
        if holder := self.details.holder_of(entry):  # R5: the document decides
            if holder.name != entry.name:
                return entry.add("id_on_roll", number=holder.number)
            return self._compare_with(entry, holder, consented)
        namesakes = [one for one in namesakes if not self.details.has_other_document(entry, one)]
        exact = [one for one in namesakes if (one.phone, one.birth_date) == (entry.phone, entry.birth_date)]
        alike = exact or [
            one
            for one in namesakes
            if (entry.phone and one.phone == entry.phone)
            or (entry.birth_date and one.birth_date == entry.birth_date)
            or not (entry.phone or entry.birth_date)
            or not (one.phone or one.birth_date)
        ]
        certain = [one for one in alike if not one.provisional and not self._contradicts(entry, one)]
        if len(certain) == 1 and len(alike) == 1 and (entry.phone or entry.birth_date or exact):
            return self._compare_with(entry, certain[0], consented)
        if alike:
            entry.person = alike[0].pk
            entry.add("alike_on_roll", number="、".join(one.number for one in alike))
        return None

    def _judge_number(self, entry: Entry, known: Volunteer, consented: set[tuple[int, str]]) -> None:
        if known.erased_at is not None:
            return entry.add("erased_on_roll", number=known.number)
        holder = self.details.holder_of(entry)
        if known.name != entry.name or (holder or known) != known or self.details.has_other_document(entry, known):
            return entry.add("number_of_another", number=known.number)
        return self._compare_with(entry, known, consented)

    def _compare_with(self, entry: Entry, person: Volunteer, consented: set[tuple[int, str]]) -> None:
        entry.person = person.pk
        keeps = entry.keeps_document(self.keeps_documents)
        details = [
            *self._differences(entry, person, consented),
            *self.details.differences(entry, person, keeps_document=keeps),
        ]
        joins = [unit for unit in entry.unit_ids if (person.pk, unit) not in self.memberships]
        named = entry.unit if len(entry.unit_ids) == 1 else ""
        entry.unit_ids = joins or entry.unit_ids[:1]
        if joins:
            details.append(f"{capfirst(gettext('local unit'))} + {named or self.units.names[joins[0]]}")
        if details:
            entry.add("differs", number=person.number, details="；".join(details))
        else:
            entry.add("on_roll", number=person.number)

    @staticmethod
    def _contradicts(entry: Entry, person: Volunteer) -> bool:
        """Return whether phone and birth date both differ, though each entry has both."""
        pairs = ((entry.phone, person.phone), (entry.birth_date, person.birth_date))
        return all(mine and theirs and mine != theirs for mine, theirs in pairs)

    @staticmethod
    def _differences(entry: Entry, person: Volunteer, consented: set[tuple[int, str]]) -> list[str]:
        found = []
        if entry.phone and entry.phone != person.phone:
            old, new = phone_in_words(person.phone) or "—", phone_in_words(entry.phone)
            found.append(f"{gettext('Phone')} {old} → {new}")
        if entry.birth_date and entry.birth_date != person.birth_date:
            old, new = day_in_words(person.birth_date), day_in_words(entry.birth_date)
            found.append(f"{gettext('birth date')} {old} → {new}")
        for kind in entry.granted:
            if kind in KINDS and (person.pk, KINDS[kind].value) not in consented:
                found.append(f"{pgettext('a new consent', 'consent')}: {KINDS[kind].label}")
        return found
