"""Codes on a stranger's photo. The photo is read by a process of its own, and not kept."""

import json
from dataclasses import dataclass
from math import inf
from pathlib import Path
from threading import Semaphore
from time import monotonic
from typing import Final

from django.utils.translation import gettext_lazy as _

from academy.core.refusals import Refusal
from academy.paper import picture_reader
from academy.paper.apart import read_apart

MOST_BYTES: Final = 15_000_000
_READER: Final = Path(picture_reader.__file__)
_SECONDS: Final = 20  # for one photo
_WAIT: Final = 5  # seconds for its turn
# A process that reads a photo may use one processor; the others are for the pages.
_turn: Final = Semaphore(1)

NO_PHOTO = Refusal("no_photo", _("This is no photo that we can open. Take it as JPG, PNG or HEIC."))
LARGE_PHOTO = Refusal(
    "large_photo", _("The photo is too large: 15 MB and 60 million dots at most. Take it in a smaller size.")
)
DAMAGED_PHOTO = Refusal("damaged_photo", _("The photo is damaged and cannot be opened. Take it again."))
PHOTOS_BUSY = Refusal("photos_busy", _("Other photos are being read. Wait a minute and send it again."))
_FAULTS: Final = {"format": NO_PHOTO, "large": LARGE_PHOTO, "broken": DAMAGED_PHOTO}


@dataclass(frozen=True)
class CodesOnPhoto:
    """The texts of the codes on a photo, and the number of codes that were seen and could not be read."""

    texts: list[str]
    damaged: int


def read_codes(content: bytes, *, until: float = inf) -> CodesOnPhoto | Refusal:
    """Return the codes on a photo, before the moment `until` of the monotonic clock.

    Refuses with `no_photo`, `large_photo`, `damaged_photo` and `photos_busy`.
    """
    if len(content) > MOST_BYTES:
        return LARGE_PHOTO
    if not _turn.acquire(timeout=min(_WAIT, max(until - monotonic(), 0))):
        return PHOTOS_BUSY
    try:
        left = until - monotonic()
        answer = read_apart(_READER, content, seconds=min(_SECONDS, left)) if left > 0 else None
    finally:
        _turn.release()
    if answer is None:
        return PHOTOS_BUSY if monotonic() >= until else DAMAGED_PHOTO
    found = json.loads(answer)
    if found["fault"]:
        return _FAULTS[found["fault"]]
    return CodesOnPhoto(found["texts"], found["damaged"])
