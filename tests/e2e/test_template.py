"""A template is written beside its preview, which stays in view, and is published."""

from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from academy.designs.models import Design
from academy.people.permissions import DutyRole
from tests.e2e.conftest import in_chinese
from tests.factories import IssuerFactory, UserFactory, VolunteerFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def writer(served: str, desk: Page) -> Page:
    person = VolunteerFactory(name="买买提·吐尔逊·阿卜杜热合曼江")
    IssuerFactory(community=person.community)
    client = Client()
    client.force_login(UserFactory(duties=[(person.community, DutyRole.SOCIAL_WORKER)]))
    desk.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": served}])
    return desk


@pytest.mark.parametrize("width", [1280, 1000])
def test_the_preview_stays_in_view_and_follows_what_is_typed(served: str, writer: Page, width: int) -> None:
    writer.set_viewport_size({"width": width, "height": 800})
    writer.goto(f"{served}/admin/design/new/?kind=service")
    picture: Any = writer.get_by_alt_text(in_chinese("Preview"))
    expect(picture).to_be_visible()
    first = picture.get_attribute("src")
    writer.locator("[name=signature]").scroll_into_view_if_needed()
    expect(picture).to_be_in_viewport(ratio=0.9)

    body = writer.locator("[name=body]")
    whole = body.input_value()
    body.fill(whole.replace("{服务时间}", ""))
    refusal = writer.locator("[data-design-preview] [role=status]")
    expect(refusal).to_contain_text("{服务时间}")
    expect(refusal).to_be_in_viewport()
    writer.get_by_role("button", name=in_chinese("Create")).click()
    expect(writer.get_by_text("{服务时间}").first).to_be_visible()
    expect(writer.get_by_role("link", name=in_chinese("Publish"))).to_have_count(0)

    writer.get_by_role("link", name=in_chinese("Change"), exact=True).click()
    expect(picture).to_be_hidden()  # no picture of a text that is refused
    body.fill(whole)
    expect(picture).to_be_in_viewport()
    assert picture.get_attribute("src") != first
    writer.locator("button[type=submit]", has_text=in_chinese("Save")).last.click()
    writer.get_by_role("link", name=in_chinese("Publish")).click()
    writer.get_by_role("button", name=in_chinese("Publish")).click()
    expect(writer.get_by_role("link", name=in_chinese("Write a new version"))).to_be_visible()
    assert Design.objects.get().published_at
