"""Answers that are read once while a request or a tick runs.

Elsewhere each question is read again, so no process keeps an old answer.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from asgiref.local import Local
from django.core.signals import request_finished, request_started
from django.dispatch import receiver

T = TypeVar("T")

_kept = Local()


def once(question: Hashable, read: Callable[[], T]) -> T:
    """Return the answer kept for `question`; else `read` it, and keep it until the request or tick ends."""
    answers: dict[Hashable, Any] | None = getattr(_kept, "answers", None)
    if answers is None:
        return read()
    if question not in answers:
        answers[question] = read()
    answer: T = answers[question]
    return answer


def forget() -> None:
    """Drop all answers kept so far: this request has just changed what they rest on."""
    if getattr(_kept, "answers", None) is not None:
        _kept.answers = {}


@contextmanager
def keeping() -> Iterator[None]:
    """Keep answers inside the `with` block, as a request does."""
    _kept.answers = {}
    try:
        yield
    finally:
        _kept.answers = None


@receiver(request_started)
def _begin(**kwargs: Any) -> None:
    _kept.answers = {}


@receiver(request_finished)
def _end(**kwargs: Any) -> None:
    _kept.answers = None
