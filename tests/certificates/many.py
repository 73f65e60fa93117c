"""A community whose people get certificates together, for tests."""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from academy.certificates import batches
from academy.certificates.batch_models import Batch
from academy.people.models import Volunteer
from tests.hours.scene import ISSUED_AT, Scene

JANUARY = (dt.date(2026, 1, 1), dt.date(2026, 1, 31))
NAMES = ("王秀英", "李建国", "陈阿妹")


@dataclass
class Many:
    """Three people with effective hours in January, and 周大爷 without any."""

    scene: Scene
    people: list[Volunteer]
    idle: Volunteer


def many_people() -> Many:
    scene = Scene()
    people = [scene.volunteer(name) for name in NAMES]
    for place, person in enumerate(people):
        scene.serve(person, f"{9 + place:02}:00", f"{11 + place:02}:00")
    return Many(scene, people, scene.volunteer("周大爷"))


def begin(many: Many, **changes: Any) -> Any:
    given = {
        "issuer": many.scene.issuer,
        "kind": "service",
        "period": JANUARY,
        "people": many.people,
        "key": uuid4().hex,
        "by": many.scene.social_worker,
        "at": ISSUED_AT,
    }
    return batches.begin_batch(**{**given, **changes})


def issue_all(many: Many, batch: Batch, **changes: Any) -> Any:
    return batches.issue_batch(**{"batch": batch, "by": many.scene.social_worker, "at": ISSUED_AT, **changes})
