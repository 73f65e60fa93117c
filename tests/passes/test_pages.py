"""The passbook's pages: at the desk, and on the volunteer's phone."""

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry as log

from academy.families.services import allow_agent
from academy.passes import books
from academy.passes.models import PassbookPrinting
from academy.people.models import Volunteer
from tests.factories import UserFactory
from tests.hours.scene import ISSUED_AT, Scene
from tests.pages import text_of
from tests.paper.reading import pages
from tests.passes.writing import LATER, print_next

pytestmark = pytest.mark.slow


@pytest.fixture
def desk(client: Client, scene: Scene) -> Iterator[Client]:
    client.force_login(scene.social_worker)
    with time_machine.travel(ISSUED_AT, tick=False):
        yield client


def test_a_social_worker_begins_prints_and_prints_again(desk: Client, volunteer: Volunteer) -> None:
    address = reverse("person_passbook", args=[volunteer.pk])
    assert address in desk.get(reverse("volunteer:edit", args=[volunteer.pk])).content.decode()
    shown = text_of(desk.get(address))
    assert "还没有存折" in shown and "3" in shown
    answer = desk.post(address, {"seen": ""}, follow=True)
    made = PassbookPrinting.objects.get()
    file = reverse("print_passbook", args=[made.pk])
    assert file in answer.content.decode() and "第 1 页第 3 行" in text_of(answer)
    assert len(pages(desk.get(file).content)) == 3
    assert "都已打印" in text_of(desk.post(address, {"seen": made.pk}, follow=True))
    again = desk.post(reverse("reprint_page", args=[made.book_id]), {"page": "1"})
    assert again["Content-Type"] == "application/pdf"
    actions = [entry.action for entry in log.get_logs_for_instance(volunteer)]
    assert actions.count(books.PRINT) == actions.count(books.REPRINT) == 1


def test_a_refusal_is_shown_on_the_page(desk: Client, volunteer: Volunteer, scene: Scene) -> None:
    address = reverse("person_passbook", args=[volunteer.pk])
    made = print_next(volunteer, scene.social_worker)
    refused = text_of(desk.post(address, {"seen": ""}, follow=True))
    assert "又打印过" in refused
    wrong = desk.post(reverse("reprint_page", args=[made.book_id]), {"page": "9"}, follow=True)
    assert "没有这一页" in text_of(wrong)


def test_one_sees_ones_own_book_page_by_page(client: Client, volunteer: Volunteer, scene: Scene) -> None:
    client.force_login(volunteer.user)
    assert "还没有纸质存折" in text_of(client.get("/my/passbook/"))
    print_next(volunteer, scene.social_worker)
    scene.serve(volunteer, "16:00", "17:00")
    shown = text_of(client.get("/my/passbook/"))
    assert "第 1 册第 1 页" in shown and "累计 7.5 小时" in shown and "1 次服务还没打印" in shown
    print_next(volunteer, scene.social_worker, LATER, in_new_book=True)
    assert "第 2 册第 1 页" in text_of(client.get("/my/passbook/"))


def test_an_agent_sees_it_and_a_stranger_does_not(client: Client, volunteer: Volunteer, scene: Scene) -> None:
    print_next(volunteer, scene.social_worker)
    agent = UserFactory()
    client.force_login(agent)
    address = f"/my/passbook/?who={volunteer.number}"
    assert "7.5" not in text_of(client.get(address))
    allow_agent(volunteer=volunteer, user=agent, evidence="口头同意", by=scene.social_worker, at=ISSUED_AT)
    assert "7.5" in text_of(client.get(address))
