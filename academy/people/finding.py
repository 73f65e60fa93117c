"""People found by what somebody types: name, pinyin, number, or digits of the phone."""

import re
from functools import reduce
from operator import and_

from django.db.models import Q, QuerySet

from academy.core.finders import BEGINNING, EXACT, FAR, INSIDE, LONGEST, MISTYPED, by_pinyin, first_of
from academy.core.keys import normalise_number
from academy.core.text import HAN, identifier
from academy.people import typing_errors
from academy.people.models import Volunteer
from academy.people.names import tidy_name, tidy_phone

SHORTEST_NUMBER = 2  # digits

_NUMERIC = re.compile(r"[+\d().\-/\s]+")
_NAME_AND_DIGITS = re.compile(rf"(?<=[{HAN}])(?=\d)")  # 王秀英0011


def find(people: QuerySet[Volunteer], typed: str) -> QuerySet[Volunteer]:
    """Return those of `people` whom each word of `typed` names, with their `nearness`, the nearest first.

    If nobody fits, one word may have a typing error. Pinyin costs one statement, which reads the names; the question
    whether anybody fits is one, and a typing error another one, however many people there are.
    """
    words = words_of(typed)
    steps = [_steps(people, word) for word in words]
    number = Q(number=normalise_number(typed[:LONGEST])) if words else Q()
    wanted = reduce(and_, (reduce(Q.__or__, one.values()) for one in steps), Q()) | number
    nearness = {**steps[0], EXACT: steps[0][EXACT] | number} if steps else {}
    if words and not people.filter(wanted).order_by().exists():
        wanted = _mistyped(people, words, steps)
        nearness = {MISTYPED: wanted}
    return people.filter(wanted).annotate(nearness=first_of(nearness)).order_by("nearness", "name", "number")


def _mistyped(people: QuerySet[Volunteer], words: list[str], steps: list[dict[int, Q]]) -> Q:
    """Return the filter of the people whom one word names with one error, and each other word exactly."""
    exactly = [reduce(Q.__or__, one.values()) for one in steps]
    wanted = Q(pk__in=[])
    for place, pks in enumerate(typing_errors.find(people, words)):
        others = [one for at, one in enumerate(exactly) if at != place]
        wanted |= reduce(and_, others, Q(pk__in=pks))
    return wanted


def on_roll(people: QuerySet[Volunteer], typed: str) -> QuerySet[Volunteer]:
    """Return the people whom the roll shows for `typed`, also by an entry that was joined to theirs."""
    joined = Volunteer.objects.filter(merged_into__in=people.order_by().values("pk"))
    own, gone = (find(rows, typed).order_by() for rows in (people, joined))
    return people.filter(Q(pk__in=own.values("pk")) | Q(pk__in=gone.values("merged_into")))


def words_of(typed: str) -> list[str]:
    """Return the words of a typed text: `王秀英 139 0000 0011` → 王秀英, 139 0000 0011.

    Groups of digits are one number, and syllables are one name. Only its first signs count: each word is a part of the
    statement.
    """
    words: list[str] = []
    for part in _NAME_AND_DIGITS.sub(" ", identifier(typed[:LONGEST])).split():
        if words and _kind(words[-1]) == _kind(part) != "":
            words[-1] += f" {part}"
        else:
            words.append(part)
    return words


def _kind(word: str) -> str:
    if _NUMERIC.fullmatch(word):
        return "number"
    return "name" if word.isascii() and not any(map(str.isdecimal, word)) else ""


def _steps(people: QuerySet[Volunteer], word: str) -> dict[int, Q]:
    """Return the filters of the people that one word names, by their nearness."""
    name = tidy_name(word)
    steps = {
        EXACT: Q(name__iexact=name),
        BEGINNING: Q(name__istartswith=name),
        INSIDE: Q(name__icontains=name),
        FAR: Q(pk__in=[]),
    }
    for step, pks in by_pinyin(people, "name", word).items():
        steps[step] |= Q(pk__in=pks)
    digits = tidy_phone(word)
    if digits.isdecimal() and len(digits) >= SHORTEST_NUMBER:
        steps[EXACT] |= Q(phone=digits)
        steps[BEGINNING] |= Q(phone__endswith=digits)
        steps[INSIDE] |= Q(phone__contains=digits)
    if any(map(str.isdecimal, word)):
        number = normalise_number(word)
        steps[BEGINNING] |= Q(number__endswith=number)
        steps[FAR] |= Q(number__contains=number)
    return steps
