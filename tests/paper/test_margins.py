"""Every sheet of the product is drawn, and leaves the edges white that cheap lasers do not print."""

import pytest

from academy.paper.sheets import Sheet
from tests.paper import papers
from tests.paper.printing import printed
from tests.paper.reading import margins_are_white, pages

pytestmark = pytest.mark.slow

ON_SCREENS = ("InvitationSheet", "StatementSheet")
SAMPLES: dict[str, Sheet] = {name: sheet for name, sheet, _addresses in papers.samples()} | dict(papers.without_codes())


def test_all_sheets_are_found() -> None:
    names = ("Accident", "Agreement", "Thanks", "Quarter", "Notice", "People", "Copy", "Passbook", "Poster", "Badges")
    assert {f"{name}Sheet" for name in names} < set(SAMPLES)
    assert set(papers.all_sheets()) <= set(SAMPLES) and len(papers.all_sheets()) >= 23
    assert set(ON_SCREENS) < set(SAMPLES)


@pytest.mark.parametrize("name", [name for name in SAMPLES if name not in ON_SCREENS])
def test_each_page_leaves_the_edges_white_that_lasers_do_not_print(name: str) -> None:
    pdf = printed(SAMPLES[name])
    drawn = pages(pdf)
    assert any(drawn)
    for page in range(len(drawn)):
        assert margins_are_white(pdf, page=page)
