"""Lists of the back office with more rows than are counted."""

import csv
import io
import re

import pytest

from academy.core import paging
from academy.people.permissions import DutyRole
from academy.units.models import Unit
from tests.factories import CommunityFactory, UnitFactory, UserFactory
from tests.pages import text_of

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/unit/"


@pytest.fixture
def desk(client, monkeypatch):
    """A social worker with 45 units, where a list counts up to 40 rows and shows 20 on a page."""
    monkeypatch.setattr(paging, "COUNTED", 40)
    community = CommunityFactory()
    for number in range(45):
        UnitFactory(community=community, name=f"单位{number:02}")
    client.force_login(UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]))
    client.cookies["django_language"] = "en"
    return client


def names(page) -> list[str]:
    return re.findall(r"单位\d\d", text_of(page))


def test_a_long_list_says_that_it_shows_the_first_rows(desk):
    shown = text_of(desk.get(ADDRESS))
    assert "Page 1 of 2" in shown
    assert "The first 40. To see others, filter or search." in shown


def test_a_list_of_exactly_so_many_rows_is_complete(desk):
    Unit.objects.filter(name__gte="单位40").delete()
    shown = text_of(desk.get(ADDRESS))
    assert "Page 1 of 2" in shown and "40 rows" in shown and "The first" not in shown
    desk.cookies["django_language"] = "zh-hans"
    assert "共 40 条" in text_of(desk.get(ADDRESS))


def test_a_search_counts_to_its_end_and_reaches_each_row(desk):
    shown = text_of(desk.get(ADDRESS, {"q": "单位", "p": 3}))
    assert "45 matches" in shown and "Page 3 of 3" in shown


def test_an_export_holds_all_rows(desk):
    answer = desk.get(ADDRESS, {"export": "csv"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == 45


def test_each_of_many_equal_rows_is_on_one_page(desk, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 100)
    Unit.objects.update(offers="场地")
    pages = [names(desk.get(ADDRESS, {"ordering": "-offers", "p": page})) for page in (1, 2, 3)]
    rows = [name for page in pages for name in dict.fromkeys(page)]
    assert sorted(rows) == [f"单位{number:02}" for number in range(45)]
    assert rows == sorted(rows, reverse=True)  # the keys decide
