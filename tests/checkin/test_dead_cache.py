"""A cache that does not answer stops no check-in."""

from typing import Any

import pytest
from django.core.cache.backends.base import BaseCache
from django.urls import reverse
from django.utils import timezone

from academy.checkin.models import Visit
from academy.checkin.services import codes
from academy.people.services import slips
from tests.checkin.test_pages import tap
from tests.checkin.times import END, START
from tests.factories import ActivityFactory, VolunteerFactory

pytestmark = pytest.mark.django_db


class DeadCache(BaseCache):
    def _fail(self, *args: Any, **kwargs: Any) -> Any:
        raise ConnectionError("the cache does not answer")

    add = get = set = touch = delete = clear = _fail


def test_a_volunteer_signs_in_by_slip_and_checks_in_without_the_cache(client, clock, settings):
    activity = ActivityFactory()
    volunteer = VolunteerFactory(community=activity.community)
    [(_slip, code)] = slips.print_slips(volunteers=[volunteer], by=None, at=timezone.now())
    gate = f"/c/{codes.checkpoint_for(activity, rotating=False).key}/"
    settings.CACHES = {"default": {"BACKEND": f"{__name__}.DeadCache"}}

    client.post("/s/", {"code": code})
    tap(client, gate)
    assert Visit.objects.get().opened_at == START
    clock.move_to(END)
    tap(client, gate)

    assert Visit.objects.get().closed_at == END
    assert client.get(reverse("home:my")).status_code == 200
    assert client.get("/health/").status_code == 200
