import datetime as dt

import pytest

from academy.certificates import services
from academy.certificates.models import Certificate
from academy.hours import services as hours
from academy.people.models import Volunteer
from tests.hours.scene import SATURDAY, Scene, moment

ISSUED_AT = moment("09:00", dt.date(2026, 2, 2))


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()


@pytest.fixture
def volunteer(scene: Scene) -> Volunteer:
    """王秀英, with a login and five effective hours on two Saturdays."""
    volunteer = scene.volunteer(login=True, phone="13800138000")
    serve(scene, volunteer, "09:00", "12:00")
    serve(scene, volunteer, "09:00", "11:00", day=SATURDAY + dt.timedelta(days=7))
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


def serve(
    scene: Scene, volunteer: Volunteer, came: str, left: str, *, day: dt.date = SATURDAY, **activity: object
) -> None:
    """A visit that is confirmed, and whose notice is over."""
    planned = scene.activity((came, left), day=day, **activity)  # type: ignore[arg-type]
    scene.attend(volunteer, planned.shifts.get(), came, left)
    hours.confirm(activity=planned, by=scene.leading, at=moment(left, day) + dt.timedelta(minutes=30))
    hours.end_notices(at=moment("00:05", day + dt.timedelta(days=6)))
