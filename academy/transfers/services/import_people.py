"""Find the volunteers whom a list of past service names."""

import re
from collections import defaultdict

from django.utils.translation import gettext_lazy as _

from academy.core.keys import normalise_number
from academy.core.refusals import Refusal
from academy.people.models import Volunteer
from academy.people.names import tidy_name, tidy_phone

NOBODY = Refusal("nobody", _("No volunteer number and no name."))
UNKNOWN_NUMBER = Refusal("unknown_number", _("No volunteer here has this number."))
SEVERAL_PEOPLE = Refusal("several_people", _("This cell names several people. Write one line for each person."))
NAME_DIFFERS = Refusal("name_differs", _("The volunteer with this number has another name."))
UNKNOWN_NAME = Refusal("unknown_name", _("Nobody on the roll has this name. Register the person first."))
PHONE_DIFFERS = Refusal(
    "phone_differs",
    _("The volunteer with this name has another phone number. Add the volunteer number to the line."),
)
AMBIGUOUS = Refusal("ambiguous", _("Several people have this name. Add the volunteer number or the phone to the line."))


class Roll:
    """The volunteers of a community, by number, name and phone; a merged row finds the one that stays."""

    def __init__(self, community_id: int) -> None:
        self.numbers: dict[str, Volunteer] = {}
        self.names: dict[str, list[Volunteer]] = defaultdict(list)
        people = Volunteer.objects.filter(community=community_id).select_related("merged_into")
        for person in people.order_by("pk"):
            if person.stays.community_id == community_id:
                self.numbers[person.number] = person
                if not person.stays.provisional:
                    self.names[plain(person.name)].append(person)

    def find(self, number: str, name: str, phone: str) -> Volunteer | Refusal:
        """Find a volunteer by number, or by name and phone, or by a name that only one person has."""
        if number:
            person = self.numbers.get(normalise_number(number))
            if person is None:
                return UNKNOWN_NUMBER
            if name and plain(name) not in (plain(person.name), plain(person.stays.name)):
                return NAME_DIFFERS
            return person.stays
        if not name:
            return NOBODY
        same_name = self.names.get(plain(name), [])
        if not same_name:
            return SEVERAL_PEOPLE if self._are_several(name) else UNKNOWN_NAME
        if digits := tidy_phone(phone):
            same_phone = {person.stays.pk: person.stays for person in same_name if person.phone == digits}
            if len(same_phone) == 1:
                return next(iter(same_phone.values()))
        people = {person.stays.pk: person.stays for person in same_name}
        if len(people) > 1:
            return AMBIGUOUS
        (stays,) = people.values()
        phones = {person.phone for person in (*same_name, stays) if person.phone}
        return PHONE_DIFFERS if digits and phones else stays

    def _are_several(self, name: str) -> bool:
        """Return whether a cell names several people: by a comma, or by a word or a blank between known names."""
        if len([part for part in re.split(r"[、,，;；/&+]", name) if part.strip()]) > 1:
            return True
        parts = [part for part in re.split(r"[\s和与及跟]+", name) if part]
        return len(parts) > 1 and all(plain(part) in self.names for part in parts)


def plain(text: str) -> str:
    """Return the text in its one form, without spaces and in lower case, to compare it."""
    return "".join(tidy_name(text).split()).casefold()
