"""A batch as one PDF: filled in together, in the chosen order, with few statements (ADR 137)."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from academy.certificates import works
from academy.certificates.batch_models import Batch
from academy.paper import filling
from academy.works.models import Work
from tests.certificates.issuing import issue, issued
from tests.certificates.many import Many, begin, issue_all, many_people
from tests.certificates.test_print_many import all_of_them, content_of, print_all
from tests.hours.scene import ISSUED_AT
from tests.paper.reading import pages

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def many() -> Many:
    many = many_people()
    assert issue_all(many, begin(many)) == []
    return many


@pytest.fixture(autouse=True)
def at() -> Any:
    with time_machine.travel(ISSUED_AT, tick=False):
        yield ISSUED_AT


@pytest.fixture
def cuts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Count how often the fonts are cut for filled sheets."""
    cut: list[int] = []
    make = filling.html_to_pdf
    monkeypatch.setattr(filling, "html_to_pdf", lambda *given, **named: cut.append(1) or make(*given, **named))
    return cut


def test_fonts_are_cut_once_and_a_long_one_between_keeps_its_place(many: Many, cuts: list[int]) -> None:
    scene, person = many.scene, many.people[1]
    for place in range(20):
        scene.serve(person, "18:00", "18:30", day=dt.date(2026, 1, 4) + dt.timedelta(days=place))
    long = issued(issue(scene, person))
    first, last = all_of_them()[0], all_of_them()[2]

    texts = pages(content_of(print_all(many, pks=[last.pk, long.pk, first.pk]), many))

    assert len(cuts) == 1
    assert "陈阿妹" in texts[0] and "李建国" in texts[1] and "王秀英" in texts[-1]
    assert len(texts) == 4


def test_chunks_follow_each_other(many: Many, cuts: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(works, "SHARED", 2)
    texts = pages(content_of(print_all(many, pks=[one.pk for one in all_of_them()[::-1]]), many))
    assert len(cuts) == 2
    assert [name in text for name, text in zip(("陈阿妹", "李建国", "王秀英"), texts, strict=True)] == [True] * 3


def test_a_row_of_the_lists_leads_to_its_page(many: Many, client: Client) -> None:
    client.force_login(many.scene.social_worker)
    certificate, batch = all_of_them()[0], Batch.objects.get()
    for page, one in (("certificate", certificate), ("certificate_batch", batch)):
        listed = client.get(reverse(f"{page}:index")).content.decode()
        assert f'href="{reverse(f"{page}:inspect", args=[one.pk])}"' in listed


def test_one_more_costs_no_statements_but_those_that_note_it(many: Many) -> None:
    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as found:
            print_all(many, pks=[one.pk for one in all_of_them()[:count]])
        return len(found)

    cost(1)
    assert cost(3) - cost(2) <= 2


def test_on_both_sides_each_person_begins_on_a_front(many: Many, client: Client) -> None:
    client.force_login(many.scene.social_worker)
    page = reverse("certificate_batch:print", args=[Batch.objects.get().pk])
    assert "checked" not in _tick_of(client, page)

    answer = client.post(page, {"order": "number", "form": "pdf", "double_sided": "on"})

    texts = pages(content_of(Work.objects.latest("pk"), many))
    assert answer.status_code == 302
    assert [text == "" for text in texts] == [False, True, False, True, False]
    assert "王秀英" in texts[0] and "李建国" in texts[2] and "陈阿妹" in texts[4]
    assert "checked" in _tick_of(client, page)


def _tick_of(client: Client, page: str) -> str:
    found = BeautifulSoup(client.get(page).content, "html.parser").select_one('input[name="double_sided"]')
    assert found is not None
    return str(found)
