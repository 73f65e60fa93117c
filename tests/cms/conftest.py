import pytest

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import DutyRole
from tests.factories import UserFactory, found


@pytest.fixture
def community() -> Community:
    return found("songlin")


@pytest.fixture
def trainer(community: Community) -> User:
    return UserFactory(first_name="李老师", duties=[(community, DutyRole.TRAINER)])


@pytest.fixture
def worker(community: Community) -> User:
    return UserFactory(first_name="孙丽", duties=[(community, DutyRole.SOCIAL_WORKER)])
