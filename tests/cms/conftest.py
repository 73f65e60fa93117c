from copy import deepcopy
from typing import Any

import pytest

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, found


@pytest.fixture(scope="module")
def founded(rows_of_module: Any) -> Community:
    """A community with its pages: rows of the module, since founding one takes a second."""
    community: Community = rows_of_module(lambda: found("songlin"))
    return community


@pytest.fixture
def community(founded: Community, db: None) -> Community:
    return deepcopy(founded)


@pytest.fixture
def trainer(community: Community) -> User:
    return UserFactory(first_name="李老师", duties=[(community, DutyRole.TRAINER)])


@pytest.fixture
def worker(community: Community) -> User:
    return UserFactory(first_name="孙丽", duties=[(community, DutyRole.SOCIAL_WORKER)])
