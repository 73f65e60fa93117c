"""Every page of volunteers and leaders in more dresses: pairs of width, letters, colours, language."""

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import browser_type_launch_args, served
from tests.e2e.faces import DAILY, OWN, REST
from tests.e2e.office_faces import OFFICE
from tests.e2e.test_faces import community, dress, wrong_in

__all__ = ["browser_type_launch_args", "community", "served"]  # fixtures

pytestmark = [
    pytest.mark.sqlite,  # the pages are the same on both
    pytest.mark.filterwarnings("ignore:.*FileIO:pytest.PytestUnraisableExceptionWarning"),
]

DRESSES = [
    dress(320),
    dress(320, elder=1, dark=True, english=True),
    dress(320, elder=2, english=True),
    dress(360, dark=True, english=True),
    dress(360, elder=1),
    dress(360, elder=2, dark=True),
    dress(1280, english=True),
    dress(1280, elder=1, dark=True),
    dress(1280, elder=2, dark=True, english=True),
]


# The pages that few people open wear what differs most.
FEWER = [
    dress(320, elder=2, dark=True),
    dress(360),
    dress(768, elder=2, english=True),
    dress(1280),
    dress(1280, elder=1, dark=True, english=True),
]


def test_every_page_is_good_in_more_dresses(community: str, browser: Browser) -> None:
    assert [wrong_in(one, community, browser, [DAILY, OWN]) for one in DRESSES] == [[] for _ in DRESSES]


def test_the_other_pages_are_good_in_the_dresses_that_differ_most(community: str, browser: Browser) -> None:
    assert [wrong_in(one, community, browser, [REST, OFFICE]) for one in FEWER] == [[] for _ in FEWER]
