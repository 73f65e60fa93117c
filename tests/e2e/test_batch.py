"""A batch of certificates is stopped while it runs; its rest is issued later, without a gap."""

from typing import Any

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import Page, expect

from academy.certificates.models import Certificate
from academy.works import services as works
from academy.works.models import Work
from tests.certificates.many import Many, many_people
from tests.e2e.conftest import in_chinese
from tests.hours.scene import ISSUED_AT

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def many() -> Many:
    return many_people()


@pytest.fixture
def queue(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Leave the works in the queue; return their numbers."""
    waiting: list[int] = []
    monkeypatch.setattr(type(works.perform), "enqueue", lambda self, work_id: waiting.append(work_id))
    return waiting


def test_a_batch_that_is_stopped_while_it_runs_is_finished_later(
    served: str, desk: Page, many: Many, queue: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client()
    client.force_login(many.scene.social_worker)
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    with time_machine.travel(ISSUED_AT):
        desk.goto(f"{served}/admin/certificate/many/")
        desk.get_by_role("button", name=in_chinese("Issue this certificate")).click()
        expect(desk.get_by_text(in_chinese("It begins in a moment."))).to_be_visible()

        def stop_at_the_second(work: Work, done: int, real: Any = works._tell) -> None:
            real(work, done)
            if done == 1:  # the page loads itself again
                expect(desk.locator("progress")).to_have_attribute("value", "1")
                desk.get_by_role("button", name=in_chinese("Stop this work")).click()
                expect(desk.get_by_text("已经完成的保留")).to_be_visible()

        with monkeypatch.context() as patch:
            patch.setattr(works, "_tell", stop_at_the_second)
            works.perform.func(work_id=queue.pop())
        first, second = Certificate.objects.order_by("pk")

        desk.get_by_role("link", name=in_chinese("Go on", "to the page of this work")).click()
        for certificate in (first, second):
            expect(desk.get_by_role("row").filter(has_text=certificate.number)).to_be_visible()
        expect(desk.locator(".help-block").filter(has_text="1 人")).to_be_visible()

        act = in_chinese("Issue the missing ones")
        desk.get_by_role("link", name=act).click()
        desk.get_by_role("button", name=act).click()
        expect(desk.get_by_text(in_chinese("It begins in a moment."))).to_be_visible()
        works.perform.func(work_id=queue.pop())
        desk.get_by_role("link", name=in_chinese("Go on", "to the page of this work")).click()
        expect(
            desk.get_by_text(in_chinese("All are issued. They can be printed as often as you like."))
        ).to_be_visible()
        expect(desk.get_by_role("link", name=act)).to_have_count(0)
    numbers = [int(one.number.rpartition("-")[2]) for one in Certificate.objects.order_by("pk")]
    assert numbers == list(range(numbers[0], numbers[0] + 3))
    assert {one.volunteer_id for one in Certificate.objects.all()} == {one.pk for one in many.people}
