"""The demonstration as it is built on an empty database, and its comparable facts."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.core.cache import cache
from django.db import transaction

from academy.activities.models import Activity, SignUp
from academy.checkin.models import Scan
from academy.checkin.services import codes, scanning
from academy.hours.models import ServiceRecord
from academy.learning.models import CourseVersion
from academy.people.models import Consent, Volunteer
from demo.build import build

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 3, 11, 10, 20, 30, tzinfo=SHANGHAI)  # a Wednesday


def start(at: dt.datetime) -> Activity:
    """Build the demonstration at `at`, and return its running activity."""
    running = build(at=at)
    assert isinstance(running, Activity), running
    return running


def rolled_back(at: dt.datetime) -> Iterator[Activity]:
    """Build the demonstration at `at`, and roll it back afterwards."""
    with transaction.atomic():
        yield start(at)
        transaction.set_rollback(True)
    cache.clear()


def facts() -> dict[str, list[object]]:
    """Return the facts of a demonstration to compare, without random and database-chosen values."""
    return {
        "people": list(Volunteer.objects.order_by("number").values_list("number", "name", "phone", "birth_date")),
        "consents": list(Consent.objects.order_by("id").values_list("volunteer__number", "kind", "granted")),
        "activities": list(
            Activity.objects.order_by("id", "shifts__starts_at").values_list(
                "title", "shifts__starts_at", "shifts__ends_at", "published_at"
            )
        ),
        "seats": list(SignUp.objects.order_by("id").values_list("volunteer__number", "role__name", "seat")),
        "scans": list(
            Scan.objects.order_by("happened_at", "volunteer").values_list(
                "volunteer__number", "direction", "happened_at"
            )
        ),
        "records": list(
            ServiceRecord.objects.order_by("date", "volunteer__number", "id").values_list(
                "volunteer__number", "date", "category", "minutes", "state", "flags", "effective_on"
            )
        ),
        "courses": [
            (
                version.course.key,
                version.title,
                [(lesson["title"], _words(lesson["body"])) for lesson in version.lessons],
            )
            for version in CourseVersion.objects.select_related("course").order_by("id")
        ],
    }


def _words(body: list[dict[str, Any]]) -> list[object]:
    """Return a lesson's blocks without the keys of its pictures."""
    values = [block["value"] for block in body]
    return [
        {name: part for name, part in value.items() if name != "image"} if isinstance(value, dict) else value
        for value in values
    ]


def scan(volunteer: Volunteer, activity: Activity, direction: str, at: dt.datetime) -> None:
    """Let the volunteer scan the poster; the scan is accepted."""
    answer = scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=codes.checkpoint_for(activity, rotating=False).key,
        code=None,
        volunteer=volunteer,
        operator=volunteer.user,
        direction=direction,
        at=at,
    )
    assert answer.accepted, answer.refusal
