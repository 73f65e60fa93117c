"""Two social workers have the same activity open, one of them in a real browser."""

import pytest
from django.test import Client
from playwright.sync_api import Page

from academy.people.permissions import DutyRole
from tests.edit_forms import edit, opened, send
from tests.factories import ActivityFactory, CommunityFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

SAVE = "#w-editor-form footer button[type=submit]"


def test_an_older_form_in_a_browser_asks_and_keeps_what_was_typed(served: str, desk: Page) -> None:
    community = CommunityFactory()
    first, second = Client(), Client()
    for client in (first, second):
        client.force_login(UserFactory(duties=[(community, DutyRole.SOCIAL_WORKER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": second.cookies["sessionid"].value, "url": served}])
    activity = ActivityFactory(community=community, published=None)
    address = edit("activity", activity.pk)

    desk.goto(served + address)
    desk.fill("[name=title]", "重阳探访")
    desk.fill("[name=service_content]", "陪老人说话")
    row = {"date": "2026-01-11", "starts": "900", "ends": "1200", "rests": "", "walk_ins": "on", "id": "", "DELETE": ""}
    form = opened(first, address) | {f"shifts-1-{name}": [value] for name, value in row.items()}
    form["shifts-TOTAL_FORMS"] = ["2"]
    past = {"place": "社区礼堂", "service_content": "读报", "sure_of_day": "on"}
    assert send(first, address, form, **past).status_code == 302

    desk.click(SAVE)
    desk.wait_for_selector("#meanwhile-title")
    assert desk.input_value("[name=title]") == "重阳探访"
    assert desk.is_checked("[name=meanwhile-place][value=stored]")
    assert desk.is_checked("[name=meanwhile-shifts][value=stored]")
    desk.check("[name=meanwhile-service_content][value=mine]")
    desk.click(SAVE)
    desk.wait_for_selector(".messages .success")

    activity.refresh_from_db()
    assert (activity.title, activity.place, activity.service_content) == ("重阳探访", "社区礼堂", "陪老人说话")
    assert activity.shifts.count() == 2
