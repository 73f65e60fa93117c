"""Volunteer numbers: ``V``, the year, a sequence, and a check character (R6)."""

import re

from academy.core import keys

SEQUENCE = 6  # digits at least
_NUMBER = re.compile(rf"V\d{{{4 + SEQUENCE},{5 + SEQUENCE}}}[{keys.ALPHABET}]")


def compose(year: int, sequence: int) -> str:
    """Return the number with its check character; it never holds the ID number (R6)."""
    body = f"V{year}{sequence:0{SEQUENCE}}"
    return body + keys.check_character(body)


def read(text: str) -> str:
    """Return the volunteer number that the text is, as it is stored; empty for any other text."""
    number = keys.normalise_number(text)
    is_number = _NUMBER.fullmatch(number) and keys.check_character(number[:-1]) == number[-1]
    return number if is_number else ""


def is_mistyped(text: str) -> bool:
    """Return whether the text has the form of a volunteer number, with a wrong check character."""
    return _NUMBER.fullmatch(keys.normalise_number(text)) is not None and not read(text)
