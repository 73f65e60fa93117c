"""A request for another name, for tests of all kinds of requests."""

from academy.people.models import User
from academy.people.services import personal_data
from academy.profiles.models import IdentityRequest
from tests.desk.test_two_desks import MONDAY
from tests.hours.scene import Scene


def identity_request(scene: Scene, by: User) -> IdentityRequest:
    person = scene.volunteer("赵淑珍")
    wish = personal_data.encrypt_for(person, {"name": "赵淑贞", "document_type": "", "number": ""})
    return IdentityRequest.objects.create(volunteer=person, wish=wish, asked_by=by, asked_at=MONDAY)
