import datetime as dt

import pytest

from academy.certificates import services
from academy.certificates.models import Certificate
from academy.people.models import Volunteer
from tests.hours.scene import ISSUED_AT, SATURDAY, Scene


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@pytest.fixture
def volunteer(scene: Scene) -> Volunteer:
    """王秀英, with a login and five effective hours on two Saturdays."""
    volunteer = scene.volunteer(login=True, phone="13800138000")
    scene.serve(volunteer, "09:00", "12:00")
    scene.serve(volunteer, "09:00", "11:00", day=SATURDAY + dt.timedelta(days=7))
    return volunteer


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
