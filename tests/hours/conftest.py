import pytest

from tests.hours.scene import Scene


@pytest.fixture
def scene(db: None) -> Scene:
    return Scene()
