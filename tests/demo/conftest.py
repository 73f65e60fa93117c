from collections.abc import Iterator
from typing import Any

import pytest

from academy.activities.models import Activity
from academy.people.models import Volunteer
from demo import accounts, curriculum
from tests.demo.scene import NOW, rolled_back


@pytest.fixture(scope="module", autouse=True)
def fewer_courses(request: pytest.FixtureRequest) -> Iterator[None]:
    """Leave a build two courses of twenty, to save its time; not in a module with `ALL_COURSES`."""
    with pytest.MonkeyPatch.context() as patch:
        if not getattr(request.module, "ALL_COURSES", False):
            few = curriculum.files()[:2]
            patch.setattr(curriculum, "files", lambda: few)
        yield


@pytest.fixture(scope="module")
def running(fewer_courses: None, django_db_setup: None, django_db_blocker: Any) -> Iterator[Activity]:
    with django_db_blocker.unblock():
        yield from rolled_back(NOW)


@pytest.fixture
def volunteer(running: Activity, db: None) -> Volunteer:
    return Volunteer.objects.get(name=accounts.VOLUNTEER.name)
