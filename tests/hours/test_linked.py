"""Hours that a sign-in confirmed for the person who it is now wait for somebody else (K4)."""

import pytest

from academy.hours.models import RecordState, ServiceRecord
from academy.hours.services import confirmation
from academy.people.models import Volunteer
from academy.people.permissions import DutyRole
from academy.people.services import linking
from tests.factories import UserFactory
from tests.hours.scene import Scene, audit, moment

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LATER = moment("15:00")


def states(volunteer: Volunteer) -> list[str]:
    return list(ServiceRecord.objects.filter(volunteer=volunteer).order_by("pk").values_list("state", flat=True))


@pytest.mark.parametrize("own", [True, False])
def test_k4_after_the_link_somebody_else_confirms_what_was_their_own(scene: Scene, own: bool) -> None:
    volunteer, other = scene.volunteer("李敏"), scene.volunteer("王秀英")
    activity = scene.activity()
    for one in (volunteer, other):
        scene.attend(one, activity.shifts.get())
    administrator = UserFactory(duties=[(scene.community, DutyRole.ADMINISTRATOR)])
    linked = scene.social_worker if own else UserFactory(duties=[(scene.community, DutyRole.TRAINER)])
    confirmation.confirm(activity=activity, by=scene.social_worker, at=moment("12:30"))

    answer = linking.link_login(volunteer=volunteer, user=linked, by=administrator, at=LATER)

    assert isinstance(answer, Volunteer), answer
    waiting = [RecordState.WITHDRAWN, RecordState.AWAITING_CONFIRMATION]
    assert states(volunteer) == (waiting if own else [RecordState.ON_NOTICE])
    assert states(other) == [RecordState.ON_NOTICE]
    assert audit()[0] == 0
