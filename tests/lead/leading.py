"""The leader's page, for tests."""

from uuid import uuid4

from django.urls import reverse

from academy.checkin.services import codes, scanning
from academy.hours.models import ServiceRecord

GETS = ("activity", "live", "record")
POSTS = ("everybody_out", "confirm")


def address(name, activity, record=None):
    arguments = [activity.pk] + ([record.pk if record else 1] if name == "record" else [])
    return reverse(f"lead:{name}", args=arguments)


def states(records):
    return [ServiceRecord.objects.get(pk=record.pk).state for record in records]


def scan(activity, volunteer, code, at):
    return scanning.record_scan(
        scan_id=uuid4(),
        checkpoint=codes.checkpoint_for(activity, rotating=True).key,
        code=code,
        volunteer=volunteer,
        operator=None,
        direction="in",
        at=at,
    )
