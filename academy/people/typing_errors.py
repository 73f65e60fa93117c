"""People found in spite of one typing error, asked only if nobody fits exactly (ADR 83)."""

from collections.abc import Callable, Sequence
from functools import partial

from django.db.models import QuerySet

from academy.core import pinyin
from academy.core.keys import normalise_number
from academy.core.typing_errors import has_one_error
from academy.people.models import Volunteer
from academy.people.names import tidy_name, tidy_phone

SHORTEST_PHONE, SHORTEST_NUMBER, SHORTEST_PINYIN = 7, 9, 4  # signs: below, one error leaves too little
MOST = 100  # people for a word

Fits = Callable[[str, str, str], bool]  # takes name, phone and number


def find(people: QuerySet[Volunteer], words: Sequence[str]) -> list[list[int]]:
    """Return for each word the ids of the people whom it names with one error. One statement.

    Names that sound the same come alone; without any, one character may be another.
    """
    asked = [_ways(word) for word in words]
    found: list[list[list[int]]] = [[[] for _fits in ways] for ways in asked]
    if any(asked):
        for pk, *texts in people.order_by().values_list("pk", "name", "phone", "number"):
            for of_word, ways in zip(found, asked, strict=True):
                for hits, fits in zip(of_word, ways, strict=True):
                    if len(hits) < MOST and fits(*texts):
                        hits.append(pk)
    return [next((hits for hits in of_word if hits), []) for of_word in found]


def _ways(word: str) -> list[Fits]:
    """Return the ways to read a word with one error, the surest first."""
    name, digits, number = tidy_name(word), tidy_phone(word), normalise_number(word)
    if letters := pinyin.letters(word):
        return [partial(_is_misspelt, letters)] if len(letters) >= SHORTEST_PINYIN else []
    if digits.isdecimal():
        return [partial(_has_phone, digits)] if len(digits) >= SHORTEST_PHONE else []
    if any(map(str.isdecimal, number)):
        return [partial(_has_number, number)] if len(number) >= SHORTEST_NUMBER else []
    if len(name) < 2 or not all(sign >= "\u2e80" for sign in name):
        return []
    return [partial(_sounds_like, name), *([partial(_has_name, name)] if len(name) > 2 else [])]


def _is_misspelt(letters: str, name: str, phone: str, number: str) -> bool:
    return pinyin.is_misspelt(name, letters)


def _has_phone(digits: str, name: str, phone: str, number: str) -> bool:
    return has_one_error(phone, digits) or (len(phone) > len(digits) and has_one_error(phone[-len(digits) :], digits))


def _has_number(typed: str, name: str, phone: str, number: str) -> bool:
    return has_one_error(number, typed)


def _sounds_like(typed: str, name: str, phone: str, number: str) -> bool:
    return len(name) == len(typed) and pinyin.sounds_like(name, typed)


def _has_name(typed: str, name: str, phone: str, number: str) -> bool:
    return len(name) == len(typed) and has_one_error(name, typed)
