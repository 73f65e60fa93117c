"""Faults of a line of a list of people: stable codes, verdicts, sentences."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from academy.core import formats
from academy.people.resident_ids import hide_in


class Verdict(IntEnum):
    """The fate of a line; its gravest fault decides."""

    OK = 0
    WARN = 1  # it is registered; a person should know something
    ASK = 2  # a person has to answer
    REFUSE = 3  # it has to be corrected in the file
    SKIP = 4  # it names no person to register

    @property
    def word(self) -> str:
        return self.name.lower()


KNOWN: dict[str, tuple[Verdict, Any]] = {
    # Lines without a person
    "sum": (Verdict.SKIP, _("A line with a sum names no person.")),
    "footer": (Verdict.SKIP, _("A line with names or remarks below the list names no person to register.")),
    "heading_again": (Verdict.SKIP, _("The headings stand here again.")),
    "section": (Verdict.SKIP, _("The title of a part of the list names no person.")),
    "empty_row": (Verdict.SKIP, _("This line has a running number and no person.")),
    "example": (Verdict.SKIP, _("This line is an example of how to fill in the list.")),
    "twice": (Verdict.SKIP, _("The same person with the same details stands in line %(row)s.")),
    "erased": (Verdict.SKIP, _("The data of the person meant here was deleted since this list was checked.")),
    "on_roll": (Verdict.SKIP, _("This person is on the roll with the same details: %(number)s.")),
    "erased_on_roll": (
        Verdict.SKIP,
        _("The data of %(number)s was deleted. To register the person again, leave the number out."),
    ),
    # The volunteer number
    "bad_number": (
        Verdict.WARN,
        _("“%(text)s” is no volunteer number: a character is wrong. It is left out, and the name is compared."),
    ),
    "number_not_here": (
        Verdict.WARN,
        _("Nobody on this roll has the number %(number)s. The name is compared; a new person gets a new number."),
    ),
    "number_of_another": (
        Verdict.REFUSE,
        _("%(number)s on the roll has another name or another ID number. Correct the number or the name."),
    ),
    # The name
    "no_name": (Verdict.REFUSE, _("The name is missing.")),
    "several_people": (Verdict.REFUSE, _("This cell names several people. Write one line for each person.")),
    "merged_name": (Verdict.REFUSE, _("One merged cell holds the name of several lines. Unmerge it, and write each.")),
    "masked_name": (Verdict.REFUSE, _("Signs such as * hide a part of the name. Write the whole name.")),
    "broken_character": (Verdict.REFUSE, _("A character of the name was lost. Write it as the ID card has it.")),
    "odd_name": (Verdict.REFUSE, _("This is no name. Write family name and given name alone.")),
    "long_name": (Verdict.REFUSE, _("The name is longer than 60 characters.")),
    "title_name": (Verdict.ASK, _("“%(name)s” is a form of address. Is the whole name known?")),
    "short_name": (Verdict.ASK, _("The name has one character alone. Is it whole?")),
    "name_with_note": (Verdict.ASK, _("Something stands beside the name: “%(text)s”. Register “%(name)s” alone?")),
    "rare_character": (Verdict.WARN, _("The name has a rare character: “%(sign)s”. Compare it with the ID card.")),
    # Phones
    "no_phone": (Verdict.WARN, _("There is no phone. The person signs in with a slip, and checks in with a card.")),
    "landline": (Verdict.WARN, _("This is a landline: it receives no code for signing in.")),
    "merged_phone": (Verdict.WARN, _("One merged cell gives this phone to several people.")),
    "bad_phone": (
        Verdict.REFUSE,
        _("“%(text)s” is no phone number: a mobile has 11 digits, a landline its area code."),
    ),
    "masked_phone": (Verdict.REFUSE, _("Signs such as * hide a part of the phone. Write all digits.")),
    "phone_lost_digits": (
        Verdict.REFUSE,
        _("The phone stands in scientific notation (%(text)s): digits are lost. Write it again, as text."),
    ),
    "several_phones": (Verdict.ASK, _("This cell holds several phones. Register the first one, %(phone)s?")),
    # Birth dates and ages
    "serial_date": (Verdict.WARN, _("The birth date stood as Excel's number of a day: %(date)s. Compare it.")),
    "two_digit_year": (Verdict.WARN, _("The year of birth had two digits, and was read as %(date)s. Compare it.")),
    "birth_from_id": (Verdict.WARN, _("The birth date cannot be read. The ID number has %(date)s.")),
    "birth_no_day": (Verdict.ASK, _("“%(text)s” has no month or no day. Register the person without a birth date?")),
    "birth_unreadable": (Verdict.REFUSE, _("“%(text)s” is no date. Write the year first, such as 1958-3-5.")),
    "birth_lunar": (Verdict.REFUSE, _("“%(text)s” is a day of the lunar calendar. Write it as the ID card has it.")),
    "birth_no_such_day": (Verdict.REFUSE, _("“%(text)s”: there is no such day.")),
    "birth_unclear_year": (Verdict.REFUSE, _("“%(text)s”: write the year with four digits.")),
    "birth_in_future": (Verdict.REFUSE, _("“%(text)s”: this day is still to come.")),
    "birth_too_long_ago": (Verdict.REFUSE, _("“%(text)s”: that is more than 115 years ago.")),
    "too_young": (Verdict.REFUSE, _("This person is too young to be registered (N1).")),
    "child_without_guardian": (
        Verdict.REFUSE,
        _("A child under 14 is registered with a guardian: write name and phone of one (N4)."),
    ),
    "minor_without_guardian": (
        Verdict.WARN,
        _("A minor needs a guardian's consent before signing up (N2); the list names none."),
    ),
    "bad_guardian_phone": (Verdict.REFUSE, _("The guardian's phone “%(text)s” is no phone number.")),
    "guardian_is_self": (Verdict.REFUSE, _("A minor cannot be their own guardian.")),
    # ID numbers
    "id_lost_digits": (
        Verdict.ASK,
        _("Excel turned the ID number into a number: its last digits are lost. Register the person without it?"),
    ),
    "id_masked": (Verdict.ASK, _("Signs such as * hide a part of the ID number. Register the person without it?")),
    "id_old": (Verdict.ASK, _("This ID number has 15 digits and is no longer valid. Register the person without it?")),
    "id_form": (Verdict.REFUSE, _("An ID number has 18 signs: 17 digits, and a digit or X. This one has %(count)s.")),
    "id_date": (Verdict.REFUSE, _("The ID number holds a day that does not exist.")),
    "id_checksum": (Verdict.REFUSE, _("The last sign of the ID number does not fit: a digit is wrong (R3).")),
    "id_other_document": (Verdict.WARN, _("This is no resident ID number. Name the kind of document.")),
    "unknown_document": (
        Verdict.WARN,
        _("“%(text)s” is no kind of document that can be kept; the number is left out."),
    ),
    "document_form": (Verdict.REFUSE, _("The number of the document has 5 to 20 letters and digits.")),
    "id_on_roll": (
        Verdict.REFUSE,
        _("%(number)s on the roll has this ID number and another name. Correct the number or the name."),
    ),
    "id_of_another": (Verdict.REFUSE, _("The person in line %(row)s has the same ID number and another name.")),
    "birth_contradicts_id": (
        Verdict.REFUSE,
        _("The birth date %(date)s and that of the ID number, %(other)s, differ. Correct one of them."),
    ),
    "sex_contradicts_id": (Verdict.REFUSE, _("The sex and that of the ID number differ. Correct one of them.")),
    "unclear_sex": (Verdict.WARN, _("“%(text)s” is no sex that can be read.")),
    # Other details
    "bad_emergency_phone": (Verdict.WARN, _("“%(text)s” is no phone number; the emergency phone is left out.")),
    "masked_detail": (
        Verdict.WARN,
        _("Signs such as * hide a part of “%(text)s”. It is left out, and what is on the roll stays."),
    ),
    "detail_too_long": (Verdict.WARN, _("“%(text)s” is too long to be kept, and is left out.")),
    "platform_lost_digits": (
        Verdict.WARN,
        _("Excel turned the platform's number into a number: its last digits are lost, so it is left out."),
    ),
    # Units
    "several_units": (
        Verdict.WARN,
        _("The cell names several units. “%(text)s” is stored; add the others on the person's page."),
    ),
    "unknown_unit": (
        Verdict.ASK,
        _(
            "No unit of this community is called “%(text)s”. Register the person without a unit? To keep the "
            "membership, enter the unit first and check the list again."
        ),
    ),
    # Consents
    "no_consent": (Verdict.REFUSE, _("The person did not agree to be on the roll (R2).")),
    "unclear_consent": (
        Verdict.ASK,
        _("“%(text)s” is neither yes nor no. Without a clear yes no consent is recorded."),
    ),
    "minor_consent": (
        Verdict.WARN,
        _("The consents of minors beyond the roll are not imported: guardian and minor give them on a form (K6)."),
    ),
    # Cells and lines
    "formula": (Verdict.REFUSE, _("A cell holds a formula. Copy the column and paste it as values.")),
    "formula_left_out": (Verdict.WARN, _("A cell holds a formula; the ID number says the same, and was read.")),
    "error_cell": (Verdict.REFUSE, _("A cell holds an error such as #N/A instead of a value.")),
    "merged_cell": (Verdict.REFUSE, _("One merged cell holds a detail of several people. Write it into each line.")),
    "hidden_row": (Verdict.WARN, _("The spreadsheet hides this line. Was the person taken off the list?")),
    # Beside other lines and the roll
    "alike_in_file": (Verdict.ASK, _("Line %(row)s has the same name, and not all details are the same. Two people?")),
    "alike_on_roll": (Verdict.ASK, _("This may be %(number)s on the roll. Is it another person?")),
    "changed_meanwhile": (Verdict.ASK, _("The entry on the roll has changed meanwhile: %(why)s")),
    "differs": (Verdict.ASK, _("%(number)s is on the roll with other details: %(details)s.")),
}

# Faults of a registration. A number of this roll beside the same name says that the person is registered.
SETTLED_BY_NUMBER = {
    "broken_character",
    "child_without_guardian",
    "long_name",
    "masked_name",
    "minor_without_guardian",
    "name_with_note",
    "no_consent",
    "odd_name",
    "rare_character",
    "several_people",
    "short_name",
    "title_name",
    "too_young",
}
DATES = {"date", "other"}  # values that are dates: stored as 1958-03-05


@dataclass(frozen=True)
class Fault:
    """One fault of a line, with the values that its sentence names."""

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shown = {name: hide_in(value) if isinstance(value, str) else value for name, value in self.values.items()}
        object.__setattr__(self, "values", shown)

    @property
    def verdict(self) -> Verdict:
        return KNOWN[self.code][0]

    def __str__(self) -> str:
        return str(KNOWN[self.code][1]) % {name: _shown(name, value) for name, value in self.values.items()}


def day_in_words(day: dt.date | None) -> str:
    """Return a date in the reader's language, as every screen shows it."""
    return formats.day(day, get_language() or "", year=True) if day else "—"


def _shown(name: str, value: Any) -> Any:
    return day_in_words(dt.date.fromisoformat(value)) if name in DATES else value
