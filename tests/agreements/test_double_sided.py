"""Sheets to sign on both sides: each person's begins on a front (ADR 176)."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from academy.agreements import printing
from academy.agreements.printing import print_pdf
from academy.people.works import FEW
from tests.agreements.texts import publish_text, worker_of
from tests.factories import CommunityFactory, VolunteerFactory
from tests.paper.reading import pages, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

START = dt.datetime(2026, 1, 10, 1, tzinfo=dt.UTC)
BLANK = ""


def is_white(pdf: bytes, page: int) -> bool:
    return picture(pdf, page=page, dpi=50).getextrema() == (255, 255)


@pytest.mark.parametrize("is_practice", [False, True])
def test_each_person_signs_a_sheet_of_their_own_whose_pages_count_no_blank(
    monkeypatch: pytest.MonkeyPatch, is_practice: bool
) -> None:
    home = CommunityFactory()
    agreement = publish_text(home, text="每一条都写在这里。\n" * 60, by=worker_of(home))
    monkeypatch.setattr(printing, "is_practice", lambda community: is_practice)
    people = VolunteerFactory.create_batch(3, community=home)

    sheets = print_pdf(agreement=agreement, volunteers=people, at=START, double_sided=True)

    assert isinstance(sheets, bytes)
    texts = pages(sheets)
    blanks = [page for page, text in enumerate(texts) if text == BLANK]
    assert blanks == [3, 7] and len(texts) == 11
    assert all(is_white(sheets, page) for page in blanks)
    for place, person in enumerate(people):
        for page in range(3):
            assert f"{person.number}·{page + 1}" in texts[4 * place + page]


def test_the_tick_is_remembered_for_the_next_time(client: Client) -> None:
    home = CommunityFactory()
    worker = worker_of(home)
    agreement = publish_text(home, by=worker)
    VolunteerFactory.create_batch(2, community=home)
    client.force_login(worker)
    page, sheets = (reverse(f"agreement:{name}", args=[agreement.pk]) for name in ("unsigned", "sheet"))

    def is_ticked() -> bool:
        found = BeautifulSoup(client.get(page).content, "html.parser").select_one('input[name="double_sided"]')
        assert found is not None
        return found.has_attr("checked")

    assert not is_ticked()
    assert pages(client.post(sheets, {"double_sided": "on"}).content)[1] == BLANK
    assert is_ticked()
    assert BLANK not in pages(client.post(sheets).content)
    assert not is_ticked()


def test_the_sheets_of_many_are_printed_so_in_the_background(client: Client) -> None:
    home = CommunityFactory()
    worker = worker_of(home)
    agreement = publish_text(home, by=worker)
    people = VolunteerFactory.create_batch(2 * FEW + 1, community=home)  # more than one part
    client.force_login(worker)
    answer = client.post(reverse("agreement:sheet", args=[agreement.pk]), {"double_sided": "on"})
    made = client.post(reverse("work_file", args=[answer["Location"].strip("/").split("/")[-1]]))
    texts = pages(b"".join(made) if made.streaming else made.content)  # type: ignore[arg-type]
    assert len(texts) == 2 * len(people) - 1 and set(texts[1::2]) == {BLANK}
    assert all(people[place].number in text for place, text in enumerate(texts[::2]))
