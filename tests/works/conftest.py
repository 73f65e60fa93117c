import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.test import Client

from academy.core.models import Community
from academy.people.models import User
from academy.people.permissions import DutyRole
from academy.works import services
from academy.works.kinds import KINDS
from tests.factories import CommunityFactory, UserFactory
from tests.works.kinds import Counting

NOW = dt.datetime(2027, 1, 10, 1, 0, tzinfo=dt.UTC)


@pytest.fixture
def today() -> Iterator[dt.datetime]:
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def home() -> Community:
    return CommunityFactory(name="花园社区")


@pytest.fixture
def worker(home: Community, client: Client) -> User:
    """A social worker, who is signed in."""
    worker = UserFactory(duties=[(home, DutyRole.SOCIAL_WORKER)])
    client.force_login(worker)
    return worker


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Leave the tasks in the queue; return them."""
    queue: list[dict[str, Any]] = []
    monkeypatch.setattr(type(services.perform), "enqueue", lambda self, **kwargs: queue.append(kwargs))
    return queue


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> type[Counting]:
    """A registered kind of work without earlier runs."""
    monkeypatch.setitem(KINDS, Counting.slug, Counting)
    monkeypatch.setattr(Counting, "jobs", [])
    monkeypatch.setattr(Counting, "settled", [])
    monkeypatch.setattr(Counting, "too_late", None)
    monkeypatch.setattr(Counting, "by_pieces", None)
    monkeypatch.setattr(Counting, "in_parts", False)
    monkeypatch.setattr(Counting, "meanwhile", staticmethod(lambda job: None))
    return Counting
