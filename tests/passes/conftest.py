import datetime as dt
from copy import deepcopy
from typing import Any

import pytest

from academy.people.models import Volunteer
from tests.hours.scene import SATURDAY, Scene


def a_scene_and_its_volunteer() -> tuple[Scene, Volunteer]:
    scene = Scene()
    volunteer = scene.volunteer(login=True)
    for week in range(3):
        scene.serve(volunteer, "09:00", "11:30", day=SATURDAY + dt.timedelta(days=7 * week))
    scene.serve(volunteer, "14:00", "15:00", kind="training", counts_as="learner")
    return scene, volunteer


@pytest.fixture(scope="module")
def of_module(rows_of_module: Any) -> Any:
    return rows_of_module(a_scene_and_its_volunteer)


@pytest.fixture
def own(of_module: tuple[Scene, Volunteer], db: None) -> tuple[Scene, Volunteer]:
    return deepcopy(of_module)


@pytest.fixture
def scene(own: tuple[Scene, Volunteer]) -> Scene:
    return own[0]


@pytest.fixture
def volunteer(own: tuple[Scene, Volunteer]) -> Volunteer:
    """Create 王秀英, with a login, 2.5 hours on each of three Saturdays, and an hour of learning."""
    return own[1]
