"""The leader’s page, for tests."""

from uuid import uuid4

from django.urls import reverse

from academy.checkin.services import codes, scanning
from academy.hours.models import ServiceRecord
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.hours.scene import Scene

GETS = ("activity", "live", "record")
POSTS = ("everybody_out", "confirm")


def address(name, activity, record=None):
    arguments = [activity.pk] + ([record.pk if record else 1] if name == "record" else [])
    return reverse(f"lead:{name}", args=arguments)


def states(records):
    return [ServiceRecord.objects.get(pk=record.pk).state for record in records]


def somebody(scene: Scene, who: str) -> User:
    """Return a login that may not lead the scene's activity."""
    elsewhere = ActivityFactory(leader__login=True)
    match who:
        case "a volunteer":
            return scene.volunteer(login=True).user
        case "the leader of another activity":
            other = VolunteerFactory(community=scene.community, login=True)
            ActivityFactory(community=scene.community, leader=other, issuer=scene.issuer)
            return other.user
        case "a leader in another community":
            return elsewhere.leader.user
        case "a social worker of another community":
            return UserFactory(duties=[(elsewhere.community, DutyRole.SOCIAL_WORKER)])
        case _:
            return UserFactory(duties=[(scene.community, DutyRole(who))])


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
