import datetime as dt
from copy import deepcopy
from typing import Any

import pytest

from academy.certificates import services
from academy.certificates.models import Certificate
from academy.people.models import Volunteer
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene


def a_scene_and_its_volunteer() -> tuple[Scene, Volunteer]:
    scene = Scene()
    volunteer = scene.volunteer(login=True, phone="13800138000")
    scene.serve(volunteer, "09:00", "12:00")
    scene.serve(volunteer, "09:00", "11:00", day=SATURDAY + dt.timedelta(days=7))
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
    """Create 王秀英, with a login and five effective hours on two Saturdays."""
    return own[1]


@pytest.fixture
def certificate(scene: Scene, volunteer: Volunteer) -> Certificate:
    certificate = services.issue(
        issuer=scene.issuer,
        volunteer=volunteer,
        period_from=dt.date(2026, 1, 1),
        period_to=dt.date(2026, 1, 31),
        by=scene.social_worker,
        at=ISSUED_AT,
    )
    assert isinstance(certificate, Certificate)
    return certificate
