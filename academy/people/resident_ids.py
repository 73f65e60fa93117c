"""Resident ID numbers (R3): the check digit, and the birth date and sex that the number holds."""

import datetime as dt
import re

_FORM = re.compile(r"[1-9]\d{16}[\dX]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK_DIGITS = "10X98765432"
SHOWN_AT_START, SHOWN_AT_END = 1, 1


def fault_of(number: str) -> str:
    """Return `id_form`, `id_date` or `id_checksum` for a number that R3 refuses, else an empty text."""
    if _FORM.fullmatch(number) is None:
        return "id_form"
    if birth_date_of(number) is None:
        return "id_date"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "" if number[17] == _CHECK_DIGITS[total % 11] else "id_checksum"


def birth_date_of(number: str) -> dt.date | None:
    """Return the date in a number of 18 characters; None if there is no such day."""
    try:
        return dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """Return `male` or `female`: the seventeenth digit is odd for a man."""
    return "male" if int(number[16]) % 2 else "female"


def masked(number: str) -> str:
    """Return the number as screens show it: 4****************X (V2)."""
    hidden = max(len(number) - SHOWN_AT_START - SHOWN_AT_END, 0)
    return number[:SHOWN_AT_START] + "*" * hidden + number[-SHOWN_AT_END:] if hidden else "*" * len(number)


_ANYWHERE = re.compile(r"(?<!\d)\d{14,17}[\dXx](?!\d)")


def hide_in(text: str) -> str:
    """Return a text in which any ID number is masked: people type one into other cells too."""
    return _ANYWHERE.sub(lambda found: masked(found[0]), text)
