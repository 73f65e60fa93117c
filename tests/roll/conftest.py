from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from tests.hours.scene import Scene
from tests.roll.importing import NOW


@pytest.fixture
def desk(scene: Scene) -> Iterator[Client]:
    """Sign a social worker in to the back office in English."""
    with time_machine.travel(NOW, tick=False):
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        client.force_login(scene.social_worker)
        yield client
