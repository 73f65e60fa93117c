"""The third unexcused no-show within 90 days, which the social worker alone hears of (A4)."""

import datetime as dt

import pytest
import time_machine

from academy.activities import absences
from academy.activities.models import SignUp
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, sign_up
from tests.hours.scene import SATURDAY, Scene, moment
from tests.pages import text_of

pytestmark = pytest.mark.slow

NO_SHOW = "缺席：王*英，90 天"


def miss(scene: Scene, person, weeks: int, absence: str = "unexcused") -> None:
    """Note that the person did not come, some weeks before the last Saturday."""
    day = SATURDAY - dt.timedelta(weeks=weeks)
    activity = scene.activity(day=day, title=f"{weeks} 周前")
    place = sign_up(person, activity.shifts.get(), at=moment("08:00", day - dt.timedelta(days=1)))
    noted = absences.note(sign_up=place, absence=absence, by=scene.leading, at=moment("13:00", day))
    assert isinstance(noted, SignUp), noted


def who_reads(scene: Scene, client) -> set[DutyRole | str]:
    """Return the duties, and the leader, whose pages show the line."""
    found: set[DutyRole | str] = set()
    with time_machine.travel(moment("14:00"), tick=False):
        for role in DutyRole:
            client.force_login(UserFactory(duties=[(scene.community, role)]))
            if NO_SHOW in text_of(client.get("/admin/")):
                found.add(role)
        client.force_login(scene.leading)
        if any("王*英" in text_of(client.get(page)) for page in ("/lead/", "/my/")):
            found.add("leader")
    return found


def test_a_third_unexcused_no_show_in_90_days_is_told_to_the_social_worker_alone(scene, client):
    person = scene.volunteer("王秀英")
    miss(scene, person, 2)
    miss(scene, person, 1)
    assert who_reads(scene, client) == set()

    miss(scene, person, 0)

    assert who_reads(scene, client) == {DutyRole.SOCIAL_WORKER}


@pytest.mark.parametrize(("weeks", "absence"), [(1, "excused"), (13, "unexcused")], ids=["excused", "91 days ago"])
def test_an_excused_no_show_and_an_old_one_count_for_nothing(scene, client, weeks, absence):
    person = scene.volunteer("王秀英")
    miss(scene, person, weeks, absence)
    miss(scene, person, 2)
    miss(scene, person, 0)

    assert who_reads(scene, client) == set()
