"""Passbooks printed for tests, and hours that change."""

import datetime as dt
from typing import Any

from academy.core.refusals import Refusal
from academy.hours.models import ServiceRecord
from academy.hours.services import corrections, records
from academy.hours.services.storing import Difference
from academy.passes import books, printing
from academy.passes.models import PassbookPrinting
from academy.people.models import User, Volunteer
from tests.hours.scene import ISSUED_AT, Scene
from tests.paper.reading import pages

LATER = ISSUED_AT + dt.timedelta(days=30)


def print_next(volunteer: Volunteer, by: User, at: dt.datetime = ISSUED_AT, **kwargs: Any) -> PassbookPrinting:
    """Print as a user who looked at the page just now."""
    last = books.last_printing(volunteer)
    made = books.print_next(volunteer=volunteer, seen=last.pk if last else None, by=by, at=at, **kwargs)
    assert isinstance(made, PassbookPrinting), made
    return made


def text_of(made: PassbookPrinting) -> list[str]:
    pdf = printing.pdf_of(made)
    assert not isinstance(pdf, Refusal)
    return pages(pdf)


def take_back(scene: Scene, record: ServiceRecord) -> None:
    """Correct the record to no hours at all."""
    corrections.correct([Difference(record, None)], by=scene.social_worker, at=LATER, reason="没来")


def count_again(scene: Scene, record: ServiceRecord) -> None:
    """Correct a record whose minutes are not what its scans give."""
    outcome = records.compute_one(volunteer_id=record.volunteer_id, shift_id=record.shift_id, at=LATER)
    corrections.correct(outcome.differing, by=scene.social_worker, at=LATER, reason="核对")
