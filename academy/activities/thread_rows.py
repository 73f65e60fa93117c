"""A thread of a chat group beside the sign-ups of a shift: one row for each person."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from academy.activities.models import Shift, SignUp
from academy.core.models import Community
from academy.core.pinyin import sounds_like
from academy.people.models import Volunteer
from academy.people.namesakes import facts_of
from academy.threads.folding import clean, lines_of
from academy.threads.matching import Person
from academy.threads.merging import Entry
from academy.threads.numbers import take_phones
from academy.threads.reading import Reading, read
from academy.threads.sentences import sentence

MOST_CHOICES = 8
LONGEST = 20_000  # signs of a paste
MOST_LINES = 500  # that are not blank
SAID_LENGTH = 200


@dataclass
class Row:
    """One person of the thread. `people` are those whom the line may mean, a sure one alone."""

    key: str
    entry: Entry
    said: str
    people: list[Volunteer]
    labels: dict[int, str]
    places: dict[int, SignUp]  # places that these people have in the shift, by their ids
    questions: list[str]
    answered: SignUp | None = None  # the place that staff gave for this line before

    @property
    def person(self) -> Volunteer | None:
        """The person whom the line surely means."""
        return self.people[0] if self.entry.person and self.people else None

    @property
    def place(self) -> SignUp | None:
        """The place that the sure person has, or the one that staff gave for the line."""
        return self.places.get(self.person.pk) if self.person else self.answered

    @property
    def name(self) -> str:
        """The name of the person who is meant; as the line writes it, while nobody is sure."""
        person = self.person or (self.answered.volunteer.stays if self.answered else None)
        return person.name if person else self.entry.name

    @property
    def is_settled(self) -> bool:
        """True if no act is left: the place is taken, or given back, or staff answered the question before."""
        if self.answered is not None:
            return True
        if self.entry.is_uncertain or self.person is None:
            return False
        return (self.place is None) if self.entry.withdrawn else (self.place is not None)

    @property
    def is_asked(self) -> bool:
        return self.entry.is_uncertain and not self.is_settled

    @property
    def is_new(self) -> bool:
        """True for a whole name that the roll does not have."""
        return not self.entry.is_uncertain and self.person is None and self.answered is None

    @property
    def companions(self) -> int:
        return max(0, self.entry.count - 1)


@dataclass
class Look:
    """The whole thread in one look."""

    reading: Reading
    rows: list[Row] = field(default_factory=list)
    lost: list[tuple[int, str]] = field(default_factory=list)  # number and text of lines that name no person

    @property
    def asked(self) -> list[Row]:
        return [row for row in self.rows if row.is_asked]

    @property
    def new(self) -> list[Row]:
        return [row for row in self.rows if row.is_new and not row.entry.withdrawn]

    @property
    def sure(self) -> list[Row]:
        return [row for row in self.rows if not (row.is_asked or row.is_new or row.is_settled)]

    @property
    def settled(self) -> list[Row]:
        return [row for row in self.rows if row.is_settled or (row.is_new and row.entry.withdrawn)]

    @property
    def changes(self) -> list[str]:
        """The differences between the copies of the list, in words."""
        words = {
            "missing": _("%(name)s is missing in the last copy"),
            "changed": _("%(name)s changed"),
            "new": _("%(name)s is new"),
        }
        return [words[code] % {"name": name} for code, name in self.reading.changes]


def look_at(text: str, *, community: Community, shift: Shift) -> Look:
    """Read a thread beside the roll of `community` and the sign-ups of `shift`. Takes four statements."""
    text = text[:LONGEST]
    roll = Volunteer.objects.present().filter(community=community)
    people = [
        Person(pk, name, area or "", phone)
        for pk, name, phone, area in roll.values_list("pk", "name", "phone", "profile__area")
    ]
    reading = read(text, people, sounds_like=sounds_like)
    wanted = {one.id for entry in reading.entries for one in _people_of(entry)}
    found = Volunteer.objects.in_bulk(wanted)
    areas = {one.id: one.building for one in people if one.id in wanted}
    facts = facts_of(list(found.values())) if found else {}
    labels = {
        pk: " · ".join(filter(None, [person.name, areas[pk], *facts[pk]])) for pk, person in sorted(found.items())
    }
    taken = places_in_shift(shift)
    places = {pk: place for pk, place in taken.items() if pk in found}
    lines = lines_of(text)
    look = Look(reading, lost=sorted(reading.not_understood.items()))
    for entry in reading.entries:
        choices = [found[one.id] for one in _people_of(entry)[:MOST_CHOICES] if one.id in found]
        questions = [str(sentence(doubt)) for doubt in entry.doubts]
        look.rows.append(Row(_key(entry, look.rows), entry, _said(entry, lines), choices, labels, places, questions))
    _find_answered(look.rows, list(taken.values()))
    return look


def places_in_shift(shift: Shift) -> dict[int, SignUp]:
    """Return the places of the shift by the person who stays."""
    rows = SignUp.objects.filter(shift=shift, cancelled_at=None).select_related("volunteer__merged_into", "role")
    return {row.volunteer.stays.pk: row for row in rows}


def _find_answered(rows: Collection[Row], places: Collection[SignUp]) -> None:
    """Find the places that staff gave for lines that are still uncertain: nobody is asked about one twice."""
    sure = {row.person.pk for row in rows if row.person and not row.entry.is_uncertain}
    given = {place.volunteer.stays.pk: _wording(place.said) for place in places if place.said}
    by_person = {place.volunteer.stays.pk: place for place in places}
    for row in rows:
        if row.entry.withdrawn or not (row.entry.is_uncertain or row.is_new):
            continue
        likely = [person.pk for person in row.people]
        for pk in sorted(given, key=lambda pk: pk not in likely):
            if pk not in sure and given[pk] == _wording(row.said):
                row.answered = by_person[pk]
                sure.add(pk)
                break


def _wording(said: str) -> str:
    """Return a line without its number, which may change when the list is sent again."""
    return re.sub(r"^\W*\d{1,3}\W+", "", said)


def _people_of(entry: Entry) -> tuple[Person, ...]:
    return (entry.person,) if entry.person else entry.match.choices


def _key(entry: Entry, before: Iterable[Row]) -> str:
    """Return the name of the row in the form: its first line, and its place in that line."""
    line = min(entry.lines)
    return f"{line}-{sum(min(row.entry.lines) == line for row in before)}"


def _said(entry: Entry, lines: list[str]) -> str:
    """Return the lines of the thread that are the evidence of the wish (R8), without phones."""
    texts = dict.fromkeys(take_phones(clean(lines[at - 1]))[1].strip() for at in entry.lines)
    return " / ".join(" ".join(text.split()) for text in texts)[:SAID_LENGTH]
