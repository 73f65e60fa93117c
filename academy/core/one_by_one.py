"""Work on many things, each by itself: an error in one is logged and stops no other."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each_alone(items: Iterable[T], act: Callable[[T], R], *, failed: str, log: logging.Logger) -> list[R]:
    """Call `act` for each item in order, and return the results of the calls that succeeded.

    An error is logged with its traceback under `failed`, a text with one `%s` for the item.
    """
    done = []
    for item in items:
        try:
            done.append(act(item))
        except Exception:
            log.exception(failed, item)
    return done
