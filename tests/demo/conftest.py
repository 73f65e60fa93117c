from collections.abc import Iterator
from typing import Any

import pytest

from academy.activities.models import Activity
from academy.people.models import Volunteer
from demo import accounts
from tests.demo.scene import NOW, rolled_back


@pytest.fixture(scope="package")
def running(django_db_setup: None, django_db_blocker: Any) -> Iterator[Activity]:
    """The demonstration with its running shift: built once for this directory, which takes seconds."""
    with django_db_blocker.unblock():
        yield from rolled_back(NOW)


@pytest.fixture
def volunteer(running: Activity, db: None) -> Volunteer:
    return Volunteer.objects.get(name=accounts.VOLUNTEER.name)
