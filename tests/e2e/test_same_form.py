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
    row = {"starts_at": "2026-01-11 09:00", "ends_at": "2026-01-11 12:00", "walk_ins": "on", "id": "", "DELETE": ""}
    row |= {"breaks-TOTAL_FORMS": "0", "breaks-INITIAL_FORMS": "0"}
    form = opened(first, address) | {f"shifts-1-{name}": [value] for name, value in row.items()}
    form["shifts-TOTAL_FORMS"] = ["2"]
    assert send(first, address, form, place="社区礼堂", service_content="读报").status_code == 302

    desk.click(SAVE)
    desk.wait_for_selector("#meanwhile-title")
    assert desk.input_value("[name=title]") == "重阳探访"
    assert desk.is_checked("[name=meanwhile-place][value=stored]")
    assert desk.is_checked("[name=meanwhile-shifts][value=stored]")
    desk.check("[name=meanwhile-service_content][value=mine]")
    desk.click(SAVE)
    desk.wait_for_url("**/admin/activity/")

    activity.refresh_from_db()
    assert (activity.title, activity.place, activity.service_content) == ("重阳探访", "社区礼堂", "陪老人说话")
    assert activity.shifts.count() == 2
