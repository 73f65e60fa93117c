"""The leader's pages and forms are for the leader and the community's social worker alone."""

from copy import deepcopy
from typing import Any, NamedTuple

import pytest
import time_machine

from academy.activities.models import Activity
from academy.hours.models import RecordState, ServiceRecord
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.browsers import SignIn
from tests.factories import ActivityFactory, UserFactory, VolunteerFactory
from tests.hours.scene import Scene, moment
from tests.lead.leading import GETS, POSTS, address


class Waiting(NamedTuple):
    """An activity whose records wait to be confirmed, at a quarter past twelve."""

    scene: Scene
    activity: Activity
    records: list[ServiceRecord]


def three_wait() -> Waiting:
    scene = Scene()
    activity = scene.activity()
    shift = activity.shifts.get()
    records = [
        record for name in ("王秀英", "李建国", "张桂兰") for record in scene.attend(scene.volunteer(name), shift)
    ]
    return Waiting(scene, activity, records)


@pytest.fixture(scope="module")
def waiting_of_module(rows_of_module: Any) -> Any:
    return rows_of_module(three_wait)


@pytest.fixture
def waiting(waiting_of_module: Waiting, db: None, clock: time_machine.Traveller) -> Waiting:
    clock.move_to(moment("12:15"))
    return deepcopy(waiting_of_module)


def somebody(scene: Scene, who: str) -> User | None:
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


@pytest.mark.parametrize("name", [*GETS, *POSTS])
@pytest.mark.parametrize(
    "who",
    [
        "a volunteer",
        "the leader of another activity",
        "a leader in another community",
        "a social worker of another community",
        "trainer",
        "approver",
        "street_viewer",
        "administrator",
    ],
)
def test_a_user_who_does_not_lead_it_gets_404(waiting: Waiting, sign_in: SignIn, who: str, name: str) -> None:
    client = sign_in(somebody(waiting.scene, who))
    url = address(name, waiting.activity, waiting.records[0])

    response = client.post(url) if name in POSTS else client.get(url)

    assert response.status_code == 404
    states = ServiceRecord.objects.filter(pk__in=[record.pk for record in waiting.records]).values_list(
        "state", flat=True
    )
    assert list(states) == [RecordState.AWAITING_CONFIRMATION] * 3


@pytest.mark.parametrize("name", GETS)
def test_the_leader_and_the_communitys_social_worker_may(waiting: Waiting, sign_in: SignIn, name: str) -> None:
    for user in (waiting.scene.leading, waiting.scene.social_worker):
        assert sign_in(user).get(address(name, waiting.activity, waiting.records[0])).status_code == 200
