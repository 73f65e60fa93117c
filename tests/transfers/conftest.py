from collections.abc import Iterator

import pytest
import time_machine
from django.conf import settings
from django.test import Client

from academy.hours.models import (
    ServiceRecord,
)
from tests.hours.scene import Scene
from tests.transfers.lists import (
    NOW,
    import_list,
    row,
)


@pytest.fixture
def past(scene: Scene) -> ServiceRecord:
    """Import one record, which is on notice."""
    import_list(scene, row(scene.volunteer(login=True).number))
    return ServiceRecord.objects.select_related("shift", "activity", "volunteer").get()


@pytest.fixture
def desk(scene: Scene) -> Iterator[Client]:
    """Sign a social worker in to the back office in English, on a Monday morning."""
    with time_machine.travel(NOW, tick=False):
        client = Client()
        client.force_login(scene.social_worker)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        yield client
