"""People of a thread beside the roll: who is surely meant, who has to be asked about."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from academy.threads.facts import Doubt, Statement
from academy.threads.folding import fold
from academy.threads.names import fits_sex
from academy.threads.numbers import Building, building_of, is_phone_of

SoundsLike = Callable[[str, str], bool]  # two names of the same length


@dataclass(frozen=True)
class Person:
    """A person on the roll."""

    id: Any
    name: str
    building: str = ""
    phone: str = ""
    folded: str = field(default="", compare=False)
    home: Building | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Match:
    """The person surely meant, or nobody with the reasons to ask and the people to choose from."""

    person: Person | None = None
    doubts: tuple[Doubt, ...] = ()
    choices: tuple[Person, ...] = ()


class Roll:
    """The people of the roll, found by what a thread says of them."""

    def __init__(self, people: Iterable[Person], sounds_like: SoundsLike | None = None) -> None:
        self.people = [
            Person(one.id, one.name, one.building, one.phone, fold(one.name), building_of(one.building))
            for one in people
            if fold(one.name)
        ]
        self.sounds_like = sounds_like or (lambda one, other: False)
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for person in self.people:
            self.by_name[person.folded].append(person)

    def match(self, said: Statement) -> Match:
        """Return whom a line means. Only a whole name, or an address with one possible person, is sure."""
        exact = self.by_name.get(fold(said.name)) or self.by_name.get(fold(said.shape.name)) or []
        if exact:
            return self._same_name(said, exact)
        if said.shape.kind == "address":
            return self._address(said)
        if said.shape.kind == "full":
            return self._unknown(said)
        if said.shape.kind == "self":
            return Match()  # the line itself says why
        return self._nickname(said)

    def _same_name(self, said: Statement, exact: list[Person]) -> Match:
        fits = [person for person in exact if _fits(said, person)]
        against = [person for person in exact if _speaks_against(said, person)]
        if len(exact) == 1:
            person = exact[0]
            if not against:
                return Match(person)
            return Match(None, (Doubt("other_" + against_what(said, person), person.name),), (person,))
        sure = [person for person in fits if person not in against]
        if len(sure) == 1 and (not _is_loose(said) or len(fits) == 1):
            return Match(sure[0])
        return Match(None, (Doubt("several", said.name),), tuple(sure or exact))

    def _address(self, said: Statement) -> Match:
        surname, given = said.shape.surname, said.shape.given
        people = [
            person
            for person in self.people
            if (surname and person.folded.startswith(surname)) or (given and given in person.folded[1:])
        ]
        by_phone = [person for person in people if said.phone and is_phone_of(said.phone, person.phone)]
        if len(by_phone) == 1 and not _wrong_sex(said, by_phone[0]):
            return Match(by_phone[0])
        near = [person for person in people if said.building and person.home and said.building.meets(person.home)]
        homeless = [person for person in people if person.home is None]
        choices = tuple(by_phone or near or people)
        if len(near) == 1 and not homeless and not said.phone and not given and not _wrong_sex(said, near[0]):
            return Match(near[0])
        return Match(None, (Doubt("address" if choices else "address_unknown", said.name),), choices)

    def _unknown(self, said: Statement) -> Match:
        """Return a whole name that the roll does not have: perhaps mistyped, perhaps new."""
        written = fold(said.name)
        by_phone = [one for one in self.people if len(said.phone) > 4 and is_phone_of(said.phone, one.phone)]
        if by_phone:
            return Match(None, (Doubt("phone_of", by_phone[0].name),), tuple(by_phone))
        near = [person for person in self.people if self._is_near(written, person.folded)]
        near = [person for person in near if not _speaks_against(said, person)] or [
            person for person in near if self._sounds(written, person.folded)
        ]
        if near:
            return Match(None, (Doubt("mistyped", near[0].name),), tuple(near))
        longer = [one for one in self.people if _begins(written, one) and not _speaks_against(said, one)]
        return Match(None, (Doubt("address", said.name),), tuple(longer)) if longer else Match()

    def _nickname(self, said: Statement) -> Match:
        by_phone = [one for one in self.people if said.phone and is_phone_of(said.phone, one.phone)]
        written = fold(said.name)
        inside = [one for one in self.people if len(one.folded) > 1 and one.folded in written]
        given = [
            one
            for one in self.people
            if len(written) > 1
            and len(one.folded) > 2
            and (
                written == one.folded[1:]
                or (len(written) > 2 and one.folded.startswith(written))
                or _begins(written, one)
            )
        ]
        near = [one for one in self.people if self._is_near(written, one.folded)]
        choices = tuple(by_phone or inside or given or near)
        code = "relative" if said.shape.kind == "relative" else "nickname"
        return Match(None, (Doubt(code, said.name),), choices)

    def _sounds(self, one: str, other: str) -> bool:
        return len(one) == len(other) and self.sounds_like(one, other)

    def _is_near(self, written: str, name: str) -> bool:
        """Return whether a name may be another one with a typing error."""
        if self._sounds(written, name):
            return True
        if min(len(written), len(name)) < 2 or max(len(written), len(name)) < 3 or written[0] != name[0]:
            return False
        return _one_error(written, name)


def _one_error(one: str, other: str) -> bool:
    """Return whether two texts differ by one sign, or by two neighbours that changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        wrong = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
        return len(wrong) == 1 or (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and one[wrong[0]] == other[wrong[1]]
            and one[wrong[1]] == other[wrong[0]]
        )
    short, long = sorted((one, other), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


def _begins(written: str, person: Person) -> bool:
    """Return whether a text is the beginning of a long name without a family name: 乌云 of 乌云其其格."""
    return len(written) > 1 and len(person.folded) > max(3, len(written)) and person.folded.startswith(written)


def _fits(said: Statement, person: Person) -> bool:
    """Return whether the line's building, phone or digits speak for a person."""
    if said.phone and is_phone_of(said.phone, person.phone):
        return True
    if said.building and person.home and said.building.meets(person.home):
        return True
    rooms = {person.home.room} if person.home and person.home.room else set()
    return any(is_phone_of(one, person.phone) if len(one) == 4 else False for one in said.digits) or bool(
        rooms & set(said.digits)
    )


def _is_loose(said: Statement) -> bool:
    """Return whether only digits without a word speak for somebody."""
    return not said.phone and said.building is None


def against_what(said: Statement, person: Person) -> str:
    """Return what speaks against a person: `phone` or `building`."""
    return "phone" if said.phone and person.phone and not is_phone_of(said.phone, person.phone) else "building"


def _speaks_against(said: Statement, person: Person) -> bool:
    """Return whether the line's building or phone is another one. The right phone outweighs a building."""
    if said.phone and person.phone:
        return not is_phone_of(said.phone, person.phone)
    return bool(said.building and person.home and not said.building.meets(person.home))


def _wrong_sex(said: Statement, person: Person) -> bool:
    return not fits_sex(person.folded, said.shape.sex)
