import pytest

from academy.works.kinds import KINDS
from tests.works.kinds import Counting


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> type[Counting]:
    """A registered kind of work without earlier runs."""
    monkeypatch.setitem(KINDS, Counting.slug, Counting)
    monkeypatch.setattr(Counting, "jobs", [])
    monkeypatch.setattr(Counting, "settled", [])
    monkeypatch.setattr(Counting, "too_late", None)
    monkeypatch.setattr(Counting, "meanwhile", staticmethod(lambda job: None))
    return Counting
